// Who is in the note: each person once, however many pages they have open.

import { html, nothing, type TemplateResult } from "lit-html";
import { ref } from "lit-html/directives/ref.js";
import type { Awareness } from "y-protocols/awareness";
import type { Words } from "../i18n";

export interface Present {
  id: string;
  name: string;
  colour: string;
}

const SHOWN = 6;
const COLOUR = /^#[0-9a-f]{6}$/i;

/** The people of a presence table, ourselves first. What peers send is read without trust. */
export function presentIn(awareness: Awareness, self: string): Present[] {
  const people = new Map<string, Present>();
  for (const state of awareness.getStates().values()) {
    const user = (state as { user?: Record<string, unknown> }).user;
    if (user === undefined || typeof user["name"] !== "string" || user["name"] === "") continue;
    const id = String(user["person"] ?? user["name"]);
    const colour = typeof user["colour"] === "string" ? user["colour"] : "";
    people.set(id, {
      id,
      name: user["name"].slice(0, 60),
      colour: COLOUR.test(colour) ? colour : "#5f6b7a",
    });
  }
  return [...people.values()].sort(
    (a, b) => Number(b.id === self) - Number(a.id === self) || a.name.localeCompare(b.name),
  );
}

export function initials(name: string): string {
  const words = name.trim().split(/[\s-]+/);
  const first = [...(words[0] ?? "")][0] ?? "?";
  const last = words.length > 1 ? ([...(words[words.length - 1] ?? "")][0] ?? "") : "";
  return (first + last).toUpperCase();
}

/** Colours are set by script: the page's policy allows no style in its markup. */
export function paint(colour: string): (element?: Element) => void {
  return (element) => {
    if (element instanceof HTMLElement) element.style.setProperty("--person", colour);
  };
}

export interface PeopleOptions {
  self: string;
  words: Words;
  followed: string | null;
  follow(person: Present | null): void;
}

export function people(present: Present[], options: PeopleOptions): TemplateResult {
  const { self, words } = options;
  const name = (one: Present) => (one.id === self ? `${one.name} (${words.people.you})` : one.name);
  const more = present.length - SHOWN;
  return html`<details class="people">
    <summary title=${words.people.here(present.length)}>
      <span class="visually-hidden">${words.people.here(present.length)}</span>
      ${present
        .slice(0, SHOWN)
        .map(
          (one) =>
            html`<span class="person" aria-hidden="true" ${ref(paint(one.colour))}>${initials(one.name)}</span>`,
        )}
      ${more > 0 ? html`<span class="person person--more" aria-hidden="true">+${more}</span>` : nothing}
    </summary>
    <ul class="people-list" aria-label=${words.people.list}>
      ${present.map(
        (one) =>
          html`<li><span class="person" aria-hidden="true" ${ref(paint(one.colour))}>${initials(one.name)}</span><span>${name(one)}</span>${one.id === self ? nothing : followButton(one, options)}</li>`,
      )}
    </ul>
  </details>`;
}

function followButton(one: Present, { followed, follow, words }: PeopleOptions): TemplateResult {
  const on = followed === one.id;
  return html`<button
    type="button"
    class="button button--quiet button--small"
    aria-pressed=${String(on)}
    aria-label=${`${words.follow.follow} ${one.name}`}
    @click=${(event: Event) => {
      (event.currentTarget as Element).closest("details")?.removeAttribute("open");
      follow(on ? null : one);
    }}
  >
    ${words.follow.follow}
  </button>`;
}

/** Closes what is open in a holder as a menu closes: by Escape, by a press elsewhere, and when the
 * focus goes on, which would then stand under it. */
export function closeOnLeaving(holder: HTMLElement): void {
  const open = () => holder.querySelector<HTMLDetailsElement>("details[open]");
  document.addEventListener("pointerdown", (event) => {
    const list = open();
    if (list !== null && !list.contains(event.target as Node)) list.open = false;
  });
  holder.addEventListener("focusout", ({ target, relatedTarget }) => {
    const list = open();
    if (list === null || !(relatedTarget instanceof Node)) return;
    if (list.contains(target as Node) && !list.contains(relatedTarget)) list.open = false;
  });
  holder.addEventListener("keydown", (event) => {
    const list = open();
    if (event.key !== "Escape" || list === null) return;
    list.open = false;
    list.querySelector("summary")?.focus();
  });
}
