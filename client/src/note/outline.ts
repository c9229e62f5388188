// The headings of the note, to jump to: a column beside the text, or a sheet over it on a phone.

import { html, nothing, render } from "lit-html";
import type { PaneEditor } from "../editor";
import { type Heading, headingsOf, wordsIn } from "../editor/contents";
import type { Words } from "../i18n";
import { icon } from "./icons";

const NARROW = matchMedia("(max-width: 75rem)");

export interface OutlineOptions {
  editor: PaneEditor;
  words: Words;
  /** Called when it was opened or closed. */
  changed(open: boolean): void;
  /** Shows a pane that may be hidden, as on a phone. */
  show(pane: string): void;
}

export class Outline {
  readonly panel = document.createElement("nav");

  constructor(private readonly options: OutlineOptions) {
    this.panel.className = "outline";
    this.panel.id = "outline";
    this.panel.hidden = true;
    this.panel.setAttribute("aria-label", options.words.outline.title);
    this.panel.addEventListener("keydown", (event) => {
      if (event.key !== "Escape") return;
      this.toggle(false);
      document.querySelector<HTMLElement>("[aria-controls=outline]")?.focus();
    });
  }

  get isOpen(): boolean {
    return !this.panel.hidden;
  }

  toggle(open = !this.isOpen): void {
    this.panel.hidden = !open;
    this.options.changed(open);
    this.draw();
    if (open && NARROW.matches) this.panel.querySelector<HTMLElement>("button")?.focus();
  }

  draw(): void {
    if (!this.isOpen) return;
    const t = this.options.words.outline;
    const { doc } = this.options.editor.view.state;
    const headings = headingsOf(doc);
    const top = Math.min(...headings.map(({ level }) => level));
    render(
      html`<div class="outline-head">
          <h2>${t.title}</h2>
          <button type="button" class="tool" aria-label=${t.close} title=${t.close}
            @click=${() => this.toggle(false)}>${icon("close")}</button>
        </div>
        ${headings.length === 0 ? html`<p class="quiet">${t.empty}</p>` : nothing}
        <ol>
          ${headings.map(
            (heading) => html`<li data-depth=${Math.min(heading.level - top, 3)}>
              <button type="button" @click=${() => this.jump(heading)}>${heading.text}</button>
            </li>`,
          )}
        </ol>
        <p class="quiet">${t.words(wordsIn(doc))}</p>`,
      this.panel,
    );
  }

  private jump({ position }: Heading): void {
    const { view } = this.options.editor;
    this.options.show("notes");
    if (NARROW.matches) this.toggle(false);
    const line = view.nodeDOM(position);
    this.options.editor.select({ from: position + 1, to: position + 1 });
    if (line instanceof HTMLElement) line.scrollIntoView({ block: "start" });
  }
}
