// The day as the server has it now: asked for again and again, sent only when something changed.

export interface NoteNow {
  note: string;
  locked: { by: string; why: string } | null;
  present: { name: string; colour: string }[];
}

export interface Speaker {
  name: string;
  organisation: string;
}

export interface ItemNow extends NoteNow {
  item: string;
  title: string;
  room: string;
  start: string;
  end: string;
  people: Speaker[];
  questions: string[];
}

export interface SectionNow {
  section: string;
  title: string;
  kind: string;
  items: ItemNow[];
}

export interface DayNow {
  day: string;
  /** Another one whenever the programme says something else. */
  programme: string;
  sections: SectionNow[];
  removed: (ItemNow & { blank: boolean })[];
  conclusion: NoteNow;
}

/** So late may be what others did. */
const POLL_MS = 2_000;

export class Live {
  day: DayNow | null = null;
  private tag = "";
  /** Counts what was asked: an answer that a later one has overtaken is dropped. */
  private asked = 0;
  private readonly listeners: ((day: DayNow) => void)[] = [];

  constructor(private readonly path: string) {
    document.addEventListener("visibilitychange", () => void this.refresh());
    setInterval(() => void this.refresh(), POLL_MS);
  }

  onChange(listener: (day: DayNow) => void): void {
    this.listeners.push(listener);
  }

  /** What an answer to somebody's own act said: newer than all that was asked before. */
  take(day: DayNow): void {
    this.asked += 1;
    this.tag = "";
    this.show(day);
  }

  async refresh(): Promise<void> {
    if (document.hidden) return;
    this.asked += 1;
    const asked = this.asked;
    try {
      const headers: Record<string, string> = this.tag === "" ? {} : { "if-none-match": this.tag };
      const answer = await fetch(this.path, { cache: "no-store", headers });
      if (!answer.ok) return;
      const day = (await answer.json()) as DayNow;
      if (asked !== this.asked) return;
      this.tag = answer.headers.get("etag") ?? "";
      this.show(day);
    } catch {
      // The next time will do; what is shown stays.
    }
  }

  private show(day: DayNow): void {
    this.day = day;
    for (const listener of this.listeners) listener(day);
  }
}
