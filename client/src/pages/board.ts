// The moderators' board: all notes of the day at a glance, kept live, and what can be done about them.

import { html, nothing, render, type TemplateResult } from "lit-html";
import { repeat } from "lit-html/directives/repeat.js";
import { announce } from "../board/announce";
import { asked, type BoardPage, Feed } from "../board/data";
import type { Panel } from "../board/dialogs";
import {
  type Entry,
  FILTERS,
  type Filter,
  type Group,
  grouped,
  type Order,
  passes,
} from "../board/order";
import { persons } from "../board/persons";
import { type RowOptions, row } from "../board/row";
import { takingBack } from "../board/taking-back";
import { momentOf, wordsOf } from "../i18n";
import { boardWordsOf } from "../i18n/board";
import { type LockTarget, toggleLock } from "../note/ask-lock";
import { readData } from "../note/data";
import { closeOnLeaving } from "../note/people";

const POLL_MS = 3_000;

const page = readData<BoardPage>();
const all = wordsOf(page.language);
const words = boardWordsOf(page.language);
const day = `/api/days/${page.day.id}`;
const main = document.getElementById("board") as HTMLElement;
const feed = new Feed(`${day}/board`);
const moment = (at: number) => momentOf(at, all, page.language, page.timezone);
const titles = new Map(
  [...page.sections.flatMap(({ items }) => items), page.conclusion].map((item) => [
    item.note,
    item.title,
  ]),
);

let filter: Filter = "all";
let order: Order = "programme";
let failed = "";
let said = "";
let isStale = false;
let people: Panel | null = null;

function draw(): void {
  const groups = grouped(page, filter, order);
  render(
    html`${tools()}
      <p class="alerts" role="alert">${failed}</p>
      <p class="visually-hidden" role="status">${said}</p>
      <p class="board-stale" role="status" ?data-empty=${!isStale}>${isStale ? words.stale : nothing}</p>
      <div class="board-columns" aria-hidden="true">
        ${Object.values(words.columns).map((name) => html`<span>${name}</span>`)}
      </div>
      ${groups.length === 0 ? html`<p class="quiet">${words.nothing}</p>` : nothing}
      ${repeat(groups, (group) => group.section?.id ?? order, section)}`,
    main,
  );
}

function tools(): TemplateResult {
  const { notes } = page.board;
  const here = page.board.people.filter((one) => one.notes.length > 0).length;
  const waiting = notes.filter((note) => passes(note, "attention")).length;
  const allLocked = notes.every((note) => note.locked !== null);
  return html`<p class="board-overview">${words.overview(notes.length, here, waiting)}</p>
    <div class="board-tools">
      <div class="board-filters" role="group" aria-label=${words.show}>
        ${FILTERS.map((one) => {
          const count = notes.filter((note) => passes(note, one)).length;
          return html`<button type="button" class="pane-tab" aria-pressed=${String(one === filter)} @click=${() => choose(one)}>
            ${words.filters[one]} <span class="board-number">${count}</span>
          </button>`;
        })}
      </div>
      <label class="board-order"><span class="visually-hidden">${words.order}</span>
        <select class="field" @change=${sortBy}>
          <option value="programme" ?selected=${order === "programme"}>${words.byProgramme}</option>
          <option value="activity" ?selected=${order === "activity"}>${words.byActivity}</option>
        </select>
      </label>
      <div class="board-acts">
        <button type="button" class="button button--quiet" @click=${showPeople}>${words.who}</button>
        <button type="button" class="button button--quiet" @click=${() => announce(page.day.id, null, words, wasSent)}>${words.tellAll}</button>
        <button type="button" class="button button--quiet" @click=${() => lock("day", day, allLocked)}>
          ${allLocked ? words.unlockDay : words.lockDay}
        </button>
      </div>
    </div>`;
}

function section({ section: of, entries }: Group): TemplateResult {
  const heading = of === null ? null : `s-${of.id}`;
  // Of all of its notes, whichever are shown.
  const items = page.sections.find((one) => one.id === of?.id)?.items ?? [];
  const locked = new Set(page.board.notes.filter((one) => one.locked).map((one) => one.note));
  const isLocked = items.every((item) => locked.has(item.note));
  const head =
    of === null
      ? nothing
      : html`<header class="section-heading">
          <h2 id=${`s-${of.id}`}>${of.title}</h2>
          <button type="button" class="button button--quiet button--small" id=${`lock-${of.id}`} aria-labelledby=${`lock-${of.id} s-${of.id}`}
            @click=${() => lock("section", `${day}/sections/${of.id}`, isLocked)}>
            ${isLocked ? words.unlockSection : words.lockSection}
          </button>
        </header>`;
  return html`<section class="board-section" aria-labelledby=${heading ?? "board-title"}>
    ${head}
    <ul class="board-rows">${repeat(
      entries,
      (entry) => entry.item.note,
      (entry) => row(entry, options),
    )}</ul>
  </section>`;
}

const options: RowOptions = {
  words,
  day: `/d/${page.day.id}`,
  moment,
  acts: {
    lock: ({ item, now }: Entry) =>
      void lock("note", `/api/notes/${item.note}`, now.locked !== null),
    cancelPlan: ({ item }: Entry) => void cancelPlan(item.note),
    tell: ({ item }: Entry) => announce(page.day.id, item, words, wasSent),
    recent: ({ item }: Entry) => void takingBack({ day: page.day.id, note: item, words, moment }),
  },
};

async function lock(target: LockTarget, path: string, locked: boolean) {
  said = "";
  failed = (await toggleLock(target, path, { locked, later: true }, all)) ?? "";
  await refresh();
}

/** An unlock of a note that is open takes back what was planned for it, and nothing else. */
async function cancelPlan(note: string) {
  const answer = await asked(`/api/notes/${note}/unlock`, words.noAnswer, {});
  failed = "failed" in answer ? words.failed(answer.failed) : "";
  await refresh();
}

function wasSent(): void {
  failed = "";
  said = words.announce.sent;
  draw();
}

function showPeople(): void {
  people = persons({
    day: page.day.id,
    role: page.role,
    words,
    moment,
    people: () => page.board.people,
    titleOf: (note) => titles.get(note) ?? "",
    refresh,
    closed: () => {
      people = null;
    },
  });
}

function choose(one: Filter): void {
  filter = one;
  draw();
}

function sortBy(event: Event): void {
  order = (event.currentTarget as HTMLSelectElement).value as Order;
  draw();
}

async function refresh({ fresh = true } = {}): Promise<void> {
  try {
    page.board = (await feed.next({ fresh })) ?? page.board;
    isStale = false;
  } catch {
    isStale = true; // what is shown stays, and is said to be old
  }
  draw();
  people?.redraw();
}

async function keepAsking(): Promise<void> {
  if (!document.hidden) await refresh({ fresh: false });
  setTimeout(() => void keepAsking(), POLL_MS);
}

closeOnLeaving(main);
document.addEventListener("visibilitychange", () => {
  if (!document.hidden) void refresh({ fresh: false });
});
draw();
void keepAsking();
