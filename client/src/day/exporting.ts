// Exports as they are made: how far, and a way to stop. Without this they are plain downloads.

import type { Words } from "../i18n";
import { type Exported, Refused, readExport, type Told } from "./export-stream";

type ExportWords = Words["exporting"];

/** Has the links to exports on this page show in `shown` how far they are. */
export function followExports(shown: HTMLElement, words: Words): void {
  // Announced only what is put into it later: it has to be there before.
  const said = document.createElement("p");
  said.className = "visually-hidden";
  said.role = "status";
  shown.append(said);
  document.addEventListener("click", (event) => {
    const link = (event.target as Element).closest<HTMLAnchorElement>("a[download]");
    const isPlain = event.button === 0 && !event.ctrlKey && !event.metaKey && !event.shiftKey;
    if (link === null || !isPlain || link.origin !== location.origin) return;
    event.preventDefault();
    const menu = link.closest("details.menu");
    menu?.removeAttribute("open");
    const back = menu?.querySelector("summary") ?? link;
    void new Export(shown, said, words.exporting, back).run(link.href);
  });
}

/** One export, from the click to its file. */
class Export {
  private readonly row = document.createElement("div");
  private readonly text = document.createElement("p");
  private readonly bar = document.createElement("progress");
  private readonly button = document.createElement("button");
  private readonly stop = new AbortController();
  private isOver = false;

  constructor(
    shown: HTMLElement,
    private readonly said: HTMLElement,
    private readonly words: ExportWords,
    /** Where the keyboard was before. */
    private readonly back: HTMLElement,
  ) {
    this.row.className = "export card";
    this.button.type = "button";
    this.button.className = "button button--quiet";
    this.button.textContent = words.cancel;
    this.button.addEventListener("click", () => {
      if (this.isOver) this.close();
      else this.stop.abort();
    });
    this.row.append(this.text, this.bar, this.button);
    shown.append(this.row);
  }

  async run(href: string): Promise<void> {
    const url = new URL(href);
    url.searchParams.set("progress", "lines");
    this.hear({ state: "waiting" });
    this.say(this.words.waiting);
    this.button.focus();
    try {
      const response = await fetch(url, { signal: this.stop.signal });
      const file = await readExport(response, (told) => this.hear(told));
      save(file);
      this.end(this.words.done(file.name));
    } catch (error) {
      if (this.stop.signal.aborted) this.end(this.words.cancelled);
      else if (error instanceof Refused) this.end(this.words.failed(error.message));
      else this.end(this.words.failed(this.words.noAnswer));
    }
  }

  private hear(told: Told): void {
    if (told.state === "waiting") this.show(this.words.waiting);
    if (told.state === "reading") {
      this.show(this.words.reading(told.done, told.of));
      this.bar.max = told.of;
      this.bar.value = told.done;
      // Aloud once in between: a screen reader would speak of nothing else.
      if (told.done === Math.ceil(told.of / 2)) this.say(this.words.reading(told.done, told.of));
    }
    if (told.state === "writing") {
      this.show(this.words.writing);
      this.bar.removeAttribute("value");
    }
  }

  private show(text: string): void {
    this.text.textContent = text;
    this.bar.ariaLabel = text;
  }

  private say(text: string): void {
    this.said.textContent = text;
  }

  private end(text: string): void {
    this.isOver = true;
    this.show(text);
    this.say(text);
    this.bar.remove();
    this.button.textContent = this.words.close;
  }

  private close(): void {
    this.row.remove();
    this.back.focus();
  }
}

function save(file: Exported): void {
  const link = document.createElement("a");
  link.href = URL.createObjectURL(file.data);
  link.download = file.name;
  link.click();
  // The browser takes the file when it gets to it; a minute later it has.
  setTimeout(() => URL.revokeObjectURL(link.href), 60_000);
}
