// One note, connected: the stock Hocuspocus provider, the copy on the device, and what the server
// says beside the text, as one observable state.

import {
  HocuspocusProvider,
  HocuspocusProviderWebsocket,
  WebSocketStatus,
} from "@hocuspocus/provider";
import { IndexeddbPersistence } from "y-indexeddb";
import type { Awareness } from "y-protocols/awareness";
import * as Y from "yjs";
import { seenAnnouncements } from "./announcements";
import { DEVICE_TOKEN, earlyWebSocket } from "./early";
import { Network } from "./network";
import {
  type Announcement,
  type Heading,
  type LockNotice,
  type MuteNotice,
  mayLock,
  mayWrite,
  type Role,
  readNotice,
} from "./notices";
import { Unsaved } from "./unsaved";

/** The shape of a note that this page knows; the server answers with its own. */
const SCHEMA = 1;
/** More at once would push the text away. */
const MOST_ANNOUNCEMENTS = 3;
/** So long without an answer, and an attempt to connect hangs. */
const HANGING_MS = 12_000;

/** Text that was typed too late and not taken into the note, for its author to have. */
export interface Returned {
  text: string;
  by: string;
  kept: boolean;
}

export interface NoteState {
  connection: "connecting" | "online" | "offline";
  /** The note has been here once, from the server or from this device. */
  ready: boolean;
  unsaved: number;
  saved: boolean;
  role: Role;
  locked: LockNotice | null;
  planned: LockNotice | null;
  muted: MuteNotice | null;
  announcements: readonly Announcement[];
  locking: { endsAt: number; by: string; why: string } | null;
  held: number;
  /** Texts of others that wait for this person's decision. */
  waiting: number;
  returned: Returned | null;
  refused: string | null;
  /** What the programme says above the note; null until it is told, and for a day's own note. */
  heading: Heading | null;
  denied: boolean;
  /** The server answers to pages, and connections to it do not come about. */
  blocked: boolean;
}

export interface NoteOptions {
  note: string;
  url: string;
  role: Role;
  /** The lock as it was when the page was made. */
  locked: LockNotice | null;
  muted: MuteNotice | null;
  person: { id: string; name: string; colour: string };
}

export class NoteConnection {
  readonly doc = new Y.Doc();
  readonly awareness: Awareness;
  private readonly provider: HocuspocusProvider;
  private readonly socket: HocuspocusProviderWebsocket;
  private readonly device: IndexeddbPersistence;
  private readonly unsaved = new Unsaved();
  private readonly network = new Network((blocked) => this.change({ blocked }));
  private readonly listeners = new Set<(state: NoteState) => void>();
  private current: NoteState;

  constructor(options: NoteOptions) {
    this.current = {
      connection: "connecting",
      ready: false,
      unsaved: 0,
      saved: false,
      role: options.role,
      locked: options.locked,
      planned: null,
      muted: options.muted,
      announcements: [],
      locking: null,
      held: 0,
      waiting: 0,
      returned: null,
      refused: null,
      heading: null,
      denied: false,
      blocked: false,
    };
    this.device = new IndexeddbPersistence(
      `calepin/${options.note}/${options.person.id}`,
      this.doc,
    );
    this.device.once("synced", () => this.seen());
    this.socket = new HocuspocusProviderWebsocket({
      url: options.url,
      WebSocketPolyfill: earlyWebSocket(options.note, this.device.whenSynced),
      delay: 500,
      minDelay: 250,
      factor: 1.5,
      maxDelay: 8_000,
      jitter: true,
    });
    this.provider = new HocuspocusProvider({
      websocketProvider: this.socket,
      name: options.note,
      document: this.doc,
      token: DEVICE_TOKEN,
      onAuthenticated: () => {
        this.provider.sendStateless(JSON.stringify({ type: "hello", schema: SCHEMA }));
        this.change({ denied: false });
      },
      onAuthenticationFailed: () => this.change({ denied: true }),
      onOpen: () => this.unsaved.greets(),
      onUnsyncedChanges: ({ number }) => {
        this.unsaved.counted(number);
        this.tellSaved();
      },
      onSynced: () => this.seen(),
      onStateless: ({ payload }) => this.heard(payload),
      onStatus: ({ status }) => {
        if (status === "connected") {
          this.network.connected();
          this.change({ connection: "online" });
        } else if (this.current.connection === "online") this.change({ connection: "offline" });
      },
      onClose: () => {
        this.network.failed();
        this.change({ connection: "offline", locking: null });
      },
      onMessage: () => this.change({ connection: "online" }),
    });
    if (this.provider.awareness === null) throw new Error("a provider without presence");
    this.awareness = this.provider.awareness;
    this.awareness.setLocalStateField("user", {
      name: options.person.name,
      colour: options.person.colour,
      person: options.person.id,
    });
    this.doc.on("update", (_update: Uint8Array, origin: unknown) => {
      if (origin === this.provider || origin === this.device) return;
      this.unsaved.edited();
      this.tellSaved();
    });
    this.provider.attach();
    this.followNetwork();
    setTimeout(() => {
      if (this.current.connection === "online") return;
      this.network.failed({ hangs: true });
      this.change({ connection: "offline" });
    }, HANGING_MS);
  }

