// What a change of the document means for the shared text, as few steps as possible.
//
// A character that stays keeps its identity in the shared text, and with it its author and all that
// others do to it at the same time. So nothing is rewritten that could be kept: text outside the
// changed regions is kept by construction, and inside them the common beginning and end are.

import type { Node } from "prosemirror-model";
import { DeltaWriter } from "./delta-writer";
import { indexOf } from "./positions";
import type { Region } from "./regions";
import { cutsCharacter, sameToken, spell, type Tokens } from "./tokens";
import { isPlain, type Op, sameValue } from "./values";

/** Steps along the shared text, and whether its last line has no newline after them. */
export interface Change {
  delta: Op[];
  open: boolean;
}

interface Lines {
  from: number;
  oldTo: number;
  to: number;
}

interface Span {
  oldFrom: number;
  oldTo: number;
  from: number;
  to: number;
}

/** The range of lines outside of which both documents hold the same nodes. */
function changedLines(
  before: Node,
  after: Node,
  regions: readonly Region[],
  open: boolean,
): Lines | null {
  let from = 0;
  const shortest = Math.min(before.childCount, after.childCount);
  while (from < shortest && before.child(from) === after.child(from)) from++;
  if (from === shortest && before.childCount === after.childCount) return null;
  let end = 0;
  while (
    end < shortest - from &&
    before.child(before.childCount - 1 - end) === after.child(after.childCount - 1 - end)
  ) {
    end++;
  }
  const first = regions[0];
  const last = regions[regions.length - 1];
  if (first !== undefined && last !== undefined) {
    // A line put beside its twin compares as if another had moved: the regions know better.
    from = Math.min(from, before.resolve(first.oldFrom).index(0));
    const lines = before.childCount - before.resolve(last.oldTo).indexAfter(0);
    end = Math.min(end, lines, after.childCount - after.resolve(last.to).indexAfter(0));
  }
  // What comes after an open last line needs that line's newline: it belongs to the change.
  if (open && end === 0) from = Math.min(from, before.childCount - 1);
  return { from, oldTo: before.childCount - end, to: after.childCount - end };
}

function startOf(doc: Node, line: number): number {
  let index = 0;
  for (let i = 0; i < line; i++) index += doc.child(i).content.size + 1;
  return index;
}

/** Moves a span's ends outwards where they would cut a character in two. */
function wholeCharacters(old: Tokens, now: Tokens, span: Span): Span {
  const left = cutsCharacter(old, span.oldFrom) || cutsCharacter(now, span.from) ? 1 : 0;
  const right = cutsCharacter(old, span.oldTo) || cutsCharacter(now, span.to) ? 1 : 0;
  return {
    oldFrom: span.oldFrom - left,
    oldTo: span.oldTo + right,
    from: span.from - left,
    to: span.to + right,
  };
}

/** Joins spans that overlap after they were widened. */
function apart(spans: readonly Span[]): Span[] {
  const joined: Span[] = [];
  for (const span of spans) {
    const last = joined[joined.length - 1];
    if (last !== undefined && span.oldFrom < last.oldTo) {
      last.oldTo = Math.max(last.oldTo, span.oldTo);
      last.to = Math.max(last.to, span.to);
    } else {
      joined.push({ ...span });
    }
  }
  return joined;
}

/** Takes away from both ends of a span what is the same on both sides. */
function trimmed(old: Tokens, now: Tokens, whole: Span): Span {
  let { oldFrom, oldTo, from, to } = whole;
  while (oldFrom < oldTo && from < to && sameToken(old, oldFrom, now, from)) {
    oldFrom++;
    from++;
  }
  if (cutsCharacter(old, oldFrom) || cutsCharacter(now, from)) {
    oldFrom = Math.max(oldFrom - 1, whole.oldFrom);
    from = Math.max(from - 1, whole.from);
  }
  while (oldTo > oldFrom && to > from && sameToken(old, oldTo - 1, now, to - 1)) {
    oldTo--;
    to--;
  }
  if (cutsCharacter(old, oldTo) || cutsCharacter(now, to)) {
    oldTo = Math.min(oldTo + 1, whole.oldTo);
    to = Math.min(to + 1, whole.to);
  }
  return { oldFrom, oldTo, from, to };
}

