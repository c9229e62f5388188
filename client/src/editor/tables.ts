// Tables: a row is a line, an embed divides its cells. The first of several rows is the header.

import { type EditorState, TextSelection } from "prosemirror-state";
import { type Dispatch, setLine } from "./lines";
import { block, schema } from "./schema";

function cellsOf(columns: number) {
  return Array.from({ length: columns - 1 }, () => schema.nodes.cell.create());
}

function rowHere(state: EditorState) {
  const { $from } = state.selection;
  return $from.depth === 1 && $from.parent.attrs["kind"] === "row" ? $from : null;
}

function columnsOf(row: { forEach(each: (child: { type: unknown }) => void): void }): number {
  let columns = 1;
  row.forEach((child) => {
    if (child.type === schema.nodes.cell) columns += 1;
  });
  return columns;
}

export function insertTable(state: EditorState, dispatch: Dispatch, columns: number): boolean {
  const { $from } = state.selection;
  const { tr } = state;
  const row = () => block.create({ kind: "row" }, cellsOf(columns));
  if ($from.parent.content.size === 0) {
    setLine(tr, $from.before(), { kind: "row", indent: null, checked: null, lang: null });
    tr.insert($from.pos, cellsOf(columns));
    tr.insert(tr.mapping.map($from.after()), row());
    tr.setSelection(TextSelection.create(tr.doc, $from.pos));
  } else {
    tr.insert($from.after(), [row(), row()]);
    tr.setSelection(TextSelection.create(tr.doc, $from.after() + 1));
  }
  dispatch?.(tr.scrollIntoView());
  return true;
}

/** Enter in a row begins the next one; in an empty last row it ends the table. */
export function nextRow(state: EditorState, dispatch: Dispatch): boolean {
  const place = rowHere(state);
  if (place === null) return false;
  const { tr } = state;
  if (place.parent.textContent === "" && place.parent.childCount === columnsOf(place.parent) - 1) {
    tr.delete(place.start(), place.end());
    setLine(tr, place.before(), { kind: null });
  } else {
    tr.insert(place.after(), block.create({ kind: "row" }, cellsOf(columnsOf(place.parent))));
    tr.setSelection(TextSelection.create(tr.doc, place.after() + 1));
  }
  dispatch?.(tr.scrollIntoView());
  return true;
}

/** Tab in a row: the next or the previous cell, also in the next or previous row. */
export function moveCell(state: EditorState, dispatch: Dispatch, by: 1 | -1): boolean {
  const place = rowHere(state);
  if (place === null) return false;
  const starts: number[] = [];
  state.doc.forEach((line, position) => {
    if (line.attrs["kind"] !== "row") return;
    starts.push(position + 1);
    line.forEach((child, offset) => {
      if (child.type === schema.nodes.cell) starts.push(position + 2 + offset);
    });
  });
  const current = starts.filter((start) => start <= state.selection.head).length - 1;
  const next = starts[current + by];
  if (next === undefined) return by > 0 ? nextRow(state, dispatch) : false;
  dispatch?.(state.tr.setSelection(TextSelection.create(state.doc, next)).scrollIntoView());
  return true;
}
