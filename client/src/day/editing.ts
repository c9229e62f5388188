// Editing the programme in place: what an organiser does, one act at a time, each of which can be
// taken back. The server is asked at once; what it answers is what everybody sees.

import { render } from "lit-html";
import type { ProgrammeWords } from "../i18n/programme";
import { Acts, type Reversed } from "./acts";
import { confirmRemoval } from "./confirm";
import {
  DAY_UNITS,
  type DayFields,
  Draft,
  dayFields,
  ITEM_UNITS,
  type ItemFields,
  itemFields,
  SECTION_UNITS,
  type SectionFields,
  sectionFields,
} from "./draft";
import { editView } from "./edit-view";
import { Importing } from "./importing";
import type { DayNow, ItemNow, Live, SectionNow } from "./live";
import { Moving } from "./moving";
import { itemOf } from "./order";
import { type Answer, type Refusal, send, type Undo } from "./requests";

export class Editing {
  isOn = false;
  /** The day's own heading, while it is being changed. */
  heading: Draft<DayFields> | null = null;
  readonly items = new Map<string, Draft<ItemFields>>();
  readonly sections = new Map<string, Draft<SectionFields>>();
  readonly moving: Moving;
  /** Where something is being added: the id of a section, or "" for a section. */
  adding: string | null = null;
  said = "";
  problem = "";
  readonly acts: Acts;

  constructor(
    private readonly root: HTMLElement,
    private readonly live: Live,
    readonly path: string,
    readonly words: ProgrammeWords,
    /** The largest file that the server reads. */
    private readonly maxFileBytes: number,
  ) {
    this.moving = new Moving(this);
    this.acts = new Acts((day) => live.take(day));
    live.onChange((day) => this.follow(day));
    document.addEventListener("keydown", (event) => this.key(event));
  }

  get day(): DayNow | null {
    return this.live.day;
  }

  toggle(): void {
    this.isOn = !this.isOn;
    this.said = this.problem = "";
    this.acts.forget();
    this.moving.cancel();
    this.draw();
    void this.live.refresh();
  }

  draw(): void {
    const focused = document.activeElement;
    render(editView(this), this.root);
    // Its row may have gone elsewhere on the page, because somebody else has moved something.
    if (focused instanceof HTMLElement && this.root.contains(focused)) {
      if (document.activeElement !== focused) focused.focus({ preventScroll: true });
    }
  }

  focus(id: string): void {
    document.getElementById(id)?.focus();
  }

  /** Say something, also to those who do not see it. */
  say(said: string): void {
    this.said = said;
    this.draw();
  }

  // Forms

  openHeading(day: DayNow): void {
    this.heading = new Draft(dayFields(day));
    this.say("");
    this.focus("f-day-title");
  }

  closeHeading(): void {
    this.heading = null;
    this.draw();
    this.focus("change-day");
  }

  openItem(item: ItemNow): void {
    this.items.set(item.item, new Draft(itemFields(item)));
    this.say("");
    this.focus(`f-${item.item}-title`);
  }

  closeItem(id: string): void {
    this.items.delete(id);
    this.draw();
    this.focus(`change-${id}`);
  }

  openSection(section: SectionNow): void {
    this.sections.set(section.section, new Draft(sectionFields(section)));
    this.say("");
    this.focus(`f-${section.section}-title`);
  }

  closeSection(id: string): void {
    this.sections.delete(id);
    this.draw();
    this.focus(`change-${id}`);
  }

  openAdding(where: string): void {
    this.adding = where;
    this.draw();
    this.focus("adding");
  }

  closeAdding(): void {
    const where = this.adding;
    this.adding = null;
    this.draw();
    this.focus(`add-${where}`);
  }

  openImport(): void {
    new Importing({
      path: this.path,
      words: this.words,
      maxFileBytes: this.maxFileBytes,
      date: () => this.day?.date ?? "",
      brought: (day, said) => {
        this.acts.forget(); // what a file brought is taken back by no single request
        this.problem = "";
        this.said = said;
        this.live.take(day);
      },
      failed: (refused) => this.fail(refused),
      closed: () => this.focus("import-programme"),
    });
  }

  async saveHeading(): Promise<void> {
    const draft = this.heading;
    if (draft && (await this.save(this.path, draft, DAY_UNITS, "f-day"))) this.closeHeading();
  }

  async saveItem(id: string): Promise<void> {
    const draft = this.items.get(id);
    if (draft && (await this.save(`${this.path}/items/${id}`, draft, ITEM_UNITS, `f-${id}`))) {
      this.closeItem(id);
    }
  }

  async saveSection(id: string): Promise<void> {
    const draft = this.sections.get(id);
    const path = `${this.path}/sections/${id}`;
    if (draft && (await this.save(path, draft, SECTION_UNITS, `f-${id}`))) this.closeSection(id);
  }

  // Acts

  async add(title: string): Promise<void> {
    const where = this.adding;
    if (where === null || title.trim() === "") return;
    const path = where === "" ? "/sections" : `/sections/${where}/items`;
    const answer = await send("POST", this.path + path, { title });
    if (this.take(answer, this.words.done.added(title.trim()))) {
      this.openAdding(where); // for the next one
      const field = document.getElementById("adding") as HTMLInputElement | null;
      if (field) field.value = "";
    }
  }

  async moveItem(item: ItemNow, section: string, before: string | null): Promise<void> {
    const body = { section, before };
    const answer = await send("POST", `${this.path}/items/${item.item}/move`, body);
    this.take(answer, this.words.done.moved(item.title));
    this.focus(`grip-${item.item}`);
  }

