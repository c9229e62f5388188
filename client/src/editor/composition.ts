// Others' edits around a word that is being composed.
//
// A phone's keyboard holds on to the text node that its word is in. The browser keeps the word's
// place in that node through small edits of the node's data, and loses it when the data is replaced
// or the node is. ProseMirror replaces the data; so before it looks, the node is made to say what
// the line will say, by edits that stay clear of the word.

import type { Node } from "prosemirror-model";
import type { EditorView } from "prosemirror-view";

interface Composed {
  text: Text;
  /** Offset of the caret in the text node. */
  caret: number;
  /** Offset in the line at which the text node begins. */
  start: number;
}

/** Length in the document of what a line's element holds before `end`; null if it is not there. */
function lengthBefore(content: HTMLElement, end: Text): number | null {
  let length = 0;
  const walker = document.createTreeWalker(
    content,
    NodeFilter.SHOW_TEXT | NodeFilter.SHOW_ELEMENT,
    {
      acceptNode: (node) => {
        if (!(node instanceof HTMLElement)) return NodeFilter.FILTER_ACCEPT;
        if (node.matches(".caret, .ProseMirror-widget, img, .ProseMirror-trailingBreak")) {
          return NodeFilter.FILTER_REJECT;
        }
        if (!node.matches("br, .cell, .footnote, .unknown")) return NodeFilter.FILTER_ACCEPT;
        length += 1;
        return NodeFilter.FILTER_REJECT;
      },
    },
  );
  for (let node = walker.nextNode(); node !== null; node = walker.nextNode()) {
    if (node === end) return length;
    if (node instanceof Text) length += node.data.length;
  }
  return null;
}

/** The text node in this line that the keyboard is composing in. */
export function composedIn(view: EditorView, content: HTMLElement): Composed | null {
  if (!view.composing) return null;
  const selection = document.getSelection();
  const text = selection?.focusNode;
  if (!(text instanceof Text) || !content.contains(text)) return null;
  const start = lengthBefore(content, text);
  return start === null ? null : { text, caret: selection?.focusOffset ?? 0, start };
}

/** Makes one side of the caret say what it will say, with one edit as small as can be. */
function patch(text: Text, from: number, to: number, wanted: string): void {
  const old = text.data.slice(from, to);
  if (old === wanted) return;
  let same = 0;
  while (same < old.length && same < wanted.length && old[same] === wanted[same]) same++;
  let end = 0;
  const room = Math.min(old.length, wanted.length) - same;
  while (end < room && old[old.length - 1 - end] === wanted[wanted.length - 1 - end]) end++;
  const inserted = wanted.slice(same, wanted.length - end);
  text.replaceData(from + same, old.length - same - end, inserted);
}

/** Edits the composed text node so that it agrees with the line as it will be. */
export function keepComposition(view: EditorView, composed: Composed, old: Node, now: Node): void {
  const { $head } = view.state.selection;
  if ($head.parent !== now) return;
  const oldEnd = composed.start + composed.text.data.length;
  // The page's own letters are in the node before they are in the document: nothing to do then.
  if (oldEnd > old.content.size) return;
  if (old.textBetween(composed.start, oldEnd) !== composed.text.data) return;
  const from = old.content.findDiffStart(now.content);
  const ends = old.content.findDiffEnd(now.content);
  if (from === null || ends === null) return;
  const overlap = Math.max(0, from - Math.min(ends.a, ends.b));
  const oldTo = ends.a + overlap;
  const to = ends.b + overlap;
  const mapped = (place: number, inside: number) => {
    if (place >= oldTo) return place + to - oldTo;
    return place <= from ? place : inside;
  };
  // What comes in right before the word's node joins it, so that the line stays one node.
  const start = composed.start === from ? from : mapped(composed.start, to);
  const end = oldEnd <= from ? oldEnd : mapped(oldEnd, from);
  const caret = $head.parentOffset;
  if (start > caret || caret > end || end > now.content.size) return;
  const before = now.textBetween(start, caret);
  const after = now.textBetween(caret, end);
  // Something other than text came in between: the word cannot stay in one node.
  if (before.length !== caret - start || after.length !== end - caret) return;
  patch(composed.text, composed.caret, composed.text.data.length, after);
  patch(composed.text, 0, composed.caret, before);
}
