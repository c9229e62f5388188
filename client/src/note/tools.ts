// What the toolbar offers: which tools, in which groups, with which keys.

import type { Kind, MarkName, PaneEditor } from "../editor";
import type { Words } from "../i18n";
import type { IconName } from "./icons";

export interface Tool {
  icon: IconName;
  name: string;
  /** As `aria-keyshortcuts` writes them. */
  keys?: string;
  /** Set for what is on or off; a tool that only does something has no such state. */
  pressed?: boolean;
  disabled?: boolean;
  run(): void;
}

/** The groups of tools for the pane in use; in a table, its own stand in place of the lists'. */
export function toolGroups(editor: PaneEditor, words: Words): Tool[][] {
  const { commands } = editor;
  const state = editor.state();
  const t = words.toolbar;
  const mark = (name: MarkName, keys: string, run: () => void): Tool => ({
    icon: name,
    name: t[name],
    keys,
    pressed: state.marks.has(name),
    run,
  });
  const groups: Tool[][] = [
    [
      mark("bold", "Control+B", () => commands.toggleBold()),
      mark("italic", "Control+I", () => commands.toggleItalic()),
      mark("strike", "Control+Shift+X", () => commands.toggleStrike()),
      mark("code", "Control+E", () => commands.toggleCode()),
      mark("link", "Control+K", () => commands.setLink()),
    ],
    ...(state.table ? [tableTools(commands, words)] : lineTools(editor, words)),
    [
      {
        icon: "footnote",
        name: t.footnote,
        keys: "Control+Alt+F",
        run: () => commands.insertFootnote(),
      },
      { icon: "table", name: t.table, run: () => commands.insertTable() },
      { icon: "rule", name: t.rule, run: () => commands.insertRule() },
    ],
    [
      {
        icon: "undo",
        name: t.undo,
        keys: "Control+Z",
        disabled: !state.canUndo,
        run: () => commands.undo(),
      },
      {
        icon: "redo",
        name: t.redo,
        keys: "Control+Y",
        disabled: !state.canRedo,
        run: () => commands.redo(),
      },
    ],
  ];
  return groups;
}

/** What makes a line a list or a quote: a row of a table is to become neither by a slip. */
function lineTools(editor: PaneEditor, words: Words): Tool[][] {
  const { commands } = editor;
  const state = editor.state();
  const t = words.toolbar;
  const line = (kind: Kind & ("bullet" | "ordered" | "task"), keys: string): Tool => ({
    icon: kind,
    name: t[kind],
    keys,
    pressed: state.kind === kind,
    run: () => commands.setKind(kind),
  });
  return [
    [
      line("bullet", "Control+Shift+8"),
      line("ordered", "Control+Shift+7"),
      line("task", "Control+Shift+9"),
      {
        icon: "quote",
        name: t.quote,
        keys: "Control+Shift+B",
        pressed: state.quote,
        run: () => commands.toggleQuote(),
      },
    ],
    [
      {
        icon: "outdent",
        name: t.outdent,
        keys: "Shift+Tab",
        disabled: state.indent === 0,
        run: () => commands.outdent(),
      },
      {
        icon: "indent",
        name: t.indent,
        keys: "Tab",
        disabled: state.kind === null || !["bullet", "ordered", "task"].includes(state.kind),
        run: () => commands.indent(),
      },
    ],
  ];
}

function tableTools(commands: PaneEditor["commands"], words: Words): Tool[] {
  const t = words.toolbar;
  return [
    {
      icon: "rowAbove",
      name: t.rowAbove,
      keys: "Alt+Shift+ArrowUp",
      run: () => commands.addRow(-1),
    },
    {
      icon: "rowBelow",
      name: t.rowBelow,
      keys: "Alt+Shift+ArrowDown",
      run: () => commands.addRow(1),
    },
    {
      icon: "columnBefore",
      name: t.columnBefore,
      keys: "Alt+Shift+ArrowLeft",
      run: () => commands.addColumn(-1),
    },
    {
      icon: "columnAfter",
      name: t.columnAfter,
      keys: "Alt+Shift+ArrowRight",
      run: () => commands.addColumn(1),
    },
    {
      icon: "removeRow",
      name: t.removeRow,
      keys: "Alt+Shift+Backspace",
      run: () => commands.removeRow(),
    },
    {
      icon: "removeColumn",
      name: t.removeColumn,
      keys: "Alt+Shift+Delete",
      run: () => commands.removeColumn(),
    },
    { icon: "removeTable", name: t.removeTable, run: () => commands.removeTable() },
  ];
}