  async moveSection(section: SectionNow, before: string | null): Promise<void> {
    const path = `${this.path}/sections/${section.section}/move`;
    this.take(await send("POST", path, { before }), this.words.done.moved(section.title));
    this.focus(`grip-${section.section}`);
  }

  async swapRooms(item: ItemNow, id: string): Promise<void> {
    const other = itemOf(this.day?.sections ?? [], id);
    if (other === undefined) return;
    const body = { with: id, was: [item.room, other.room] };
    const answer = await send("POST", `${this.path}/items/${item.item}/swap-rooms`, body);
    if (this.take(answer, this.words.done.swapped(item.title, other.title))) {
      this.focus(`f-${item.item}-room`);
    }
  }

  /** Take an item out, after asking where its note has a text. */
  async removeItem(item: ItemNow): Promise<void> {
    const path = `${this.path}/items/${item.item}`;
    let answer = await send("DELETE", path);
    if (answer.refused?.status === 409) {
      if (!(await confirmRemoval(item.title, this.words))) {
        this.focus(`remove-${item.item}`);
        return;
      }
      answer = await send("DELETE", `${path}?text=keep`);
    }
    if (this.take(answer, this.words.done.removed(item.title))) {
      this.items.delete(item.item);
      this.draw();
      this.focus("undo");
    }
  }

  async removeSection(section: SectionNow): Promise<void> {
    const answer = await send("DELETE", `${this.path}/sections/${section.section}`);
    if (answer.refused?.status === 409) {
      this.fail({ status: 409, message: this.words.removing.sectionHasItems });
    } else if (this.take(answer, this.words.done.removed(section.title))) {
      this.focus("undo");
    }
  }

  async restore(item: ItemNow): Promise<void> {
    const answer = await send("POST", `${this.path}/items/${item.item}/restore`);
    if (this.take(answer, this.words.done.restored(item.title))) this.focus(`change-${item.item}`);
  }

  /** Take the last act back, unless somebody else has touched the same since. */
  async undo(): Promise<void> {
    this.reversed(await this.acts.undo(), this.words.done.undone);
    this.focus(this.acts.canUndo ? "undo" : "redo");
  }

  /** Do again what was taken back last, likewise. */
  async redo(): Promise<void> {
    this.reversed(await this.acts.redo(), this.words.done.redone);
    this.focus(this.acts.canRedo ? "redo" : "undo");
  }

  // What came of it

  /** Save the fields that were changed, one after the other; whether all of them are. */
  private async save<Fields extends object>(
    path: string,
    draft: Draft<Fields>,
    units: readonly (readonly (keyof Fields & string)[])[],
    form: string,
  ): Promise<boolean> {
    const undos: Undo[] = [];
    let wrong = "";
    draft.errors.clear();
    draft.conflicts.clear();
    this.problem = "";
    for (const unit of units) {
      const change = draft.change(unit);
      if (change === null) continue;
      const { done, refused } = await send("PATCH", path, change);
      if (done !== null) {
        undos.unshift(done.undo);
        for (const field of unit) draft.keep(field, draft.wanted[field]);
        this.live.take(done.day);
        continue;
      }
      const field = unit.find((name) => name === refused.field);
      if (field === undefined) this.problem = this.failed(refused);
      else if (refused.status === 409) {
        draft.conflicts.set(field, { now: refused.now, by: refused.by ?? "" });
      } else draft.errors.set(field, this.words.wrong[field] ?? refused.message);
      wrong ||= field ?? unit[0] ?? "";
    }
    if (undos.length > 0) {
      const title = "title" in draft.wanted ? String(draft.wanted.title) : "";
      this.said = this.words.done.saved(title);
      this.acts.did(undos, this.said);
    }
    this.draw();
    if (wrong !== "") this.focus(`${form}-${wrong}`);
    return wrong === "";
  }

  private take({ done, refused }: Answer, said: string): boolean {
    if (refused !== null) {
      this.fail(refused);
      return false;
    }
    this.acts.did([done.undo], said);
    this.problem = "";
    this.said = said;
    this.live.take(done.day);
    return true;
  }

  private reversed(what: Reversed | null, words: (said: string) => string): void {
    if (what === null) return;
    const { said, refused } = what;
    this.problem = "";
    if (refused !== null) {
      this.problem = refused.status === 0 ? this.failed(refused) : this.words.done.notUndone;
    }
    this.say(refused === null ? words(said) : "");
  }

  private fail(refused: Refusal): void {
    this.problem = this.failed(refused);
    this.said = "";
    this.draw();
    void this.live.refresh();
  }

  private failed({ status, message }: Refusal): string {
    return this.words.failed(status === 0 ? this.words.noAnswer : message);
  }

  private follow(day: DayNow): void {
    this.heading?.follow(dayFields(day));
    for (const item of [...day.sections.flatMap(({ items }) => items), ...day.removed]) {
      this.items.get(item.item)?.follow(itemFields(item));
    }
    for (const section of day.sections) {
      this.sections.get(section.section)?.follow(sectionFields(section));
    }
    if (this.isOn) this.draw();
  }

  private key(event: KeyboardEvent): void {
    const isTyping = (event.target as Element).closest("input, textarea, select") !== null;
    if (!this.isOn || isTyping || event.altKey || !(event.ctrlKey || event.metaKey)) return;
    const key = event.key.toLowerCase();
    const again = key === "y" || (key === "z" && event.shiftKey);
    if (!again && key !== "z") return;
    event.preventDefault();
    void (again ? this.redo() : this.undo());
  }
}
