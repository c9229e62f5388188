import { englishProgramme } from "./programme-en";
import { frenchProgramme } from "./programme-fr";

/** How many of a kind; what there is none of is not said. */
export interface Counts {
  added: number;
  changed: number;
  moved: number;
  restored: number;
  removed: number;
  sections: number;
  /** Items and sections of which the file's own identifier is kept from now on. */
  identified: number;
}

/** What is said where a programme comes in from a file. */
export interface ImportWords {
  open: string;
  title: string;
  explain: string;
  file: string;
  accepted(mebibytes: number): string;
  choose: string;
  compare: string;
  comparing: string;
  apply: string;
  applying: string;
  /** What the file would do, and what it did. */
  would(counts: Counts): string;
  did(counts: Counts): string;
  nothing: string;
  same(count: number): string;
  again: string;
  unreadable(where: string): string;
  /** Where a mistake stands, as far as the server says. */
  where(line: number | undefined, field: string | undefined): string;
  tooLarge(mebibytes: number): string;
  noAnswer: string;
  date: { label: string; several: string; other: string; of(date: string): string };
  /** The headings above what differs. */
  lists: {
    sectionsAdded: string;
    sectionsChanged: string;
    sectionsMoved: string;
    added: string;
    changed: string;
    moved: string;
    restored: string;
    missing: string;
    remarks: string;
  };
  source: string;
  becomes: string;
  from(from: string, to: string): string;
  within(section: string): string;
  remove: string;
  stays: { text: string; blank: string; removed: string };
}

/** Everything that is said where a programme is edited. */
export interface ProgrammeWords {
  edit: string;
  finish: string;
  hint: string;
  /** What stands under the title of the day. */
  theDay: string;
  change: string;
  save: string;
  close: string;
  cancel: string;
  remove: string;
  restore: string;
  move: string;
  up: string;
  down: string;
  drop: string;
  moveHint: string;
  addItem: string;
  addSection: string;
  add: string;
  newItem: string;
  newSection: string;
  /** The name of a button that does this with that. */
  named(act: string, title: string): string;
  noItems: string;
  room(room: string): string;
  fields: {
    title: string;
    subtitle: string;
    date: string;
    place: string;
    organiser: string;
    room: string;
    start: string;
    end: string;
    timeHint: string;
    people: string;
    personName(number: number): string;
    personOrganisation(number: number): string;
    name: string;
    organisation: string;
    questions: string;
    questionsHint: string;
    kind: string;
  };
  kinds: Record<string, string>;
  /** What is wrong with a field, by its name. */
  wrong: Record<string, string>;
  swap: { label: string; none: string; do: string };
  conflict: {
    now(by: string, value: string): string;
    somebody: string;
    nothing: string;
    keep: string;
    take: string;
  };
  removed: { title: string; hint: string; blank: string; mine: string };
  removing: { title(item: string): string; explain: string; do: string; sectionHasItems: string };
  done: {
    saved(title: string): string;
    added(title: string): string;
    moved(title: string): string;
    removed(title: string): string;
    restored(title: string): string;
    swapped(one: string, other: string): string;
    undo: string;
    redo: string;
    /** What was said of the act comes behind it. */
    undone(said: string): string;
    redone(said: string): string;
    notUndone: string;
  };
  announce: {
    lifted(title: string): string;
    at(title: string, place: number, of: number, section: string): string;
    sectionAt(title: string, place: number, of: number): string;
    edge: string;
    cancelled(title: string): string;
  };
  importing: ImportWords;
  failed(message: string): string;
  noAnswer: string;
  cloned: string;
  open: string;
}

export function programmeWordsOf(language: string): ProgrammeWords {
  return language === "en" ? englishProgramme : frenchProgramme;
}
