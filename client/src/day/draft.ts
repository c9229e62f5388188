// What somebody is changing of an item: the fields as they saw them, and as they want them.

import type { ItemNow, Speaker } from "./live";

export interface Fields {
  title: string;
  room: string;
  start: string;
  end: string;
  people: Speaker[];
  questions: string[];
}

export type Field = keyof Fields;

/** What is saved together: an end is held against its start. */
export const UNITS: readonly (readonly Field[])[] = [
  ["title"],
  ["start", "end"],
  ["room"],
  ["people"],
  ["questions"],
];

export interface Conflict {
  now: unknown;
  by: string;
}

export class Draft {
  private seen: Fields;
  readonly wanted: Fields;
  readonly errors = new Map<Field, string>();
  readonly conflicts = new Map<Field, Conflict>();

  constructor(item: ItemNow) {
    this.seen = fieldsOf(item);
    this.wanted = fieldsOf(item);
  }

  /** Somebody else may have changed the item: what was not touched here follows. */
  follow(item: ItemNow): void {
    const now = fieldsOf(item);
    for (const field of Object.keys(now) as Field[]) {
      if (this.isTouched(field)) continue;
      this.adopt(field, now[field]);
    }
  }

  isTouched(field: Field): boolean {
    return !same(this.wanted[field], this.seen[field]);
  }

  get touched(): boolean {
    return (Object.keys(this.seen) as Field[]).some((field) => this.isTouched(field));
  }

  /** The change of a unit, with what was seen; null where nothing is to change. */
  change(unit: readonly Field[]): Record<string, unknown> | null {
    const fields = unit.filter((field) => this.isTouched(field));
    if (fields.length === 0) return null;
    const pick = (from: Fields) => Object.fromEntries(fields.map((field) => [field, from[field]]));
    return { ...pick(this.wanted), was: pick(this.seen) };
  }

  /** The field is now as the server says. */
  adopt(field: Field, value: unknown): void {
    Object.assign(this.wanted, { [field]: value });
    this.keep(field, value);
  }

  /** What was typed stays, and stands against what is there now. */
  keep(field: Field, now: unknown): void {
    Object.assign(this.seen, { [field]: now });
    this.errors.delete(field);
    this.conflicts.delete(field);
  }
}

function fieldsOf({ title, room, start, end, people, questions }: ItemNow): Fields {
  return { title, room, start, end, people, questions };
}

/** Whether two values of a field say the same. */
function same(one: unknown, other: unknown): boolean {
  return JSON.stringify(one) === JSON.stringify(other);
}
