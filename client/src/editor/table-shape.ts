// The shape of a table: rows and columns that are added and taken away around the caret.
//
// A row is a line and a column is the same cell of each of its rows, so each of these is a few
// insertions or deletions, and what somebody else types in another cell meanwhile is kept.

import type { Node } from "prosemirror-model";
import { type EditorState, TextSelection } from "prosemirror-state";
import type { Dispatch } from "./lines";
import { block, schema } from "./schema";

interface Row {
  node: Node;
  position: number;
}

interface Place {
  rows: Row[];
  /** The row and the column of the caret. */
  row: Row;
  column: number;
}

/** From where to where each cell of a row goes, without its dividers. */
function cellsOf({ node, position }: Row): { from: number; to: number }[] {
  const cells = [{ from: position + 1, to: position + 1 + node.content.size }];
  node.forEach((child, offset) => {
    const last = cells[cells.length - 1];
    if (child.type !== schema.nodes.cell || last === undefined) return;
    const end = last.to;
    last.to = position + 1 + offset;
    cells.push({ from: last.to + 1, to: end });
  });
  return cells;
}

/** The table around the caret; null outside of one. */
function tableHere(state: EditorState): Place | null {
  const { $head } = state.selection;
  if ($head.depth !== 1 || $head.parent.attrs["kind"] !== "row") return null;
  const { doc } = state;
  const isRow = (index: number) => doc.maybeChild(index)?.attrs["kind"] === "row";
  let first = $head.index(0);
  while (isRow(first - 1)) first -= 1;
  const rows: Row[] = [];
  let position = 0;
  for (let index = 0; index < first || isRow(index); index++) {
    const node = doc.child(index);
    if (index >= first) rows.push({ node, position });
    position += node.nodeSize;
  }
  const row = rows.find((each) => each.position === $head.before());
  if (row === undefined) return null;
  const column = cellsOf(row).filter(({ from }) => from <= $head.pos).length - 1;
  return { rows, row, column };
}

export function isInTable(state: EditorState): boolean {
  return tableHere(state) !== null;
}

/** A row of as many cells below the row of the caret, or above it. */
export function addRow(state: EditorState, dispatch: Dispatch, by: 1 | -1): boolean {
  const table = tableHere(state);
  if (table === null) return false;
  const { node, position } = table.row;
  const at = by > 0 ? position + node.nodeSize : position;
  const dividers = cellsOf(table.row)
    .slice(1)
    .map(() => schema.nodes.cell.create());
  const tr = state.tr.insert(at, block.create(node.attrs, dividers));
  dispatch?.(tr.setSelection(TextSelection.create(tr.doc, at + 1)).scrollIntoView());
  return true;
}

/** A column after that of the caret, or before it. A row that is too short gets it at its end. */
export function addColumn(state: EditorState, dispatch: Dispatch, by: 1 | -1): boolean {
  const table = tableHere(state);
  if (table === null) return false;
  const { tr } = state;
  let caret = tr.selection.head;
  for (const row of table.rows) {
    const cells = cellsOf(row);
    const cell = cells[Math.min(table.column, cells.length - 1)];
    if (cell === undefined) continue;
    const at = tr.mapping.map(by > 0 || cells.length <= table.column ? cell.to : cell.from);
    tr.insert(at, schema.nodes.cell.create());
    if (row === table.row) caret = by > 0 ? at + 1 : at;
  }
  dispatch?.(tr.setSelection(TextSelection.create(tr.doc, caret)).scrollIntoView());
  return true;
}

/** Takes the row of the caret away; the last one leaves an empty line. */
export function removeRow(state: EditorState, dispatch: Dispatch): boolean {
  const table = tableHere(state);
  if (table === null) return false;
  return removeLines(state, dispatch, [table.row]);
}

/** Takes the column of the caret away; the last one takes the table along. */
export function removeColumn(state: EditorState, dispatch: Dispatch): boolean {
  const table = tableHere(state);
  if (table === null) return false;
  if (table.rows.every((row) => cellsOf(row).length === 1)) {
    return removeLines(state, dispatch, table.rows);
  }
  const { tr } = state;
  for (const row of table.rows) {
    const cells = cellsOf(row);
    const cell = cells[table.column];
    if (cell === undefined) continue;
    const from = table.column > 0 ? cell.from - 1 : cell.from;
    const to = table.column === 0 && cells.length > 1 ? cell.to + 1 : cell.to;
    tr.delete(tr.mapping.map(from), tr.mapping.map(to));
  }
  dispatch?.(tr.scrollIntoView());
  return true;
}

export function removeTable(state: EditorState, dispatch: Dispatch): boolean {
  const table = tableHere(state);
  return table !== null && removeLines(state, dispatch, table.rows);
}

function removeLines(state: EditorState, dispatch: Dispatch, rows: readonly Row[]): boolean {
  const [first, last] = [rows[0], rows[rows.length - 1]];
  if (first === undefined || last === undefined) return false;
  const { tr } = state;
  const end = last.position + last.node.nodeSize;
  const around = [tr.doc.resolve(first.position).nodeBefore, tr.doc.resolve(end).nodeAfter];
  const isWhole = around.every((line) => line?.attrs["kind"] !== "row");
  // A table that goes leaves the line that the caret is in.
  if (isWhole) tr.replaceWith(first.position, end, block.create());
  else tr.delete(first.position, end);
  const near = Math.min(first.position + 1, tr.doc.content.size - 1);
  tr.setSelection(TextSelection.near(tr.doc.resolve(near)));
  dispatch?.(tr.scrollIntoView());
  return true;
}