  get state(): NoteState {
    return this.current;
  }

  /** Whether what is typed here now becomes part of the note. */
  get takesEdits(): boolean {
    const { role, locked, muted, ready, denied } = this.current;
    const stopped = locked !== null || muted !== null;
    return ready && !denied && mayWrite(role) && (!stopped || mayLock(role));
  }

  onChange(listener: (state: NoteState) => void): void {
    this.listeners.add(listener);
    listener(this.current);
  }

  /** What was handed back was read. */
  dismissReturned(): void {
    this.change({ returned: null });
  }

  /** An announcement was read: this tab shows it no more, also when it is loaded again. */
  dismissAnnouncement(id: string): void {
    seenAnnouncements.add(id);
    const announcements = this.current.announcements.filter((one) => one.id !== id);
    this.change({ announcements });
  }

  /** The device knows of a lost network long before the socket does, and of its return too. */
  private followNetwork(): void {
    window.addEventListener("offline", () => this.change({ connection: "offline" }));
    const back = () => {
      if (this.socket.status === WebSocketStatus.Connected) this.change({ connection: "online" });
      else void this.socket.connect();
    };
    window.addEventListener("online", back);
    // A page that slept does not wait for its next attempt, which may be seconds away.
    document.addEventListener("visibilitychange", () => {
      if (!document.hidden && this.socket.status !== WebSocketStatus.Connected) back();
    });
  }

  private heard(payload: string): void {
    const notice = readNotice(payload);
    if (notice === null) return;
    if (notice.type === "state") {
      const { role, locked, planned, muted, held, waiting } = notice;
      // What was announced is over when it has happened, and when it was cancelled or moved.
      const { locking, planned: before } = this.current;
      const isOver = locked !== null || (before !== null && before.at !== planned?.at);
      const still = isOver ? null : locking;
      this.change({ role, locked, planned, muted, held, waiting, locking: still });
    } else if (notice.type === "decided") {
      this.unsaved.decided(this.current.held);
      this.tellSaved();
      if (notice.what === "merge" || notice.text === "") return;
      // Two of them are one text to take along.
      const before = this.current.returned ? `${this.current.returned.text}\n` : "";
      const { by, text, what } = notice;
      this.change({ returned: { by, text: before + text, kept: what === "keep" } });
    } else if (notice.type === "announcement") {
      const { announcements } = this.current;
      // Said again after a lost connection.
      const isKnown = announcements.some((one) => one.id === notice.id);
      if (isKnown || seenAnnouncements.has(notice.id)) return;
      this.change({ announcements: [...announcements, notice].slice(-MOST_ANNOUNCEMENTS) });
    } else if (notice.type === "locking") {
      const endsAt = Date.now() + notice.inMs;
      const locking = { endsAt, by: notice.by, why: notice.why };
      this.change({ locking });
      // A lock that did not come after all must not be announced for ever.
      setTimeout(() => {
        if (this.current.locking === locking) this.change({ locking: null });
      }, notice.inMs + 3_000);
    } else if (notice.type === "heading") {
      this.change({ heading: notice });
    } else {
      this.change({ refused: notice.message });
    }
  }

  /** There is something to show: from the server, or kept on the device. */
  private seen(): void {
    if (this.provider?.isSynced || this.doc.getText("notes").length > 0) {
      this.change({ ready: true });
    }
    this.tellSaved();
  }

  private tellSaved(): void {
    this.change({ unsaved: this.unsaved.count, saved: this.unsaved.isSaved });
  }

  private change(part: Partial<NoteState>): void {
    const next = { ...this.current, ...part };
    const keys = Object.keys(part) as (keyof NoteState)[];
    if (keys.every((key) => Object.is(next[key], this.current[key]))) return;
    this.current = next;
    for (const listener of this.listeners) listener(next);
  }
}
