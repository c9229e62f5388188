// Where a transaction changed the document, as the smallest ranges its steps tell of.
//
// Comparing texts cannot tell which "a" of "aaa" was typed, nor that a line was moved; the maps of
// the steps can. Everything outside the regions stands in the same order before and after.

import type { StepMap } from "prosemirror-transform";

/** [oldFrom, oldTo) of the document before became [from, to) of the document after. */
export interface Region {
  oldFrom: number;
  oldTo: number;
  from: number;
  to: number;
}

interface Range {
  before: [number, number];
  after: [number, number];
}

/** The position before all regions that stands at `position` after them. */
function back(regions: readonly Region[], position: number): number {
  let shift = 0;
  for (const region of regions) {
    if (region.to > position) break;
    shift = region.oldTo - region.to;
  }
  return position + shift;
}

function addRange(regions: readonly Region[], range: Range, shifted: number): Region[] {
  // Regions before this range in the same map are already in the coordinates after the step,
  // so the range is looked up there: `shifted` is how far they moved it.
  const from = range.before[0] + shifted;
  const to = range.before[1] + shifted;
  const grown = range.after[1] - range.after[0] - (to - from);
  const touched = regions.filter((region) => region.from <= to && region.to >= from);
  const first = Math.min(from, ...touched.map((region) => region.from));
  const last = Math.max(to, ...touched.map((region) => region.to));
  const left = regions.filter((region) => region.to < from);
  const right = regions.filter((region) => region.from > to);
  const within = touched.find((region) => region.to >= to);
  const merged: Region = {
    oldFrom: Math.min(back(left, from), ...touched.map((region) => region.oldFrom)),
    oldTo: within === undefined ? back([...left, ...touched], to) : within.oldTo,
    from: first,
    to: last + grown,
  };
  return [
    ...left,
    merged,
    ...right.map((region) => ({ ...region, from: region.from + grown, to: region.to + grown })),
  ];
}

/** The changed regions of a sequence of steps, in order and apart from each other. */
export function changedRegions(maps: readonly StepMap[]): Region[] {
  let regions: Region[] = [];
  for (const map of maps) {
    let shifted = 0;
    map.forEach((oldStart, oldEnd, newStart, newEnd) => {
      const range: Range = { before: [oldStart, oldEnd], after: [newStart, newEnd] };
      regions = addRange(regions, range, shifted);
      shifted += newEnd - newStart - (oldEnd - oldStart);
    });
  }
  return regions;
}
