// An organiser's act on the programme, and what the server says of it.

import type { DayNow } from "./live";

/** The request that takes an act back. */
export interface Undo {
  method: string;
  path: string;
  body: unknown;
}

export interface Done {
  item?: string;
  section?: string;
  undo: Undo;
  day: DayNow;
}

export interface Refusal {
  status: number;
  message: string;
  field?: string;
  /** What somebody else has made of the field meanwhile, and who. */
  now?: unknown;
  by?: string;
}

export type Answer<Value = Done, Refused = Refusal> =
  | { done: Value; refused: null }
  | { done: null; refused: Refused };

/** Sends an act. A server that does not answer is a refusal with the status 0. */
export function send(method: string, path: string, body: unknown = null): Promise<Answer> {
  return ask(path, {
    method,
    ...(body === null
      ? {}
      : { headers: { "content-type": "application/json" }, body: JSON.stringify(body) }),
  });
}

/** The answer to any request, in the same way. What the server says is in the page's language. */
export async function ask<Value, Refused extends Refusal>(
  path: string,
  request: RequestInit,
): Promise<Answer<Value, Refused>> {
  try {
    const headers = new Headers(request.headers);
    headers.set("accept-language", document.documentElement.lang);
    const response = await fetch(path, { ...request, headers });
    const answer = await response.json();
    if (response.ok) return { done: answer as Value, refused: null };
    return { done: null, refused: { status: response.status, ...answer.error } };
  } catch {
    return { done: null, refused: { status: 0, message: "" } as Refused };
  }
}
