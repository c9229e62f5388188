// Looking for words in both panes at once. The bar floats over the text, which must not move.

import { html, nothing, render } from "lit-html";
import type { PaneEditor } from "../editor";
import { find, foundIn } from "../editor/finding";
import type { Words } from "../i18n";
import { icon } from "./icons";

export interface FindOptions {
  /** Where the bar is put. */
  holder: HTMLElement;
  editors: ReadonlyMap<string, PaneEditor>;
  words: Words;
  /** Shows a pane that may be hidden, as on a phone. */
  show(pane: string): void;
}

interface Place {
  pane: string;
  index: number;
}

export class FindBar {
  private readonly bar = document.createElement("search");
  private place: Place | null = null;
  /** The pane to go back to. */
  private before: PaneEditor | null = null;
  private open = false;

  constructor(private readonly options: FindOptions) {
    this.bar.className = "find-bar";
    this.bar.hidden = true;
    options.holder.append(this.bar);
    for (const editor of options.editors.values()) {
      editor.view.dom.addEventListener("keydown", (event) => this.key(event));
    }
    this.bar.addEventListener("keydown", (event) => {
      if (event.key === "Escape") this.close();
      else if (event.key === "Enter" && event.target === this.field) {
        event.preventDefault();
        this.step(event.shiftKey ? -1 : 1);
      }
    });
  }

  get isOpen(): boolean {
    return this.open;
  }

  /** Opens the bar with what is selected, and puts the focus into it. */
  show(): void {
    const { editors } = this.options;
    const focused = [...editors.values()].find(({ view }) => view.hasFocus());
    this.before = focused ?? this.before;
    this.open = true;
    this.bar.hidden = false;
    const { state } = focused?.view ?? {};
    const chosen = state?.doc.textBetween(state.selection.from, state.selection.to, "\n") ?? "";
    this.draw();
    const { field } = this;
    if (field === null) return;
    if (chosen !== "" && !chosen.includes("\n")) field.value = chosen;
    field.focus();
    field.select();
    this.look();
  }

  /** Closes it; the caret is then at the place that was looked at. */
  close(): void {
    const { place } = this;
    this.open = false;
    this.bar.hidden = true;
    const editor = place === null ? this.before : this.options.editors.get(place.pane);
    const found = place && editor ? foundIn(editor.view.state)[place.index] : undefined;
    for (const { view } of this.options.editors.values()) find(view, "", -1);
    this.place = null;
    editor?.select(found ?? null);
  }

  /** The number of places changed, because somebody writes. */
  refresh(): void {
    if (this.open) this.draw();
  }

  private get field(): HTMLInputElement | null {
    return this.bar.querySelector("input");
  }

  /** The editor's Control and F; pressed once more in the bar, the browser's own. */
  private key(event: KeyboardEvent): void {
    if (event.key.toLowerCase() !== "f" || event.altKey || event.shiftKey) return;
    if (!event.ctrlKey && !event.metaKey) return;
    event.preventDefault();
    this.show();
  }

  private get all(): Place[] {
    return [...this.options.editors].flatMap(([pane, { view }]) =>
      foundIn(view.state).map((_found, index) => ({ pane, index })),
    );
  }

  private look(): void {
    const wanted = this.field?.value ?? "";
    for (const { view } of this.options.editors.values()) find(view, wanted, -1);
    this.go(this.all[0] ?? null);
  }

  private step(by: 1 | -1): void {
    const { all, place } = this;
    const at = all.findIndex((each) => each.pane === place?.pane && each.index === place.index);
    this.go(all[(at + by + all.length) % all.length] ?? null);
  }

  private go(place: Place | null): void {
    this.place = place;
    const wanted = this.field?.value ?? "";
    for (const [pane, { view }] of this.options.editors) {
      find(view, wanted, pane === place?.pane ? place.index : -1);
    }
    if (place !== null) {
      this.options.show(place.pane);
      const { view } = this.options.editors.get(place.pane) ?? {};
      view?.dom.querySelector(".found--current")?.scrollIntoView({ block: "center" });
    }
    this.draw();
  }

  private draw(): void {
    const t = this.options.words.find;
    const { all, place } = this;
    const at = all.findIndex((each) => each.pane === place?.pane && each.index === place.index);
    const none = all.length === 0;
    const wanted = this.field?.value ?? "";
    const step = (by: 1 | -1, name: string, look: "previous" | "next") =>
      html`<button type="button" class="tool" aria-label=${name} title=${name}
        aria-disabled=${String(none)} @click=${() => this.step(by)}>${icon(look)}</button>`;
    render(
      html`<label class="visually-hidden" for="find">${t.open}</label>
        <input id="find" class="field" type="text" enterkeyhint="search" autocomplete="off"
          spellcheck="false" placeholder=${t.open} @input=${() => this.look()} />
        <span class="find-count" role="status">${wanted === "" ? nothing : none ? t.none : t.count(at + 1, all.length)}</span>
        ${step(-1, t.previous, "previous")} ${step(1, t.next, "next")}
        <button type="button" class="tool" aria-label=${t.close} title=${t.close}
          @click=${() => this.close()}>${icon("close")}</button>`,
      this.bar,
    );
  }
}
