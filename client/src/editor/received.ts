// What a transaction changed in a shared text, read without touching it.
//
// `event.delta` of Yjs 13.6 deletes redundant formatting marks while it reads: everybody's page,
// a reader's too, would answer what others write with an edit of its own. This walk only compares
// what each character was and is.

import * as Y from "yjs";
import { type Attributes, type Op, sameValue } from "./values";

function changes(before: Attributes, after: Attributes): Attributes | undefined {
  const changed: Attributes = {};
  for (const key of new Set([...Object.keys(before), ...Object.keys(after)])) {
    const was = before[key] ?? null;
    const is = after[key] ?? null;
    if (!sameValue(was, is)) changed[key] = is;
  }
  return Object.keys(changed).length > 0 ? changed : undefined;
}

function present(attributes: Attributes): Attributes {
  return Object.fromEntries(Object.entries(attributes).filter(([, value]) => value !== null));
}

/** The change of the text as steps along it; call it in an observer, before the text goes on. */
export function receivedDelta(event: Y.YTextEvent): Op[] {
  const delta: Op[] = [];
  const before: Attributes = {};
  const after: Attributes = {};
  let differs: Attributes | undefined;
  for (let item = event.target._start; item !== null; item = item.right) {
    const was = !event.adds(item) && (!item.deleted || event.deletes(item));
    const is = !item.deleted;
    if (item.content instanceof Y.ContentFormat) {
      const { key, value } = item.content as unknown as { key: string; value: unknown };
      if (was) before[key] = value;
      if (is) after[key] = value;
      if (was || is) differs = changes(before, after);
    } else if (item.countable && (was || is)) {
      if (!was) delta.push(insertion(item, present(after)));
      else if (!is) push(delta, { delete: item.length });
      else push(delta, { retain: item.length, ...(differs ? { attributes: differs } : {}) });
    }
  }
  const last = delta[delta.length - 1];
  if (last?.retain !== undefined && last.attributes === undefined) delta.pop();
  return delta;
}

function insertion(item: Y.Item, attributes: Attributes): Op {
  const insert =
    item.content instanceof Y.ContentString ? item.content.str : item.content.getContent()[0];
  return { insert, attributes };
}

/** Adds a step, joined to the last one where both say the same. */
function push(delta: Op[], op: Op): void {
  const last = delta[delta.length - 1];
  if (op.delete !== undefined && last?.delete !== undefined) {
    last.delete += op.delete;
  } else if (
    op.retain !== undefined &&
    last?.retain !== undefined &&
    sameValue(last.attributes, op.attributes)
  ) {
    last.retain += op.retain;
  } else {
    delta.push(op);
  }
}
