// The two panes as they stand on the page: each with its title, what belongs in it, who is writing
// in it and how long it is.

import { html, nothing, render } from "lit-html";
import type { PaneEditor } from "../editor";
import { openEditor } from "../editor";
import { wordsIn } from "../editor/contents";
import type { Words } from "../i18n";
import type { NoteConnection } from "../net/note-connection";

export const PANES = ["notes", "conclusions"] as const;
export type Pane = (typeof PANES)[number];

/** Words that somebody reads aloud in a minute: conclusions that are longer are hard to report. */
const SPOKEN_MINUTE = 150;
/** Counting the words of a long note at each key would be felt. */
const COUNT_MS = 400;

export class Frame {
  readonly section = document.createElement("section");
  readonly editor: PaneEditor;
  private readonly head = document.createElement("div");
  private count = 0;
  private counting: number | null = null;

  constructor(
    readonly pane: Pane,
    connection: NoteConnection,
    private readonly words: Words,
    private readonly typing: () => readonly string[],
  ) {
    this.section.className = "pane-frame";
    this.section.id = `pane-${pane}`;
    this.section.dataset["pane"] = pane;
    this.head.className = "pane-head";
    const mount = document.createElement("div");
    mount.className = "pane-mount";
    this.section.append(this.head, mount);
    const label = pane === "conclusions" ? `${words.panes[pane]}. ${words.panes.hint}` : "";
    this.editor = openEditor(mount, {
      text: connection.doc.getText(pane),
      awareness: connection.awareness,
      pane,
      label: `${label || `${words.panes[pane]}.`} ${words.toolbar.leaveHint}`,
      editable: false,
      placeholder: words.placeholder[pane],
      words: words.editor,
    });
    connection.doc.getText(pane).observe(() => this.countSoon());
    this.draw();
  }

  draw(): void {
    const { panes, typing } = this.words;
    const names = this.typing();
    const long = this.pane === "conclusions" && this.count > SPOKEN_MINUTE;
    render(
      html`<h2>${panes[this.pane]}</h2>
        ${this.pane === "conclusions" ? html`<p class="pane-hint">${panes.hint}</p>` : nothing}
        <p class="pane-typing">${names.length === 0 ? nothing : typing(names)}</p>
        <p class="pane-count" ?data-long=${long}>
          ${this.count === 0 ? nothing : long ? panes.long(this.count) : panes.count(this.count)}
        </p>`,
      this.head,
    );
  }

  private countSoon(): void {
    this.counting ??= window.setTimeout(() => {
      this.counting = null;
      this.count = wordsIn(this.editor.view.state.doc);
      this.draw();
    }, COUNT_MS);
  }
}
