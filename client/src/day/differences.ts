// What a file would make of the programme, or made of it, as the server says it.

import type { Counts } from "../i18n/programme";
import type { DayNow } from "./live";

export type Field = "title" | "room" | "start" | "end" | "people" | "questions" | "kind" | "source";

export interface Change {
  field: Field;
  old: unknown;
  new: unknown;
}

interface Titled {
  title: string;
}

/** What the server says a file would do, or did. */
export interface Differences {
  version: string;
  remarks: string[];
  sections: {
    added: Titled[];
    changed: (Titled & { changes: Change[] })[];
    moved: Titled[];
  };
  items: {
    added: (Titled & { section: string; room: string; start: string; end: string })[];
    changed: (Titled & { changes: Change[] })[];
    moved: (Titled & { from: string; to: string })[];
    restored: (Titled & { to: string })[];
    missing: (Titled & { section: string; text: boolean; removed: boolean })[];
    same: number;
  };
  day: DayNow;
}

/** What of it a person would call a change: a first identifier is kept without being one. */
export function differing(changes: readonly Change[]): Change[] {
  return changes.filter(({ field, old }) => field !== "source" || old !== "");
}

/** How much that comes to; `removes`: what the file lacks goes, where its note is empty. */
export function countsOf(
  { sections, items }: Differences,
  { removes }: { removes: boolean },
): Counts {
  const changed = [...items.changed, ...sections.changed];
  const count = (ones: readonly { changes: Change[] }[]) =>
    ones.filter(({ changes }) => differing(changes).length > 0).length;
  return {
    added: items.added.length,
    changed: count(items.changed),
    moved: items.moved.length,
    restored: items.restored.length,
    removed: removes ? items.missing.filter(({ text }) => !text).length : 0,
    sections: sections.added.length + count(sections.changed) + sections.moved.length,
    identified: changed.filter(({ changes }) => differing(changes).length < changes.length).length,
  };
}
