// Enter, Backspace and Delete where lines meet.

import { type EditorState, TextSelection, type Transaction } from "prosemirror-state";
import { type Dispatch, setLine } from "./lines";
import { block, indentOf, isList, schema } from "./schema";
import { nextRow } from "./tables";

const PLAIN = { kind: null, indent: null, quote: null, checked: null, lang: null };

/** The line of the caret, if the selection is in one line. */
function here(state: EditorState) {
  const { $from, $to } = state.selection;
  return $from.sameParent($to) && $from.depth === 1 ? $from : null;
}

/** The attributes of the line that Enter begins after `line`. */
function following(line: { attrs: Record<string, unknown> }, atEnd: boolean) {
  const { kind } = line.attrs;
  const heading = typeof kind === "string" && /^h[1-6]$/.test(kind);
  if ((heading && atEnd) || kind === "rule") return { ...PLAIN, quote: line.attrs["quote"] };
  return { ...line.attrs, checked: null };
}

/** Enter in an empty line goes out of its list, its quote or its code, one step at a time. */
function leave(state: EditorState, dispatch: Dispatch): boolean {
  const place = here(state);
  if (place === null || place.parent.content.size > 0) return false;
  const { attrs } = place.parent;
  const previous = state.doc.maybeChild(place.index(0) - 1);
  const tr = state.tr;
  const at = place.before();
  if (attrs["kind"] === "code") {
    const blank = previous?.attrs["kind"] === "code" && previous.content.size === 0;
    if (!blank) return false;
    setLine(tr, at, PLAIN);
  } else if (isList(place.parent) && indentOf(place.parent) > 0) {
    setLine(tr, at, { indent: indentOf(place.parent) - 1 || null });
  } else if (isList(place.parent) || (attrs["indent"] !== null && attrs["kind"] === null)) {
    setLine(tr, at, { kind: null, indent: null, checked: null });
  } else if (attrs["quote"] !== null && attrs["kind"] === null) {
    setLine(tr, at, { quote: null });
  } else {
    return false;
  }
  dispatch?.(tr.scrollIntoView());
  return true;
}

function splitLine(state: EditorState, dispatch: Dispatch): boolean {
  const { tr } = state;
  if (!state.selection.empty) tr.deleteSelection();
  const place = tr.doc.resolve(tr.selection.from);
  if (place.depth !== 1) return false;
  const line = place.parent;
  const atEnd = place.parentOffset === line.content.size;
  const atStart = place.parentOffset === 0;
  if (atStart && !atEnd) {
    // The line moves down whole, with its kind; a heading leaves a plain line above it.
    tr.insert(place.before(), block.create(following(line, true)));
  } else {
    tr.split(place.pos, 1, [{ type: block, attrs: following(line, atEnd) }]);
  }
  tr.ensureMarks(state.storedMarks ?? state.selection.$from.marks());
  dispatch?.(tr.scrollIntoView());
  return true;
}

export function enter(state: EditorState, dispatch: Dispatch): boolean {
  return nextRow(state, dispatch) || leave(state, dispatch) || splitLine(state, dispatch);
}

export function hardBreak(state: EditorState, dispatch: Dispatch): boolean {
  if (here(state)?.parent.attrs["kind"] === "code") return splitLine(state, dispatch);
  dispatch?.(state.tr.replaceSelectionWith(schema.nodes.hard_break.create()).scrollIntoView());
  return true;
}

/** Joins two lines. An empty line vanishes into the other; otherwise the first one's kind stays. */
function join(tr: Transaction, boundary: number): Transaction {
  const first = tr.doc.resolve(boundary).nodeBefore;
  const second = tr.doc.resolve(boundary).nodeAfter;
  if (first === null || second === null) return tr;
  if (first.content.size === 0 && second.content.size > 0) {
    return tr.delete(boundary - first.nodeSize, boundary);
  }
  return tr.join(boundary);
}

/** Backspace at the start of a line: first what the line is, then the line break. */
export function backspace(state: EditorState, dispatch: Dispatch): boolean {
  const place = here(state);
  if (place === null || !state.selection.empty || place.parentOffset > 0) return false;
  const { attrs } = place.parent;
  const at = place.before();
  const { tr } = state;
  if (indentOf(place.parent) > 0) {
    setLine(tr, at, { indent: indentOf(place.parent) - 1 || null });
  } else if (attrs["kind"] !== null) {
    setLine(tr, at, { kind: null, checked: null, lang: null });
  } else if (attrs["quote"] !== null) {
    setLine(tr, at, { quote: null });
  } else if (at > 0) {
    const rule = tr.doc.resolve(at).nodeBefore;
    if (rule?.attrs["kind"] === "rule" && rule.content.size === 0) {
      tr.delete(at - rule.nodeSize, at);
    } else {
      join(tr, at);
    }
  } else {
    return true;
  }
  dispatch?.(tr.scrollIntoView());
  return true;
}

export function deleteForward(state: EditorState, dispatch: Dispatch): boolean {
  const place = here(state);
  if (place === null || !state.selection.empty) return false;
  if (place.parentOffset < place.parent.content.size) return false;
  if (place.after() === state.doc.content.size) return true;
  const { tr } = state;
  join(tr, place.after());
  if (place.parent.content.size === 0)
    tr.setSelection(TextSelection.near(tr.doc.resolve(place.before() + 1)));
  dispatch?.(tr.scrollIntoView());
  return true;
}
