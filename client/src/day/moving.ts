// Moving without dragging: an item or a section is lifted, goes up and down by the arrow keys or by
// buttons, and is put down. Only then is the server asked. Each step is said.

import { drag } from "./dragging";
import type { Editing } from "./editing";
import type { ItemNow, SectionNow } from "./live";
import {
  itemOf,
  itemStep,
  type Place,
  placeOf,
  sectionStep,
  withItemAt,
  withSectionAt,
} from "./order";

interface LiftedItem {
  kind: "item";
  id: string;
  place: Place;
}

interface LiftedSection {
  kind: "section";
  id: string;
  before: string | null;
}

export class Moving {
  private lifted: LiftedItem | LiftedSection | null = null;

  constructor(private readonly editing: Editing) {}

  /** The id of what is lifted. */
  get id(): string | null {
    return this.lifted?.id ?? null;
  }

  /** The sections as they would be if it were put down now. */
  get sections(): SectionNow[] {
    const sections = this.editing.day?.sections ?? [];
    if (this.lifted?.kind === "item")
      return withItemAt(sections, this.lifted.id, this.lifted.place);
    if (this.lifted?.kind === "section") {
      return withSectionAt(sections, this.lifted.id, this.lifted.before);
    }
    return sections;
  }

  /** Lift it, or put down what is lifted. */
  async toggle(kind: "item" | "section", id: string): Promise<void> {
    if (this.lifted?.id === id) {
      await this.drop();
      return;
    }
    const sections = this.editing.day?.sections ?? [];
    if (kind === "item") {
      const place = placeOf(sections, id);
      if (place === null) return;
      this.lifted = { kind, id, place };
    } else {
      const at = sections.findIndex((section) => section.section === id);
      this.lifted = { kind, id, before: sections[at + 1]?.section ?? null };
    }
    this.say(this.editing.words.announce.lifted(this.title));
  }

  step(by: 1 | -1): void {
    if (this.lifted?.kind === "item") this.stepItem(this.lifted, by);
    else if (this.lifted?.kind === "section") this.stepSection(this.lifted, by);
  }

  /** Put down what is lifted; where it has not moved, nothing was done. */
  async drop(): Promise<void> {
    const { lifted } = this;
    if (lifted === null) return;
    const item = this.item(lifted.id);
    const section = this.section(lifted.id);
    const sections = this.editing.day?.sections ?? [];
    if (JSON.stringify(outline(this.sections)) === JSON.stringify(outline(sections))) {
      this.cancel();
      return;
    }
    this.lifted = null;
    if (lifted.kind === "item" && item) {
      await this.editing.moveItem(item, lifted.place.section, lifted.place.before);
    } else if (lifted.kind === "section" && section) {
      await this.editing.moveSection(section, lifted.before);
    }
  }

  cancel(): void {
    if (this.lifted === null) return;
    const { title } = this;
    const { id } = this.lifted;
    this.lifted = null;
    this.editing.say(this.editing.words.announce.cancelled(title));
    this.editing.focus(`grip-${id}`);
  }

  key(event: KeyboardEvent): void {
    if (this.lifted === null) return;
    const steps: Record<string, 1 | -1> = {
      ArrowUp: -1,
      ArrowLeft: -1,
      ArrowDown: 1,
      ArrowRight: 1,
    };
    const by = steps[event.key];
    if (by !== undefined) this.step(by);
    else if (event.key === "Escape") this.cancel();
    else return;
    event.preventDefault();
  }

  /** Begin to drag where a pointer went down on a grip. */
  drag(event: PointerEvent, kind: "item" | "section", id: string): void {
    const wanted = kind === "item" ? "[data-drop-item]" : "[data-drop-section]";
    drag(event, {
      targets: () => [...document.querySelectorAll<HTMLElement>(wanted)],
      hover: (target) => {
        for (const marked of document.querySelectorAll(".drop-here")) {
          marked.classList.remove("drop-here");
        }
        target?.classList.add("drop-here");
      },
      drop: ({ dataset }) => {
        const item = this.item(id);
        const section = this.section(id);
        if (kind === "item" && item && dataset["dropItem"] !== id) {
          const before = dataset["dropItem"] || null;
          void this.editing.moveItem(item, dataset["section"] ?? "", before);
        } else if (kind === "section" && section && dataset["dropSection"] !== id) {
          void this.editing.moveSection(section, dataset["dropSection"] || null);
        }
      },
    });
  }

  private stepItem(lifted: LiftedItem, by: 1 | -1): void {
    const t = this.editing.words.announce;
    const place = itemStep(this.sections, lifted.id, by);
    if (place === null) {
      this.say(t.edge);
      return;
    }
    this.lifted = { ...lifted, place };
    const home = this.sections.find(({ section }) => section === place.section);
    const items = home?.items ?? [];
    const at = items.findIndex(({ item }) => item === lifted.id) + 1;
    this.say(t.at(this.title, at, items.length, home?.title ?? ""));
  }

  private stepSection(lifted: LiftedSection, by: 1 | -1): void {
    const t = this.editing.words.announce;
    const before = sectionStep(this.sections, lifted.id, by);
    if (before === undefined) {
      this.say(t.edge);
      return;
    }
    this.lifted = { ...lifted, before };
    const { sections } = this;
    const at = sections.findIndex(({ section }) => section === lifted.id) + 1;
    this.say(t.sectionAt(this.title, at, sections.length));
  }

  private get title(): string {
    const id = this.lifted?.id ?? "";
    return (this.item(id) ?? this.section(id))?.title ?? "";
  }

  private item(id: string): ItemNow | undefined {
    return itemOf(this.editing.day?.sections ?? [], id);
  }

  private section(id: string): SectionNow | undefined {
    return this.editing.day?.sections.find(({ section }) => section === id);
  }

  /** The row may have gone elsewhere on the page, and lost the focus by that. */
  private say(said: string): void {
    const focused = document.activeElement?.closest(".edit-steps button")?.id;
    this.editing.say(said);
    this.editing.focus(focused ?? `grip-${this.lifted?.id}`);
  }
}

/** The order that a programme has. */
function outline(sections: readonly SectionNow[]): [string, string[]][] {
  return sections.map(({ section, items }) => [section, items.map(({ item }) => item)]);
}
