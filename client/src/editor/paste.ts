// Pasting: whatever comes becomes lines of this note, put in as one edit.

import { DOMParser, Fragment, type Node, Slice } from "prosemirror-model";
import { Plugin, TextSelection, type Transaction } from "prosemirror-state";
import { safeLink } from "./links";
import { flatten } from "./paste-html";
import { textLines } from "./paste-text";
import { block, schema } from "./schema";
import type { Undo } from "./undo";

/** Puts lines in place of the selection: the first and the last melt into the text around. */
export function pasteLines(tr: Transaction, lines: readonly Node[]): Transaction {
  if (!tr.selection.empty) tr.deleteSelection();
  const [first, ...rest] = lines;
  const place = tr.doc.resolve(tr.selection.from);
  if (first === undefined || place.depth !== 1) return tr;
  const line = place.parent;
  if (line.content.size === 0 && (rest.length > 0 || first.attrs["kind"] !== null)) {
    // An empty plain line takes the pasted kinds; an empty list line gives its own to plain text.
    const own = line.attrs["kind"] !== null && first.attrs["kind"] === null;
    const whole = own ? lines.map((each) => block.create(line.attrs, each.content)) : lines;
    tr.replaceWith(place.before(), place.after(), [...whole]);
    const end = place.before() + whole.reduce((size, each) => size + each.nodeSize, 0);
    return tr.setSelection(TextSelection.create(tr.doc, end - 1));
  }
  if (rest.length === 0) {
    tr.insert(place.pos, first.content);
    return tr.setSelection(TextSelection.create(tr.doc, place.pos + first.content.size));
  }
  const last = rest[rest.length - 1] ?? first;
  const tail = line.content.cut(place.parentOffset);
  const end = block.create(last.attrs, last.content.append(tail));
  tr.delete(place.pos, place.end());
  tr.insert(place.pos, first.content);
  const after = tr.mapping.map(place.after());
  const lower = [...rest.slice(0, -1), end];
  tr.insert(after, lower);
  const size = lower.reduce((sum, each) => sum + each.nodeSize, 0);
  return tr.setSelection(TextSelection.create(tr.doc, after + size - 1 - tail.size));
}

/** The lines of a slice, whatever it is made of. */
function linesOf(slice: Slice): Node[] {
  const lines: Node[] = [];
  let loose = Fragment.empty;
  slice.content.forEach((node) => {
    if (node.type === block) lines.push(node);
    else if (node.isInline) loose = loose.addToEnd(node);
  });
  return loose.size > 0 ? [block.create(null, loose), ...lines] : lines;
}

/** An address alone: over a selection it makes that a link, elsewhere it is a link itself. */
function pasteAddress(tr: Transaction, text: string): Transaction | null {
  const { $from, $to, empty, from, to } = tr.selection;
  const href = /^https?:\/\/\S+$/.test(text) ? safeLink(text) : null;
  if (href === null || !$from.sameParent($to) || $from.parent.attrs["kind"] === "code") return null;
  const mark = schema.mark("link", { href });
  const isAddress = empty || /^https?:/.test(tr.doc.textBetween(from, to));
  if (isAddress) tr.replaceSelectionWith(schema.text(text, [mark]), false);
  else tr.addMark(from, to, mark);
  return tr.removeStoredMark(mark);
}

export function pasting(undo: Undo): Plugin {
  const parser = DOMParser.fromSchema(schema);
  return new Plugin({
    props: {
      clipboardParser: parser,
      transformPastedHTML: (html) => flatten(html),
      clipboardTextParser: (text, _place, plain) =>
        new Slice(Fragment.from(textLines(text, { signs: !plain })), 1, 1),
      handlePaste(view, event, slice) {
        if (!view.editable) return true;
        const { $from } = view.state.selection;
        const { kind, quote, indent, lang } = $from.parent.attrs;
        const text = event.clipboardData?.getData("text/plain");
        const linked = pasteAddress(view.state.tr, text?.trim() ?? "");
        const asCode = kind === "code" && text;
        const lines = asCode
          ? textLines(text, { signs: false }).map((line) =>
              block.create({ kind, quote, indent, lang }, line.content),
            )
          : linesOf(slice);
        undo.separate();
        const pasted = linked ?? pasteLines(view.state.tr, lines);
        view.dispatch(pasted.scrollIntoView().setMeta("paste", true));
        undo.separate();
        return true;
      },
    },
  });
}
