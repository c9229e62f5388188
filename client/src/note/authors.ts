// Who wrote each passage: a tint of the text, a legend, and the name of who wrote at the caret.

import { html, nothing, render } from "lit-html";
import { ref } from "lit-html/directives/ref.js";
import type * as Y from "yjs";
import type { PaneEditor } from "../editor";
import { type Author, runsOf, tint, writerAt } from "../editor/authors";
import { indexOf } from "../editor/positions";
import type { Words } from "../i18n";
import { paint } from "./people";

/** So often at most is the server asked who new client ids are. */
const ASK_MS = 2000;

export interface AuthorsOptions {
  note: string;
  panes: readonly { text: Y.Text; editor: PaneEditor }[];
  words: Words;
  /** The client id of this page, and who writes under it. */
  self: { client: number; author: Author };
}

export class Authors {
  private on = false;
  private readonly known = new Map<number, Author>();
  /** Nobody's, as the server says: what came with the programme. */
  private readonly nobodys = new Set<number>();
  private asked = Number.NEGATIVE_INFINITY;
  private waiting: number | null = null;
  private frame: number | null = null;
  private readonly legend = document.createElement("aside");

  constructor(private readonly options: AuthorsOptions) {
    this.known.set(options.self.client, options.self.author);
    this.legend.className = "authors";
    this.legend.setAttribute("aria-label", options.words.authors.title);
    this.legend.hidden = true;
    document.body.append(this.legend);
    for (const { text, editor } of options.panes) {
      text.observe(() => this.soon());
      editor.onStateChange(() => this.soon());
    }
  }

  get isOn(): boolean {
    return this.on;
  }

  toggle(): void {
    this.on = !this.on;
    this.legend.hidden = !this.on;
    this.draw();
  }

  private soon(): void {
    if (!this.on) return;
    this.frame ??= requestAnimationFrame(() => {
      this.frame = null;
      this.draw();
    });
  }

  private draw(): void {
    const { panes } = this.options;
    const authorOf = (client: number) => this.known.get(client) ?? null;
    for (const { text, editor } of panes) {
      // A word in composition is left alone; its end is a change of the text.
      if (!editor.view.composing) tint(editor.view, text, this.on ? authorOf : null);
    }
    if (!this.on) return;
    const clients = new Set(panes.flatMap(({ text }) => runsOf(text)).map(({ client }) => client));
    const isNew = (client: number) => !this.known.has(client) && !this.nobodys.has(client);
    if ([...clients].some(isNew)) this.askSoon();
    this.drawLegend(clients);
  }

  private drawLegend(clients: ReadonlySet<number>): void {
    const t = this.options.words.authors;
    const people = new Map<string, Author>();
    for (const client of clients) {
      const author = this.known.get(client);
      if (author !== undefined) people.set(author.person, author);
    }
    const sorted = [...people.values()].sort((a, b) => a.name.localeCompare(b.name));
    const here = this.atCaret();
    render(
      html`<h2>${t.title}</h2>
        <ul>
          ${sorted.map(
            ({ name, colour }) =>
              html`<li><span class="author-colour" aria-hidden="true" ${ref(paint(colour))}></span>${name}</li>`,
          )}
        </ul>
        <p role="status">${here === null ? nothing : t.here(here.name)}</p>`,
      this.legend,
    );
  }

  /** Who wrote the character before the caret. */
  private atCaret(): Author | null {
    const pane = this.options.panes.find(({ editor }) => editor.view.hasFocus());
    if (pane === undefined) return null;
    const { doc, selection } = pane.editor.view.state;
    const client = writerAt(pane.text, indexOf(doc, selection.head));
    return client === null ? null : (this.known.get(client) ?? null);
  }

  private askSoon(): void {
    this.waiting ??= window.setTimeout(
      () => {
        this.waiting = null;
        this.asked = Date.now();
        void this.ask();
      },
      Math.max(0, this.asked + ASK_MS - Date.now()),
    );
  }

  private async ask(): Promise<void> {
    // An edit is shown to others only when it is stored: who wrote what is seen here is known there.
    const seen = this.options.panes.flatMap(({ text }) => runsOf(text));
    try {
      const response = await fetch(`/api/notes/${this.options.note}/authors`);
      const answer = (await response.json()) as { authors?: (Author & { clients: number[] })[] };
      for (const { clients, person, name, colour } of answer.authors ?? []) {
        for (const client of clients) this.known.set(client, { person, name, colour });
      }
      for (const { client } of seen) if (!this.known.has(client)) this.nobodys.add(client);
    } catch {
      // Without the server the text is not tinted further; the next change asks again.
      return;
    }
    this.soon();
  }
}
