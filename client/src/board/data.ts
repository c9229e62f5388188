// What the board is told, and how it asks and acts. The rules are the server's.

import type { LockNotice, Role } from "../net/notices";

export interface BoardItem {
  note: string;
  title: string;
  room: string;
  start: string;
  end: string;
}

/** What the server tells the page about itself. */
export interface BoardPage {
  language: string;
  timezone: string;
  day: { id: string; title: string };
  role: Role;
  sections: { id: string; title: string; items: BoardItem[] }[];
  conclusion: BoardItem;
  board: BoardNow;
}

export type AttentionKind = "held" | "empty" | "no_conclusions" | "nobody";

export interface NoteNow {
  note: string;
  present: { person: string; name: string; colour: string }[];
  activity: number[];
  words: { notes: number; conclusions: number } | null;
  locked: LockNotice | null;
  planned: LockNotice | null;
  held: number;
  attention: AttentionKind[];
}

export interface PersonNow {
  person: string;
  name: string;
  colour: string;
  role: Role;
  notes: string[];
  muted: { by: string; at: number } | null;
  is_link: boolean;
}

export interface BoardNow {
  notes: NoteNow[];
  people: PersonNow[];
}

/** Asks for the board again and again; what has not changed is not sent. */
export class Feed {
  private tag: string | null = null;

  constructor(private readonly path: string) {}

  /**
   * The board where it has changed, null where it has not; made anew for who has just done
   * something. Throws where nobody answers.
   */
  async next({ fresh }: { fresh: boolean }): Promise<BoardNow | null> {
    const headers: Record<string, string> = {};
    if (this.tag !== null) headers["if-none-match"] = this.tag;
    if (fresh) headers["cache-control"] = "no-cache";
    // By default: "no-store" would say no-cache each time. The answers forbid to be kept.
    const response = await fetch(this.path, { headers });
    if (response.status === 304) return null;
    if (!response.ok) throw new Error(String(response.status));
    this.tag = response.headers.get("etag");
    return (await response.json()) as BoardNow;
  }
}

/** What became of a request: its answer, or a sentence about what went wrong. */
export type Answered<T> = { value: T } | { failed: string };

export async function asked<T>(
  path: string,
  noAnswer: string,
  body?: Record<string, unknown>,
): Promise<Answered<T>> {
  const post = body && {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify(body),
  };
  try {
    const response = await fetch(path, { cache: "no-store", ...post });
    const answer = (await response.json()) as T & { error?: { message?: string } };
    return response.ok ? { value: answer } : { failed: answer.error?.message ?? noAnswer };
  } catch {
    return { failed: noAnswer };
  }
}
