// A programme from a file: compared with the day, and brought in when that is said. What a file
// means, and what of it differs, the server says; nothing is lost when it refuses.

import { render } from "lit-html";
import type { Counts, ProgrammeWords } from "../i18n/programme";
import { countsOf, type Differences } from "./differences";
import { importView } from "./importing-view";
import type { DayNow } from "./live";
import { ask, type Refusal } from "./requests";

/** Where in the file something is wrong, which dates it has, or which differences there are now. */
interface FileRefusal extends Refusal {
  code?: string;
  line?: number;
  dates?: string[];
  version?: string;
}

/** A sentence, and what the server says of it, or "". */
export interface Problem {
  lead: string;
  detail: string;
}

export interface ImportOptions {
  path: string;
  words: ProgrammeWords;
  maxFileBytes: number;
  /** The date of the day as it is now, or "". */
  date(): string;
  /** What a file said is in the day now. */
  brought(day: DayNow, said: string): void;
  /** It is not, and the dialog is not there any more to say so. */
  failed(refused: Refusal): void;
  closed(): void;
}

const BYTES_OF_MEBIBYTE = 1024 * 1024;

export class Importing {
  readonly words: ProgrammeWords;
  readonly mebibytes: number;
  differences: Differences | null = null;
  /** The dates of the file, where it has to be said which one is meant. */
  dates: string[] = [];
  date = "";
  removes = false;
  problem: Problem | null = null;
  busy: "comparing" | "applying" | null = null;
  /** Its bytes as they were when it was chosen: what is brought in is what was compared. */
  private file: { name: string; bytes: ArrayBuffer } | null = null;
  /** Counts the files and dates that were chosen: an answer about other ones is dropped. */
  private chosen = 0;
  private readonly dialog = document.createElement("dialog");

  constructor(private readonly options: ImportOptions) {
    this.words = options.words;
    this.mebibytes = Math.floor(options.maxFileBytes / BYTES_OF_MEBIBYTE);
    const { dialog } = this;
    dialog.className = "dialog dialog--wide import-dialog";
    dialog.setAttribute("aria-labelledby", "import-title");
    dialog.addEventListener("dragover", (event) => event.preventDefault());
    dialog.addEventListener("drop", (event) => this.drop(event));
    dialog.addEventListener("close", () => {
      dialog.remove();
      options.closed();
    });
    document.querySelector("main")?.append(dialog);
    this.draw();
    dialog.showModal();
  }

  draw(): void {
    render(importView(this), this.dialog);
  }

  close(): void {
    this.dialog.close();
  }

  async choose(file: File | undefined): Promise<void> {
    if (file === undefined) return;
    this.forget();
    const { chosen } = this;
    if (file.size > this.options.maxFileBytes) {
      this.tell(this.words.importing.tooLarge(this.mebibytes));
      return;
    }
    const bytes = await file.arrayBuffer().catch(() => null);
    if (chosen !== this.chosen) return;
    if (bytes === null) {
      // A folder was dropped, or the file has gone.
      this.tell(this.words.importing.unreadable(""));
      return;
    }
    this.file = { name: file.name, bytes };
    await this.compare();
  }

  /** No file is chosen any more, or another one is about to be. */
  forget(): void {
    this.file = null;
    this.dates = [];
    this.chooseDate("");
  }

  chooseDate(date: string): void {
    this.chosen += 1;
    this.date = date;
    this.differences = this.problem = this.busy = null;
    this.draw();
  }

  async compare(): Promise<void> {
    if (this.busy !== null) return;
    this.problem = null;
    if (this.file === null) this.tell(this.words.importing.choose);
    else await this.look();
  }

  async apply(): Promise<void> {
    const t = this.words.importing;
    const { differences: seen, removes } = this;
    if (seen === null || this.busy !== null) return;
    this.problem = null;
    const { done, refused } = await this.request("applying", seen.version);
    if (done !== null) {
      this.options.brought(done.day, t.did(countsOf(done, { removes })));
      this.close();
    } else if (!this.dialog.open) this.options.failed(refused);
    else if (refused.status === 409) {
      // Somebody has done something meanwhile; or the day cannot hold so much, and the server says.
      const again = refused.version === undefined ? this.words.failed(refused.message) : t.again;
      await this.look({ lead: again, detail: "" });
    } else this.refuse(refused);
  }

  /** How much would be done. */
  get counts(): Counts | null {
    return this.differences && countsOf(this.differences, { removes: this.removes });
  }

  /** Ask what differs; `problem` is why it is asked once more. */
  private async look(problem: Problem | null = null): Promise<void> {
    const { chosen } = this;
    const { done, refused } = await this.request("comparing");
    if (chosen !== this.chosen) return;
    if (done === null) {
      this.refuse(refused);
      return;
    }
    this.differences = done;
    this.problem = problem;
    const wasPressed = document.activeElement?.id === "import-do";
    this.show();
    // The button means something else now, or has gone: what it would do is met first.
    if (wasPressed) this.dialog.querySelector<HTMLElement>("#import-status")?.focus();
  }

  private async request(busy: "comparing" | "applying", version = "") {
    const { chosen } = this;
    this.busy = busy;
    this.draw();
    const asked = new URLSearchParams({ name: this.file?.name ?? "" });
    if (this.date !== "") asked.set("date", this.date);
    if (this.removes) asked.set("remove", "blank");
    if (version !== "") asked.set("apply", version);
    const answer = await ask<Differences, FileRefusal>(`${this.options.path}/programme?${asked}`, {
      method: "POST",
      body: this.file?.bytes ?? null,
    });
    if (chosen === this.chosen) this.busy = null;
    return answer;
  }

  private refuse(refused: FileRefusal): void {
    const t = this.words.importing;
    if (refused.code === "bad_programme") this.differences = null;
    if (refused.dates !== undefined) {
      const own = this.options.date();
      const isOther = own !== "" && !refused.dates.includes(own);
      this.dates = refused.dates;
      this.date = refused.dates[0] ?? "";
      this.tell(isOther ? t.date.other : t.date.several);
    } else if (refused.code === "bad_programme") {
      this.tell(t.unreadable(t.where(refused.line, refused.field)), refused.message);
    } else if (refused.status === 413) this.tell(t.tooLarge(this.mebibytes));
    else this.tell(refused.status === 0 ? t.noAnswer : this.words.failed(refused.message));
  }

  private tell(lead: string, detail = ""): void {
    this.problem = { lead, detail };
    this.show();
  }

  /** On a phone, what the server says would stand below what is seen. */
  private show(): void {
    this.draw();
    this.dialog.querySelector(".import-problem")?.scrollIntoView({ block: "start" });
  }

  private drop(event: DragEvent): void {
    event.preventDefault();
    const field = this.dialog.querySelector<HTMLInputElement>("#import-file");
    const files = event.dataTransfer?.files;
    if (!field || field.disabled || files === undefined || files.length === 0) return;
    field.files = files;
    void this.choose(files[0]);
  }
}
