// How the programme looks while it is edited.

import { html, nothing, type TemplateResult } from "lit-html";
import { repeat } from "lit-html/directives/repeat.js";
import { icon } from "../note/icons";
import type { Editing } from "./editing";
import { dayForm, itemForm, sectionForm } from "./forms";
import type { DayNow, ItemNow, SectionNow } from "./live";

export function editView(editing: Editing): TemplateResult | typeof nothing {
  const { day, words, moving } = editing;
  if (!editing.isOn || day === null) return nothing;
  const rooms = new Set(day.sections.flatMap(({ items }) => items.map((item) => item.room)));
  rooms.delete("");
  return html`
    <p class="quiet">${words.hint}</p>
    <div class="edit-end">
      <button type="button" class="button button--quiet button--small" id="import-programme"
        aria-haspopup="dialog" @click=${() => editing.openImport()}>${words.importing.open}</button>
    </div>
    ${heading(editing, day)}
    <datalist id="rooms">${[...rooms].map((room) => html`<option value=${room}></option>`)}</datalist>
    ${repeat(
      moving.sections,
      ({ section }) => section,
      (section) => sectionView(editing, section),
    )}
    <div class="edit-end" data-drop-section="">${adder(editing, "")}</div>
    ${removed(editing, day.removed)}
    <div class="edit-said" ?data-empty=${editing.said === "" && editing.problem === ""}>
      <p role="alert" class="edit-problem">${editing.problem}</p>
      <p role="status">${editing.said}</p>
      ${
        editing.acts.canUndo
          ? html`<button type="button" class="button button--quiet button--small" id="undo"
              @click=${() => editing.undo()}>${icon("undo")} ${words.done.undo}</button>`
          : nothing
      }
      ${
        editing.acts.canRedo
          ? html`<button type="button" class="button button--quiet button--small" id="redo"
              @click=${() => editing.redo()}>${icon("redo")} ${words.done.redo}</button>`
          : nothing
      }
    </div>`;
}

/** The day's own title, and where and when it is. */
function heading(editing: Editing, day: DayNow): TemplateResult {
  const { words, heading: draft } = editing;
  return html`<section class="edit-heading" aria-labelledby="e-day">
    <div class="edit-row edit-row--section">
      <div class="edit-what">
        <h3 id="e-day">${day.title}</h3>
        <p class="quiet">${words.theDay}</p>
      </div>
      <div class="edit-actions">
        ${changer(editing, "day", day.title, { open: () => editing.openHeading(day), isOpen: draft !== null })}
      </div>
    </div>
    ${
      draft === null
        ? nothing
        : dayForm({
            id: "f-day",
            title: day.title,
            draft,
            words,
            draw: () => editing.draw(),
            save: () => void editing.saveHeading(),
            close: () => editing.closeHeading(),
          })
    }
  </section>`;
}

function sectionView(editing: Editing, section: SectionNow): TemplateResult {
  const { words } = editing;
  const id = section.section;
  const draft = editing.sections.get(id);
  const kind = words.kinds[section.kind] ?? "";
  return html`<section class="edit-section" aria-labelledby=${`e-${id}`}>
    <div class="edit-row edit-row--section" data-drop-section=${id}>
      ${grip(editing, "section", id, section.title)}
      <div class="edit-what">
        <h3 id=${`e-${id}`}>${section.title}</h3>
        ${kind === section.title ? nothing : html`<p class="quiet">${kind}</p>`}
      </div>
      ${actions(editing, id, section.title, {
        open: () => editing.openSection(section),
        isOpen: draft !== undefined,
        remove: () => editing.removeSection(section),
      })}
    </div>
    ${
      draft === undefined
        ? nothing
        : sectionForm({
            id: `f-${id}`,
            title: section.title,
            draft,
            words,
            draw: () => editing.draw(),
            save: () => void editing.saveSection(id),
            close: () => editing.closeSection(id),
          })
    }
    ${
      section.items.length === 0
        ? html`<p class="quiet edit-none">${words.noItems}</p>`
        : html`<ol class="edit-items">${repeat(
            section.items,
            ({ item }) => item,
            (item) => html`<li>${itemView(editing, item, id)}</li>`,
          )}</ol>`
    }
    <div class="edit-end" data-drop-item="" data-section=${id}>${adder(editing, id)}</div>
  </section>`;
}

function itemView(editing: Editing, item: ItemNow, section: string): TemplateResult {
  const { words } = editing;
  const times = [item.start, item.end].filter(Boolean).join("–");
  const people = item.people.map((one) => [one.name, one.organisation].filter(Boolean).join(", "));
  const facts = [times, item.room && words.room(item.room), ...people].filter(Boolean);
  return html`<div class="edit-row" data-drop-item=${item.item} data-section=${section}>
      ${grip(editing, "item", item.item, item.title)}
      <div class="edit-what">
        <p class="edit-title" id=${`e-${item.item}`}>${item.title}</p>
        ${facts.length > 0 ? html`<p class="quiet">${facts.join(" · ")}</p>` : nothing}
      </div>
      ${actions(editing, item.item, item.title, {
        open: () => editing.openItem(item),
        isOpen: editing.items.has(item.item),
        remove: () => editing.removeItem(item),
      })}
    </div>
    ${form(editing, item)}`;
}

