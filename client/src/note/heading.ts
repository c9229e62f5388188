// What stands above the text: it follows the programme, which may change while people write.

import type { Words } from "../i18n";
import type { Heading } from "../net/notices";
import type { NotePage } from "./data";

export class NoteHeading {
  private shown: Heading | null = null;

  constructor(
    private readonly page: NotePage,
    private readonly words: Words,
  ) {}

  follow(heading: Heading | null): void {
    if (heading === null || heading === this.shown) return;
    this.shown = heading;
    setText("note-title", heading.title);
    setText("note-facts", this.facts(heading));
    this.page.note.title = heading.title;
    const questions = document.getElementById("note-questions");
    if (questions === null) return;
    questions.hidden = heading.questions.length === 0;
    const entries = heading.questions.map((question) => {
      const entry = document.createElement("li");
      entry.textContent = question;
      return entry;
    });
    const list = questions.querySelector("ul");
    list?.replaceChildren(...entries);
  }

  private facts({ start, end, room, people, removed }: Heading): string {
    const named = people.map((one) => [one.name, one.organisation].filter(Boolean).join(", "));
    const times = start && end ? `${start}–${end}` : start;
    return [
      removed ? this.words.heading.removed : "",
      times,
      room && this.words.heading.room(room),
      ...named,
    ]
      .filter(Boolean)
      .join(" · ");
  }
}

/** Only where it changes: what somebody has marked there stays marked. */
function setText(id: string, text: string): void {
  const place = document.getElementById(id);
  if (place !== null && place.textContent !== text) place.textContent = text;
}
