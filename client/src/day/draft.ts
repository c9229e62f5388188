// What somebody is changing: the fields as they saw them, and as they want them.

import type { DayNow, ItemNow, SectionNow, Speaker } from "./live";

export interface DayFields {
  title: string;
  subtitle: string;
  organiser: string;
  place: string;
  date: string;
}

export interface ItemFields {
  title: string;
  room: string;
  start: string;
  end: string;
  people: Speaker[];
  questions: string[];
}

export interface SectionFields {
  title: string;
  kind: string;
}

export const DAY_UNITS: readonly (readonly (keyof DayFields)[])[] = [
  ["title"],
  ["subtitle"],
  ["date"],
  ["place"],
  ["organiser"],
];
/** What is saved together: an end is held against its start. */
export const ITEM_UNITS: readonly (readonly (keyof ItemFields)[])[] = [
  ["title"],
  ["start", "end"],
  ["room"],
  ["people"],
  ["questions"],
];
export const SECTION_UNITS: readonly (readonly (keyof SectionFields)[])[] = [["title"], ["kind"]];

export interface Conflict {
  now: unknown;
  by: string;
}

export class Draft<Fields extends object> {
  private readonly seen: Fields;
  readonly wanted: Fields;
  readonly errors = new Map<keyof Fields, string>();
  readonly conflicts = new Map<keyof Fields, Conflict>();

  constructor(fields: Fields) {
    this.seen = { ...fields };
    this.wanted = { ...fields };
  }

  /** Somebody else may have changed it: what was not touched here follows. */
  follow(now: Fields): void {
    for (const field of Object.keys(now) as (keyof Fields)[]) {
      if (!this.isTouched(field)) this.adopt(field, now[field]);
    }
  }

  isTouched(field: keyof Fields): boolean {
    return !isSame(this.wanted[field], this.seen[field]);
  }

  /** The change of a unit, with what was seen; null where nothing is to change. */
  change(unit: readonly (keyof Fields)[]): Record<string, unknown> | null {
    const fields = unit.filter((field) => this.isTouched(field));
    if (fields.length === 0) return null;
    const pick = (from: Fields) => Object.fromEntries(fields.map((field) => [field, from[field]]));
    return { ...pick(this.wanted), was: pick(this.seen) };
  }

  /** The field is now as somebody else has it. */
  adopt(field: keyof Fields, value: unknown): void {
    Object.assign(this.wanted, { [field]: value });
    this.keep(field, value);
  }

  /** What was typed stays, and stands against what is there now. */
  keep(field: keyof Fields, now: unknown): void {
    Object.assign(this.seen, { [field]: now });
    this.errors.delete(field);
    this.conflicts.delete(field);
  }
}

export function dayFields({ title, subtitle, organiser, place, date }: DayNow): DayFields {
  return { title, subtitle, organiser, place, date };
}

export function itemFields({ title, room, start, end, people, questions }: ItemNow): ItemFields {
  return { title, room, start, end, people, questions };
}

export function sectionFields({ title, kind }: SectionNow): SectionFields {
  return { title, kind };
}

/** Whether two values of a field say the same. */
function isSame(one: unknown, other: unknown): boolean {
  return JSON.stringify(one) === JSON.stringify(other);
}
