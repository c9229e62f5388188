// The tools for looking at the note, for whoever may write and whoever may not: two buttons, and a
// menu for what is seldom wanted, so that the bar stays quiet.

import { html, nothing, type TemplateResult } from "lit-html";
import type { Words } from "../i18n";
import type { Announcing } from "./announcing";
import type { Authors } from "./authors";
import type { FindBar } from "./find";
import { showHelp } from "./help";
import { icon } from "./icons";
import { ariaKeys, keyName } from "./key-names";
import type { Outline } from "./outline";
import { prefer } from "./preferences";
import { isWritingOnly, toggleWritingOnly } from "./writing";

export interface View {
  find: FindBar;
  outline: Outline;
  authors: Authors;
  /** Whether the carets of others are shown, and the switch for it. */
  carets: boolean;
  toggleCarets(): void;
  announcing: Announcing;
  /** Lets somebody choose a file to bring into the note; null for who may not write in it now. */
  bring: (() => void) | null;
  /** The page of the note as it was earlier; null for who may not see it. */
  past: string | null;
  draw(): void;
}

interface Choice {
  name: string;
  /** Whether it is on; without it, choosing does something once. */
  on?: boolean;
  look?: string;
  run(): void;
}

export function viewTools(view: View, words: Words): TemplateResult {
  const t = words.view;
  const findName = `${words.find.open} (${keyName("Control+F", words)})`;
  const choices: Choice[] = [
    { name: words.outline.title, look: "outline", run: () => view.outline.toggle() },
    {
      name: t.authors,
      on: view.authors.isOn,
      run: () => {
        view.authors.toggle();
        view.draw();
      },
    },
    { name: t.carets, on: view.carets, run: () => view.toggleCarets() },
    {
      name: t.announcing,
      on: view.announcing.isOn,
      run: () => {
        view.announcing.toggle();
        prefer({ announcing: view.announcing.isOn });
        view.draw();
      },
    },
    { name: t.writing, on: isWritingOnly(), run: () => toggleWritingOnly(() => view.draw()) },
    ...(view.bring === null ? [] : [{ name: words.bringing.choose, run: view.bring }]),
    {
      name: `${words.help.open} (${keyName("Control+/", words)})`,
      run: () => showHelp(words),
    },
  ];
  return html`<div class="view-tools">
    <button
      type="button"
      class="tool"
      aria-label=${words.find.open}
      title=${findName}
      aria-keyshortcuts=${ariaKeys("Control+F")}
      @mousedown=${(event: Event) => event.preventDefault()}
      @click=${() => view.find.show()}
    >
      ${icon("find")}
    </button>
    <button
      type="button"
      class="tool outline-button"
      aria-label=${words.outline.title}
      title=${words.outline.title}
      aria-expanded=${String(view.outline.isOpen)}
      aria-controls="outline"
      @click=${() => view.outline.toggle()}
    >
      ${icon("outline")}
    </button>
    <details class="view-menu">
      <summary class="tool" title=${t.menu} aria-label=${t.menu}>${icon("more")}</summary>
      <ul>
        ${choices.map((choice) => html`<li>${choiceButton(choice)}</li>`)}
        ${
          view.past === null
            ? nothing
            : html`<li><a class="choice" href=${view.past}>${t.past}</a></li>`
        }
      </ul>
    </details>
  </div>`;
}

function choiceButton({ name, on, look, run }: Choice): TemplateResult {
  const choose = (event: Event) => {
    // What opens something takes the focus along; a switch stays to be looked at.
    const menu = (event.currentTarget as Element).closest("details");
    if (on === undefined) menu?.removeAttribute("open");
    run();
  };
  return html`<button
    type="button"
    class=${look === undefined ? "choice" : `choice choice--${look}`}
    role=${on === undefined ? nothing : "switch"}
    aria-checked=${on === undefined ? nothing : String(on)}
    @click=${choose}
  >
    <span>${name}</span>
    ${on === undefined ? nothing : html`<span class="switch" aria-hidden="true"></span>`}
  </button>`;
}
