// The page of the editor's browser tests: peers whose updates travel only when a test says so.

import { TextSelection } from "prosemirror-state";
import { applyAwarenessUpdate, encodeAwarenessUpdate } from "y-protocols/awareness";
import * as Y from "yjs";
import type { Op } from "../src/editor/values";
import { Peer } from "./peer";
import { soak } from "./soak";

const toBase64 = (bytes: Uint8Array) =>
  btoa(Array.from(bytes, (byte) => String.fromCharCode(byte)).join(""));
const fromBase64 = (text: string) => Uint8Array.from(atob(text), (sign) => sign.charCodeAt(0));

const peers = new Map<string, Peer>();

function peer(name: string): Peer {
  const found = peers.get(name);
  if (found === undefined) throw new Error(`no peer ${name}`);
  return found;
}

const lab = {
  soak,
  /** The update of a new note. */
  seed(delta: Op[], client = 1): string {
    const ydoc = new Y.Doc();
    ydoc.clientID = client;
    ydoc.getText("notes").applyDelta(delta);
    return toBase64(Y.encodeStateAsUpdate(ydoc));
  },
  open(name: string, first: string, client: number): void {
    peers.get(name)?.close();
    peers.set(name, new Peer(fromBase64(first), client, name));
  },
  take(name: string): string | null {
    const update = peer(name).take();
    return update === null ? null : toBase64(update);
  },
  give: (name: string, update: string) => peer(name).give(fromBase64(update)),
  delta: (name: string) => peer(name).text.toDelta(),
  lines: (name: string) => {
    const lines: unknown[] = [];
    peer(name).editor.view.state.doc.forEach((line) => {
      const text = line.textBetween(0, line.content.size, "", (leaf) => `<${leaf.type.name}>`);
      lines.push([line.attrs["kind"], line.attrs["indent"] ?? 0, text]);
    });
    return lines;
  },
  screen: (name: string) => peer(name).screen(),
  wrong: (name: string) => peer(name).wrong(),
  /** Puts the caret, or a selection, by line and offset, and the focus into the editor. */
  select(name: string, line: number, offset: number, toLine = line, toOffset = offset): void {
    const { view } = peer(name).editor;
    const position = (index: number, inside: number) => {
      let at = 1;
      for (let i = 0; i < index; i++) at += view.state.doc.child(i).nodeSize;
      return at + (inside < 0 ? view.state.doc.child(index).content.size + 1 + inside : inside);
    };
    const anchor = position(line, offset);
    const head = position(toLine, toOffset);
    view.focus();
    const { tr } = view.state;
    view.dispatch(tr.setSelection(TextSelection.create(tr.doc, anchor, head)));
  },
  selection(name: string): [number, number] {
    const { anchor, head } = peer(name).editor.view.state.selection;
    return [anchor, head];
  },
  run(name: string, command: string, ...rest: unknown[]): unknown {
    const commands = peer(name).editor.commands as unknown as Record<
      string,
      (...given: unknown[]) => unknown
    >;
    return commands[command]?.(...rest);
  },
  setEditable: (name: string, on: boolean) => peer(name).editor.setEditable(on),
  paste(name: string, html: string, text: string): void {
    const { view } = peer(name).editor;
    const data = new DataTransfer();
    if (html !== "") data.setData("text/html", html);
    data.setData("text/plain", text);
    const event = new ClipboardEvent("paste", {
      clipboardData: data,
      cancelable: true,
      bubbles: true,
    });
    view.dom.dispatchEvent(event);
  },
  copied(name: string): { text: string; html: string } {
    const { view } = peer(name).editor;
    const { dom, text } = view.serializeForClipboard(view.state.selection.content());
    return { text, html: dom.innerHTML };
  },
  presence: (name: string) => peer(name).awareness.getLocalState(),
  setPresence(name: string, state: Record<string, unknown>): void {
    peer(name).awareness.setLocalState({ ...peer(name).awareness.getLocalState(), ...state });
  },
  takePresence(name: string): string {
    const { awareness } = peer(name);
    return toBase64(encodeAwarenessUpdate(awareness, [awareness.clientID]));
  },
  givePresence(name: string, update: string): void {
    applyAwarenessUpdate(peer(name).awareness, fromBase64(update), "relay");
  },
  peer,
};

export type Lab = typeof lab;
(window as unknown as { lab: Lab }).lab = lab;
