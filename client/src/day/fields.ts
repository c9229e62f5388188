// One field of a form: its label, what is wrong with it, and what somebody else made of it.

import { html, nothing, type TemplateResult } from "lit-html";
import type { ProgrammeWords } from "../i18n/programme";
import type { Draft } from "./draft";
import type { Speaker } from "./live";

export interface Form<Fields extends object> {
  id: string;
  draft: Draft<Fields>;
  words: ProgrammeWords;
  draw(): void;
  /** Save once more: somebody has decided about a conflict. */
  save(): void;
}

/** The ids of what describes a field; nothing where nothing does. */
export function described<Fields extends object>(
  form: Form<Fields>,
  name: keyof Fields & string,
  hint = "",
): string | typeof nothing {
  const ids = [
    hint,
    form.draft.errors.has(name) || form.draft.conflicts.has(name) ? `${form.id}-${name}-wrong` : "",
  ].filter(Boolean);
  return ids.length > 0 ? ids.join(" ") : nothing;
}

export function isWrong<Fields extends object>(form: Form<Fields>, name: keyof Fields): string {
  return String(form.draft.errors.has(name) || form.draft.conflicts.has(name));
}

/** What stands under a field: an error, or a conflict and what can be done about it. */
export function trouble<Fields extends object>(
  form: Form<Fields>,
  name: keyof Fields & string,
): TemplateResult | typeof nothing {
  const { draft, words } = form;
  const conflict = draft.conflicts.get(name);
  const id = `${form.id}-${name}-wrong`;
  if (conflict !== undefined) {
    const by = conflict.by || words.conflict.somebody;
    return html`<div class="refusal conflict">
      <p id=${id}>${words.conflict.now(by, inWords(conflict.now, words))}</p>
      <button type="button" class="button button--small" @click=${() => {
        draft.keep(name, conflict.now);
        form.save();
      }}>${words.conflict.keep}</button>
      <button type="button" class="button button--quiet button--small" @click=${() => {
        draft.adopt(name, conflict.now);
        form.draw();
        document.getElementById(`${form.id}-${name}`)?.focus();
      }}>${words.conflict.take}</button>
    </div>`;
  }
  const error = draft.errors.get(name);
  return error === undefined ? nothing : html`<p class="refusal" id=${id}>${error}</p>`;
}

/** A line of text. */
export function line<Fields extends object>(
  form: Form<Fields>,
  name: keyof Fields & string,
  label: string,
  more: { hint?: string; list?: string; type?: "date" } = {},
): TemplateResult {
  const id = `${form.id}-${name}`;
  return html`<div class="form-line">
    <label for=${id}>${label}</label>
    <input class="field" id=${id} type=${more.type ?? "text"} autocomplete="off" maxlength="500" list=${more.list ?? nothing}
      aria-invalid=${isWrong(form, name)} aria-describedby=${described(form, name, more.hint)}
      .value=${String(form.draft.wanted[name])}
      @input=${(event: InputEvent) => {
        Object.assign(form.draft.wanted, { [name]: (event.target as HTMLInputElement).value });
      }} />
    ${trouble(form, name)}
  </div>`;
}

/** The value of a field in a sentence. */
export function inWords(value: unknown, words: ProgrammeWords): string {
  if (!Array.isArray(value)) return String(value ?? "") || words.conflict.nothing;
  const parts = value.map((one: string | Speaker) =>
    typeof one === "string" ? one : [one.name, one.organisation].filter(Boolean).join(", "),
  );
  return parts.join(" · ") || words.conflict.nothing;
}
