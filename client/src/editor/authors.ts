// Who wrote what, as a tint of the text. Told by the shared text itself: each character keeps the
// client id of who typed it through every split, join, indent and heading, so no mark is needed.

import type { Node } from "prosemirror-model";
import { Plugin, PluginKey } from "prosemirror-state";
import { Decoration, DecorationSet, type EditorView } from "prosemirror-view";
import type * as Y from "yjs";
import type { Item } from "yjs";

export interface Author {
  person: string;
  name: string;
  /** #rrggbb */
  colour: string;
}

/** Who writes under a client id; null where that is not known. */
export type AuthorOf = (client: number) => Author | null;

/** Characters one after the other that were typed under one client id, as the text shows them. */
export interface Run {
  client: number;
  length: number;
}

const key = new PluginKey<DecorationSet>("authors");

/** The runs of a text, in its order; neighbours of one client id are one run. */
export function runsOf(text: Y.Text): Run[] {
  const runs: Run[] = [];
  // Yjs has no public way to the client ids of a text: this is the list that `toDelta` walks, too.
  let item: Item | null = text._start;
  for (; item !== null; item = item.right) {
    if (item.deleted || !item.countable) continue;
    const last = runs[runs.length - 1];
    if (last?.client === item.id.client) last.length += item.length;
    else runs.push({ client: item.id.client, length: item.length });
  }
  return runs;
}

function drawn(doc: Node, text: Y.Text, authorOf: AuthorOf): DecorationSet {
  const tints: Decoration[] = [];
  let line = 0;
  /** The index of the line's first character, and the position before it. */
  let start = 0;
  let before = 1;
  const positionOf = (index: number) => {
    for (let node = doc.maybeChild(line); node !== null; node = doc.maybeChild(++line)) {
      if (index <= start + node.content.size) return before + index - start;
      start += node.content.size + 1;
      before += node.nodeSize;
    }
    return doc.content.size;
  };
  let index = 0;
  for (const { client, length } of runsOf(text)) {
    const author = authorOf(client);
    const from = positionOf(index);
    index += length;
    if (author === null) continue;
    tints.push(
      Decoration.inline(from, positionOf(index), {
        class: "by",
        title: author.name,
        style: `--author: ${author.colour}`,
      }),
    );
  }
  return DecorationSet.create(doc, tints);
}

export function authorsPlugin(): Plugin<DecorationSet> {
  return new Plugin<DecorationSet>({
    key,
    state: {
      init: () => DecorationSet.empty,
      apply: (tr, value) =>
        (tr.getMeta(key) as DecorationSet | undefined) ?? value.map(tr.mapping, tr.doc),
    },
    props: { decorations: (state) => key.getState(state) },
  });
}

/** Tints a pane by who wrote it, as it stands now; null takes the tint away. */
export function tint(view: EditorView, text: Y.Text, authorOf: AuthorOf | null): void {
  const set = authorOf === null ? DecorationSet.empty : drawn(view.state.doc, text, authorOf);
  if (set === DecorationSet.empty && key.getState(view.state) === DecorationSet.empty) return;
  view.dispatch(view.state.tr.setMeta(key, set));
}

/** Under which client id the character before a place in the text was typed; null at its start. */
export function writerAt(text: Y.Text, index: number): number | null {
  let end = 0;
  for (const { client, length } of runsOf(text)) {
    end += length;
    if (index <= end) return index === 0 ? null : client;
  }
  return null;
}
