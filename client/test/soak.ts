// Random people in one note: three editors on one page, updates that travel late and in parts.

import { TextSelection } from "prosemirror-state";
import * as Y from "yjs";
import { KINDS } from "../src/editor/schema";
import { type Dice, dice } from "./dice";
import { Peer } from "./peer";

const WORDS = ["mot ", "é", "😀", "« oui »", "a", "fin.", "salarié·e·s "];
const PASTES = [
  "<ul><li>un<ul><li>deux</li></ul></li></ul>",
  "<p>para</p><h2>titre</h2>",
  "<table><tr><td>a</td><td>b</td></tr><tr><td>c</td><td>d</td></tr></table>",
  "<b>gras</b> et <a href='https://example.org/'>lien</a>",
  "<pre>x = 1\n  y = 2</pre><blockquote>cité</blockquote>",
];

function press(peer: Peer, key: string, more: KeyboardEventInit = {}): void {
  const { view } = peer.editor;
  const event = new KeyboardEvent("keydown", { key, cancelable: true, ...more });
  view.someProp("handleKeyDown", (handle) => handle(view, event));
}

function type(peer: Peer, text: string): void {
  const { view } = peer.editor;
  for (const sign of text) {
    const { from, to } = view.state.selection;
    const insert = () => view.state.tr.insertText(sign, from, to);
    const handled = view.someProp("handleTextInput", (handle) =>
      handle(view, from, to, sign, insert),
    );
    if (!handled) view.dispatch(insert());
  }
}

function select(peer: Peer, roll: Dice): void {
  const { state, dispatch } = peer.editor.view;
  const size = state.doc.content.size;
  const anchor = roll.below(size + 1);
  const head = roll.chance(0.7) ? anchor : Math.min(size, anchor + roll.below(12));
  const { doc, tr } = state;
  const selection = TextSelection.between(doc.resolve(anchor), doc.resolve(head));
  // A person's caret never stands inside a character.
  const inside = (at: number) =>
    /^[\uDC00-\uDFFF]/.test(doc.textBetween(at, Math.min(at + 1, size)));
  if (inside(selection.from) || inside(selection.to)) return;
  dispatch.call(peer.editor.view, tr.setSelection(selection));
}

function act(peer: Peer, roll: Dice): void {
  const { commands, view } = peer.editor;
  if (roll.chance(0.6)) select(peer, roll);
  const acts: (() => unknown)[] = [
    ...[1, 2, 3, 4, 5].map(() => () => type(peer, roll.of(WORDS))),
    ...[1, 2].map(() => () => press(peer, "Enter")),
    ...[1, 2].map(() => () => press(peer, "Backspace")),
    () => press(peer, "Delete"),
    () => press(peer, "Tab"),
    () => press(peer, "Tab", { shiftKey: true }),
    () => press(peer, "Enter", { shiftKey: true }),
    () => type(peer, roll.of(["# ", "- ", "1. ", "[ ] ", "> ", "```", "---", "**gras**", "`x`"])),
    () => commands.setKind(roll.of(KINDS)),
    () => commands.toggleQuote(),
    () => commands.toggleChecked(),
    () => commands.toggleBold(),
    () => commands.toggleItalic(),
    () => commands.insertTable(3),
    () => view.pasteHTML(roll.of(PASTES)),
    () => view.pasteText("un\n• deux\n\ntrois"),
    () => commands.undo(),
    () => commands.undo(),
    () => commands.redo(),
  ];
  roll.of(acts)();
}

function run(seed: number, operations: number): string | null {
  const roll = dice(seed);
  const first = new Y.Doc();
  first.clientID = 1;
  first
    .getText("notes")
    .applyDelta([
      { insert: "Titre" },
      { insert: "\n", attributes: { kind: "h1" } },
      { insert: "premier" },
      { insert: "\n", attributes: { kind: "bullet" } },
      { insert: "second" },
      { insert: "\n", attributes: { kind: "bullet", indent: 1 } },
      { insert: "à faire" },
      { insert: "\n", attributes: { kind: "task" } },
      { insert: "une phrase avec" },
      { insert: { footnote: "une note" } },
      { insert: " une note\nautre \n" },
      { insert: { newer: 1 } },
      { insert: "\n", attributes: { kind: "newer" } },
    ]);
  const update = Y.encodeStateAsUpdate(first);
  const peers = [1, 2, 3].map((n) => new Peer(update, seed * 8 + n + 1, `Peer ${n}`));
  const unsent = peers.map(() => [] as Uint8Array[]);
  try {
    for (let i = 0; i < operations; i++) {
      const acting = roll.of(peers);
      act(acting, roll);
      const wrong = acting.wrong();
      if (wrong !== null) return `seed ${seed}, operation ${i}: ${wrong}`;
      if (!roll.chance(0.2)) continue;
      // Partial: one peer's edits reach one other, the rest wait in order.
      const from = roll.below(3);
      const to = (from + 1 + roll.below(2)) % 3;
      const update = peers[from]?.take();
      if (update) for (const [at, queue] of unsent.entries()) if (at !== from) queue.push(update);
      for (const each of unsent[to]?.splice(0) ?? []) peers[to]?.give(each);
      const late = peers[to]?.wrong() ?? null;
      if (late !== null) return `seed ${seed}, after operation ${i}: ${late}`;
    }
    peers.forEach((peer, from) => {
      const update = peer.take();
      if (update) for (const [at, queue] of unsent.entries()) if (at !== from) queue.push(update);
    });
    unsent.forEach((queue, to) => {
      for (const each of queue) peers[to]?.give(each);
    });
    const texts = peers.map((peer) => JSON.stringify(peer.text.toDelta()));
    const screens = peers.map((peer) => peer.screen());
    for (const [index, peer] of peers.entries()) {
      const wrong = peer.wrong();
      if (wrong !== null) return `seed ${seed}, at the end: ${wrong}`;
      if (peer.take() !== null) return `seed ${seed}: a received change was answered`;
      if (texts[index] !== texts[0]) return `seed ${seed}: the texts differ`;
      if (screens[index] !== screens[0]) {
        return `seed ${seed}: the screens differ\n${screens[0]}\n${screens[index]}`;
      }
    }
    if (!texts[0]?.includes('"newer":1')) return null; // somebody deleted it, as anybody may
    return null;
  } finally {
    for (const peer of peers) peer.close();
  }
}

/** Runs seeds one by one; gives a sentence for each that failed. */
export function soak(from: number, seeds: number, operations: number): string[] {
  const failures: string[] = [];
  for (let seed = from; seed < from + seeds; seed++) {
    let wrong: string | null;
    try {
      wrong = run(seed, operations);
    } catch (error) {
      wrong = `seed ${seed}: ${(error as Error).stack}`;
    }
    if (wrong !== null) failures.push(wrong);
  }
  return failures;
}
