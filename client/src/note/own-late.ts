// What I wrote too late myself: asked of the server, which keeps it, so that it is known after a
// reload and on another device of mine, too.

import type { NoteState } from "../net/note-connection";

export class OwnLate {
  private held = 0;
  private current = "";

  constructor(
    private readonly note: string,
    private readonly changed: () => void,
  ) {}

  /** The text that is kept aside under my name; "" while there is none, or it is not known yet. */
  get text(): string {
    return this.current;
  }

  /** Asks anew whenever the server says that more, or less, of mine is kept. */
  see({ held }: NoteState): void {
    if (held === this.held) return;
    this.held = held;
    if (held === 0) this.tell("");
    else void this.ask();
  }

  private tell(text: string): void {
    if (text === this.current) return;
    this.current = text;
    this.changed();
  }

  private async ask(): Promise<void> {
    const asked = this.held;
    try {
      const response = await fetch(`/api/notes/${this.note}/own-held`);
      const answer = (await response.json()) as { text?: unknown };
      if (asked === this.held) this.tell(typeof answer.text === "string" ? answer.text : "");
    } catch {
      // Offline: it stands in the pane all the same, and is asked for again with the next change.
      this.held = 0;
    }
  }
}
