// The flat schema: a note is a list of lines, and all structure is in a line's attributes.
//
// There is one node type for every kind of line, so that a change of kind is a change of attribute
// and never a deletion with a new insertion: that is what lets two people change one line at once.
// Attributes hold the raw values of the shared text, checked only when they are drawn: a value that
// this page does not know is shown plainly and kept.

import { type DOMOutputSpec, type Mark, type Node, Schema } from "prosemirror-model";
import { safeLink } from "./links";

export const LINE_KEYS = ["kind", "indent", "quote", "checked", "lang"] as const;
export const MARK_KEYS = ["bold", "italic", "strike", "code", "link"] as const;
export const HEADINGS = ["h1", "h2", "h3", "h4", "h5", "h6"] as const;
export const LIST_KINDS = ["bullet", "ordered", "task"] as const;
export const KINDS = [...HEADINGS, ...LIST_KINDS, "code", "row", "rule"] as const;
export const MAX_INDENT = 8;

/** The kind of a line; null is a paragraph. */
export type Kind = (typeof KINDS)[number];
export type LineAttributes = Record<(typeof LINE_KEYS)[number], unknown>;

export function knownKind(line: Node): Kind | null {
  const kind = line.attrs["kind"];
  return (KINDS as readonly unknown[]).includes(kind) ? (kind as Kind) : null;
}

export function isList(line: Node): boolean {
  return (LIST_KINDS as readonly unknown[]).includes(line.attrs["kind"]);
}

/** How far a line is drawn to the right, 0 to 8, whatever the attribute holds. */
export function indentOf(line: Node): number {
  const indent = Number(line.attrs["indent"] ?? 0);
  return Number.isFinite(indent) ? Math.min(MAX_INDENT, Math.max(0, Math.floor(indent))) : 0;
}

const ELEMENTS: Record<string, string> = { bullet: "ul", task: "ul", ordered: "ol", code: "pre" };

/** The elements a line is made of: two lines with the same shape differ in attributes only. */
export function shapeOf(line: Node): string {
  const kind = knownKind(line);
  const quote = line.attrs["quote"] ? "quote " : "";
  if (kind === null) return `${quote}p`;
  if (kind === "task") return `${quote}task`;
  return quote + (ELEMENTS[kind] ?? (kind.startsWith("h") ? kind : "div"));
}

/** The attributes of the outermost element of a line. */
export function outerAttributes(line: Node): Record<string, string> {
  const kind = knownKind(line);
  const drawn: Record<string, string> = { class: "line" };
  if (kind !== null) drawn["data-kind"] = kind;
  if (indentOf(line) > 0) drawn["data-indent"] = String(indentOf(line));
  if (line.attrs["quote"]) drawn["data-quote"] = "true";
  if (kind === "task" && line.attrs["checked"]) drawn["data-checked"] = "true";
  if (kind === "code" && typeof line.attrs["lang"] === "string") {
    drawn["data-lang"] = line.attrs["lang"];
  }
  return drawn;
}

/** What a screen reader is told of the depth of a list line. */
export function itemAttributes(line: Node): Record<string, string> {
  return { "aria-level": String(indentOf(line) + 1) };
}

function drawLine(line: Node): DOMOutputSpec {
  const kind = knownKind(line);
  const outer = outerAttributes(line);
  const inner = line.attrs["quote"] ? {} : outer;
  let drawn: DOMOutputSpec;
  if (isList(line)) {
    drawn = [kind === "ordered" ? "ol" : "ul", inner, ["li", itemAttributes(line), 0]];
  } else if (kind === "code") {
    drawn = ["pre", inner, ["code", 0]];
  } else if (kind === "row" || kind === "rule") {
    drawn = ["div", inner, 0];
  } else {
    drawn = [kind ?? "p", inner, 0];
  }
  return line.attrs["quote"] ? ["blockquote", outer, drawn] : drawn;
}

function drawLink(mark: Mark): DOMOutputSpec {
  const href = safeLink(mark.attrs["href"]);
  // The address may come from a peer that checked nothing: only what is safe becomes a link.
  return href === null
    ? ["span", { class: "dead-link" }, 0]
    : ["a", { href, rel: "noopener noreferrer nofollow", target: "_blank" }, 0];
}

/** Reads a line's attributes back from the elements that this schema draws. */
function readLine(element: HTMLElement): LineAttributes {
  const { kind, indent, quote, checked, lang } = element.dataset;
  const known = (KINDS as readonly (string | undefined)[]).includes(kind);
  const depth = Number(indent);
  return {
    kind: known ? kind : null,
    indent: Number.isInteger(depth) && depth > 0 && depth <= MAX_INDENT ? depth : null,
    quote: quote === "true" ? true : null,
    checked: kind === "task" && checked === "true" ? true : null,
    lang: kind === "code" && /^[\w.+#-]{1,40}$/.test(lang ?? "") ? lang : null,
  };
}

export const schema = new Schema({
  nodes: {
    doc: { content: "block+" },
    block: {
      group: "block",
      content: "inline*",
      attrs: {
        kind: { default: null },
        indent: { default: null },
        quote: { default: null },
        checked: { default: null },
        lang: { default: null },
      },
      toDOM: drawLine,
      parseDOM: [
        { tag: ".line", getAttrs: readLine, preserveWhitespace: "full" as const },
        ...HEADINGS.map((kind) => ({ tag: kind, attrs: { kind } })),
        { tag: "p" },
        { tag: "div" },
        { tag: "li" },
      ],
    },
    text: { group: "inline" },
    footnote: {
      group: "inline",
      inline: true,
      atom: true,
      attrs: { text: { default: "" } },
      toDOM: (node) => [
        "sup",
        { class: "footnote", "data-footnote": node.attrs["text"], title: node.attrs["text"] },
      ],
      parseDOM: [
        {
          tag: "sup[data-footnote]",
          getAttrs: (element) => ({ text: element.getAttribute("data-footnote") ?? "" }),
        },
      ],
    },
    hard_break: {
      group: "inline",
      inline: true,
      selectable: false,
      linebreakReplacement: true,
      toDOM: () => ["br"],
      parseDOM: [{ tag: "br" }],
    },
    cell: {
      group: "inline",
      inline: true,
      atom: true,
      selectable: false,
      toDOM: () => ["span", { class: "cell", "data-cell": "true" }],
      parseDOM: [{ tag: "span[data-cell]" }],
    },
    // An embed of a newer page: it takes its one place, can be deleted, and is never rewritten.
    unknown: {
      group: "inline",
      inline: true,
      atom: true,
      attrs: { embed: { default: null } },
      toDOM: () => ["span", { class: "unknown" }, "\u25a1"],
    },
  },
  marks: {
    link: {
      attrs: { href: {} },
      inclusive: false,
      toDOM: drawLink,
      parseDOM: [
        {
          tag: "a[href]",
          getAttrs: (element) => {
            const href = safeLink(element.getAttribute("href"));
            return href === null ? false : { href };
          },
        },
      ],
    },
    bold: {
      toDOM: () => ["strong", 0],
      parseDOM: [{ tag: "strong" }, { tag: "b" }],
    },
    italic: {
      toDOM: () => ["em", 0],
      parseDOM: [{ tag: "em" }, { tag: "i" }],
    },
    strike: {
      toDOM: () => ["s", 0],
      parseDOM: [{ tag: "s" }, { tag: "del" }, { tag: "strike" }],
    },
    code: {
      toDOM: () => ["code", 0],
      parseDOM: [{ tag: "code" }],
    },
  },
});

export const block = schema.nodes.block;
