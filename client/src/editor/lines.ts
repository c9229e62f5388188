// Changes of whole lines: what the toolbar, the keys and the typed shortcuts have in common.

import type { Node } from "prosemirror-model";
import { type EditorState, TextSelection, type Transaction } from "prosemirror-state";
import {
  block,
  indentOf,
  isList,
  type Kind,
  LINE_KEYS,
  type LineAttributes,
  MAX_INDENT,
} from "./schema";

export type Dispatch = ((tr: Transaction) => void) | undefined;

export interface Line {
  node: Node;
  position: number;
}

/** The lines that the selection touches. */
export function selectedLines(state: EditorState): Line[] {
  const lines: Line[] = [];
  for (const range of state.selection.ranges) {
    state.doc.nodesBetween(range.$from.pos, range.$to.pos, (node, position) => {
      if (node.isTextblock) lines.push({ node, position });
      return false;
    });
  }
  return lines;
}

/** Sets attributes of one line, those that differ only, so that others' changes of the rest merge. */
export function setLine(tr: Transaction, position: number, wanted: Partial<LineAttributes>): void {
  const line = tr.doc.nodeAt(position);
  for (const key of LINE_KEYS) {
    if (!(key in wanted) || line?.attrs[key] === wanted[key]) continue;
    tr.setNodeAttribute(position, key, wanted[key] ?? null);
  }
}

/** Makes the selected lines of a kind, or plain again if they all are of it already. */
export function setKind(state: EditorState, dispatch: Dispatch, kind: Kind | null): boolean {
  const lines = selectedLines(state);
  const undo = lines.every(({ node }) => node.attrs["kind"] === kind);
  if (dispatch) {
    const { tr } = state;
    const wanted = undo ? null : kind;
    for (const { node, position } of lines) {
      setLine(tr, position, {
        kind: wanted,
        checked: wanted === "task" ? node.attrs["checked"] : null,
        lang: wanted === "code" ? node.attrs["lang"] : null,
      });
    }
    dispatch(tr.scrollIntoView());
  }
  return true;
}

export function toggleQuote(state: EditorState, dispatch: Dispatch): boolean {
  const lines = selectedLines(state);
  const quote = lines.every(({ node }) => node.attrs["quote"]) ? null : true;
  if (dispatch) {
    const { tr } = state;
    for (const { position } of lines) setLine(tr, position, { quote });
    dispatch(tr.scrollIntoView());
  }
  return true;
}

/** Moves list lines in or out by `by`; false if no line of the selection can move. */
export function indentLines(state: EditorState, dispatch: Dispatch, by: 1 | -1): boolean {
  const movable = selectedLines(state).filter(({ node }) => {
    const indent = indentOf(node) + by;
    return indent >= 0 && indent <= MAX_INDENT && (isList(node) || by < 0);
  });
  if (movable.length === 0) return false;
  if (dispatch) {
    const { tr } = state;
    for (const { node, position } of movable) {
      setLine(tr, position, { indent: indentOf(node) + by || null });
    }
    dispatch(tr.scrollIntoView());
  }
  return true;
}

export function toggleChecked(state: EditorState, dispatch: Dispatch): boolean {
  const tasks = selectedLines(state).filter(({ node }) => node.attrs["kind"] === "task");
  if (tasks.length === 0) return false;
  const checked = tasks.every(({ node }) => node.attrs["checked"]) ? null : true;
  if (dispatch) {
    const { tr } = state;
    for (const { position } of tasks) setLine(tr, position, { checked });
    dispatch(tr);
  }
  return true;
}

/** A rule in place of an empty line or below a full one, and an empty line to go on in. */
export function insertRule(state: EditorState, dispatch: Dispatch): boolean {
  const { $head } = state.selection;
  if ($head.depth !== 1) return false;
  const { tr } = state;
  const plain = { kind: null, indent: null, quote: null, checked: null, lang: null };
  let end = $head.after();
  if ($head.parent.content.size === 0) {
    setLine(tr, $head.before(), { ...plain, kind: "rule" });
  } else {
    tr.insert(end, block.create({ kind: "rule" }));
    end += 2;
  }
  tr.insert(end, block.create());
  dispatch?.(tr.setSelection(TextSelection.create(tr.doc, end + 1)).scrollIntoView());
  return true;
}
