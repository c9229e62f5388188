import { type Attributes, type Op, sameValue } from "./values";

const NONE: Attributes = {};

/** What turns one set of attributes into another; null takes one away. */
function difference(before: Attributes, after: Attributes): Attributes {
  if (before === after) return NONE;
  const changed: Attributes = {};
  for (const key of new Set([...Object.keys(before), ...Object.keys(after)])) {
    if (!sameValue(before[key], after[key])) changed[key] = after[key] ?? null;
  }
  return changed;
}

/** Gathers tokens into as few steps as they need. */
export class DeltaWriter {
  private readonly ops: Op[] = [];

  constructor(start: number) {
    if (start > 0) this.ops.push({ retain: start });
  }

  keep(before: Attributes, after: Attributes): void {
    const attributes = difference(before, after);
    const last = this.ops[this.ops.length - 1];
    if (last?.retain !== undefined && sameValue(last.attributes ?? NONE, attributes)) {
      last.retain += 1;
    } else if (attributes === NONE || Object.keys(attributes).length === 0) {
      this.ops.push({ retain: 1 });
    } else {
      this.ops.push({ retain: 1, attributes });
    }
  }

  remove(count: number): void {
    if (count > 0) this.ops.push({ delete: count });
  }

  add(value: string | object, attributes: Attributes = NONE): void {
    const last = this.ops[this.ops.length - 1];
    const joins =
      typeof value === "string" &&
      typeof last?.insert === "string" &&
      sameValue(last.attributes, attributes);
    // Each step has attributes of its own: Yjs writes into the object that it is given.
    if (joins) last.insert = `${last.insert}${value}`;
    else this.ops.push({ insert: value, attributes: { ...attributes } });
  }

  finish(): Op[] {
    const last = this.ops[this.ops.length - 1];
    if (last?.retain !== undefined && last.attributes === undefined) this.ops.pop();
    return this.ops;
  }
}
