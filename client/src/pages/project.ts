// A note on a wall: its text follows what people write, large, and nothing can be written here.

import { html, nothing, render } from "lit-html";
import type * as Y from "yjs";
import { openEditor, type PaneEditor } from "../editor";
import { positionOf } from "../editor/positions";
import { receivedDelta } from "../editor/received";
import { momentOf, wordsOf } from "../i18n";
import type { LockNotice } from "../net/notices";
import { ReadingConnection } from "../net/reading-connection";
import { readData } from "../note/data";
import { PANES, type Pane } from "../note/frames";
import { Screen } from "../note/screen";

interface ProjectPage {
  language: string;
  timezone: string;
  note: string;
  token: string;
  locked: LockNotice | null;
}

/** After somebody scrolled, the screen stays there for so long. */
const LEFT_ALONE_MS = 20_000;
const SHOWN = ["both", ...PANES] as const;

const page = readData<ProjectPage>();
const words = wordsOf(page.language);
const scheme = location.protocol === "https:" ? "wss" : "ws";
const connection = new ReadingConnection({
  note: page.note,
  url: `${scheme}://${location.host}/collab`,
  token: page.token,
  locked: page.locked,
});
const screen = new Screen();
const main = document.getElementById("project") as HTMLElement;
const state = document.getElementById("state") as HTMLElement;
const controls = document.getElementById("controls") as HTMLElement;
const qr = document.getElementById("qr");
main.replaceChildren();

let shown: (typeof SHOWN)[number] = "both";
let scrolledAt = Number.NEGATIVE_INFINITY;

function open(pane: Pane): void {
  const frame = document.createElement("section");
  frame.className = "project-pane";
  frame.dataset["pane"] = pane;
  const heading = document.createElement("h2");
  heading.textContent = words.panes[pane];
  const mount = document.createElement("div");
  frame.append(heading, mount);
  main.append(frame);
  const text = connection.doc.getText(pane);
  const editor = openEditor(mount, {
    text,
    awareness: connection.awareness,
    pane,
    label: words.panes[pane],
    editable: false,
    carets: false,
    words: words.editor,
  });
  text.observe((event) => follow(frame, editor, event));
  const scrolled = () => {
    scrolledAt = performance.now();
  };
  for (const kind of ["wheel", "touchmove", "keydown", "pointerdown"]) {
    frame.addEventListener(kind, scrolled, { passive: true });
  }
}

/** Bring what was just written into sight, unless somebody is looking elsewhere. */
function follow(frame: HTMLElement, editor: PaneEditor, event: Y.YTextEvent): void {
  if (performance.now() - scrolledAt < LEFT_ALONE_MS) return;
  let index = 0;
  let last: number | null = null;
  for (const step of receivedDelta(event)) {
    if (step.retain !== undefined) index += step.retain;
    else if (step.insert !== undefined) {
      index += typeof step.insert === "string" ? step.insert.length : 1;
      last = index;
    }
  }
  if (last === null) return;
  const end = last;
  requestAnimationFrame(() => {
    const { view } = editor;
    const position = Math.min(positionOf(view.state.doc, end), view.state.doc.content.size);
    const { top, bottom } = view.coordsAtPos(position);
    const box = frame.getBoundingClientRect();
    const room = Math.min(frame.clientHeight / 3, 120);
    if (bottom + room > box.bottom) frame.scrollTop += bottom + room - box.bottom;
    else if (top - room < box.top) frame.scrollTop += top - room - box.top;
  });
}

function show(what: (typeof SHOWN)[number]): void {
  shown = what;
  draw();
}

function toggleQr(): void {
  if (qr) qr.hidden = !qr.hidden;
  draw();
}

function toggleKeys(): void {
  screen.toggleKeys();
  draw();
}

function said(): string {
  const { connection: link, ready, denied, locked } = connection.state;
  if (denied) return words.screen.denied;
  if (link === "offline") return words.screen.offline;
  if (!ready) return words.screen.connecting;
  if (locked === null) return "";
  const moment = momentOf(locked.at, words, page.language, page.timezone);
  return words.banner.locked(locked.by, moment);
}

function draw(): void {
  const { ready, locked } = connection.state;
  main.dataset["ready"] = String(ready);
  main.dataset["shown"] = shown;
  state.textContent = said();
  state.dataset["locked"] = String(locked !== null);
  const { screen: say } = words;
  render(
    html`<div role="group" aria-label=${say.controls}>
      <button type="button" class="button button--quiet" @click=${() => screen.resize(-1)} aria-label=${say.smaller} title=${say.smaller} aria-keyshortcuts="-">A−</button>
      <button type="button" class="button button--quiet" @click=${() => screen.resize(1)} aria-label=${say.larger} title=${say.larger} aria-keyshortcuts="+">A+</button>
      ${SHOWN.map(
        (what) =>
          html`<button type="button" class="button button--quiet" aria-pressed=${String(what === shown)} @click=${() => show(what)}>
            ${what === "both" ? say.both : words.panes[what]}
          </button>`,
      )}
      ${
        qr
          ? html`<button type="button" class="button button--quiet" aria-pressed=${String(!qr.hidden)} @click=${toggleQr}>${say.qr}</button>`
          : nothing
      }
      <button type="button" class="button button--quiet" @click=${() => screen.toggleTheme()}>${say.theme}</button>
      <button type="button" class="button button--quiet" @click=${() => screen.toggleFullscreen()} aria-keyshortcuts="F">${say.fullscreen}</button>
      <button type="button" class="button button--quiet" aria-pressed=${String(screen.hearsKeys)} @click=${toggleKeys}>${say.keys}</button>
    </div>`,
    controls,
  );
}

for (const pane of PANES) open(pane);
connection.onChange(draw);
screen.onKeys({
  "+": () => screen.resize(1),
  "=": () => screen.resize(1),
  "-": () => screen.resize(-1),
  f: () => screen.toggleFullscreen(),
});
