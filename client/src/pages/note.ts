// A note's page: two panes that people write in together, and the truth about saving and locks.

import { html, nothing, render } from "lit-html";
import { openEditor, type PaneEditor } from "../editor";
import { wordsOf } from "../i18n";
import { NoteConnection } from "../net/note-connection";
import { mayLock } from "../net/notices";
import { toggleLock } from "../note/ask-lock";
import { banner, saving } from "../note/banner";
import { type NotePage, readData } from "../note/data";
import { icon } from "../note/icons";
import { reviewLate } from "../note/late";
import { closeOnLeaving, people, presentIn } from "../note/people";
import { keepClearOf } from "../note/sticky";
import { toolbar } from "../note/toolbar";

const PANES = ["notes", "conclusions"] as const;
type Pane = (typeof PANES)[number];

const page = readData<NotePage>();
const words = wordsOf(page.language);
const scheme = location.protocol === "https:" ? "wss" : "ws";
const connection = new NoteConnection({
  note: page.note.id,
  url: `${scheme}://${location.host}/collab`,
  role: page.role,
  locked: page.locked,
  person: page.person,
});

function element<Name extends keyof HTMLElementTagNameMap>(name: Name, className: string) {
  const made = document.createElement(name);
  made.className = className;
  return made;
}

const main = document.getElementById("note") as HTMLElement;
const tools = document.getElementById("tools") as HTMLElement;
const bar = element("div", "note-bar");
const alerts = element("div", "alerts");
alerts.setAttribute("role", "alert");
const panes = element("div", "panes");
// Changes of the state of saving are said once each, politely, and never for a key.
const announcer = element("p", "visually-hidden");
announcer.setAttribute("role", "status");
main.replaceChildren(bar, alerts, panes, announcer);

const editors = new Map<Pane, PaneEditor>();
let active: Pane = "notes";

for (const pane of PANES) {
  const section = element("section", "pane-frame");
  section.id = `pane-${pane}`;
  section.dataset["pane"] = pane;
  const title = document.createElement("h2");
  title.textContent = words.panes[pane];
  const mount = element("div", "pane-mount");
  section.append(title, mount);
  panes.append(section);
  const editor = openEditor(mount, {
    text: connection.doc.getText(pane),
    awareness: connection.awareness,
    pane,
    label: `${words.panes[pane]}. ${words.toolbar.leaveHint}`,
    editable: false,
    placeholder: words.placeholder[pane],
    words: words.editor,
  });
  editor.onStateChange(() => draw());
  mount.addEventListener("focusin", () => {
    active = pane;
    draw();
  });
  editors.set(pane, editor);
}

async function lockOrUnlock(): Promise<void> {
  const locked = connection.state.locked !== null;
  alerts.textContent = "";
  const failed = await toggleLock("note", `/api/notes/${page.note.id}`, { locked }, words);
  alerts.textContent = failed ?? "";
}

const late = {
  review: () => void reviewLate(page, words, () => connection.state.locked !== null),
  dismiss: () => connection.dismissReturned(),
};

function choosePane(pane: Pane): void {
  active = pane;
  draw();
}

let waiting = false;
function draw(): void {
  if (waiting) return;
  waiting = true;
  requestAnimationFrame(() => {
    waiting = false;
    drawBar();
    drawTools();
  });
}

function drawBar(): void {
  const { state } = connection;
  const editor = editors.get(active);
  const tooled = connection.takesEdits && editor !== undefined;
  panes.dataset["active"] = active;
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
      ${saving(state, words)}`,
    bar,
  );
}

function drawTools(): void {
  const { state } = connection;
  render(
    html`${people(presentIn(connection.awareness, page.person.id), page.person.id, words)}
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

let said = "";
connection.onChange((state) => {
  const editable = connection.takesEdits;
  for (const editor of editors.values()) {
    if (editor.view.editable !== editable) editor.setEditable(editable);
  }
  main.dataset["ready"] = String(state.ready);
  const kind =
    state.connection === "offline" ? words.state.offline : state.saved ? words.state.saved : "";
  if (kind !== "" && kind !== said) {
    said = kind;
    announcer.textContent = kind;
  }
  draw();
});
connection.awareness.on("change", draw);
// The seconds before a lock count down.
setInterval(() => {
  if (connection.state.locking) draw();
}, 500);

keepClearOf(
  bar,
  [...editors.values()].map((editor) => editor.view),
);
closeOnLeaving(tools);
// On a phone the questions would push the text off the first screen; there one asks for them.
if (matchMedia("(max-width: 40rem)").matches) {
  document.querySelector(".questions")?.removeAttribute("open");
}

window.addEventListener("beforeunload", (event) => {
  if (connection.state.unsaved > 0) event.preventDefault();
});
draw();
