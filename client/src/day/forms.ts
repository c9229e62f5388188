// The forms of a day, of an item and of a section. They work on a phone: one field under the other.

import { html, type TemplateResult } from "lit-html";
import type { ProgrammeWords } from "../i18n/programme";
import type { DayFields, ItemFields, SectionFields } from "./draft";
import { described, type Form, isWrong, line, trouble } from "./fields";
import type { ItemNow } from "./live";

export interface ItemFormOptions extends Form<ItemFields> {
  title: string;
  /** The other items, whose rooms one may take. */
  others: readonly ItemNow[];
  swap(other: string): void;
  close(): void;
}

export function itemForm(form: ItemFormOptions): TemplateResult {
  const { words, id } = form;
  const t = words.fields;
  return framed(
    form,
    html`
    ${line(form, "title", t.title)}
    <div class="form-pair">
      ${line(form, "start", t.start, { hint: `${id}-times` })}
      ${line(form, "end", t.end, { hint: `${id}-times` })}
    </div>
    <p class="quiet hint" id=${`${id}-times`}>${t.timeHint}</p>
    ${line(form, "room", t.room, { list: "rooms" })}
    ${swapRooms(form)}
    ${people(form)}
    <div class="form-line">
      <label for=${`${id}-questions`}>${t.questions}</label>
      <p class="quiet hint" id=${`${id}-lines`}>${t.questionsHint}</p>
      <textarea class="field" id=${`${id}-questions`} rows="3"
        aria-invalid=${isWrong(form, "questions")}
        aria-describedby=${described(form, "questions", `${id}-lines`)}
        .value=${form.draft.wanted.questions.join("\n")}
        @input=${(event: InputEvent) => {
          const typed = (event.target as HTMLTextAreaElement).value;
          form.draft.wanted.questions = typed === "" ? [] : typed.split("\n");
        }}></textarea>
      ${trouble(form, "questions")}
    </div>
  `,
  );
}

export function dayForm(form: Form<DayFields> & { title: string; close(): void }): TemplateResult {
  const { words } = form;
  const t = words.fields;
  return framed(
    form,
    html`
    ${line(form, "title", t.title)}
    ${line(form, "subtitle", t.subtitle)}
    ${line(form, "date", t.date, { type: "date" })}
    ${line(form, "place", t.place)}
    ${line(form, "organiser", t.organiser)}
  `,
  );
}

export function sectionForm(
  form: Form<SectionFields> & { title: string; close(): void },
): TemplateResult {
  const { words, id, draft } = form;
  return framed(
    form,
    html`
    ${line(form, "title", words.fields.title)}
    <div class="form-line">
      <label for=${`${id}-kind`}>${words.fields.kind}</label>
      <select class="field" id=${`${id}-kind`} aria-describedby=${described(form, "kind")}
        .value=${draft.wanted.kind}
        @change=${(event: Event) => {
          draft.wanted.kind = (event.target as HTMLSelectElement).value;
        }}>
        ${Object.entries(words.kinds).map(
          ([kind, name]) =>
            html`<option value=${kind} ?selected=${kind === draft.wanted.kind}>${name}</option>`,
        )}
      </select>
      ${trouble(form, "kind")}
    </div>
  `,
  );
}

function swapRooms({ id, words, others, swap }: ItemFormOptions): TemplateResult {
  const choose = `${id}-swap`;
  const swapWithChosen = () => {
    const chosen = (document.getElementById(choose) as HTMLSelectElement).value;
    if (chosen !== "") swap(chosen);
  };
  return html`<div class="form-line">
    <label for=${choose}>${words.swap.label}</label>
    <div class="with-button">
      <select class="field" id=${choose}>
        <option value="">${words.swap.none}</option>
        ${others.map(
          (other) =>
            html`<option value=${other.item}>${other.room ? `${words.room(other.room)} · ` : ""}${other.title}</option>`,
        )}
      </select>
      <button type="button" class="button button--quiet" @click=${swapWithChosen}>${words.swap.do}</button>
    </div>
  </div>`;
}

/** A row for each person, and an empty one for the next; who is cleared is not announced. */
function people(form: ItemFormOptions): TemplateResult {
  const t = form.words.fields;
  const { wanted } = form.draft;
  const rows = [...wanted.people];
  const last = rows[rows.length - 1];
  if (last === undefined || last.name !== "" || last.organisation !== "") {
    rows.push({ name: "", organisation: "" });
  }
  const typed = (row: number, part: "name" | "organisation") => (event: InputEvent) => {
    wanted.people = rows.map((one, at) =>
      at === row ? { ...one, [part]: (event.target as HTMLInputElement).value } : one,
    );
    form.draw();
  };
  const field = (row: number, part: "name" | "organisation", label: string) => html`<input
      class="field" id=${row === 0 && part === "name" ? `${form.id}-people` : `${form.id}-${part}-${row}`}
      autocomplete="off" maxlength="500" aria-label=${label} placeholder=${t[part]}
      aria-invalid=${isWrong(form, "people")} aria-describedby=${described(form, "people")}
      .value=${rows[row]?.[part] ?? ""} @input=${typed(row, part)} />`;
  return html`<fieldset class="form-line">
    <legend>${t.people}</legend>
    ${rows.map(
      (_, row) => html`<div class="form-pair">
        ${field(row, "name", t.personName(row + 1))}
        ${field(row, "organisation", t.personOrganisation(row + 1))}
      </div>`,
    )}
    ${trouble(form, "people")}
  </fieldset>`;
}

/** A form that Enter saves and Escape closes. */
function framed(
  form: { title: string; words: ProgrammeWords; save(): void; close(): void },
  fields: TemplateResult,
): TemplateResult {
  const { words } = form;
  return html`<form class="edit-form" aria-label=${words.named(words.change, form.title)} novalidate
    @submit=${(event: Event) => {
      event.preventDefault();
      form.save();
    }} @keydown=${(event: KeyboardEvent) => {
      if (event.key === "Escape") form.close();
    }}>
    ${fields}
    <div class="dialog-actions">
      <button class="button">${words.save}</button>
      <button type="button" class="button button--quiet" @click=${form.close}>${words.close}</button>
    </div>
  </form>`;
}
