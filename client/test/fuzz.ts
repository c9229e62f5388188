// Random edits of several documents bound to one shared text, without a page: runs in Node.
//
// Usage: node fuzz.js SEEDS OPERATIONS. Prints what differed; its status is 1 if anything did.

import { Slice } from "prosemirror-model";
import { EditorState, TextSelection, type Transaction } from "prosemirror-state";
import type { EditorView } from "prosemirror-view";
import * as Y from "yjs";
import { Binding } from "../src/editor/binding";
import { readText } from "../src/editor/read";
import { block, KINDS, schema } from "../src/editor/schema";
import { tidy } from "../src/editor/tidy";
import type { Op } from "../src/editor/values";
import { type Dice, dice } from "./dice";

class Peer {
  readonly ydoc = new Y.Doc();
  readonly text = this.ydoc.getText("notes");
  readonly undo: Y.UndoManager;
  readonly binding: Binding;
  state: EditorState;
  readonly unsent: Uint8Array[] = [];

  constructor(first: Uint8Array, client: number) {
    Y.applyUpdate(this.ydoc, first);
    this.ydoc.clientID = client;
    this.binding = new Binding(this.text);
    this.undo = new Y.UndoManager(this.text, {
      trackedOrigins: new Set([this.binding]),
      captureTimeout: 0,
    });
    this.state = EditorState.create({ doc: this.binding.initial, plugins: [tidy()] });
    this.binding.attach(this as unknown as EditorView);
    this.ydoc.on("update", (update: Uint8Array, origin: unknown) => {
      if (origin !== "relay") this.unsent.push(update);
    });
  }

  updateState(state: EditorState): void {
    this.state = state;
  }

  dispatch(tr: Transaction): void {
    this.binding.dispatch(this as unknown as EditorView, tr);
  }

  /** What differs between the document and the text, or null. */
  wrong(): string | null {
    const wanted = readText(this.text.toDelta() as Op[]).doc;
    if (this.binding.mended > 0) return "the document had to be mended";
    this.state.doc.check();
    return wanted.eq(this.state.doc) ? null : `${wanted}\n  is not\n${this.state.doc}`;
  }
}

const WORDS = ["a", "é", "😀", "😁", "👩‍👩‍👧", "mot ", "aa", "\u00a0: ", "fin."];

function place(doc: EditorState["doc"], roll: Dice): number {
  const $place = doc.resolve(roll.below(doc.content.size + 1));
  return TextSelection.near($place).head;
}

function content(roll: Dice) {
  const nodes = [schema.text(roll.of(WORDS), roll.chance(0.2) ? [schema.mark("bold")] : [])];
  return roll.chance(0.2) ? [...nodes, schema.nodes.cell.create(), ...nodes] : nodes;
}

function line(roll: Dice) {
  const kind = roll.chance(0.5) ? roll.of(KINDS) : null;
  const indent = roll.chance(0.2) ? roll.below(4) + 1 : null;
  return block.create({ kind, indent }, roll.chance(0.8) ? content(roll) : []);
}

