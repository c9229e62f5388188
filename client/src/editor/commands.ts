// What the toolbar can do, and what it shows as done.

import { toggleMark } from "prosemirror-commands";
import type { Command } from "prosemirror-state";
import type { EditorView } from "prosemirror-view";
import { askForFootnote, askForLink } from "./asks";
import { indentLines, insertRule, setKind, toggleChecked, toggleQuote } from "./lines";
import { type Kind, knownKind, type MARK_KEYS, schema } from "./schema";
import { addColumn, addRow, isInTable, removeColumn, removeRow, removeTable } from "./table-shape";
import { insertTable } from "./tables";
import type { Undo } from "./undo";
import type { EditorWords } from "./words";

export type MarkName = (typeof MARK_KEYS)[number];

export interface PaneState {
  /** Kind of the line of the caret; null is a paragraph. */
  kind: Kind | null;
  quote: boolean;
  indent: number;
  checked: boolean;
  marks: ReadonlySet<MarkName>;
  /** The caret is in a table. */
  table: boolean;
  canUndo: boolean;
  canRedo: boolean;
  editable: boolean;
}

/** Each returns whether it could be done; none does anything in a pane that is read only. */
export interface PaneCommands {
  toggleBold(): boolean;
  toggleItalic(): boolean;
  toggleStrike(): boolean;
  toggleCode(): boolean;
  /** Asks for an address in a dialog. */
  setLink(): boolean;
  /** Makes the selected lines of a kind, or paragraphs again if they are all of it. */
  setKind(kind: Kind | null): boolean;
  toggleQuote(): boolean;
  toggleChecked(): boolean;
  indent(): boolean;
  outdent(): boolean;
  /** Asks for the text in a dialog. */
  insertFootnote(): boolean;
  insertTable(columns?: number): boolean;
  /** Above the caret's row (-1) or below it (1); before its column or after it. */
  addRow(by: 1 | -1): boolean;
  addColumn(by: 1 | -1): boolean;
  removeRow(): boolean;
  removeColumn(): boolean;
  removeTable(): boolean;
  /** A rule below the line of the caret, and an empty line below that. */
  insertRule(): boolean;
  undo(): boolean;
  redo(): boolean;
}

export function paneCommands(view: EditorView, undo: Undo, words: EditorWords): PaneCommands {
  const run = (command: Command, focus = true): boolean => {
    if (!view.editable) return false;
    undo.separate();
    const done = command(view.state, view.dispatch, view);
    undo.separate();
    if (focus) view.focus();
    return done;
  };
  const dialog = (open: () => Promise<void>): boolean => {
    if (!view.editable) return false;
    void open();
    return true;
  };
  return {
    toggleBold: () => run(toggleMark(schema.marks.bold)),
    toggleItalic: () => run(toggleMark(schema.marks.italic)),
    toggleStrike: () => run(toggleMark(schema.marks.strike)),
    toggleCode: () => run(toggleMark(schema.marks.code)),
    setLink: () => dialog(() => askForLink(view, words)),
    setKind: (kind) => run((state, dispatch) => setKind(state, dispatch, kind)),
    toggleQuote: () => run(toggleQuote),
    toggleChecked: () => run(toggleChecked),
    indent: () => run((state, dispatch) => indentLines(state, dispatch, 1)),
    outdent: () => run((state, dispatch) => indentLines(state, dispatch, -1)),
    insertFootnote: () => dialog(() => askForFootnote(view, words)),
    insertTable: (columns = 2) => run((state, dispatch) => insertTable(state, dispatch, columns)),
    addRow: (by) => run((state, dispatch) => addRow(state, dispatch, by)),
    addColumn: (by) => run((state, dispatch) => addColumn(state, dispatch, by)),
    removeRow: () => run(removeRow),
    removeColumn: () => run(removeColumn),
    removeTable: () => run(removeTable),
    insertRule: () => run(insertRule),
    undo: () => undo.undo(),
    redo: () => undo.redo(),
  };
}

export function paneState(view: EditorView, undo: Undo): PaneState {
  const { $from, empty, from, to } = view.state.selection;
  const line = $from.depth > 0 ? $from.node(1) : $from.doc.child(0);
  const marks = new Set<MarkName>();
  if (empty) {
    for (const mark of view.state.storedMarks ?? $from.marks())
      marks.add(mark.type.name as MarkName);
  } else {
    for (const type of Object.values(schema.marks)) {
      if (view.state.doc.rangeHasMark(from, to, type)) marks.add(type.name as MarkName);
    }
  }
  return {
    kind: knownKind(line),
    quote: Boolean(line.attrs["quote"]),
    indent: Number(line.attrs["indent"] ?? 0),
    checked: Boolean(line.attrs["checked"]),
    marks,
    table: isInTable(view.state),
    canUndo: undo.canUndo,
    canRedo: undo.canRedo,
    editable: view.editable,
  };
}
