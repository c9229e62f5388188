// One note, followed by a page on which nobody writes: the stock Hocuspocus provider with no more
// than a reader's right, no presence, and no copy on the device.

import { HocuspocusProvider, HocuspocusProviderWebsocket } from "@hocuspocus/provider";
import type { Awareness } from "y-protocols/awareness";
import * as Y from "yjs";
import { type LockNotice, readNotice } from "./notices";

/** The shape of a note that this page knows. */
const SCHEMA = 1;

export interface ReadingState {
  connection: "connecting" | "online" | "offline";
  /** The note has come from the server once. */
  ready: boolean;
  locked: LockNotice | null;
  denied: boolean;
}

export interface ReadingOptions {
  note: string;
  url: string;
  /** Says to the server that nothing will be written here, whoever the device belongs to. */
  token: string;
  locked: LockNotice | null;
}

export class ReadingConnection {
  readonly doc = new Y.Doc();
  readonly awareness: Awareness;
  private readonly listeners = new Set<(state: ReadingState) => void>();
  private current: ReadingState;

  constructor(options: ReadingOptions) {
    const { locked, token } = options;
    this.current = { connection: "connecting", ready: false, locked, denied: false };
    const websocketProvider = new HocuspocusProviderWebsocket({
      url: options.url,
      delay: 500,
      minDelay: 250,
      factor: 1.5,
      maxDelay: 8_000,
      jitter: true,
    });
    const provider = new HocuspocusProvider({
      websocketProvider,
      name: options.note,
      document: this.doc,
      token,
      onAuthenticated: () => {
        provider.sendStateless(JSON.stringify({ type: "hello", schema: SCHEMA }));
        this.change({ denied: false });
      },
      onAuthenticationFailed: () => this.change({ denied: true }),
      onSynced: () => this.change({ ready: true, connection: "online" }),
      onStateless: ({ payload }) => {
        const notice = readNotice(payload);
        if (notice?.type === "state") this.change({ locked: notice.locked });
      },
      onMessage: () => this.change({ connection: "online" }),
      onClose: () => this.change({ connection: "offline" }),
    });
    if (provider.awareness === null) throw new Error("a provider without presence");
    this.awareness = provider.awareness;
    // A screen is nobody.
    this.awareness.setLocalState(null);
    provider.attach();
    window.addEventListener("offline", () => this.change({ connection: "offline" }));
    window.addEventListener("online", () => void websocketProvider.connect());
  }

  get state(): ReadingState {
    return this.current;
  }

  onChange(listener: (state: ReadingState) => void): void {
    this.listeners.add(listener);
    listener(this.current);
  }

  private change(part: Partial<ReadingState>): void {
    const before = this.current;
    this.current = { ...before, ...part };
    const keys = Object.keys(part) as (keyof ReadingState)[];
    if (keys.every((key) => Object.is(before[key], this.current[key]))) return;
    for (const listener of this.listeners) listener(this.current);
  }
}
