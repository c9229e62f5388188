// One value on each side: attributes and embeds of the shared text, marks and atoms of the document.

import { Mark, type Node } from "prosemirror-model";
import { block, LINE_KEYS, type LineAttributes, MARK_KEYS, schema } from "./schema";

export type Attributes = Record<string, unknown>;
export type Embed = Record<string, unknown>;

/** One step along a shared text, as Yjs gives and takes them. */
export interface Op {
  insert?: string | object;
  delete?: number;
  retain?: number;
  attributes?: Attributes;
}

export function sameValue(one: unknown, other: unknown): boolean {
  if (one === other) return true;
  if (typeof one !== "object" || typeof other !== "object" || one === null || other === null) {
    return false;
  }
  const keys = Object.keys(one);
  return (
    keys.length === Object.keys(other).length &&
    keys.every((key) => sameValue((one as Attributes)[key], (other as Attributes)[key]))
  );
}

export function lineAttributes(attributes: Attributes | undefined): LineAttributes {
  const line = {} as LineAttributes;
  for (const key of LINE_KEYS) line[key] = attributes?.[key] ?? null;
  return line;
}

export function attributesOfLine(line: Node): Attributes {
  const attributes: Attributes = {};
  for (const key of LINE_KEYS) {
    if (line.attrs[key] !== null) attributes[key] = line.attrs[key];
  }
  return attributes;
}

/** True for a line that a newline without attributes would end. */
export function isPlain(line: Node): boolean {
  return LINE_KEYS.every((key) => line.attrs[key] === null);
}

export function markOf(key: string, value: unknown): Mark | null {
  const type = schema.marks[key as keyof typeof schema.marks];
  if (type === undefined || value === null || value === undefined || value === false) return null;
  return key === "link" ? type.create({ href: value }) : type.create();
}

export function marksOf(attributes: Attributes | undefined): readonly Mark[] {
  let marks: readonly Mark[] = Mark.none;
  for (const key of MARK_KEYS) marks = markOf(key, attributes?.[key])?.addToSet(marks) ?? marks;
  return marks;
}

export function attributesOfMarks(marks: readonly Mark[]): Attributes {
  const attributes: Attributes = {};
  for (const mark of marks) {
    attributes[mark.type.name] = mark.type.name === "link" ? mark.attrs["href"] : true;
  }
  return attributes;
}

export function atomOf(embed: object, attributes: Attributes | undefined): Node {
  const marks = marksOf(attributes);
  const fields = embed as Embed;
  if (Object.keys(fields).length === 1) {
    if (typeof fields["footnote"] === "string") {
      return schema.nodes.footnote.create({ text: fields["footnote"] }, null, marks);
    }
    if (fields["break"] === true) return schema.nodes.hard_break.create(null, null, marks);
    if (fields["cell"] === true) return schema.nodes.cell.create(null, null, marks);
  }
  return schema.nodes.unknown.create({ embed }, null, marks);
}

export function embedOf(atom: Node): Embed {
  switch (atom.type.name) {
    case "footnote":
      return { footnote: atom.attrs["text"] };
    case "hard_break":
      return { break: true };
    case "cell":
      return { cell: true };
    default:
      return atom.attrs["embed"] as Embed;
  }
}

export function lineOf(content: readonly Node[], attributes: Attributes | undefined): Node {
  return block.create(lineAttributes(attributes), content);
}
