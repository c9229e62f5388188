// A note's page: two panes that people write in together, and the truth about saving and locks.

import { html, nothing, render } from "lit-html";
import { keepOnDevice } from "../device/keep";
import type { PaneEditor } from "../editor";
import { wordsOf } from "../i18n";
import { collabUrl } from "../net/early";
import { NoteConnection } from "../net/note-connection";
import { mayLock, mayWrite } from "../net/notices";
import { Announcing } from "../note/announcing";
import { toggleLock } from "../note/ask-lock";
import { Authors } from "../note/authors";
import { banner, saving } from "../note/banner";
import { bringText } from "../note/bringing";
import { type NotePage, readData } from "../note/data";
import { FindBar } from "../note/find";
import { FirstText } from "../note/first-text";
import { Following } from "../note/following";
import { Frame, PANES, type Pane } from "../note/frames";
import { NoteHeading } from "../note/heading";
import { openHelpByKeys } from "../note/help";
import { icon } from "../note/icons";
import { reviewLate } from "../note/late";
import { leaveLate } from "../note/leave-late";
import { warnBeforeLeaving } from "../note/leaving";
import { Outline } from "../note/outline";
import { OwnLate } from "../note/own-late";
import { closeOnLeaving, people, presentIn } from "../note/people";
import { prefer, preferences } from "../note/preferences";
import { rememberQuestions } from "../note/questions";
import { keepClearOf, withoutMoving } from "../note/sticky";
import { toolbar } from "../note/toolbar";
import { Typing } from "../note/typing";
import { viewTools } from "../note/view-tools";
import { followFullscreen } from "../note/writing";

const page = readData<NotePage>();
const words = wordsOf(page.language);
const connection = new NoteConnection({
  note: page.note.id,
  url: collabUrl(),
  role: page.role,
  locked: page.locked,
  muted: page.muted,
  person: page.person,
});
const { doc, awareness } = connection;

function element<Name extends keyof HTMLElementTagNameMap>(name: Name, className: string) {
  const made = document.createElement(name);
  made.className = className;
  return made;
}

const main = document.getElementById("note") as HTMLElement;
const tools = document.getElementById("tools") as HTMLElement;
const bar = element("div", "note-bar");
const barRows = element("div", "note-bar-rows");
bar.append(barRows);
const alerts = element("div", "alerts");
alerts.setAttribute("role", "alert");
const panes = element("div", "panes");
// Changes of the state of saving are said once each, politely, and never for a key.
const announcer = element("p", "visually-hidden");
announcer.setAttribute("role", "status");
const first = new FirstText(panes);
main.replaceChildren(bar, alerts, ...first.elements, announcer);

const typing = new Typing(
  PANES.map((pane) => doc.getText(pane)),
  awareness,
  () => {
    for (const frame of frames) frame.draw();
  },
);
const frames = PANES.map(
  (pane) => new Frame(pane, connection, words, () => typing.names(doc.getText(pane))),
);
const editors = new Map<Pane, PaneEditor>(frames.map(({ pane, editor }) => [pane, editor]));
let active: Pane = "notes";

function choosePane(pane: Pane): void {
  active = pane;
  // At once: what comes next may want to scroll in it.
  panes.dataset["active"] = pane;
  first.choose(pane);
  draw();
}

for (const { pane, section, editor } of frames) {
  panes.append(section);
  editor.onStateChange(() => draw());
  section.addEventListener("focusin", () => choosePane(pane));
  editor.view.dom.addEventListener("keydown", (event) => {
    if (event.key === "Escape") announcer.textContent = words.toolbar.leaveHint;
  });
}

const announcing = new Announcing({
  panes: frames.map(({ pane, editor }) => ({
    pane,
    text: doc.getText(pane),
    dom: editor.view.dom,
  })),
  awareness,
  words,
  self: page.person.id,
  isOn: preferences().announcing,
});
main.append(announcing.others, announcing.lock);

const show = (pane: string) => choosePane(pane as Pane);
const outline = new Outline({
  editor: editors.get("notes") as PaneEditor,
  words,
  show,
  changed(open) {
    prefer({ outline: open });
    panes.dataset["outline"] = String(open);
    draw();
  },
});
panes.prepend(outline.panel);
const find = new FindBar({ holder: bar, editors, words, show });
const following = new Following({ panes, words, show, changed: () => draw() });
const authors = new Authors({
  note: page.note.id,
  panes: frames.map(({ pane, editor }) => ({ text: doc.getText(pane), editor })),
  words,
  self: { client: doc.clientID, author: { ...page.person, person: page.person.id } },
});
const view = {
  find,
  outline,
  authors,
  announcing,
  carets: preferences().carets,
  toggleCarets() {
    view.carets = !view.carets;
    prefer({ carets: view.carets });
    draw();
  },
  get bring() {
    return connection.takesEdits ? bring : null;
  },
  past: mayWrite(page.role) ? `${location.pathname}/past` : null,
  draw: () => draw(),
};

