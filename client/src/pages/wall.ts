// The wall: every note's last lines, asked for now and then. Where there are more notes than fit,
// pages follow each other, until somebody stops them.

import { html, nothing, render } from "lit-html";
import { wordsOf } from "../i18n";
import { readData } from "../note/data";
import { Screen } from "../note/screen";

type Line = [kind: string, text: string];

interface Card {
  note: string;
  title: string | null;
  room: string;
  when: string;
  on: boolean;
  locked: boolean;
  readable: boolean;
  notes: Line[];
  conclusions: Line[];
}

const EVERY_MS = 2_000;
const TURN_MS = 12_000;
/** So long without an answer, and what is shown is called old. */
const STALE_MS = 15_000;
/** Below this width the wall is a list that is scrolled by hand. */
const NARROW = matchMedia("(max-width: 46rem)");
const STILL = matchMedia("(prefers-reduced-motion: reduce)");

const page = readData<{ language: string; day: string }>();
const words = wordsOf(page.language);
const say = words.screen;
const screen = new Screen();
const wall = document.getElementById("wall") as HTMLElement;
const controls = document.getElementById("controls") as HTMLElement;

let cards: Card[] = [];
let perPage = 1;
let at = 0;
let turning = !STILL.matches;
let heardAt = performance.now();
let asking = false;

function lines(found: Line[]) {
  return found.map(([kind, text]) => html`<p class="wall-line" data-kind=${kind}>${text}</p>`);
}

function body(card: Card) {
  if (!card.readable) return html`<p class="quiet">${say.unreadable}</p>`;
  if (card.notes.length + card.conclusions.length === 0) {
    return html`<p class="quiet">${say.nothing}</p>`;
  }
  return html`<div class="wall-notes">${lines(card.notes)}</div>
    ${
      card.conclusions.length > 0
        ? html`<div class="wall-conclusions"><h3>${words.panes.conclusions}</h3>${lines(card.conclusions)}</div>`
        : nothing
    }`;
}

function drawn(card: Card) {
  return html`<li class="wall-card" data-note=${card.note} data-on=${String(card.on)}>
    <p class="wall-where">
      <strong>${card.room ? say.room(card.room) : nothing}</strong> <span>${card.when}</span>
      ${card.on ? html`<span class="badge badge--on">${say.on}</span>` : nothing}
      ${card.locked ? html`<span class="badge badge--locked">${say.locked}</span>` : nothing}
    </p>
    <h2>${card.title ?? say.conclusion}</h2>
    <div class="wall-text">${body(card)}</div>
  </li>`;
}

/** How many cards stand beside and below each other without any being cut. */
function measure(): void {
  if (NARROW.matches) {
    perPage = Math.max(1, cards.length);
    return;
  }
  const em = Number.parseFloat(getComputedStyle(wall).fontSize);
  const { clientWidth, clientHeight } = wall;
  const columns = Math.max(1, Math.floor(clientWidth / (25 * em)));
  const rows = Math.max(1, Math.floor(clientHeight / (15 * em)));
  wall.style.setProperty("--columns", String(columns));
  wall.style.setProperty("--rows", String(rows));
  perPage = columns * rows;
}

/** Half a line at the top of a card would look like a fault. */
function wholeLines(): void {
  for (const notes of wall.querySelectorAll<HTMLElement>(".wall-notes")) {
    notes.style.maxBlockSize = "";
    const line = Number.parseFloat(getComputedStyle(notes).lineHeight);
    const count = Math.floor(notes.clientHeight / line);
    if (!NARROW.matches && count > 0) notes.style.maxBlockSize = `${count * line}px`;
  }
}

function pages(): number {
  return Math.max(1, Math.ceil(cards.length / perPage));
}

function turn(by: number): void {
  at = (at + by + pages()) % pages();
  draw();
}

/** By hand: then the pages do not go on by themselves under somebody's hands. */
function leaf(by: number): void {
  turning = false;
  turn(by);
}

function toggle(): void {
  turning = !turning;
  draw();
}

function draw(): void {
  measure();
  at = Math.min(at, pages() - 1);
  const some = pages() > 1;
  render(cards.slice(at * perPage, (at + 1) * perPage).map(drawn), wall);
  wholeLines();
  const stale = performance.now() - heardAt > STALE_MS;
  render(
    html`${stale ? html`<p class="wall-stale" role="status">${say.stale}</p>` : nothing}
      ${
        some
          ? html`<button type="button" class="button button--quiet" @click=${() => leaf(-1)} aria-label=${say.previous} title=${say.previous}>‹</button>
            <span class="wall-page">${say.page(at + 1, pages())}</span>
            <button type="button" class="button button--quiet" @click=${() => leaf(1)} aria-label=${say.next} title=${say.next}>›</button>
            <button type="button" class="button button--quiet" @click=${toggle}>${turning ? say.stop : say.go}</button>`
          : nothing
      }
      <button type="button" class="button button--quiet" @click=${() => resize(-1)} aria-label=${say.smaller} title=${say.smaller}>A−</button>
      <button type="button" class="button button--quiet" @click=${() => resize(1)} aria-label=${say.larger} title=${say.larger}>A+</button>
      <button type="button" class="button button--quiet" @click=${() => screen.toggleTheme()}>${say.theme}</button>
      <button type="button" class="button button--quiet" @click=${() => screen.toggleFullscreen()}>${say.fullscreen}</button>
      <button type="button" class="button button--quiet" aria-pressed=${String(screen.hearsKeys)} @click=${toggleKeys}>${say.keys}</button>`,
    controls,
  );
}

function resize(by: 1 | -1): void {
  screen.resize(by);
  draw();
}

function toggleKeys(): void {
  screen.toggleKeys();
  draw();
}

async function refresh(): Promise<void> {
  if (asking || document.hidden) return;
  asking = true;
  try {
    const answer = await fetch(`/d/${page.day}/wall.json`, { cache: "no-cache" });
    if (answer.ok) {
      cards = ((await answer.json()) as { notes: Card[] }).notes;
      heardAt = performance.now();
    }
  } catch {
    // The next time will do; what is shown stays, and is soon called old.
  } finally {
    asking = false;
    draw();
  }
}

screen.onKeys({
  " ": toggle,
  ArrowRight: () => leaf(1),
  ArrowLeft: () => leaf(-1),
  "+": () => resize(1),
  "=": () => resize(1),
  "-": () => resize(-1),
  f: () => screen.toggleFullscreen(),
});
new ResizeObserver(() => draw()).observe(wall);
document.addEventListener("visibilitychange", () => void refresh());
setInterval(() => void refresh(), EVERY_MS);
setInterval(() => {
  if (turning && !document.hidden) turn(1);
}, TURN_MS);
void refresh();
