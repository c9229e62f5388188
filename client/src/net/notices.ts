// What the server tells beside the document: JSON in stateless messages, read without trust.

export type Role = "reader" | "writer" | "moderator" | "organiser";

export interface LockNotice {
  by: string;
  at: number;
  why: string;
}

/** Since when this person may not write, and who took it from them. */
export interface MuteNotice {
  by: string;
  at: number;
}

/** What a moderator says to the people in this note, or in every note of the day. */
export interface Announcement {
  id: string;
  by: string;
  at: number;
  text: string;
}

export type Notice =
  | {
      type: "state";
      role: Role;
      locked: LockNotice | null;
      /** A lock that falls at its `at`, if nobody cancels it. */
      planned: LockNotice | null;
      muted: MuteNotice | null;
      held: number;
      waiting: number;
    }
  | { type: "decided"; what: string; by: string; text: string }
  | { type: "locking"; inMs: number; by: string; why: string }
  | ({ type: "heading" } & Heading)
  | ({ type: "announcement" } & Announcement)
  | { type: "refused"; code: string; message: string };

/** What the programme says above a note. */
export interface Heading {
  title: string;
  room: string;
  start: string;
  end: string;
  people: { name: string; organisation: string }[];
  questions: string[];
  removed: boolean;
}

const ROLES: readonly string[] = ["reader", "writer", "moderator", "organiser"];

/** The notice in a payload; null for anything else, which a newer server may well send. */
export function readNotice(payload: string): Notice | null {
  let value: unknown;
  try {
    value = JSON.parse(payload);
  } catch {
    return null;
  }
  if (typeof value !== "object" || value === null) return null;
  const fields = value as Record<string, unknown>;
  switch (fields["type"]) {
    case "state":
      return readState(fields);
    case "locking":
      return {
        type: "locking",
        inMs: Number(fields["in_ms"]) || 0,
        by: String(fields["by"] ?? ""),
        why: String(fields["why"] ?? ""),
      };
    case "heading":
      return readHeading(fields);
    case "decided":
      return {
        type: "decided",
        what: String(fields["do"] ?? ""),
        by: String(fields["by"] ?? ""),
        text: String(fields["text"] ?? ""),
      };
    case "announcement":
      return {
        type: "announcement",
        id: String(fields["id"] ?? ""),
        by: String(fields["by"] ?? ""),
        at: Number(fields["at"]) || 0,
        text: String(fields["text"] ?? ""),
      };
    case "refused":
      return {
        type: "refused",
        code: String(fields["code"] ?? ""),
        message: String(fields["message"] ?? ""),
      };
    default:
      return null;
  }
}

function readState(fields: Record<string, unknown>): Notice | null {
  const role = String(fields["role"]);
  if (!ROLES.includes(role)) return null;
  const { locked, planned, muted } = fields;
  return {
    type: "state",
    role: role as Role,
    locked: typeof locked === "object" && locked !== null ? readLock(locked) : null,
    planned: typeof planned === "object" && planned !== null ? readLock(planned) : null,
    muted: typeof muted === "object" && muted !== null ? readMute(muted) : null,
    held: Number(fields["held"]) || 0,
    waiting: Number(fields["waiting"]) || 0,
  };
}

function readHeading(fields: Record<string, unknown>): Notice {
  const text = (name: string) => String(fields[name] ?? "");
  const list = (name: string) => (Array.isArray(fields[name]) ? (fields[name] as unknown[]) : []);
  return {
    type: "heading",
    title: text("title"),
    room: text("room"),
    start: text("start"),
    end: text("end"),
    people: list("people").map((one) => {
      const person = (one ?? {}) as Record<string, unknown>;
      return {
        name: String(person["name"] ?? ""),
        organisation: String(person["organisation"] ?? ""),
      };
    }),
    questions: list("questions").map(String),
    removed: fields["removed"] === true,
  };
}

function readMute(value: object): MuteNotice {
  const { by, at } = value as Record<string, unknown>;
  return { by: String(by ?? ""), at: Number(at) || 0 };
}

function readLock(value: object): LockNotice {
  const lock = value as Record<string, unknown>;
  return {
    by: String(lock["by"] ?? ""),
    at: Number(lock["at"]) || 0,
    why: String(lock["why"] ?? ""),
  };
}

export function mayWrite(role: Role): boolean {
  return role !== "reader";
}

/** Locks, unlocks, and writes in a locked note. */
export function mayLock(role: Role): boolean {
  return role === "moderator" || role === "organiser";
}
