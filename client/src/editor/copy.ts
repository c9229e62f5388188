// What is copied as plain text: one line a line, with signs for what text alone would lose.

import type { Node, Slice } from "prosemirror-model";
import type { EditorProps } from "prosemirror-view";
import { indentOf, schema } from "./schema";

const SIGNS: Record<string, string> = { bullet: "• ", ordered: "1. ", rule: "---" };

function sign(line: Node): string {
  const kind = String(line.attrs["kind"]);
  const mark = kind === "task" ? (line.attrs["checked"] ? "[x] " : "[ ] ") : (SIGNS[kind] ?? "");
  return (line.attrs["quote"] ? "> " : "") + "  ".repeat(indentOf(line)) + mark;
}

function leaf(node: Node): string {
  if (node.type === schema.nodes.hard_break) return "\n";
  if (node.type === schema.nodes.cell) return "\t";
  return node.type === schema.nodes.footnote ? ` [${node.attrs["text"]}]` : "";
}

function plainText(slice: Slice): string {
  const lines: string[] = [];
  slice.content.forEach((line) => {
    const text = line.isTextblock ? line.textBetween(0, line.content.size, "", leaf) : "";
    const inside = slice.content.childCount === 1;
    lines.push(inside ? text : sign(line) + text);
  });
  return lines.join("\n");
}

export const copying: Pick<EditorProps, "clipboardTextSerializer"> = {
  clipboardTextSerializer: plainText,
};
