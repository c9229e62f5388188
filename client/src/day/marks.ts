// What stands beside the notes of the programme: who is there, what is locked.

import type { LockTarget } from "../note/ask-lock";
import { initials, paint } from "../note/people";
import type { DayNow, NoteNow } from "./live";

export function showMarks(day: DayNow): void {
  const all = [
    ...day.sections.flatMap((section) => section.items),
    ...day.removed.filter((item) => !item.blank),
    day.conclusion,
  ];
  for (const note of all) showNote(note);
  for (const section of day.sections) {
    const locked = section.items.length > 0 && section.items.every((item) => item.locked !== null);
    showButton("section", section.section, locked);
  }
  showButton(
    "day",
    day.day,
    all.every((note) => note.locked !== null),
  );
}

function showNote(note: NoteNow): void {
  const item = document.querySelector(`[data-note="${CSS.escape(note.note)}"]`);
  if (item === null) return;
  const mark = item.querySelector<HTMLElement>("[data-lock]");
  if (mark) {
    mark.hidden = note.locked === null;
    mark.title = note.locked ? [note.locked.by, note.locked.why].filter(Boolean).join(" · ") : "";
  }
  const list = item.querySelector("[data-present]");
  list?.replaceChildren(
    ...note.present.map((one) => {
      const entry = document.createElement("li");
      const badge = document.createElement("span");
      badge.className = "person";
      badge.setAttribute("aria-hidden", "true");
      badge.textContent = initials(one.name);
      paint(one.colour)(badge);
      const name = document.createElement("span");
      name.className = "visually-hidden";
      name.textContent = one.name;
      entry.title = one.name;
      entry.append(badge, name);
      return entry;
    }),
  );
  showButton("note", note.note, note.locked !== null);
}

function showButton(target: LockTarget, id: string, locked: boolean): void {
  const button = document.querySelector<HTMLElement>(
    `[data-lock-target="${target}"][data-id="${CSS.escape(id)}"]`,
  );
  if (button === null || button.dataset["locked"] === String(locked)) return;
  button.dataset["locked"] = String(locked);
  const other = button.dataset["other"];
  if (other !== undefined) {
    button.dataset["other"] = button.textContent?.trim() ?? "";
    button.textContent = other;
  }
}
