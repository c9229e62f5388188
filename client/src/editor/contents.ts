// What a pane holds, told from outside: its headings and how many words.

import type { Node } from "prosemirror-model";

export interface Heading {
  /** 1 to 6. */
  level: number;
  text: string;
  position: number;
}

/** The headings of a document that have words, in its order. */
export function headingsOf(doc: Node): Heading[] {
  const headings: Heading[] = [];
  doc.forEach((line, position) => {
    const level = /^h([1-6])$/.exec(String(line.attrs["kind"]))?.[1];
    const text = line.textBetween(0, line.content.size, "", " ").trim();
    if (level !== undefined && text !== "") headings.push({ level: Number(level), text, position });
  });
  return headings;
}

/** How many words: what stands between spaces and has a letter or a digit. */
export function wordsIn(doc: Node): number {
  const text = doc.textBetween(0, doc.content.size, " ", " ");
  return text.split(/\s+/).filter((word) => /[\p{L}\p{N}]/u.test(word)).length;
}
