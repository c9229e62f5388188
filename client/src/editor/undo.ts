// Undo of one's own edits only: Yjs remembers what this binding wrote, wherever others moved it.

import { TextSelection } from "prosemirror-state";
import type { EditorView } from "prosemirror-view";
import * as Y from "yjs";
import type { Binding } from "./binding";
import { fromRelative, type RelativeRange, toRelative } from "./relative";

export const CAPTURE_MS = 500;
const SELECTION = "selection";

export class Undo {
  private readonly stacks: Y.UndoManager;
  private view: EditorView | null = null;
  /** Where the caret was before the edit that is being written. */
  private before: RelativeRange | null = null;

  constructor(
    private readonly binding: Binding,
    onChange: () => void,
  ) {
    this.stacks = new Y.UndoManager(binding.text, {
      trackedOrigins: new Set([binding]),
      captureTimeout: CAPTURE_MS,
    });
    this.stacks.on("stack-item-added", ({ stackItem }) => {
      stackItem.meta.set(SELECTION, this.before);
      onChange();
    });
    this.stacks.on("stack-item-popped", ({ stackItem }) => {
      this.restore(stackItem.meta.get(SELECTION) as RelativeRange | null);
      onChange();
    });
  }

  attach(view: EditorView): void {
    this.view = view;
  }

  /** Tells where the caret is, before a transaction is written. */
  remember(view: EditorView): void {
    this.before = toRelative(this.binding.text, view.state);
  }

  /** The next edit is one of its own, not more of the typing before it. */
  separate(): void {
    this.stacks.stopCapturing();
  }

  get canUndo(): boolean {
    return this.stacks.canUndo();
  }

  get canRedo(): boolean {
    return this.stacks.canRedo();
  }

  undo(): boolean {
    if (this.view === null || !this.view.editable) return false;
    this.remember(this.view);
    return this.stacks.undo() !== null;
  }

  redo(): boolean {
    if (this.view === null || !this.view.editable) return false;
    this.remember(this.view);
    return this.stacks.redo() !== null;
  }

  destroy(): void {
    this.stacks.destroy();
    this.view = null;
  }

  private restore(place: RelativeRange | null): void {
    const view = this.view;
    const range = view && place ? fromRelative(this.binding.text, view.state.doc, place) : null;
    if (view === null || range === null) return;
    const { tr } = view.state;
    const at = (position: number) => tr.doc.resolve(position);
    tr.setSelection(TextSelection.between(at(range.anchor), at(range.head)));
    view.dispatch(tr.scrollIntoView());
  }
}
