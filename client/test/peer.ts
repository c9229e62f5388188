// One person in a note: a document, its editor, and updates that wait to be carried.

import { Awareness } from "y-protocols/awareness";
import * as Y from "yjs";
import { type EditorWords, openEditor, type PaneEditor } from "../src/editor";
import { readText } from "../src/editor/read";
import type { Op } from "../src/editor/values";

const WORDS: EditorWords = {
  taskDone: "Done",
  footnote: "Footnote",
  footnoteText: "Text of the footnote",
  link: "Link",
  linkAddress: "Address",
  linkRefused: "Only http, https and mailto addresses can be linked.",
  unknown: "Unknown",
  save: "Save",
  remove: "Remove",
  cancel: "Cancel",
};

export class Peer {
  readonly ydoc = new Y.Doc();
  readonly text = this.ydoc.getText("notes");
  readonly awareness: Awareness;
  readonly editor: PaneEditor;
  readonly mount = document.createElement("div");
  private unsent: Uint8Array[] = [];

  constructor(first: Uint8Array, client: number, label: string) {
    this.ydoc.clientID = client;
    this.awareness = new Awareness(this.ydoc);
    Y.applyUpdate(this.ydoc, first);
    document.querySelector("main")?.append(this.mount);
    this.editor = openEditor(this.mount, {
      text: this.text,
      awareness: this.awareness,
      pane: "notes",
      label,
      editable: true,
      placeholder: "Write here",
      words: WORDS,
    });
    this.ydoc.on("update", (update: Uint8Array, origin: unknown) => {
      if (origin !== "relay") this.unsent.push(update);
    });
  }

  /** Everything written here since the last call, as one update; null if that is nothing. */
  take(): Uint8Array | null {
    const updates = this.unsent;
    this.unsent = [];
    return updates.length === 0 ? null : Y.mergeUpdates(updates);
  }

  close(): void {
    this.editor.destroy();
    this.awareness.destroy();
    this.mount.remove();
  }

  give(update: Uint8Array): void {
    Y.applyUpdate(this.ydoc, update, "relay");
  }

  /** The lines on the screen, without carets, each with the elements it is made of. */
  screen(): string {
    const copy = this.editor.view.dom.cloneNode(true) as HTMLElement;
    const drawn = ".caret, .ProseMirror-trailingBreak, .ProseMirror-separator, .ProseMirror-widget";
    for (const each of copy.querySelectorAll(drawn)) each.remove();
    for (const each of copy.querySelectorAll(".placeholder")) {
      each.classList.remove("placeholder");
      each.removeAttribute("data-placeholder");
    }
    for (const each of copy.querySelectorAll(
      "[draggable], [contenteditable], .ProseMirror-selectednode",
    )) {
      each.removeAttribute("draggable");
      each.removeAttribute("contenteditable");
      each.classList.remove("ProseMirror-selectednode");
    }
    // Where a table's columns stand follows the text a frame later.
    for (const each of copy.querySelectorAll(".cell, .line")) {
      each.removeAttribute("style");
      each.classList.remove("flowing");
    }
    for (const each of copy.querySelectorAll("*")) {
      const attributes = [...each.attributes].sort((a, b) => (a.name < b.name ? -1 : 1));
      for (const { name } of attributes) each.removeAttribute(name);
      for (const { name, value } of attributes) each.setAttribute(name, value);
    }
    copy.normalize();
    return copy.innerHTML;
  }

  /** What differs between the text, the document and the screen; null if nothing does. */
  wrong(): string | null {
    const { doc } = this.editor.view.state;
    const wanted = readText(this.text.toDelta() as Op[]).doc;
    if (this.editor.mended() > 0) return "the page had to be mended";
    if (!wanted.eq(doc)) return `the document is\n${doc}\nand the text\n${wanted}`;
    const drawn = [...this.editor.view.dom.querySelectorAll(".line")];
    if (drawn.length !== doc.childCount) return `${drawn.length} lines drawn of ${doc.childCount}`;
    for (const [index, line] of drawn.entries()) {
      const copy = line.cloneNode(true) as HTMLElement;
      for (const each of copy.querySelectorAll(".caret, .unknown")) each.remove();
      if (copy.textContent !== doc.child(index).textContent) {
        return `line ${index} shows "${copy.textContent}", not "${doc.child(index).textContent}"`;
      }
    }
    return null;
  }
}
