// Where the others are. Drawn as decorations: they are never part of the document.
//
// Everything here comes from peers and is checked: a colour is #rrggbb or the default, a name is
// text, a place that the text does not know is not drawn. Styles go through the CSSOM, which a
// strict content-security policy allows.

import { Plugin, PluginKey, type Transaction } from "prosemirror-state";
import { Decoration, DecorationSet, type EditorView } from "prosemirror-view";
import type { Awareness } from "y-protocols/awareness";
import * as Y from "yjs";
import { readPlace } from "./placing";
import { fromRelative, type RelativeRange } from "./relative";
import { SHOWN } from "./shown";

/** Told on the pane whenever carets of others were drawn, where they are now. */
export const CARETS_DRAWN = "caretsdrawn";
const NAME_MS = 3000;
const NAME_LENGTH = 60;

interface Caret {
  client: number;
  /** Whose it is, as they say themselves. */
  person: string;
  name: string;
  colour: string;
  anchor: number;
  head: number;
  /** When it last moved, in milliseconds. */
  moved: number;
}

const key = new PluginKey<readonly Caret[]>("carets");

function colourOf(user: { colour?: unknown }): string {
  return typeof user.colour === "string" && /^#[0-9a-f]{6}$/i.test(user.colour)
    ? user.colour
    : "#5b5b5b";
}

function rangeOf(cursor: unknown, pane: string): RelativeRange | null {
  const { pane: there, anchor, head } = (cursor ?? {}) as Record<string, unknown>;
  if (there !== pane || !anchor || !head) return null;
  return {
    anchor: Y.createRelativePositionFromJSON(anchor),
    head: Y.createRelativePositionFromJSON(head),
  };
}

function drawCaret(caret: Caret): HTMLElement {
  const mark = document.createElement("span");
  mark.className = "caret";
  mark.setAttribute("aria-hidden", "true");
  mark.dataset["person"] = caret.person;
  mark.style.setProperty("--caret", caret.colour);
  const name = document.createElement("span");
  name.className = "caret-name";
  name.textContent = caret.name;
  mark.append(name);
  // The name is shown while its person is active, then leaves the text readable.
  window.setTimeout(() => mark.classList.add("quiet"), NAME_MS);
  return mark;
}

function decorations(caret: Caret): Decoration[] {
  const { client, colour, anchor, head, moved } = caret;
  const drawn = Decoration.widget(head, () => drawCaret(caret), {
    key: `${client} ${colour} ${caret.name} ${moved}`,
    side: 10,
    ignoreSelection: true,
    marks: [],
  });
  if (anchor === head) return [drawn];
  const attributes = { class: "other-selection", style: `background-color: ${colour}33` };
  return [
    drawn,
    Decoration.inline(Math.min(anchor, head), Math.max(anchor, head), attributes, {
      inclusiveStart: false,
      inclusiveEnd: false,
    }),
  ];
}

/** Carets move along with the text until their people tell where they really are. */
function moved(carets: readonly Caret[], tr: Transaction): readonly Caret[] {
  if (!tr.docChanged || carets.length === 0) return carets;
  // What others insert at their caret is theirs and pushes it on; what I insert there is not.
  const side = tr.getMeta(SHOWN) ? 1 : -1;
  const last = tr.doc.content.size - 1;
  const at = (place: number) => Math.max(1, Math.min(tr.mapping.map(place, side), last));
  return carets.map((caret) => ({ ...caret, anchor: at(caret.anchor), head: at(caret.head) }));
}

export function carets(text: Y.Text, awareness: Awareness, pane: string): Plugin {
  const places = new Map<number, { cursor: string; at: number }>();
  /** Who is at a place that the text does not have yet: the edit may come behind the caret. */
  const unplaced = new Set<number>();

  const read = (view: EditorView, clients: readonly number[], now: number): Caret[] => {
    const known = new Map((key.getState(view.state) ?? []).map((caret) => [caret.client, caret]));
    for (const client of clients) {
      known.delete(client);
      unplaced.delete(client);
      const state = awareness.getStates().get(client);
      if (client === awareness.clientID || state === undefined) continue;
      try {
        const range = rangeOf(state["cursor"], pane);
        const place = range && fromRelative(text, view.state.doc, range);
        if (range !== null && place === null) unplaced.add(client);
        if (place === null) continue;
        const cursor = JSON.stringify(state["cursor"]);
        const before = places.get(client);
        const at = before?.cursor === cursor ? before.at : now;
        places.set(client, { cursor, at });
        const user = (state["user"] ?? {}) as Record<string, unknown>;
        const name = String(user["name"] ?? "").slice(0, NAME_LENGTH);
        const person = String(user["person"] ?? "").slice(0, NAME_LENGTH);
        known.set(client, { client, person, name, colour: colourOf(user), ...place, moved: at });
      } catch {
        // A peer may say anything about its place; what cannot be read is not drawn.
      }
    }
    return [...known.values()];
  };

  return new Plugin<readonly Caret[]>({
    key,
    state: {
      init: () => [],
      apply: (tr, value) => (tr.getMeta(key) as readonly Caret[] | undefined) ?? moved(value, tr),
    },
    props: {
      decorations: (state) =>
        DecorationSet.create(state.doc, (key.getState(state) ?? []).flatMap(decorations)),
    },
    view(view) {
      let waiting = new Set<number>(awareness.getStates().keys());
      let frame: number | null = null;
      const draw = () => {
        frame = null;
        const clients = [...waiting];
        waiting = new Set();
        if (view.isDestroyed) return;
        readPlace(view);
        view.dispatch(view.state.tr.setMeta(key, read(view, clients, Date.now())));
        view.dom.dispatchEvent(new Event(CARETS_DRAWN, { bubbles: true }));
      };
      const onChange = (change: { added: number[]; updated: number[]; removed: number[] }) => {
        const others = [...change.added, ...change.updated, ...change.removed].filter(
          (client) => client !== awareness.clientID,
        );
        for (const client of change.removed) places.delete(client);
        for (const client of others) waiting.add(client);
        // Forty carets that move at once are one redraw.
        if (others.length > 0) frame ??= window.requestAnimationFrame(draw);
      };
      awareness.on("change", onChange);
      frame = window.requestAnimationFrame(draw);
      return {
        update(_, before) {
          if (unplaced.size === 0 || before.doc === view.state.doc) return;
          for (const client of unplaced) waiting.add(client);
          frame ??= window.requestAnimationFrame(draw);
        },
        destroy() {
          awareness.off("change", onChange);
          if (frame !== null) window.cancelAnimationFrame(frame);
        },
      };
    },
  });
}
