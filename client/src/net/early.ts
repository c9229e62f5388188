// The note's socket, opened while the script that needs it is still on its way.
//
// On a slow network the script takes seconds, and being connected and known four round trips more.
// A few lines that come before it (pages/early.ts) open the socket and say what the provider would
// say first. The provider is then handed that socket, as if it had just been opened: what it says
// of that again is left out, and what was answered meanwhile comes to it in its order. Where the
// early socket came to nothing, it opens one itself, as ever.

export const DEVICE_TOKEN = "device";
/** So long may the script take; the server's own patience with a silent socket is no longer. */
const UNCLAIMED_MS = 60_000;
/** So long may the device take to read its copy of a note before it is asked for without it. */
const READING_MS = 1_000;

const SYNC = 0;
const AUTH = 2;
const STEP_1 = 0;

/** What stands on the page until it is claimed. */
export interface Early {
  note: string;
  socket: WebSocket;
  /** When the socket is open; its own event goes no further. */
  opened: Promise<void>;
  /** The kinds of messages that were said, by the byte of their kind. */
  said: Set<number>;
  /** Says nothing more: from now on the provider does. */
  isClaimed: boolean;
  /** Tells whoever claimed it that it is open. */
  tellOpen(): void;
  /** Hands on what was heard, and from then on keeps nothing back. */
  handOn(): void;
}

declare global {
  /** Null once nothing that comes early is wanted any more. */
  var calepinEarly: Early | null | undefined;
}

export function collabUrl(): string {
  return `${location.protocol === "https:" ? "wss" : "ws"}://${location.host}/collab`;
}

/** A text of fewer than 128 letters, each of ASCII, as lib0 writes it. */
function short(text: string): number[] {
  return [text.length, ...new TextEncoder().encode(text)];
}

/**
 * Opens the socket of a note. `isKnown` says whether the device has a copy of it: then only the
 * provider can ask for what that copy lacks.
 */
export function openEarly(note: string, isKnown: () => Promise<boolean>): Early {
  const socket = new WebSocket(collabUrl());
  socket.binaryType = "arraybuffer";
  const said = new Set<number>();
  const heard: MessageEvent[] = [];
  let keeps = true;
  let isTold = false;
  const unclaimed = setTimeout(() => socket.close(), UNCLAIMED_MS);
  const say = (kind: number, ...rest: number[]) => {
    if (early.isClaimed || socket.readyState !== WebSocket.OPEN) return;
    said.add(kind);
    socket.send(Uint8Array.from([...short(note), kind, ...rest]));
  };
  const known = isKnown().catch(() => true);
  const greet = async () => {
    say(AUTH, 0, ...short(DEVICE_TOKEN));
    // The state of a document that holds nothing: one byte, which says so.
    if (!(await known)) say(SYNC, STEP_1, 1, 0);
  };
  const opened = new Promise<void>((resolve) => {
    socket.addEventListener("open", (event) => {
      // Whoever claims it is told so by a second event, when it is time.
      if (isTold) return;
      event.stopImmediatePropagation();
      void greet();
      resolve();
    });
  });
  socket.addEventListener("message", (event) => {
    if (!keeps) return;
    event.stopImmediatePropagation();
    heard.push(event);
  });
  const early: Early = {
    note,
    socket,
    opened,
    said,
    isClaimed: false,
    tellOpen() {
      isTold = true;
      socket.dispatchEvent(new Event("open"));
    },
    handOn() {
      clearTimeout(unclaimed);
      keeps = false;
      for (const { data } of heard.splice(0)) {
        socket.dispatchEvent(new MessageEvent("message", { data }));
      }
    },
  };
  return early;
}

/**
 * The early socket of a note, for one who believes to have made it: it says that it opens, once
 * the device has read its copy. Or null.
 */
function claim(note: string, url: string, read: Promise<unknown>): WebSocket | null {
  const early = globalThis.calepinEarly;
  globalThis.calepinEarly = null;
  if (!early) return null;
  early.isClaimed = true;
  const { socket, said } = early;
  const lives = socket.readyState === WebSocket.CONNECTING || socket.readyState === WebSocket.OPEN;
  if (early.note !== note || socket.url !== url || !lives) {
    socket.close();
    return null;
  }
  const send = socket.send.bind(socket);
  const start = note.length + 1;
  let isTold = false;
  socket.send = (data) => {
    // What it says of itself, it says again when it is told that it is open; edits go with the sync.
    if (!isTold) return;
    const [kind, step] = data instanceof Uint8Array ? data.subarray(start) : [];
    const isSaid = kind === AUTH || (kind === SYNC && step === STEP_1);
    if (!isSaid || !said.delete(kind)) send(data);
  };
  const patience = () => new Promise((late) => setTimeout(late, READING_MS));
  const isAsked = said.has(SYNC);
  // Whoever made it listens by then.
  void Promise.all([early.opened, isAsked || Promise.race([read, patience()])]).then(() => {
    if (socket.readyState !== WebSocket.OPEN) return;
    isTold = true;
    early.tellOpen();
    // The provider says its first messages in the microtasks of this event. What was answered to
    // the early ones must come behind them: it begins to count anew with its own.
    setTimeout(() => {
      socket.send = send;
      early.handOn();
    });
  });
  return socket;
}

/**
 * The WebSocket of a note's provider: the first one that is made is the early one, if it lives.
 * `read` is when the device has read its copy.
 */
export function earlyWebSocket(note: string, read: Promise<unknown>): typeof WebSocket {
  function Early(url: string): WebSocket {
    return claim(note, url, read) ?? new WebSocket(url);
  }
  return Early as unknown as typeof WebSocket;
}
