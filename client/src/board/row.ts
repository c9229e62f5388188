// One note on the board.

import { html, nothing, type TemplateResult } from "lit-html";
import { ref } from "lit-html/directives/ref.js";
import type { BoardWords } from "../i18n/board";
import type { LockNotice } from "../net/notices";
import { icon } from "../note/icons";
import { initials, paint } from "../note/people";
import type { NoteNow } from "./data";
import { type Entry, total } from "./order";
import { spark } from "./spark";

/** So many badges; more are a number. */
const BADGES = 4;

export interface Acts {
  lock(entry: Entry): void;
  cancelPlan(entry: Entry): void;
  tell(entry: Entry): void;
  recent(entry: Entry): void;
}

export interface RowOptions {
  words: BoardWords;
  /** Where the day's pages are. */
  day: string;
  moment(at: number): string;
  acts: Acts;
}

export function row(entry: Entry, options: RowOptions): TemplateResult {
  const { item, now } = entry;
  const { words, day } = options;
  const id = `n-${item.note}`;
  const href = `${day}/n/${item.note}`;
  const hours = item.end && item.start ? `${item.start}–${item.end}` : item.start;
  return html`<li class="board-row" data-note=${item.note} data-attention=${String(now.attention.length > 0)}>
    <div class="board-when">
      ${hours ? html`<time>${hours}</time>` : nothing}
      ${item.room ? html`<span>${item.room}</span>` : nothing}
    </div>
    <div class="board-what">
      <a class="item-title" id=${id} href=${href}>${item.title}</a>
      ${
        now.attention.length > 0
          ? html`<ul class="board-attention">
              ${now.attention.map((kind) => html`<li>${icon("waiting")} ${words.attention[kind]}</li>`)}
            </ul>`
          : nothing
      }
    </div>
    <div class="board-people">${people(now, words)}</div>
    <div class="board-activity">${activity(now, words)}</div>
    <div class="board-words">${text(now, words)}</div>
    <div class="board-state">
      ${state(now, options)}
      ${now.held > 0 ? html`<a class="board-held" href=${href}>${words.held(now.held)}</a>` : nothing}
    </div>
    <div class="board-act">${menu(entry, options)}</div>
  </li>`;
}

function people(now: NoteNow, words: BoardWords): TemplateResult {
  const { present } = now;
  if (present.length === 0) return html`<span class="quiet">${words.nobody}</span>`;
  const names = present.map((one) => one.name).join(", ");
  const more = present.length - BADGES;
  return html`<span class="board-badges" aria-hidden="true" title=${names}>
      ${present
        .slice(0, BADGES)
        .map(
          (one) =>
            html`<span class="person" ${ref(paint(one.colour))}>${initials(one.name)}</span>`,
        )}
      ${more > 0 ? html`<span class="person person--more">+${more}</span>` : nothing}
    </span>
    <span class="board-count">${words.people(present.length)}</span>
    <span class="visually-hidden">${names}</span>`;
}

function activity(now: NoteNow, words: BoardWords): TemplateResult {
  const count = total(now.activity);
  return html`${spark(now.activity)}
    <span class=${count === 0 ? "quiet" : ""} data-edits=${count}>
      ${count === 0 ? words.noEdits : words.edits(count)}
    </span>`;
}

function text(now: NoteNow, words: BoardWords): TemplateResult {
  if (now.words === null) return html`<span class="quiet">${words.counting}</span>`;
  const { notes, conclusions } = now.words;
  return html`<span data-words=${notes}>${words.notes(notes)}</span>
    <span class=${conclusions === 0 ? "quiet" : ""}>
      ${conclusions === 0 ? words.noConclusions : words.conclusions(conclusions)}
    </span>`;
}

function state(now: NoteNow, { words, moment }: RowOptions): TemplateResult {
  const say = (what: string, { why }: LockNotice) =>
    html`<span>${icon("lock")} ${what}${why.trim() ? words.because(why.trim()) : ""}</span>`;
  if (now.locked) return say(words.locked(now.locked.by, moment(now.locked.at)), now.locked);
  if (now.planned) return say(words.planned(now.planned.by, moment(now.planned.at)), now.planned);
  return html`<span class="quiet">${words.open}</span>`;
}

function menu(entry: Entry, { words, acts, day }: RowOptions): TemplateResult {
  const { item, now } = entry;
  const act = (label: string, call: (entry: Entry) => void) =>
    html`<li><button type="button" class="button button--quiet" @click=${(event: Event) => {
      (event.currentTarget as Element).closest("details")?.removeAttribute("open");
      call(entry);
    }}>${label}</button></li>`;
  return html`<details class="menu">
    <summary class="button button--quiet button--small" aria-label=${words.actOn(item.title)}>${words.act}</summary>
    <ul>
      ${act(now.locked ? words.unlock : words.lock, acts.lock)}
      ${now.planned && !now.locked ? act(words.cancelPlan, acts.cancelPlan) : nothing}
      ${act(words.tell, acts.tell)} ${act(words.recent, acts.recent)}
      <li><a class="button button--quiet" href=${`${day}/n/${item.note}/past`}>${words.past}</a></li>
    </ul>
  </details>`;
}
