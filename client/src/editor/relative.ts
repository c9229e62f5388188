// Places that stay where they are meant while others write: relative to characters, not counted.

import type { Node } from "prosemirror-model";
import type { EditorState } from "prosemirror-state";
import * as Y from "yjs";
import { indexOf, positionOf } from "./positions";

export interface RelativeRange {
  anchor: Y.RelativePosition;
  head: Y.RelativePosition;
}

export function toRelative(text: Y.Text, state: EditorState): RelativeRange {
  const { anchor, head } = state.selection;
  const relative = (position: number) => {
    const index = Math.min(indexOf(state.doc, position), text.length);
    // Held by the character before it, as the caret itself is.
    return Y.createRelativePositionFromTypeIndex(text, index, -1);
  };
  return { anchor: relative(anchor), head: relative(head) };
}

/** The positions in the document, or null if the text does not know the characters (yet). */
export function fromRelative(
  text: Y.Text,
  doc: Node,
  range: RelativeRange,
): { anchor: number; head: number } | null {
  const position = (place: Y.RelativePosition): number | null => {
    if (text.doc === null) return null;
    const absolute = Y.createAbsolutePositionFromRelativePosition(place, text.doc);
    if (absolute === null || absolute.type !== text) return null;
    return Math.min(positionOf(doc, absolute.index), doc.content.size - 1);
  };
  const anchor = position(range.anchor);
  const head = position(range.head);
  return anchor === null || head === null ? null : { anchor, head };
}
