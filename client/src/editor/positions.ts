// A place in the shared text is an index; a place in the page's document counts two more for every
// line break and one for the first line: position = index + 1 + number of lines before.

import type { Node } from "prosemirror-model";

/** The index in the shared text of a position in the document. */
export function indexOf(doc: Node, position: number): number {
  const place = doc.resolve(position);
  return position - place.index(0) - place.depth;
}

/**
 * The position inside the line that holds an index.
 *
 * An index after the last line gives the position that the start of one more line would have.
 */
export function positionOf(doc: Node, index: number): number {
  let rest = index;
  let start = 0;
  for (let line = 0; line < doc.childCount; line++) {
    const node = doc.child(line);
    if (rest <= node.content.size) return start + 1 + rest;
    rest -= node.content.size + 1;
    start += node.nodeSize;
  }
  return start + 1;
}

/** How long the shared text of this document is; `open` when its last line has no newline. */
export function lengthOf(doc: Node, open: boolean): number {
  return doc.content.size - doc.childCount - (open ? 1 : 0);
}
