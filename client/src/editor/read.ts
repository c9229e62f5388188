// The shared text as lines: how a page begins, how it mends itself, and what an insertion holds.

import type { Node } from "prosemirror-model";
import { schema } from "./schema";
import { type Attributes, atomOf, lineOf, marksOf, type Op } from "./values";

/** What a line holds before its newline, and the newline's attributes. */
export interface EndedLine {
  content: Node[];
  attributes: Attributes | undefined;
}

/** Splits inserts at their newlines: the lines that they end, and what comes after the last one. */
export function gather(inserts: readonly Op[]): { lines: EndedLine[]; rest: Node[] } {
  const lines: EndedLine[] = [];
  let rest: Node[] = [];
  for (const { insert, attributes } of inserts) {
    if (typeof insert === "object") {
      rest.push(atomOf(insert, attributes));
      continue;
    }
    const parts = (insert ?? "").split("\n");
    parts.forEach((part, index) => {
      if (part !== "") rest.push(schema.text(part, marksOf(attributes)));
      if (index === parts.length - 1) return;
      lines.push({ content: rest, attributes });
      rest = [];
    });
  }
  return { lines, rest };
}

/** A document, and whether its last line has no newline in the shared text. */
export interface Reading {
  doc: Node;
  open: boolean;
}

/** Reads a whole text, given as inserts only. Writes nothing: a text is never put in order. */
export function readText(delta: readonly Op[]): Reading {
  const { lines, rest } = gather(delta);
  const nodes = lines.map(({ content, attributes }) => lineOf(content, attributes));
  const open = rest.length > 0 || nodes.length === 0;
  if (open) nodes.push(lineOf(rest, undefined));
  return { doc: schema.nodes.doc.create(null, nodes), open };
}
