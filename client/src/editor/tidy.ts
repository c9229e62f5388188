// What a line's text may not hold, whatever put it there: line breaks (they would part the line in
// the shared text), control characters, and half a character (others would see another one).

import { Plugin } from "prosemirror-state";
import { schema } from "./schema";
import { SHOWN } from "./shown";

const HALVES = /[\uD800-\uDBFF][\uDC00-\uDFFF]|[\uD800-\uDFFF]/g;
// biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what is looked for
const CONTROLS = /[\u0000-\u0008\u000A-\u001F\u007F]/g;

export function tidyText(text: string): string {
  return text
    .replace(/\r\n/g, " ")
    .replace(CONTROLS, " ")
    .replace(HALVES, (found) => (found.length === 2 ? found : "\uFFFD"));
}

export function tidy(): Plugin {
  return new Plugin({
    appendTransaction(transactions, before, after) {
      if (!transactions.some((tr) => tr.docChanged && !tr.getMeta(SHOWN))) return null;
      const { tr } = after;
      after.doc.forEach((line, start, index) => {
        if (line === before.doc.maybeChild(index)) return;
        line.forEach((child, offset) => {
          const clean = tidyText(child.text ?? "");
          if (clean === (child.text ?? "")) return;
          const from = tr.mapping.map(start + 1 + offset);
          tr.replaceWith(from, from + child.nodeSize, schema.text(clean, child.marks));
        });
      });
      return tr.docChanged ? tr : null;
    },
  });
}
