// Where a person has just put their caret, before the editor was told.
//
// A browser moves the caret at once and says so a moment later. What is drawn in between, a change
// by others or their carets, would put it back where the editor last knew it, and a key pressed in
// between would do its work there: Delete right after Home, at the end of the line.

import type { EditorView } from "prosemirror-view";

/** What ProseMirror itself calls before it handles a key; its types leave it out. */
interface Observing {
  domObserver: { pendingRecords(): readonly MutationRecord[]; flush(): void };
}

/**
 * Takes over a caret that was moved and not told yet. To be called before anything is drawn that
 * the person did not do, before a key does its work, and before `view.state` is read for either.
 *
 * What was typed and not read yet stays so: it is an edit, and here may be no place for one.
 */
export function readPlace(view: EditorView): void {
  const { domObserver } = view as unknown as Observing;
  if (!view.composing && domObserver.pendingRecords().length === 0) domObserver.flush();
}
