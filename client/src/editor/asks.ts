// Links and footnotes: what is asked for in a dialog and then put into the text.

import { NodeSelection, TextSelection } from "prosemirror-state";
import type { EditorView } from "prosemirror-view";
import { ask } from "./dialog";
import { safeLink } from "./links";
import { block, schema } from "./schema";
import type { EditorWords } from "./words";

/** The whole run of one link around the caret. */
function linkAround(view: EditorView): { from: number; to: number; href: string } | null {
  const { $from } = view.state.selection;
  const mark = schema.marks.link.isInSet(
    $from.nodeAfter?.marks ?? $from.nodeBefore?.marks ?? $from.marks(),
  );
  if (mark === undefined || $from.parent.type !== block) return null;
  let from = $from.pos;
  let to = $from.pos;
  $from.parent.forEach((child, offset) => {
    const start = $from.start() + offset;
    if (start <= $from.pos && start + child.nodeSize >= $from.pos && mark.isInSet(child.marks)) {
      from = Math.min(from, start);
      to = Math.max(to, start + child.nodeSize);
    }
  });
  return { from, to, href: String(mark.attrs["href"]) };
}

/** "www.example.org" is meant as an address of the web. */
function completed(address: string): string {
  if (/^[\w.+-]+@[\w-]+(\.[\w-]+)+$/.test(address)) return `mailto:${address}`;
  return /^[a-z][a-z0-9+.-]*:/i.test(address) ? address : `https://${address}`;
}

export async function askForLink(view: EditorView, words: EditorWords): Promise<void> {
  const answer = await ask(
    view.dom,
    {
      title: words.link,
      label: words.linkAddress,
      value: linkAround(view)?.href ?? "",
      long: false,
      refuse: (given) => (safeLink(completed(given)) === null ? words.linkRefused : null),
    },
    words,
  );
  if (answer !== null && view.editable) {
    // Others may have written meanwhile: the selection has moved with its text, so it is asked now.
    const { tr, selection } = view.state;
    const around = linkAround(view);
    const { from, to } = selection.empty && around !== null ? around : selection;
    if (answer === "") {
      tr.removeMark(from, to, schema.marks.link);
    } else {
      const mark = schema.mark("link", { href: safeLink(completed(answer)) });
      if (from === to) tr.insert(from, schema.text(answer, [mark]));
      else tr.addMark(from, to, mark);
    }
    view.dispatch(tr);
  }
  view.focus();
}

/** Asks for the text of the selected footnote, or of a new one at the caret. */
export async function askForFootnote(view: EditorView, words: EditorWords): Promise<void> {
  const { selection } = view.state;
  const existing =
    selection instanceof NodeSelection && selection.node.type === schema.nodes.footnote
      ? selection.node
      : null;
  const value = existing === null ? "" : String(existing.attrs["text"]);
  const answer = await ask(
    view.dom,
    { title: words.footnote, label: words.footnoteText, value, long: true },
    words,
  );
  if (answer !== null && view.editable) {
    const { tr } = view.state;
    const text = answer.replace(/\s+/g, " ");
    const at = tr.selection.to;
    if (existing === null) {
      if (text !== "") {
        tr.insert(at, schema.nodes.footnote.create({ text }));
        tr.setSelection(TextSelection.create(tr.doc, at + 1));
      }
    } else if (tr.selection instanceof NodeSelection && tr.selection.node === existing) {
      if (text === "") tr.deleteSelection();
      else tr.replaceSelectionWith(schema.nodes.footnote.create({ text }, null, existing.marks));
    }
    view.dispatch(tr.scrollIntoView());
  }
  view.focus();
}
