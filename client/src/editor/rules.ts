// What is typed at the start of a line and becomes its kind; *italic*, **bold**, `code`; and links
// and footnotes as Markdown writes them.

import { InputRule, inputRules } from "prosemirror-inputrules";
import { type EditorState, TextSelection } from "prosemirror-state";
import { setLine } from "./lines";
import { safeLink } from "./links";
import { block, type Kind, type LineAttributes, schema } from "./schema";

function lineRule(
  pattern: RegExp,
  wanted: (found: RegExpMatchArray) => Partial<LineAttributes>,
): InputRule {
  return new InputRule(pattern, (state, found, start, end) => {
    const line = state.doc.resolve(start).parent;
    if (line.attrs["kind"] === "code" || line.attrs["kind"] === "row") return null;
    const tr = state.tr.delete(start, end);
    setLine(tr, tr.doc.resolve(start).before(), wanted(found));
    return tr;
  });
}

function markRule(pattern: RegExp, name: "bold" | "italic" | "strike" | "code"): InputRule {
  return new InputRule(pattern, (state, found, start, end) => {
    const [whole, lead = "", text = ""] = found;
    const line = state.doc.resolve(start).parent;
    const from = start + lead.length;
    // What is typed last is not in the document yet: the match counts it, the positions do not.
    if (line.attrs["kind"] === "code" || text === "") return null;
    const opened = (whole.length - lead.length - text.length) / 2;
    const textFrom = from + opened;
    const textTo = textFrom + text.length;
    if (state.doc.textBetween(textFrom, textTo, "\n", "\ufffc") !== text) return null;
    if (state.doc.rangeHasMark(from, end, schema.marks.code)) return null;
    const mark = schema.mark(name);
    const tr = state.tr;
    if (textTo < end) tr.delete(textTo, end);
    tr.delete(from, textFrom);
    tr.addMark(from, from + text.length, mark);
    return tr.removeStoredMark(mark);
  });
}

/** `---` draws a rule and goes on below it. */
const rule = new InputRule(/^---$/, (state, _found, start, end) => {
  const tr = state.tr.delete(start, end);
  const place = tr.doc.resolve(start);
  if (place.parent.attrs["kind"] !== null || place.parent.content.size > 0) return null;
  setLine(tr, place.before(), { kind: "rule" });
  tr.insert(place.after(), block.create());
  return tr.setSelection(TextSelection.create(tr.doc, place.after() + 1));
});

/** Not where text is meant letter for letter. */
function isCode(state: EditorState, from: number, to: number): boolean {
  const line = state.doc.resolve(from).parent;
  return line.attrs["kind"] === "code" || state.doc.rangeHasMark(from, to, schema.marks.code);
}

/** `[text](address)` becomes a link. */
const link = new InputRule(
  /\[([^[\]\s](?:[^[\]]*[^[\]\s])?)\]\(([^()\s]+)\)$/,
  (state, [, text = "", address = ""], start, end) => {
    const href = safeLink(address);
    const from = start + 1;
    if (href === null || isCode(state, start, end)) return null;
    if (state.doc.textBetween(from, from + text.length, "\n", "\ufffc") !== text) return null;
    const mark = schema.mark("link", { href });
    const tr = state.tr.delete(from + text.length, end).delete(start, from);
    return tr.addMark(start, start + text.length, mark).removeStoredMark(mark);
  },
);

/** An address of the web becomes a link when it is done: by the space after it. */
const address = new InputRule(
  /(?:^|[\s(«])(https?:\/\/[^\s«»<>"]*[^\s«»<>".,;:!?)\]}…])([.,;:!?)\]}…]*)\s$/,
  (state, found, _start, end) => {
    const [whole, raw = "", after = ""] = found;
    const href = safeLink(raw);
    const to = end - after.length;
    const from = to - raw.length;
    if (href === null || isCode(state, from, end)) return null;
    if (state.doc.rangeHasMark(from, to, schema.marks.link)) return null;
    if (state.doc.textBetween(from, to, "\n", "\ufffc") !== raw) return null;
    const tr = state.tr.addMark(from, to, schema.mark("link", { href }));
    return tr.insertText(whole.slice(-1), end);
  },
);

/** `^[text]` becomes a footnote. */
const footnote = new InputRule(/\^\[([^[\]]+)\]$/, (state, [, text = ""], start, end) => {
  if (text.trim() === "" || isCode(state, start, end)) return null;
  return state.tr.replaceWith(start, end, schema.nodes.footnote.create({ text: text.trim() }));
});

export function typedRules() {
  return inputRules({
    rules: [
      lineRule(/^(#{1,6})\s$/, ([, marks = "#"]) => ({ kind: `h${marks.length}` as Kind })),
      lineRule(/^[-*+•]\s$/, () => ({ kind: "bullet" })),
      lineRule(/^1[.)]\s$/, () => ({ kind: "ordered" })),
      lineRule(/^\[( |)\]\s$/, () => ({ kind: "task" })),
      lineRule(/^\[[xX]\]\s$/, () => ({ kind: "task", checked: true })),
      lineRule(/^>\s$/, () => ({ quote: true })),
      lineRule(/^```$/, () => ({ kind: "code", indent: null })),
      rule,
      link,
      address,
      footnote,
      markRule(/(^|[^*])\*\*([^*\s](?:[^*]*[^*\s])?)\*\*$/, "bold"),
      markRule(/(^|[\s(«"'’])\*([^*\s](?:[^*]*[^*\s])?)\*$/, "italic"),
      markRule(/(^|[\s(«"'’])_([^_\s](?:[^_]*[^_\s])?)_$/, "italic"),
      markRule(/(^|[\s(«"'’])~~([^~\s](?:[^~]*[^~\s])?)~~$/, "strike"),
      markRule(/(^|[^`])`([^`]+)`$/, "code"),
    ],
  });
}