function bring(): void {
  bringText(page.note.id, active, words, (sentence, failed) => {
    alerts.textContent = failed ? sentence : "";
    announcer.textContent = failed ? "" : sentence;
  });
}

async function lockOrUnlock(): Promise<void> {
  const locked = connection.state.locked !== null;
  alerts.textContent = "";
  const failed = await toggleLock("note", `/api/notes/${page.note.id}`, { locked }, words);
  alerts.textContent = failed ?? "";
}

const ownLate = new OwnLate(page.note.id, () => draw());
const late = {
  review: () => void reviewLate(page, words, () => connection.state.locked !== null),
  leave: () => leaveLate(page.note.id, words),
  dismiss: () => connection.dismissReturned(),
  mine: () => ownLate.text,
  seen: (announcement: string) => connection.dismissAnnouncement(announcement),
};

let waiting = false;
let wasReady = false;
function draw(): void {
  if (waiting) return;
  waiting = true;
  requestAnimationFrame(() => {
    waiting = false;
    // What is drawn first is the page itself: nobody reads anything yet that could move.
    if (wasReady) withoutMoving(panes, drawBar);
    else drawBar();
    wasReady = main.dataset["ready"] === "true";
    drawTools();
    outline.draw();
    find.refresh();
  });
}

function drawBar(): void {
  const { state } = connection;
  const editor = editors.get(active);
  const tooled = connection.takesEdits && editor !== undefined;
  panes.dataset["active"] = active;
  panes.dataset["carets"] = view.carets ? "shown" : "hidden";
  bar.dataset["tooled"] = String(tooled);
  bar.dataset["connection"] = state.connection;
  render(
    html`<div class="pane-tabs" role="group" aria-label=${words.panes.choose}>
        ${PANES.map(
          (pane) =>
            html`<button type="button" class="pane-tab" aria-pressed=${String(pane === active)} @click=${() => choosePane(pane)}>
              ${words.panes[pane]}
            </button>`,
        )}
      </div>
      ${banner(state, words, page, late)}
      ${tooled ? toolbar(editor, words) : nothing}
      ${viewTools(view, words)}
      ${saving(state, words)}`,
    barRows,
  );
}

function drawTools(): void {
  const { state } = connection;
  const self = page.person.id;
  render(
    html`${people(presentIn(awareness, self), {
      self,
      words,
      followed: following.followed,
      follow: (person) => following.follow(person),
    })}
      <a class="button button--quiet" href=${page.exportHref} download title=${words.exportNote}>
        ${icon("download")} <span class="label">${words.exportNote}</span>
      </a>
      ${
        mayLock(state.role)
          ? html`<button type="button" class="button button--quiet" @click=${lockOrUnlock} title=${state.locked ? words.lock.unlock : words.lock.lock}>
              ${icon(state.locked ? "unlock" : "lock")}
              <span class="label">${state.locked ? words.lock.unlock : words.lock.lock}</span>
            </button>`
          : nothing
      }`,
    tools,
  );
}

const heading = new NoteHeading(page, words);
let said = "";
connection.onChange((state) => {
  const editable = connection.takesEdits;
  for (const editor of editors.values()) {
    if (editor.view.editable !== editable) editor.setEditable(editable);
  }
  ownLate.see(state);
  announcing.follow(state);
  heading.follow(state.heading);
  if (state.ready) first.giveWay();
  main.dataset["ready"] = String(state.ready);
  const kind =
    state.connection === "offline" ? words.state.offline : state.saved ? words.state.saved : "";
  if (kind !== "" && kind !== said) {
    said = kind;
    announcer.textContent = kind;
  }
  draw();
});
awareness.on("change", draw);
// The seconds before a lock count down.
setInterval(() => {
  if (connection.state.locking || connection.state.planned) draw();
}, 500);

keepClearOf(
  bar,
  [...editors.values()].map((editor) => editor.view),
);
closeOnLeaving(tools);
closeOnLeaving(bar);
openHelpByKeys(words);
followFullscreen(draw);
keepOnDevice();
rememberQuestions();
warnBeforeLeaving(connection, words, () => `${page.note.title} · ${page.day.title}`);
if (preferences().outline && matchMedia("(min-width: 75.01rem)").matches) outline.toggle(true);
draw();
