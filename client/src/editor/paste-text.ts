import type { Node } from "prosemirror-model";
import { block, schema } from "./schema";
import { tidyText } from "./tidy";

/** Plain text as lines; with `signs`, lines that begin with a bullet become a list. */
export function textLines(text: string, { signs }: { signs: boolean }): Node[] {
  return text
    .replace(/\r\n?|\u2028|\u2029/g, "\n")
    .replace(/\n$/, "")
    .split("\n")
    .map((raw) => {
      const found = signs ? /^([ \t]*)[•◦▪‣·–*-][ \t\u00a0]+(?=\S)/.exec(raw) : null;
      const words = tidyText(found ? raw.slice(found[0].length) : raw);
      const depth = Math.min(8, Math.floor((found?.[1] ?? "").replace(/\t/g, "  ").length / 2));
      const attributes = found ? { kind: "bullet", indent: depth || null } : null;
      return block.create(attributes, words === "" ? [] : schema.text(words));
    });
}
