// The programme comes from the server and works without this; here it is kept live, and locked.

import { wordsOf } from "../i18n";
import { type LockTarget, toggleLock } from "../note/ask-lock";
import { readData } from "../note/data";
import { initials, paint } from "../note/people";

interface DayPage {
  language: string;
  day: { id: string; title: string };
  role: string;
}

interface NoteNow {
  note: string;
  locked: { by: string; why: string } | null;
  present: { name: string; colour: string }[];
}

interface DayNow {
  sections: { section: string; items: NoteNow[] }[];
  conclusion: NoteNow;
}

const POLL_MS = 5_000;
const page = readData<DayPage>();
const words = wordsOf(page.language);
const alerts = document.getElementById("alerts") as HTMLElement;

function show(note: NoteNow): void {
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

async function refresh(): Promise<void> {
  if (document.hidden) return;
  let day: DayNow;
  try {
    const response = await fetch(`/api/days/${page.day.id}`, { cache: "no-store" });
    if (!response.ok) return;
    day = (await response.json()) as DayNow;
  } catch {
    return; // the next time will do; what is shown stays
  }
  const all = [...day.sections.flatMap((section) => section.items), day.conclusion];
  for (const note of all) show(note);
  for (const section of day.sections) {
    const locked = section.items.length > 0 && section.items.every((item) => item.locked !== null);
    showButton("section", section.section, locked);
  }
  showButton(
    "day",
    page.day.id,
    all.every((note) => note.locked !== null),
  );
}

function pathOf(target: LockTarget, id: string): string {
  if (target === "note") return `/api/notes/${id}`;
  const day = `/api/days/${page.day.id}`;
  return target === "day" ? day : `${day}/sections/${id}`;
}

document.addEventListener("click", async (event) => {
  const button = (event.target as Element).closest<HTMLButtonElement>("[data-lock-target]");
  if (button === null) return;
  const target = button.dataset["lockTarget"] as LockTarget;
  const path = pathOf(target, button.dataset["id"] ?? "");
  alerts.textContent = "";
  const locked = button.dataset["locked"] === "true";
  const failed = await toggleLock(target, path, { locked }, words);
  alerts.textContent = failed ?? "";
  await refresh();
});

document.addEventListener("visibilitychange", () => void refresh());
setInterval(() => void refresh(), POLL_MS);
void refresh();
