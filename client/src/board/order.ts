// Which notes are shown, and in which order.

import type { BoardItem, BoardPage, NoteNow } from "./data";

export const FILTERS = ["all", "attention", "open", "locked"] as const;
export type Filter = (typeof FILTERS)[number];
export type Order = "programme" | "activity";

/** A note with what the programme says of it. */
export interface Entry {
  item: BoardItem;
  now: NoteNow;
}

export interface Group {
  /** null for the day's own note, and where notes are not in the order of the programme. */
  section: { id: string; title: string } | null;
  entries: Entry[];
}

export function passes(now: NoteNow, filter: Filter): boolean {
  if (filter === "attention") return now.attention.length > 0;
  if (filter === "all") return true;
  return (now.locked !== null) === (filter === "locked");
}

export const total = (activity: readonly number[]): number =>
  activity.reduce((sum, count) => sum + count, 0);

/** The groups that have something to show. */
export function grouped(page: BoardPage, filter: Filter, order: Order): Group[] {
  const standing = new Map(page.board.notes.map((now) => [now.note, now]));
  const entries = (items: readonly BoardItem[]) =>
    items.flatMap((item) => {
      const now = standing.get(item.note);
      return now !== undefined && passes(now, filter) ? [{ item, now }] : [];
    });
  const groups: Group[] = [
    ...page.sections.map(({ id, title, items }) => ({
      section: { id, title },
      entries: entries(items),
    })),
    { section: null, entries: entries([page.conclusion]) },
  ].filter((group) => group.entries.length > 0);
  if (order === "programme" || groups.length === 0) return groups;
  const all = groups.flatMap((group) => group.entries);
  // The order of the programme among those that are as busy.
  all.sort((a, b) => total(b.now.activity) - total(a.now.activity));
  return [{ section: null, entries: all }];
}