/**
 * Puts a new line break after the one that stands there, where that says the same with less.
 *
 * Enter at the end of a heading makes a new plain line after it; it must not give the heading a new
 * newline and turn the old one plain, for whoever writes into the heading meanwhile. The same goes
 * for a line taken away at its end.
 */
function slid(old: Tokens, now: Tokens, span: Span): Span {
  const { oldFrom, oldTo, from, to } = span;
  if (old.values[oldTo] !== "\n" || now.values[to] !== "\n") return span;
  const next = { oldFrom: oldFrom + 1, oldTo: oldTo + 1, from: from + 1, to: to + 1 };
  if (oldFrom === oldTo && from < to && now.values[from] === "\n") {
    return sameValue(old.attributes[oldTo], now.attributes[from]) ? next : span;
  }
  if (from === to && oldFrom < oldTo && old.values[oldFrom] === "\n") {
    return sameValue(old.attributes[oldFrom], now.attributes[to]) ? next : span;
  }
  return span;
}

/** True if the shared text need not end its last line: it is plain, and there without a newline. */
function canStayOpen(doc: Node): boolean {
  const last = doc.child(doc.childCount - 1);
  return isPlain(last) && (last.content.size > 0 || doc.childCount === 1);
}

/**
 * The steps that turn the shared text of `before` into that of `after`.
 *
 * `open` says that the last line of `before` has no newline. It gets one as soon as the line needs
 * it, that is when it has attributes or would be empty, and then not be there at all.
 */
export function deltaBetween(
  before: Node,
  after: Node,
  regions: readonly Region[],
  open: boolean,
): Change {
  const lines = changedLines(before, after, regions, open);
  if (lines === null) return { delta: [], open };
  const old = spell(before, lines.from, lines.oldTo);
  const now = spell(after, lines.from, lines.to);
  // The newline that an open last line lacks is spelt like the others, and never kept or removed.
  const missing = open && lines.oldTo === before.childCount ? old.values.length - 1 : null;
  const start = startOf(before, lines.from);
  const writer = new DeltaWriter(start);
  let stillOpen = open;
  let oldAt = 0;
  let at = 0;
  const keep = (until: number) => {
    for (; oldAt < until; oldAt++, at++) {
      const attributes = now.attributes[at] ?? {};
      if (oldAt !== missing) {
        writer.keep(old.attributes[oldAt] ?? {}, attributes);
      } else if (at < now.values.length - 1 || !canStayOpen(after)) {
        writer.add("\n", attributes);
        stillOpen = false;
      }
    }
  };
  const remove = (until: number) => {
    const reaches = missing !== null && oldAt <= missing && missing < until;
    if (reaches) stillOpen = false;
    writer.remove(until - oldAt - (reaches ? 1 : 0));
    oldAt = until;
  };
  const spans = apart(
    regions.map((region) =>
      wholeCharacters(old, now, {
        oldFrom: indexOf(before, region.oldFrom) - start,
        oldTo: indexOf(before, region.oldTo) - start,
        from: indexOf(after, region.from) - start,
        to: indexOf(after, region.to) - start,
      }),
    ),
  );
  spans.forEach((whole, i) => {
    const smallest = trimmed(old, now, whole);
    const free = (spans[i + 1]?.oldFrom ?? old.values.length) > smallest.oldTo;
    const span = free ? slid(old, now, smallest) : smallest;
    keep(span.oldFrom);
    remove(span.oldTo);
    for (; at < span.to; at++) writer.add(now.values[at] ?? "", now.attributes[at]);
  });
  keep(old.values.length);
  return { delta: writer.finish(), open: stillOpen };
}
