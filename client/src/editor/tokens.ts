// Lines spelt out as the shared text holds them: one token a UTF-16 unit, embed or newline.

import type { Node } from "prosemirror-model";
import {
  type Attributes,
  attributesOfLine,
  attributesOfMarks,
  type Embed,
  embedOf,
  sameValue,
} from "./values";

export interface Tokens {
  values: (string | Embed)[];
  /** Attributes of each token; tokens of one run share one object. */
  attributes: Attributes[];
}

/** Spells the lines [from, to) of a document, each with its newline. */
export function spell(doc: Node, from: number, to: number): Tokens {
  const tokens: Tokens = { values: [], attributes: [] };
  const add = (value: string | Embed, attributes: Attributes) => {
    tokens.values.push(value);
    tokens.attributes.push(attributes);
  };
  for (let index = from; index < to; index++) {
    const line = doc.child(index);
    line.forEach((child) => {
      const attributes = attributesOfMarks(child.marks);
      if (child.isText) for (const unit of (child.text ?? "").split("")) add(unit, attributes);
      else add(embedOf(child), attributes);
    });
    add("\n", attributesOfLine(line));
  }
  return tokens;
}

export function sameToken(one: Tokens, i: number, other: Tokens, j: number): boolean {
  const a = one.values[i];
  const b = other.values[j];
  return a === b || (typeof a === "object" && typeof b === "object" && sameValue(a, b));
}

/** True if a cut before this token would part the two halves of one character. */
export function cutsCharacter(tokens: Tokens, index: number): boolean {
  const before = tokens.values[index - 1];
  const after = tokens.values[index];
  return (
    typeof before === "string" &&
    typeof after === "string" &&
    /[\uD800-\uDBFF]/.test(before) &&
    /[\uDC00-\uDFFF]/.test(after)
  );
}
