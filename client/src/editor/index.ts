// The editor of one pane: a shared text on one side, a page that people write in on the other.

import { EditorState, Plugin, TextSelection } from "prosemirror-state";
import { Decoration, DecorationSet, EditorView } from "prosemirror-view";
import type { Awareness } from "y-protocols/awareness";
import type * as Y from "yjs";
import { askForFootnote, askForLink } from "./asks";
import { authorsPlugin } from "./authors";
import { Binding } from "./binding";
import { carets } from "./carets";
import { columns } from "./columns";
import { type PaneCommands, type PaneState, paneCommands, paneState } from "./commands";
import { copying } from "./copy";
import { findingPlugin } from "./finding";
import { keys } from "./keys";
import { LineView, redrawing } from "./line-view";
import { ownCaret } from "./own-caret";
import { pasting } from "./paste";
import { typedRules } from "./rules";
import { schema } from "./schema";
import { SHOWN } from "./shown";
import { tidy } from "./tidy";
import { Undo } from "./undo";
import type { EditorWords } from "./words";

export type { MarkName, PaneCommands, PaneState } from "./commands";
export type { Kind } from "./schema";
export type { EditorWords } from "./words";

export interface EditorOptions {
  text: Y.Text;
  awareness: Awareness;
  pane: "notes" | "conclusions";
  /** The field's name for a screen reader. */
  label: string;
  editable: boolean;
  placeholder?: string;
  /** Whether the carets of others are drawn; they are unless it says no. */
  carets?: boolean;
  words: EditorWords;
}

export interface PaneEditor {
  readonly view: EditorView;
  readonly commands: PaneCommands;
  setEditable(on: boolean): void;
  focus(): void;
  /** Selects from one position of the document to another and takes the focus; null: focus only. */
  select(range: { from: number; to: number } | null): void;
  state(): PaneState;
  /** Calls back after every change of what `state()` tells; gives what stops it. */
  onStateChange(callback: (state: PaneState) => void): () => void;
  destroy(): void;
  /** How often the page had to be mended from the shared text: 0 unless something is wrong. */
  mended(): number;
}

function placeholder(words: string): Plugin {
  return new Plugin({
    props: {
      decorations({ doc }) {
        const line = doc.firstChild;
        if (doc.childCount > 1 || line === null || line.content.size > 0) return null;
        const attributes = { class: "placeholder", "data-placeholder": words };
        return DecorationSet.create(doc, [Decoration.node(0, line.nodeSize, attributes)]);
      },
    },
  });
}

/** A pane that is read only changes by others alone, whatever tries to. */
function guard(isEditable: () => boolean): Plugin {
  return new Plugin({
    filterTransaction: (tr) => !tr.docChanged || isEditable() || Boolean(tr.getMeta(SHOWN)),
  });
}

/** Opens an editor in `mount`. It writes nothing until somebody types. */
export function openEditor(mount: HTMLElement, options: EditorOptions): PaneEditor {
  const { text, awareness, pane, words } = options;
  let editable = options.editable;
  const listeners = new Set<(state: PaneState) => void>();
  const tell = () => {
    for (const listener of listeners) listener(paneState(view, undo));
  };
  const binding = new Binding(text);
  const undo = new Undo(binding, () => queueMicrotask(tell));

  const dialog = (ask: typeof askForLink) => () => {
    void ask(view, words);
    return true;
  };
  const view: EditorView = new EditorView(mount, {
    state: EditorState.create({
      doc: binding.initial,
      plugins: [
        guard(() => editable),
        typedRules(),
        keys({
          undo: () => undo.undo(),
          redo: () => undo.redo(),
          link: dialog(askForLink),
          footnote: dialog(askForFootnote),
        }),
        pasting(undo),
        tidy(),
        redrawing(),
        columns(),
        ...(options.carets === false ? [] : [carets(text, awareness, pane)]),
        ownCaret(text, awareness, pane),
        findingPlugin(),
        authorsPlugin(),
        ...(options.placeholder ? [placeholder(options.placeholder)] : []),
      ],
    }),
    editable: () => editable,
    attributes: () => ({
      class: "pane",
      role: "textbox",
      tabindex: "0",
      "aria-multiline": "true",
      "aria-label": options.label,
      "aria-readonly": editable ? "false" : "true",
    }),
    nodeViews: {
      block: (node, itsView, place) => new LineView(node, itsView, place, words),
    },
    ...copying,
    handleDoubleClickOn(_view, _position, node, at) {
      if (node.type !== schema.nodes.footnote || !editable) return false;
      void at;
      void askForFootnote(view, words);
      return true;
    },
    handleClick(_view, _position, event) {
      const link = (event.target as Element).closest?.("a[href]");
      if (!link || (editable && !event.ctrlKey && !event.metaKey)) return false;
      window.open((link as HTMLAnchorElement).href, "_blank", "noopener,noreferrer");
      return true;
    },
    dispatchTransaction(tr) {
      if (tr.docChanged && !tr.getMeta(SHOWN)) undo.remember(view);
      const before = view.state;
      binding.dispatch(view, tr);
      if (
        before.doc !== view.state.doc ||
        !before.selection.eq(view.state.selection) ||
        tr.storedMarksSet
      )
        tell();
    },
  });
  binding.attach(view);
  undo.attach(view);

  return {
    view,
    commands: paneCommands(view, undo, words),
    setEditable(on) {
      editable = on;
      view.setProps({ editable: () => editable });
      for (const box of view.dom.querySelectorAll<HTMLInputElement>("input[type=checkbox]")) {
        box.disabled = !on;
      }
      tell();
    },
    focus: () => view.focus(),
    select(range) {
      view.focus();
      if (range === null) return;
      const { tr } = view.state;
      view.dispatch(tr.setSelection(TextSelection.create(tr.doc, range.from, range.to)));
    },
    state: () => paneState(view, undo),
    onStateChange(callback) {
      listeners.add(callback);
      return () => listeners.delete(callback);
    },
    destroy() {
      binding.detach();
      undo.destroy();
      listeners.clear();
      view.destroy();
    },
    mended: () => binding.mended,
  };
}