function form(editing: Editing, item: ItemNow): TemplateResult | typeof nothing {
  const draft = editing.items.get(item.item);
  if (draft === undefined) return nothing;
  const all = (editing.day?.sections ?? []).flatMap(({ items }) => items);
  return itemForm({
    id: `f-${item.item}`,
    title: item.title,
    draft,
    words: editing.words,
    others: all.filter((other) => other.item !== item.item && other.room !== item.room),
    draw: () => editing.draw(),
    save: () => void editing.saveItem(item.item),
    swap: (other) => void editing.swapRooms(item, other),
    close: () => editing.closeItem(item.item),
  });
}

/** What one takes hold of: a click or Enter lifts, a pointer drags. */
function grip(
  editing: Editing,
  kind: "item" | "section",
  id: string,
  title: string,
): TemplateResult {
  const { moving, words } = editing;
  const isLifted = moving.id === id;
  return html`<div class="edit-move" ?data-lifted=${isLifted}>
    <button type="button" class="grip" id=${`grip-${id}`} aria-pressed=${String(isLifted)}
      aria-label=${words.named(words.move, title)} title=${words.move}
      @click=${() => moving.toggle(kind, id)} @keydown=${(event: KeyboardEvent) => moving.key(event)}
      @pointerdown=${(event: PointerEvent) => moving.drag(event, kind, id)}>${icon("grip")}</button>
    ${
      isLifted
        ? html`<div class="edit-steps" role="group" aria-label=${words.named(words.move, title)}>
            <button type="button" id=${`up-${id}`} class="button button--quiet button--small" @click=${() => moving.step(-1)}>${words.up}</button>
            <button type="button" id=${`down-${id}`} class="button button--quiet button--small" @click=${() => moving.step(1)}>${words.down}</button>
            <button type="button" class="button button--small" @click=${() => moving.drop()}>${words.drop}</button>
            <button type="button" class="button button--quiet button--small" @click=${() => moving.cancel()}>${words.cancel}</button>
            <p class="quiet hint">${words.moveHint}</p>
          </div>`
        : nothing
    }
  </div>`;
}

function actions(
  editing: Editing,
  id: string,
  title: string,
  { open, isOpen, remove }: { open(): void; isOpen: boolean; remove(): void },
): TemplateResult {
  const { words } = editing;
  return html`<div class="edit-actions">
    ${changer(editing, id, title, { open, isOpen })}
    <button type="button" class="button button--quiet button--small" id=${`remove-${id}`}
      aria-label=${words.named(words.remove, title)} @click=${remove}>${words.remove}</button>
  </div>`;
}

function changer(
  editing: Editing,
  id: string,
  title: string,
  { open, isOpen }: { open(): void; isOpen: boolean },
): TemplateResult {
  const { words } = editing;
  return html`<button type="button" class="button button--quiet button--small" id=${`change-${id}`}
    aria-label=${words.named(words.change, title)} aria-expanded=${String(isOpen)}
    @click=${() => {
      if (isOpen) editing.focus(`f-${id}-title`);
      else open();
    }}>${words.change}</button>`;
}

/** Adds to a section, or a section. */
function adder(editing: Editing, where: string): TemplateResult {
  const { words } = editing;
  const label = where === "" ? words.newSection : words.newItem;
  if (editing.adding !== where) {
    return html`<button type="button" class="button button--quiet button--small" id=${`add-${where}`}
      @click=${() => editing.openAdding(where)}>${where === "" ? words.addSection : words.addItem}</button>`;
  }
  return html`<form class="edit-adder" novalidate @submit=${(event: Event) => {
    event.preventDefault();
    void editing.add((document.getElementById("adding") as HTMLInputElement).value);
  }} @keydown=${(event: KeyboardEvent) => {
    if (event.key === "Escape") editing.closeAdding();
  }}>
    <label for="adding">${label}</label>
    <div class="with-button">
      <input class="field" id="adding" autocomplete="off" maxlength="500" />
      <button class="button">${words.add}</button>
      <button type="button" class="button button--quiet" @click=${() => editing.closeAdding()}>${words.close}</button>
    </div>
  </form>`;
}

function removed(
  editing: Editing,
  items: readonly (ItemNow & { blank: boolean })[],
): TemplateResult | typeof nothing {
  const { words } = editing;
  if (items.length === 0) return nothing;
  return html`<section class="edit-section" aria-labelledby="e-removed">
    <h3 id="e-removed">${words.removed.title}</h3>
    <p class="quiet">${words.removed.hint}</p>
    <ul class="edit-items">${repeat(
      items,
      ({ item }) => item,
      (item) => html`<li>
        <div class="edit-row">
          <div class="edit-what">
            <p class="edit-title" id=${`e-${item.item}`}>${item.title}</p>
            ${item.blank ? html`<p class="quiet">${words.removed.blank}</p>` : nothing}
            ${editing.items.has(item.item) ? html`<p class="refusal">${words.removed.mine}</p>` : nothing}
          </div>
          <div class="edit-actions">
            <button type="button" class="button button--quiet button--small"
              aria-label=${words.named(words.restore, item.title)}
              @click=${() => editing.restore(item)}>${words.restore}</button>
          </div>
        </div>
        ${form(editing, item)}
      </li>`,
    )}</ul>
  </section>`;
}
