import { baseKeymap, chainCommands, deleteSelection, toggleMark } from "prosemirror-commands";
import { undoInputRule } from "prosemirror-inputrules";
import { keydownHandler } from "prosemirror-keymap";
import { type Command, Plugin } from "prosemirror-state";
import { backspace, deleteForward, enter, hardBreak } from "./enter";
import { indentLines, setKind, toggleChecked, toggleQuote } from "./lines";
import { readPlace } from "./placing";
import { schema } from "./schema";
import { addColumn, addRow, removeColumn, removeRow } from "./table-shape";
import { moveCell } from "./tables";

/** What the keys need from outside the document. */
export interface KeyActions {
  undo(): boolean;
  redo(): boolean;
  link(): boolean;
  footnote(): boolean;
}

// On a Mac, Alt and Shift with an arrow select by word.
const TABLE = /Mac|iP(hone|ad|od)/.test(navigator.platform) ? "Ctrl-Shift" : "Alt-Shift";

/** Tab moves list lines and goes from cell to cell; anywhere else it leaves the field. */
const tab = (by: 1 | -1): Command =>
  chainCommands(
    (state, dispatch) => moveCell(state, dispatch, by),
    (state, dispatch) => indentLines(state, dispatch, by),
  );

function bindings(actions: KeyActions): Record<string, Command> {
  const erase = chainCommands(undoInputRule, deleteSelection, backspace);
  const eraseForward = chainCommands(deleteSelection, deleteForward);
  const bound: Record<string, Command> = {
    ...baseKeymap,
    Enter: enter,
    "Mod-Enter": chainCommands(toggleChecked, enter),
    "Shift-Enter": hardBreak,
    Backspace: erase,
    "Mod-Backspace": erase,
    "Shift-Backspace": erase,
    Delete: eraseForward,
    "Mod-Delete": eraseForward,
    Tab: tab(1),
    "Shift-Tab": tab(-1),
    "Mod-b": toggleMark(schema.marks.bold),
    "Mod-i": toggleMark(schema.marks.italic),
    "Mod-e": toggleMark(schema.marks.code),
    "Mod-Shift-x": toggleMark(schema.marks.strike),
    "Mod-k": actions.link,
    "Mod-Alt-f": actions.footnote,
    "Mod-z": actions.undo,
    "Mod-Shift-z": actions.redo,
    "Mod-y": actions.redo,
    "Mod-Shift-7": (state, dispatch) => setKind(state, dispatch, "ordered"),
    "Mod-Shift-8": (state, dispatch) => setKind(state, dispatch, "bullet"),
    "Mod-Shift-9": (state, dispatch) => setKind(state, dispatch, "task"),
    "Mod-Shift-b": toggleQuote,
    [`${TABLE}-ArrowUp`]: (state, dispatch) => addRow(state, dispatch, -1),
    [`${TABLE}-ArrowDown`]: (state, dispatch) => addRow(state, dispatch, 1),
    [`${TABLE}-ArrowLeft`]: (state, dispatch) => addColumn(state, dispatch, -1),
    [`${TABLE}-ArrowRight`]: (state, dispatch) => addColumn(state, dispatch, 1),
    [`${TABLE}-Backspace`]: removeRow,
    [`${TABLE}-Delete`]: removeColumn,
    "Mod-Alt-5": (state, dispatch) => setKind(state, dispatch, "code"),
    "Mod-Alt-0": (state, dispatch) => setKind(state, dispatch, null),
  };
  for (const level of [1, 2, 3, 4] as const) {
    bound[`Mod-Alt-${level}`] = (state, dispatch) => setKind(state, dispatch, `h${level}`);
  }
  return bound;
}

/** The keys of the editor. Escape, then Tab leaves the field from anywhere. */
export function keys(actions: KeyActions): Plugin {
  const handle = keydownHandler(bindings(actions));
  let leaving = false;
  return new Plugin({
    props: {
      handleKeyDown(view, event) {
        if (event.key === "Escape") {
          leaving = true;
          return false;
        }
        if (leaving && event.key === "Tab") return false;
        if (event.key !== "Shift") leaving = false;
        return view.editable && handle(view, event);
      },
      handleDOMEvents: {
        // A key right behind Home is meant for the place that Home led to.
        keydown: (view) => {
          readPlace(view);
          return false;
        },
        // Not where the focus goes on to something in the text, such as a table that scrolls: the
        // next Tab is to lead further out.
        focusout: (view, event) => {
          if (!view.dom.contains(event.relatedTarget as Element | null)) leaving = false;
          return false;
        },
      },
    },
  });
}
