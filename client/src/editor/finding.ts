// What is looked for, shown where it stands. Drawn as decorations: the document knows nothing of it.

import type { Node } from "prosemirror-model";
import { type EditorState, Plugin, PluginKey } from "prosemirror-state";
import { Decoration, DecorationSet, type EditorView } from "prosemirror-view";
import { folded } from "./folded";

/** More than this helps nobody, and would slow down the typing. */
export const MOST_FOUND = 2000;

export interface Found {
  from: number;
  to: number;
}

interface Finding {
  wanted: string;
  found: readonly Found[];
  /** Which of them is looked at; -1 for none. */
  current: number;
  drawn: DecorationSet;
}

const key = new PluginKey<Finding>("finding");

/** Where a document holds what is wanted, in its order; within one line each, and never twice. */
export function placesOf(doc: Node, wanted: string): Found[] {
  const needle = folded(wanted).text;
  const places: Found[] = [];
  if (needle.trim() === "") return places;
  doc.forEach((line, position) => {
    if (places.length >= MOST_FOUND || line.content.size === 0) return;
    const { text, from } = folded(line.textBetween(0, line.content.size, "", "\ufffc"));
    let at = text.indexOf(needle);
    while (at >= 0 && places.length < MOST_FOUND) {
      const end = at + needle.length;
      // One sign that is looked for as two letters is found whole.
      let next = end;
      while (next < text.length && from[next] === from[end - 1]) next += 1;
      const [start = 0, stop = 0] = [from[at], from[next]];
      places.push({ from: position + 1 + start, to: position + 1 + stop });
      at = text.indexOf(needle, end);
    }
  });
  return places;
}

function finding(doc: Node, wanted: string, current: number): Finding {
  const found = placesOf(doc, wanted);
  const at = Math.min(current, found.length - 1);
  const drawn = found.map(({ from, to }, index) =>
    Decoration.inline(from, to, { class: index === at ? "found found--current" : "found" }),
  );
  return { wanted, found, current: at, drawn: DecorationSet.create(doc, drawn) };
}

export function findingPlugin(): Plugin<Finding> {
  return new Plugin<Finding>({
    key,
    state: {
      init: (_config, { doc }) => finding(doc, "", -1),
      apply(tr, value) {
        const asked = tr.getMeta(key) as Pick<Finding, "wanted" | "current"> | undefined;
        if (asked !== undefined) return finding(tr.doc, asked.wanted, asked.current);
        if (!tr.docChanged || value.wanted === "") return value;
        return finding(tr.doc, value.wanted, value.current);
      },
    },
    props: { decorations: (state) => key.getState(state)?.drawn },
  });
}

/** Shows what is wanted in one pane, and which place of it is looked at; "" ends that. */
export function find(view: EditorView, wanted: string, current: number): readonly Found[] {
  view.dispatch(view.state.tr.setMeta(key, { wanted, current }));
  return foundIn(view.state);
}

export function foundIn(state: EditorState): readonly Found[] {
  return key.getState(state)?.found ?? [];
}