function edit(state: EditorState, roll: Dice): Transaction {
  const { tr, doc } = state;
  const at = place(doc, roll);
  const other = roll.chance(0.7) ? place(doc, roll) : at;
  const [from, to] = at < other ? [at, other] : [other, at];
  const near = Math.min(to, from + roll.below(8));
  const start = doc.resolve(at).before(1);
  const steps: (() => unknown)[] = [
    () => tr.insert(at, content(roll)),
    () => tr.insertText(roll.of(WORDS), at),
    () => tr.insertText(roll.of(WORDS), from, near),
    () => tr.split(at),
    () => tr.split(at, 1, [{ type: block, attrs: { kind: roll.of(KINDS) } }]),
    () => tr.delete(from, near),
    () => roll.chance(0.2) && tr.delete(from, to),
    () => tr.addMark(from, to, schema.mark(roll.of(["bold", "italic", "code"]))),
    () => tr.addMark(from, near, schema.mark("link", { href: "https://example.org/" })),
    () => tr.removeMark(from, to, schema.marks.bold),
    () => tr.setNodeAttribute(start, "kind", roll.chance(0.3) ? null : roll.of(KINDS)),
    () => tr.setNodeAttribute(start, "indent", roll.of([null, 1, 2, 3])),
    () => tr.setNodeMarkup(start, null, { quote: true, kind: roll.of(KINDS) }),
    () => tr.insert(start, [line(roll), line(roll)]),
    () => tr.insert(start, doc.resolve(at).parent),
    () => tr.insert(doc.content.size, line(roll)),
    () => doc.childCount > 1 && tr.delete(start, doc.resolve(at).after(1)),
    () => start > 0 && tr.join(start),
    () => tr.replace(from, to, doc.slice(from, near)),
    () => {
      // A line dragged elsewhere: two regions in one transaction.
      const slice = new Slice(schema.nodes.doc.create(null, doc.resolve(at).parent).content, 0, 0);
      tr.delete(start, doc.resolve(at).after(1));
      tr.insert(tr.mapping.map(doc.resolve(other).before(1)), slice.content);
    },
    () => {
      tr.insertText("x", at);
      tr.insertText("y", tr.mapping.map(other));
      tr.delete(tr.mapping.map(from), tr.mapping.map(near));
    },
  ];
  try {
    roll.of(steps)();
  } catch (error) {
    if (!(error instanceof RangeError)) throw error;
    return state.tr; // a split or join where there is nothing to split or join
  }
  if (tr.doc.childCount === 0) return state.tr;
  return tr;
}

const STARTS = ["\n", "", "titre\nun\ndeux\n\n", "sans fin", "a\n\nb"];

function run(seed: number, operations: number): string | null {
  const roll = dice(seed);
  const first = new Y.Doc();
  first.clientID = 1;
  const text = first.getText("notes");
  text.insert(0, roll.of(STARTS));
  if (text.length > 0) text.format(text.length - 1, 1, { kind: "h2", align: "left" });
  text.insertEmbed(0, { picture: 3 });
  const update = Y.encodeStateAsUpdate(first);
  const peers = [2, 3, 4].map((client) => new Peer(update, client + seed * 8));
  const send = (from: Peer, all: boolean) => {
    const updates = from.unsent.splice(0);
    for (const to of peers) {
      if (to === from) continue;
      if (all) Y.applyUpdate(to.ydoc, Y.mergeUpdates(updates), "relay");
      else for (const each of updates) Y.applyUpdate(to.ydoc, each, "relay");
    }
  };
  const failed = (step: string | number) => {
    for (const peer of peers) {
      const wrong = peer.wrong();
      if (wrong !== null) return `seed ${seed}, ${step}: ${wrong}`;
    }
    return null;
  };
  for (let i = 0; i < operations; i++) {
    const peer = roll.of(peers);
    if (roll.chance(0.1)) peer.undo.undo();
    else if (roll.chance(0.05)) peer.undo.redo();
    else peer.dispatch(edit(peer.state, roll));
    if (roll.chance(0.15)) {
      const sender = roll.of(peers);
      if (sender.unsent.length > 0) send(sender, roll.chance(0.5));
    }
    const wrong = failed(`operation ${i}`);
    if (wrong !== null) return wrong;
  }
  for (const peer of peers) if (peer.unsent.length > 0) send(peer, true);
  if (peers.some((peer) => peer.unsent.length > 0))
    return `seed ${seed}: a received change was answered`;
  const [one, ...others] = peers as [Peer, ...Peer[]];
  for (const other of others) {
    if (JSON.stringify(one.text.toDelta()) !== JSON.stringify(other.text.toDelta())) {
      return `seed ${seed}: the texts differ`;
    }
    if (!one.state.doc.eq(other.state.doc)) return `seed ${seed}: the documents differ`;
  }
  return failed("at the end");
}

declare const process: { argv: string[]; exitCode: number };

const [seeds = 50, operations = 120] = process.argv.slice(2).map(Number);
let failures = 0;
for (let seed = 1; seed <= seeds; seed++) {
  const wrong = run(seed, operations);
  if (wrong === null) continue;
  failures += 1;
  console.log(wrong);
}
console.log(`${seeds} seeds × ${operations} operations × 3 peers: ${failures} failures`);
process.exitCode = failures === 0 ? 0 : 1;
