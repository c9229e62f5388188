// Who is here, and who may not write: taking writing away, giving it back, removing somebody.

import { html, nothing, type TemplateResult } from "lit-html";
import { ref } from "lit-html/directives/ref.js";
import { repeat } from "lit-html/directives/repeat.js";
import type { BoardWords } from "../i18n/board";
import { mayLock, type Role } from "../net/notices";
import { initials, paint } from "../note/people";
import { asked, type PersonNow } from "./data";
import { alerting, closing, Panel } from "./dialogs";

export interface PersonsOptions {
  day: string;
  role: Role;
  words: BoardWords;
  people(): readonly PersonNow[];
  titleOf(note: string): string;
  moment(at: number): string;
  /** Ask for the board now: something was done. */
  refresh(): Promise<void>;
  closed(): void;
}

export function persons(options: PersonsOptions): Panel {
  const { day, role, words } = options;
  const t = words.persons;
  let failed = "";
  /** Who is to be removed, if it is meant. */
  let sure: string | null = null;

  const post = async (one: PersonNow, what: "mute" | "unmute" | "remove") => {
    const path = `/api/days/${day}/people/${one.person}/${what}`;
    const answer = await asked(path, words.noAnswer, {});
    failed = "failed" in answer ? words.failed(answer.failed) : "";
    sure = null;
    await options.refresh();
    panel.redraw();
  };
  const ask = (person: string | null) => {
    sure = person;
    panel.redraw();
  };
  const button = (one: PersonNow, label: string, call: () => void) =>
    html`<button type="button" class="button button--quiet button--small" aria-label=${`${label}, ${one.name}`} @click=${call}>${label}</button>`;
  const acts = (one: PersonNow): TemplateResult => {
    if (sure === one.person) {
      return html`<button type="button" class="button button--small" @click=${() => post(one, "remove")}>${t.removeSure(one.name)}</button>
        ${button(one, t.keep, () => ask(null))}`;
    }
    const mute = one.muted
      ? button(one, t.unmute, () => void post(one, "unmute"))
      : button(one, t.mute, () => void post(one, "mute"));
    return html`${one.role === "writer" || one.muted ? mute : nothing}
      ${role === "organiser" && !one.is_link && !mayLock(one.role) ? button(one, t.remove, () => ask(one.person)) : nothing}`;
  };
  const entry = (one: PersonNow) => html`<li>
    <span class="person" aria-hidden="true" ${ref(paint(one.colour))}>${initials(one.name)}</span>
    <div>
      <strong>${one.name}</strong>
      <p class="quiet">${one.notes.length > 0 ? t.in(one.notes.map(options.titleOf).join(", ")) : t.away}</p>
      ${one.muted ? html`<p class="board-muted">${t.muted(one.muted.by, options.moment(one.muted.at))}</p>` : nothing}
    </div>
    <div class="dialog-actions">${acts(one)}</div>
  </li>`;
  const draw = () => html`<h2 id="persons-title">${t.title}</h2>
    <p>${options.people().length === 0 ? t.none : t.explain}</p>
    ${alerting(failed)}
    <ul class="board-persons">${repeat(options.people(), (one) => one.person, entry)}</ul>
    ${closing(words)}`;
  const panel = new Panel("persons-title", draw, options.closed);
  return panel;
}
