// A change of the shared text, as steps on the document: each operation at its own place.
//
// The document is never replaced. A caret, a selection, a composition and every decoration outside
// the changed characters stay what they were, and a line that moves keeps its node.

import type { Node } from "prosemirror-model";
import type { Transaction } from "prosemirror-state";
import { positionOf } from "./positions";
import { gather } from "./read";
import { block, LINE_KEYS, schema } from "./schema";
import { type Attributes, lineAttributes, lineOf, markOf, type Op, sameValue } from "./values";

/** The change does not fit the document: the document must be read anew. */
export class Misfit extends Error {}

function sizeOf(nodes: readonly Node[]): number {
  return nodes.reduce((size, node) => size + node.nodeSize, 0);
}

class Applier {
  /** Index in the shared text as it is after the operations so far. */
  private index = 0;

  constructor(
    private readonly tr: Transaction,
    /** The last line has no newline in the shared text. */
    private open: boolean,
  ) {}

  run(delta: readonly Op[]): boolean {
    let inserts: Op[] = [];
    for (const op of delta) {
      if (op.insert !== undefined) {
        inserts.push(op);
        continue;
      }
      this.insert(inserts);
      inserts = [];
      if (op.delete !== undefined) this.remove(op.delete);
      else if (op.retain !== undefined) this.keep(op.retain, op.attributes);
    }
    this.insert(inserts);
    const last = this.tr.doc.child(this.tr.doc.childCount - 1);
    if (this.open && last.content.size === 0 && this.tr.doc.childCount > 1) {
      this.tr.delete(this.tr.doc.content.size - last.nodeSize, this.tr.doc.content.size);
      this.open = false;
    }
    return this.open;
  }

  /** The position of an index, inside a line; after the last newline in one that is added for it. */
  private position(index: number): number {
    const position = positionOf(this.tr.doc, index);
    if (position > this.tr.doc.content.size) {
      if (this.open || position > this.tr.doc.content.size + 1) throw new Misfit();
      this.tr.insert(this.tr.doc.content.size, block.create());
      this.open = true;
    }
    return position;
  }

  /** Yjs puts two replacement signs for a character that an edit cuts in two; so does the page. */
  private partCharacter(index: number): void {
    const position = positionOf(this.tr.doc, index);
    if (position < 2 || position >= this.tr.doc.content.size) return;
    const around = this.tr.doc.textBetween(position - 1, position + 1, "\n", "\n");
    if (!/^[\uD800-\uDBFF][\uDC00-\uDFFF]$/.test(around)) return;
    for (const half of [position - 1, position]) {
      const marks = this.tr.doc.nodeAt(half)?.marks ?? [];
      this.tr.replaceWith(half, half + 1, schema.text("\uFFFD", marks));
    }
  }

  private keep(count: number, attributes: Attributes | undefined): void {
    if (attributes === undefined) {
      this.index += count;
      return;
    }
    this.partCharacter(this.index);
    this.partCharacter(this.index + count);
    let rest = count;
    while (rest > 0) {
      const place = this.tr.doc.resolve(this.position(this.index));
      const inline = Math.min(rest, place.parent.content.size - place.parentOffset);
      if (inline > 0) this.format(place.pos, place.pos + inline, attributes);
      this.index += inline;
      rest -= inline;
      if (rest > 0) {
        this.formatLine(place.before(), attributes);
        this.index += 1;
        rest -= 1;
      }
    }
  }

  private format(from: number, to: number, attributes: Attributes): void {
    for (const [key, value] of Object.entries(attributes)) {
      const type = schema.marks[key as keyof typeof schema.marks];
      const mark = markOf(key, value);
      if (mark !== null) this.tr.addMark(from, to, mark);
      else if (type !== undefined) this.tr.removeMark(from, to, type);
    }
  }

  private formatLine(position: number, attributes: Attributes): void {
    for (const key of LINE_KEYS) {
      if (!(key in attributes)) continue;
      this.tr.setNodeAttribute(position, key, attributes[key] ?? null);
    }
  }

  private setLine(position: number, wanted: Node["attrs"]): void {
    const line = this.tr.doc.nodeAt(position);
    for (const key of LINE_KEYS) {
      if (sameValue(line?.attrs[key], wanted[key])) continue;
      this.tr.setNodeAttribute(position, key, wanted[key]);
    }
  }

  /** Inserts what belongs together at once, so that whole lines are seen to be whole lines. */
  private insert(inserts: readonly Op[]): void {
    if (inserts.length === 0) return;
    this.partCharacter(this.index);
    const { lines, rest } = gather(inserts);
    let position = this.position(this.index);
    const [head] = lines;
    if (head !== undefined && this.tr.doc.resolve(position).parentOffset > 0) {
      lines.shift();
      this.tr.insert(position, head.content);
      position += sizeOf(head.content);
      const start = this.tr.doc.resolve(position).before();
      this.tr.split(position);
      this.setLine(start, lineAttributes(head.attributes));
      position += 2;
    }
    if (lines.length > 0) {
      // Whole lines go in front of the line that stands there, which keeps its node and its caret.
      const nodes = lines.map(({ content, attributes }) => lineOf(content, attributes));
      this.tr.insert(position - 1, nodes);
      position += sizeOf(nodes);
    }
    this.tr.insert(position, rest);
    for (const { insert } of inserts) this.index += typeof insert === "string" ? insert.length : 1;
  }

  private remove(count: number): void {
    this.partCharacter(this.index);
    this.partCharacter(this.index + count);
    const end = this.position(this.index + count);
    const from = this.tr.doc.resolve(this.position(this.index));
    const to = this.tr.doc.resolve(end);
    if (from.sameParent(to)) {
      this.tr.delete(from.pos, to.pos);
    } else if (from.parentOffset === 0) {
      this.tr.delete(from.before(), to.before());
      this.tr.delete(from.pos, from.pos + to.parentOffset);
    } else {
      // The newline that survives is the one of the last line, and so are its attributes.
      this.tr.delete(from.pos, to.pos);
      this.setLine(from.before(), to.parent.attrs);
    }
  }
}

/**
 * Adds the steps of `delta` to `tr`; gives whether the last line then has no newline.
 *
 * Throws Misfit if the delta is not one of this document's text.
 */
export function applyDelta(tr: Transaction, delta: readonly Op[], open: boolean): boolean {
  return new Applier(tr, open).run(delta);
}
