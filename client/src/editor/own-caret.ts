// Tells the others where I am: while this pane has the focus, at most four times a second.

import { Plugin } from "prosemirror-state";
import type { EditorView } from "prosemirror-view";
import type { Awareness } from "y-protocols/awareness";
import type * as Y from "yjs";
import { toRelative } from "./relative";

export const SEND_MS = 250;

export function ownCaret(text: Y.Text, awareness: Awareness, pane: string): Plugin {
  return new Plugin({
    view(view) {
      let timer: number | null = null;
      let sent = 0;
      const mine = () => awareness.getLocalState()?.["cursor"]?.pane === pane;
      const tell = () => {
        timer = null;
        if (view.isDestroyed) return;
        if (!view.hasFocus()) {
          if (mine()) awareness.setLocalStateField("cursor", null);
          return;
        }
        const cursor = { pane, ...toRelative(text, view.state) };
        const known = awareness.getLocalState()?.["cursor"];
        if (JSON.stringify(known) === JSON.stringify(cursor)) return;
        sent = Date.now();
        // Plain JSON: what is compared here is what the others are sent.
        awareness.setLocalStateField("cursor", JSON.parse(JSON.stringify(cursor)));
      };
      const soon = () => {
        timer ??= window.setTimeout(tell, Math.max(0, sent + SEND_MS - Date.now()));
      };
      // After a lost connection my state is announced anew, without my place.
      const announced = () => {
        const state = awareness.getLocalState();
        if (state !== null && !state["cursor"] && view.hasFocus()) soon();
      };
      awareness.on("change", announced);
      view.dom.addEventListener("focus", soon);
      view.dom.addEventListener("blur", soon);
      return {
        update(updated: EditorView, before) {
          const same = before.doc === updated.state.doc;
          if (!same || !before.selection.eq(updated.state.selection)) soon();
        },
        destroy() {
          awareness.off("change", announced);
          if (timer !== null) window.clearTimeout(timer);
          view.dom.removeEventListener("focus", soon);
          view.dom.removeEventListener("blur", soon);
          if (mine()) awareness.setLocalStateField("cursor", null);
        },
      };
    },
  });
}
