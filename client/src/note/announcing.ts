// What others do, said to whoever does not see it: now and then, politely, and never for one's own
// keys. Only a lock is said at once.

import type { Awareness } from "y-protocols/awareness";
import type * as Y from "yjs";
import type { Words } from "../i18n";
import type { NoteState } from "../net/note-connection";
import type { Pane } from "./frames";
import { presentIn } from "./people";

/** So long is gathered before something is said: who reloads a page has not left. */
const GATHER_MS = 2_000;
/** So often at most is something said. */
const EVERY_MS = 10_000;
/** So long after one's own last key nothing is said. */
const CALM_MS = 3_000;
/** Who is there so soon after the connection came about was there before. */
const SETTLE_MS = 2_000;
/** So many names are said, and how many more there are. */
const MOST_NAMES = 3;

export interface AnnouncingOptions {
  panes: readonly { pane: Pane; text: Y.Text; dom: HTMLElement }[];
  awareness: Awareness;
  words: Words;
  /** The person who listens: what they do in another window is not said either. */
  self: string;
  isOn: boolean;
}

export class Announcing {
  /** Holds what is said; a place each, so that neither takes the words of the other. */
  readonly others = region("status");
  readonly lock = region("alert");
  private on: boolean;
  /** Null while there is no connection: nobody comes or leaves by that. */
  private present: Map<string, string> | null = null;
  private settledAt = 0;
  private readonly came = new Map<string, string>();
  private readonly left = new Map<string, string>();
  private readonly wrote = new Map<Pane, { names: Set<string>; lines: number }>();
  private saidAt = Number.NEGATIVE_INFINITY;
  private typedAt = Number.NEGATIVE_INFINITY;
  private timer: number | null = null;
  private known: NoteState | null = null;

  constructor(private readonly options: AnnouncingOptions) {
    this.on = options.isOn;
    for (const { pane, text, dom } of options.panes) {
      text.observe((event, transaction) => this.seeText(pane, event, transaction));
      dom.addEventListener("keydown", () => {
        this.typedAt = performance.now();
      });
    }
    options.awareness.on("change", () => this.seePeople());
  }

  get isOn(): boolean {
    return this.on;
  }

  toggle(): void {
    this.on = !this.on;
    this.forget();
    this.others.textContent = "";
  }

  /** The state of the note, at each change of it. */
  follow(state: NoteState): void {
    const isHere = state.ready && state.connection === "online";
    if (!isHere) {
      this.present = null;
      this.forget();
    } else if (this.present === null) {
      this.present = this.there();
      this.settledAt = performance.now() + SETTLE_MS;
    }
    this.sayLock(state);
  }

  private sayLock(state: NoteState): void {
    const before = this.known;
    this.known = state.ready ? { ...state } : before;
    if (before === null || !state.ready) return;
    const t = this.options.words.announcing;
    if (state.locked && !before.locked) this.lock.textContent = t.locked(state.locked.by);
    else if (state.locking && !before.locking) this.lock.textContent = t.locking(state.locking.by);
    else if (before.locked && !state.locked) this.lock.textContent = t.unlocked;
  }

  private there(): Map<string, string> {
    const { awareness, self } = this.options;
    const others = presentIn(awareness, self).filter(({ id }) => id !== self);
    return new Map(others.map(({ id, name }) => [id, name]));
  }

  private seePeople(): void {
    if (this.present === null) return;
    const now = this.there();
    if (performance.now() >= this.settledAt) {
      for (const [id, name] of now) {
        if (!this.present.has(id) && !this.left.delete(id)) this.came.set(id, name);
      }
      for (const [id, name] of this.present) {
        if (!now.has(id) && !this.came.delete(id)) this.left.set(id, name);
      }
    }
    this.present = now;
    this.plan();
  }

  private seeText(pane: Pane, event: Y.YTextEvent, transaction: Y.Transaction): void {
    if (transaction.local || this.present === null) return;
    const states = this.options.awareness.getStates();
    const names = [...transaction.afterState]
      .filter(([client, clock]) => clock > (transaction.beforeState.get(client) ?? 0))
      .map(([client]) => (states.get(client) as { user?: { person?: string } })?.user?.person)
      .map((person) => (person === undefined ? undefined : this.present?.get(person)))
      .filter((name) => name !== undefined);
    if (names.length === 0) return;
    const seen = this.wrote.get(pane) ?? { names: new Set(), lines: 0 };
    for (const name of names) seen.names.add(name);
    for (const { insert } of event.delta) {
      if (typeof insert === "string") seen.lines += insert.split("\n").length - 1;
    }
    this.wrote.set(pane, seen);
    this.plan();
  }

  private plan(): void {
    const isNews = this.came.size + this.left.size + this.wrote.size > 0;
    if (!this.on || !isNews || this.timer !== null) return;
    const now = performance.now();
    const wait = Math.max(GATHER_MS, this.saidAt + EVERY_MS - now, this.typedAt + CALM_MS - now);
    this.timer = window.setTimeout(() => {
      this.timer = null;
      if (performance.now() < this.typedAt + CALM_MS) this.plan();
      else this.say();
    }, wait);
  }

  private say(): void {
    const t = this.options.words.announcing;
    const said = [
      this.came.size > 0 ? t.came(this.list(this.came.values()), this.came.size) : "",
      this.left.size > 0 ? t.left(this.list(this.left.values()), this.left.size) : "",
      ...[...this.wrote].map(([pane, { names, lines }]) =>
        t.wrote(this.list(names), names.size, pane, lines),
      ),
    ].filter(Boolean);
    this.forget();
    if (said.length === 0) return;
    this.others.textContent = said.join(" ");
    this.saidAt = performance.now();
  }

  private forget(): void {
    this.came.clear();
    this.left.clear();
    this.wrote.clear();
  }

  /** “Anne, Bruno, Zoé and 2 others”. */
  private list(names: Iterable<string>): string {
    const { words } = this.options;
    const all = [...names].sort((a, b) => a.localeCompare(b));
    const more = all.length - MOST_NAMES;
    const shown = more > 0 ? [...all.slice(0, MOST_NAMES), words.announcing.more(more)] : all;
    return new Intl.ListFormat(words.announcing.language, { type: "conjunction" }).format(shown);
  }
}

function region(role: "status" | "alert"): HTMLElement {
  const made = document.createElement("p");
  made.className = "visually-hidden";
  made.setAttribute("role", role);
  made.dataset["says"] = role === "alert" ? "lock" : "others";
  return made;
}
