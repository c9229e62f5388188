// What is typed at the start of a line and becomes its kind; and *italic*, **bold**, `code`.

import { InputRule, inputRules } from "prosemirror-inputrules";
import { TextSelection } from "prosemirror-state";
import { setLine } from "./lines";
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
      markRule(/(^|[^*])\*\*([^*\s](?:[^*]*[^*\s])?)\*\*$/, "bold"),
      markRule(/(^|[\s(«"'’])\*([^*\s](?:[^*]*[^*\s])?)\*$/, "italic"),
      markRule(/(^|[\s(«"'’])_([^_\s](?:[^_]*[^_\s])?)_$/, "italic"),
      markRule(/(^|[\s(«"'’])~~([^~\s](?:[^~]*[^~\s])?)~~$/, "strike"),
      markRule(/(^|[^`])`([^`]+)`$/, "code"),
    ],
  });
}
