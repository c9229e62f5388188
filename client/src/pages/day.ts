// The programme comes from the server and works without this; here it is kept live, locked, and
// edited.

import { cloneByForm } from "../day/cloning";
import { Editing } from "../day/editing";
import { followExports } from "../day/exporting";
import { Live } from "../day/live";
import { showMarks } from "../day/marks";
import { Programme } from "../day/programme";
import { keepOnDevice } from "../device/keep";
import { wordsOf } from "../i18n";
import { programmeWordsOf } from "../i18n/programme";
import { type LockTarget, toggleLock } from "../note/ask-lock";
import { readData } from "../note/data";

interface DayPage {
  language: string;
  day: { id: string; title: string };
  role: string;
  /** The version of the programme that the page shows. */
  programme: string;
  max_file_bytes: number;
}

const page = readData<DayPage>();
const words = wordsOf(page.language);
const alerts = document.getElementById("alerts") as HTMLElement;
const path = `/api/days/${page.day.id}`;
const live = new Live(path);
const programme = new Programme(page.programme);

live.onChange((day) => {
  showMarks(day);
  void programme.follow(day).then(() => {
    if (live.day) showMarks(live.day);
  });
});

function pathOf(target: LockTarget, id: string): string {
  if (target === "note") return `/api/notes/${id}`;
  return target === "day" ? path : `${path}/sections/${id}`;
}

document.addEventListener("click", async (event) => {
  const button = (event.target as Element).closest<HTMLButtonElement>("[data-lock-target]");
  if (button === null) return;
  const target = button.dataset["lockTarget"] as LockTarget;
  alerts.textContent = "";
  const locked = button.dataset["locked"] === "true";
  const failed = await toggleLock(
    target,
    pathOf(target, button.dataset["id"] ?? ""),
    { locked },
    words,
  );
  alerts.textContent = failed ?? "";
  await live.refresh();
});

const exports = document.getElementById("exports");
if (exports !== null) followExports(exports, words);

const edit = document.getElementById("edit-programme");
const shown = document.getElementById("programme");
const edited = document.getElementById("editing");
if (edit !== null && shown !== null && edited !== null) {
  const programmeWords = programmeWordsOf(page.language);
  const editing = new Editing(edited, live, path, programmeWords, page.max_file_bytes);
  edit.hidden = false;
  edit.addEventListener("click", () => {
    editing.toggle();
    shown.hidden = editing.isOn;
    edited.hidden = !editing.isOn;
    edit.textContent = editing.isOn ? programmeWords.finish : programmeWords.edit;
    edit.classList.toggle("button--quiet", !editing.isOn);
  });
  cloneByForm(path, programmeWords);
}

void live.refresh();
keepOnDevice();
