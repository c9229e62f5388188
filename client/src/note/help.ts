// The sheet of shortcuts: what the keys do, and what can be typed instead of a button.

import { html, render } from "lit-html";
import type { Words } from "../i18n";
import { keyName } from "./key-names";

type Entry = readonly [what: string, ...ways: string[]];

/** What is typed at the place itself; it is the same in every language. */
function typed(words: Words): Entry[] {
  const t = words.toolbar;
  return [
    [`${t.heading(1)}, ${t.heading(2)}…`, "# ", "## "],
    [t.bullet, "- "],
    [t.ordered, "1. "],
    [t.task, "[ ] ", "[x] "],
    [t.quote, "> "],
    [t.codeLines, "```"],
    [t.rule, "---"],
    [t.bold, "**…**"],
    [t.italic, "*…*"],
    [t.strike, "~~…~~"],
    [t.code, "`…`"],
    [t.link, "[…](https://…)"],
    [t.footnote, "^[…]"],
  ];
}

function pressed(words: Words): Entry[] {
  const t = words.toolbar;
  const h = words.help;
  return [
    [t.bold, "Control+B"],
    [t.italic, "Control+I"],
    [t.strike, "Control+Shift+X"],
    [t.code, "Control+E"],
    [t.link, "Control+K"],
    [t.footnote, "Control+Alt+F"],
    [`${t.paragraph}, ${t.heading(1)}–4`, "Control+Alt+0", "Control+Alt+1"],
    [t.codeLines, "Control+Alt+5"],
    [t.ordered, "Control+Shift+7"],
    [t.bullet, "Control+Shift+8"],
    [t.task, "Control+Shift+9"],
    [h.tick, "Control+Enter"],
    [t.quote, "Control+Shift+B"],
    [`${t.indent}, ${t.outdent}`, "Tab", "Shift+Tab"],
    [h.lineBreak, "Shift+Enter"],
    [h.nextCell, "Tab"],
    [`${t.rowAbove}, ${t.columnBefore}`, "Alt+Shift+ArrowUp", "Alt+Shift+ArrowLeft"],
    [`${t.rowBelow}, ${t.columnAfter}`, "Alt+Shift+ArrowDown", "Alt+Shift+ArrowRight"],
    [`${t.removeRow}, ${t.removeColumn}`, "Alt+Shift+Backspace", "Alt+Shift+Delete"],
    [t.undo, "Control+Z"],
    [t.redo, "Control+Y"],
    [h.leave, "Escape", "Tab"],
    [h.open, "Control+/"],
  ];
}

function table(caption: string, entries: Entry[], show: (way: string) => string) {
  return html`<table class="help-table">
    <caption>${caption}</caption>
    <tbody>
      ${entries.map(
        ([what, ...ways]) => html`<tr>
          <th scope="row">${what}</th>
          <td>${ways.map((way) => html`<kbd>${show(way)}</kbd> `)}</td>
        </tr>`,
      )}
    </tbody>
  </table>`;
}

/** Opens the sheet over the page; closing it gives the focus back to where it was. */
export function showHelp(words: Words): void {
  if (document.querySelector("dialog[open]")) return;
  const t = words.help;
  const dialog = document.createElement("dialog");
  dialog.className = "dialog dialog--wide help";
  dialog.setAttribute("aria-labelledby", "help-title");
  render(
    html`<form method="dialog" class="help-head">
        <h2 id="help-title">${t.title}</h2>
        <button class="button button--quiet">${t.close}</button>
      </form>
      <div class="help-tables">
        ${table(t.keys, pressed(words), (keys) => keyName(keys, words))}
        ${table(t.typing, typed(words), (text) => text)}
      </div>`,
    dialog,
  );
  dialog.addEventListener("close", () => dialog.remove(), { once: true });
  document.body.append(dialog);
  dialog.showModal();
}

/** Control and / open the sheet from anywhere on the page. */
export function openHelpByKeys(words: Words): void {
  document.addEventListener("keydown", (event) => {
    if (event.key !== "/" || !(event.ctrlKey || event.metaKey)) return;
    event.preventDefault();
    showHelp(words);
  });
}
