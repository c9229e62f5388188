// Who is writing just now: told by the text itself, whose changes carry the client id of who typed.

import type { Awareness } from "y-protocols/awareness";
import type * as Y from "yjs";

const STILL_MS = 3000;

export class Typing {
  /** For each pane: who typed in it, and until when that counts as typing, in milliseconds. */
  private readonly until = new Map<Y.Text, Map<number, number>>();
  private timer: number | null = null;

  constructor(
    panes: Iterable<Y.Text>,
    private readonly awareness: Awareness,
    private readonly changed: () => void,
  ) {
    for (const text of panes) {
      const typists = new Map<number, number>();
      this.until.set(text, typists);
      text.observe((_event, transaction) => this.see(typists, transaction));
    }
  }

  /** The names of the people who type in a pane; the same person once. */
  names(text: Y.Text): string[] {
    const now = Date.now();
    const names = new Set<string>();
    for (const [client, until] of this.until.get(text) ?? []) {
      const user = this.awareness.getStates().get(client)?.["user"] as { name?: unknown };
      if (until > now && typeof user?.name === "string") names.add(user.name.slice(0, 60));
    }
    return [...names].sort();
  }

  private see(typists: Map<number, number>, transaction: Y.Transaction): void {
    if (transaction.local) return;
    for (const [client, clock] of transaction.afterState) {
      // Only those who are here now: the first answer of the server holds what everybody ever wrote.
      if (!this.awareness.getStates().has(client)) continue;
      if (client === this.awareness.clientID) continue;
      if (clock > (transaction.beforeState.get(client) ?? 0)) {
        typists.set(client, Date.now() + STILL_MS);
      }
    }
    for (const client of typists.keys()) {
      if (!this.awareness.getStates().has(client)) typists.delete(client);
    }
    this.changed();
    if (this.timer !== null) clearTimeout(this.timer);
    this.timer = window.setTimeout(this.changed, STILL_MS + 50);
  }
}
