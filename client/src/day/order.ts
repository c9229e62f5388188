// Where something of the programme is to go: into a section, in front of something or last.

import type { ItemNow, SectionNow } from "./live";

export interface Place {
  section: string;
  /** The item in front of which it goes; null for the end. */
  before: string | null;
}

/** The sections with an item, or with a section, at another place: as it would be. */
export function withItemAt(
  sections: readonly SectionNow[],
  item: string,
  place: Place,
): SectionNow[] {
  const moved = sections.flatMap((section) => section.items).find((one) => one.item === item);
  if (moved === undefined) return [...sections];
  return sections.map((section) => {
    const items = section.items.filter((one) => one.item !== item);
    if (section.section === place.section) {
      const at = items.findIndex((one) => one.item === place.before);
      items.splice(at < 0 ? items.length : at, 0, moved);
    }
    return { ...section, items };
  });
}

export function withSectionAt(
  sections: readonly SectionNow[],
  id: string,
  before: string | null,
): SectionNow[] {
  const moved = sections.find((section) => section.section === id);
  if (moved === undefined) return [...sections];
  const others = sections.filter((section) => section !== moved);
  const at = others.findIndex((section) => section.section === before);
  others.splice(at < 0 ? others.length : at, 0, moved);
  return others;
}

/** One place up or down from where the item stands, through the sections; null at either end. */
export function itemStep(sections: readonly SectionNow[], item: string, by: 1 | -1): Place | null {
  const at = sections.findIndex((section) => section.items.some((one) => one.item === item));
  const section = sections[at];
  if (section === undefined) return null;
  const { items } = section;
  const index = items.findIndex((one) => one.item === item);
  const next = index + by;
  if (next >= 0 && next < items.length) {
    const before = by < 0 ? items[next] : items[next + 1];
    return { section: section.section, before: before?.item ?? null };
  }
  const neighbour = sections[at + by];
  if (neighbour === undefined) return null;
  return {
    section: neighbour.section,
    before: by < 0 ? null : (neighbour.items[0]?.item ?? null),
  };
}

/** The section in front of which a section goes by one step; undefined at either end. */
export function sectionStep(
  sections: readonly SectionNow[],
  id: string,
  by: 1 | -1,
): string | null | undefined {
  const at = sections.findIndex((section) => section.section === id);
  const next = at + by;
  if (next < 0 || next >= sections.length) return undefined;
  return (by < 0 ? sections[next] : sections[next + 1])?.section ?? null;
}

/** Where an item stands. */
export function placeOf(sections: readonly SectionNow[], item: string): Place | null {
  for (const { section, items } of sections) {
    const at = items.findIndex((one) => one.item === item);
    if (at >= 0) return { section, before: items[at + 1]?.item ?? null };
  }
  return null;
}

export function itemOf(sections: readonly SectionNow[], id: string): ItemNow | undefined {
  return sections.flatMap((section) => section.items).find((one) => one.item === id);
}
