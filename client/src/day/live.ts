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
  title: string;
  subtitle: string;
  organiser: string;
  place: string;
  date: string;
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
  private asking = false;
  /** Counts what was taken: an answer to what was asked before is older, and dropped. */
  private taken = 0;
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
    this.taken += 1;
    this.tag = "";
    this.show(day);
  }

  async refresh(): Promise<void> {
    if (document.hidden || this.asking) return;
    const { taken } = this;
    this.asking = true;
    try {
      const headers: Record<string, string> = this.tag === "" ? {} : { "if-none-match": this.tag };
      const answer = await fetch(this.path, { cache: "no-store", headers });
      if (!answer.ok) return;
      const day = (await answer.json()) as DayNow;
      if (taken !== this.taken) return;
      this.tag = answer.headers.get("etag") ?? "";
      this.show(day);
    } catch {
      // The next time will do; what is shown stays.
    } finally {
      this.asking = false;
    }
  }

  private show(day: DayNow): void {
    this.day = day;
    for (const listener of this.listeners) listener(day);
  }
}
