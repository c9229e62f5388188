// One shared text and one editor's document, kept the same in both directions.
//
// Invariant: between two events the document is exactly what the shared text says. Every local
// transaction is written before the page shows it; every change of the text that did not come from
// here (other people, undo) becomes one transaction. Should the two ever differ, the text is right
// and the document is mended from it, line by line.

import type { Node } from "prosemirror-model";
import { type EditorState, TextSelection, type Transaction } from "prosemirror-state";
import type { StepMap } from "prosemirror-transform";
import type { EditorView } from "prosemirror-view";
import type * as Y from "yjs";
import { applyDelta } from "./apply";
import { deltaBetween } from "./delta";
import { readPlace } from "./placing";
import { lengthOf } from "./positions";
import { type Reading, readText } from "./read";
import { receivedDelta } from "./received";
import { changedRegions } from "./regions";
import { SHOWN } from "./shown";
import type { Op } from "./values";

export class Binding {
  /** The last line has no newline in the shared text. */
  private open: boolean;
  private view: EditorView | null = null;
  /** The document the text was read into; where the editor begins. */
  readonly initial: Node;
  /** How often the document had to be mended: 0 unless something is wrong. */
  mended = 0;
  private readonly observe = (event: Y.YTextEvent, transaction: Y.Transaction) => {
    if (transaction.origin !== this) this.show(event);
  };

  constructor(readonly text: Y.Text) {
    const reading = readText(text.toDelta() as Op[]);
    this.initial = reading.doc;
    this.open = reading.open;
  }

  attach(view: EditorView): void {
    this.view = view;
    this.text.doc?.on("afterTransaction", neverWriteUnasked);
    this.text.observe(this.observe);
  }

  detach(): void {
    this.text.unobserve(this.observe);
    this.text.doc?.off("afterTransaction", neverWriteUnasked);
    this.view = null;
  }

  /** Applies a transaction of the editor: first to the shared text, then to the page. */
  dispatch(view: EditorView, tr: Transaction): void {
    const { state, transactions } = view.state.applyTransaction(tr);
    const changes = transactions.filter((each) => each.docChanged);
    const local = changes.filter((each) => !each.getMeta(SHOWN));
    const first = local[0];
    if (first !== undefined) {
      const maps = local.flatMap((each) => each.mapping.maps);
      this.write(first.before, state.doc, maps);
    }
    view.updateState(state);
    // A caret alone may also move while a change by others waits to be shown.
    if (changes.length > 0 && !this.fits(view.state)) this.mend(view);
  }

  private write(before: Node, after: Node, maps: readonly StepMap[]): void {
    const change = deltaBetween(before, after, changedRegions(maps), this.open);
    this.open = change.open;
    if (change.delta.length === 0) return;
    this.text.doc?.transact(() => this.text.applyDelta(change.delta), this);
  }

  private show(event: Y.YTextEvent): void {
    const view = this.view;
    if (view === null) return;
    readPlace(view);
    const { tr } = view.state;
    try {
      this.open = applyDelta(tr, receivedDelta(event), this.open);
    } catch (error) {
      // Whatever went wrong, the text is known; what is on the page is made to agree with it.
      console.error("calepin: a change did not fit the page", error);
      this.mend(view);
      return;
    }
    view.dispatch(keepPlace(tr, view.state).setMeta(SHOWN, true));
  }

  private fits(state: EditorState): boolean {
    return lengthOf(state.doc, this.open) === this.text.length;
  }

  /** Replaces the lines that differ from the shared text. */
  private mend(view: EditorView): void {
    this.mended += 1;
    const reading = readText(this.text.toDelta() as Op[]);
    this.open = reading.open;
    const tr = replaceLines(view.state.tr, reading);
    view.updateState(view.state.apply(tr.setMeta(SHOWN, true)));
  }
}

/**
 * Stops Yjs from answering a change by others with a change of its own.
 *
 * After each received update Yjs 13.6 looks for formatting marks that say nothing new and deletes
 * them: everybody in a note would send that, readers and people in a locked note too.
 */
function neverWriteUnasked(transaction: Y.Transaction): void {
  if (!transaction.local) transaction._needFormattingCleanup = false;
}

function replaceLines(tr: Transaction, reading: Reading): Transaction {
  const from = tr.doc.content.findDiffStart(reading.doc.content);
  const to = tr.doc.content.findDiffEnd(reading.doc.content);
  if (from === null || to === null) return tr;
  const overlap = Math.max(0, from - Math.min(to.a, to.b));
  return tr.replace(from, to.a + overlap, reading.doc.slice(from, to.b + overlap));
}

/**
 * Keeps the caret on its own side of what others insert at its place, and the bold that is waiting
 * for the next letter.
 *
 * A caret stays after the last character that its owner typed: two people who type at one place
 * at once then get two words, not one of alternating letters.
 */
function keepPlace(tr: Transaction, state: EditorState): Transaction {
  const { selection } = state;
  if (tr.docChanged && selection instanceof TextSelection) {
    const { anchor, head } = selection;
    const side = (place: number, other: number) => (place < other ? 1 : -1);
    const at = (place: number, other: number) => {
      const mapped = tr.mapping.map(place, side(place, other));
      return tr.doc.resolve(Math.min(Math.max(mapped, 1), tr.doc.content.size - 1));
    };
    tr.setSelection(TextSelection.between(at(anchor, head), at(head, anchor)));
  }
  return state.storedMarks === null ? tr : tr.setStoredMarks(state.storedMarks);
}
