import type { LockNotice, MuteNotice, Role } from "../net/notices";

/** What the server tells a note's page about itself. */
export interface NotePage {
  language: string;
  timezone: string;
  day: { id: string; title: string };
  note: { id: string; title: string };
  person: { id: string; name: string; colour: string };
  role: Role;
  locked: LockNotice | null;
  muted: MuteNotice | null;
  exportHref: string;
}

/** The page's data block. It was written by the server, and only the server. */
export function readData<Page>(): Page {
  const block = document.getElementById("data");
  return JSON.parse(block?.textContent ?? "{}") as Page;
}
