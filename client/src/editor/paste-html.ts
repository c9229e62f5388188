// Foreign HTML as flat lines: Word, Google Docs, LibreOffice, web pages and our own copies.
//
// The result holds only elements that the schema reads, made by this file; nothing of the given
// markup is carried over but its text and, if safe, the addresses of its links.

import { safeLink } from "./links";
import { disarmed, styleOf, weightOf, wordItem } from "./paste-styles";
import { HEADINGS, MAX_INDENT } from "./schema";

/** What is around a piece of text. */
interface Around {
  line: Record<string, string>;
  marks: ReadonlySet<string>;
  href: string | null;
  /** How many lists are around. */
  depth: number;
  /** Spaces stay as they are. */
  pre: boolean;
  /** Inside a line of our own or a cell of a table, elements do not begin lines. */
  fixed: boolean;
}

const words = (list: string) => new Set(list.split(" "));
const SKIPPED = words(
  "SCRIPT STYLE HEAD META TITLE TEMPLATE NOSCRIPT OBJECT IFRAME SVG MATH SELECT TEXTAREA BUTTON",
);
const BLOCKS = words(
  "P DIV SECTION ARTICLE HEADER FOOTER MAIN ASIDE NAV FIGURE FIGCAPTION ADDRESS DL DT DD FORM " +
    "FIELDSET DETAILS SUMMARY CENTER UL OL MENU LI BLOCKQUOTE PRE TABLE THEAD TBODY TFOOT TR TD " +
    "TH CAPTION HR H1 H2 H3 H4 H5 H6",
);
const MARKS = new Map([
  ...["B", "STRONG"].map((tag) => [tag, "strong"] as const),
  ...["I", "EM", "CITE"].map((tag) => [tag, "em"] as const),
  ...["S", "DEL", "STRIKE"].map((tag) => [tag, "s"] as const),
  ...["CODE", "TT", "KBD", "SAMP"].map((tag) => [tag, "code"] as const),
]);
const OWN = ["kind", "indent", "quote", "checked", "lang"] as const;

class Flattener {
  private current: HTMLElement | null = null;
  /** The line ends in a space that the next text must not repeat. */
  private spaced = true;

  constructor(
    private readonly page: Document,
    private readonly out: HTMLElement,
  ) {}

  children(parent: Element, around: Around): void {
    for (const child of [...parent.childNodes]) {
      if (child.nodeType === 3) this.text(child.nodeValue ?? "", around);
      else if (child.nodeType === 1) this.element(child as HTMLElement, around);
    }
  }

  end(): void {
    const last = this.current?.lastChild;
    if (last?.nodeName === "BR") last.remove();
    this.current = null;
    this.spaced = true;
  }

  private begin(around: Around): HTMLElement {
    const line = this.page.createElement("p");
    line.className = "line";
    for (const [name, value] of Object.entries(around.line)) line.dataset[name] = value;
    this.out.append(line);
    this.current = line;
    this.spaced = !around.pre;
    return line;
  }

  private text(raw: string, around: Around): void {
    if (around.pre && !around.fixed && raw.includes("\n")) {
      raw.split("\n").forEach((part, index) => {
        if (index > 0) {
          if (this.current === null) this.begin(around);
          this.end();
        }
        if (part !== "") this.text(part, around);
      });
      return;
    }
    let text = raw.replace(around.pre ? /[\r\n]/g : /[ \t\r\n\f]+/g, " ");
    if (this.spaced && !around.pre) text = text.replace(/^ /, "");
    if (text === "") return;
    this.append(this.page.createTextNode(text), around);
    this.spaced = text.endsWith(" ");
  }

  private append(node: globalThis.Node, around: Around): void {
    let wrapped = node;
    const wrap = (tag: string): HTMLElement => {
      const outer = this.page.createElement(tag);
      outer.append(wrapped);
      wrapped = outer;
      return outer;
    };
    for (const mark of around.marks) wrap(mark);
    if (around.href !== null) wrap("a").setAttribute("href", around.href);
    (this.current ?? this.begin(around)).append(wrapped);
  }

  private atom(tag: string, name: string, value: string, around: Around): void {
    const atom = this.page.createElement(tag);
    atom.setAttribute(name, value);
    this.append(atom, around);
    this.spaced = false;
  }

  private element(element: HTMLElement, around: Around): void {
    const tag = element.tagName.toUpperCase();
    const style = styleOf(element);
    const { footnote, cell } = element.dataset ?? {};
    if (SKIPPED.has(tag) || /mso-list:\s*Ignore/i.test(style)) return;
    if (tag === "BR") this.lineBreak(element, around);
    else if (tag === "IMG") this.text(element.getAttribute("alt") ?? "", around);
    else if (tag === "SUP" && footnote !== undefined) {
      this.atom("sup", "data-footnote", footnote, around);
    } else if (cell !== undefined) this.atom("span", "data-cell", "true", around);
    else if (around.fixed && BLOCKS.has(tag)) this.blockInLine(element, tag, style, around);
    else if (element.classList.contains("line")) this.own(element, around);
    else if (tag === "TR" && element.children.length > 1) this.row(element, around);
    else if (BLOCKS.has(tag)) this.block(element, tag, style, around);
    else this.children(element, this.inside(element, tag, style, around));
  }

  private inside(element: Element, tag: string, style: string, around: Around): Around {
    const marks = new Set(around.marks);
    const set = (mark: string, on: boolean | null) => {
      if (on === true) marks.add(mark);
      else if (on === false) marks.delete(mark);
    };
    const named = MARKS.get(tag);
    if (named !== undefined && !(named === "code" && around.pre)) marks.add(named);
    const weight = weightOf(style);
    set("strong", weight.bold);
    set("em", weight.italic);
    set("s", weight.strike || null);
    const href = tag === "A" ? safeLink(element.getAttribute("href")) : around.href;
    return { ...around, marks, href };
  }

  private lineBreak(element: HTMLElement, around: Around): void {
    if (element.classList.contains("Apple-interchange-newline")) return;
    if (around.pre && !around.fixed) {
      this.text("\n", around);
      return;
    }
    // A break outside of any line, as LibreOffice and Google Docs write it, is an empty line.
    if (this.current === null && !around.fixed) {
      this.begin(around);
      this.end();
      return;
    }
    this.append(this.page.createElement("br"), around);
    this.spaced = true;
  }

  private blockInLine(element: HTMLElement, tag: string, style: string, around: Around): void {
    const { current } = this;
    const filled = current !== null && current.lastChild !== null;
    const begun = filled && !["BR", "SPAN"].includes(current.lastChild?.nodeName ?? "");
    if (begun && around.line["kind"] === "row") this.append(this.page.createElement("br"), around);
    this.children(element, this.inside(element, tag, style, around));
  }

  private own(element: HTMLElement, around: Around): void {
    this.end();
    const line: Record<string, string> = {};
    for (const name of OWN) {
      const value = element.dataset[name];
      if (value !== undefined) line[name] = value;
    }
    const inside = { ...around, line, pre: true, fixed: true };
    this.begin(inside);
    this.children(element, inside);
    this.end();
  }

  private row(element: HTMLElement, around: Around): void {
    this.end();
    const inside: Around = { ...around, line: { kind: "row" }, fixed: true };
    this.begin(inside);
    [...element.children].forEach((cell, index) => {
      if (index > 0) this.atom("span", "data-cell", "true", inside);
      this.spaced = true;
      this.children(cell, inside);
    });
    this.end();
  }

  private block(element: HTMLElement, tag: string, style: string, around: Around): void {
    this.end();
    const inside = this.inside(element, tag, style, around);
    const item = wordItem(element);
    const count = this.out.childElementCount;
    if (tag === "UL" || tag === "OL" || tag === "MENU") {
      inside.depth += 1;
      inside.line = { ...around.line, kind: tag === "OL" ? "ordered" : "bullet" };
      const indent = Math.min(MAX_INDENT, inside.depth - 1);
      if (indent > 0) inside.line["indent"] = String(indent);
    } else if (item !== null) {
      inside.line = { ...around.line, kind: item.ordered ? "ordered" : "bullet" };
      const indent = Math.min(MAX_INDENT, item.level - 1);
      if (indent > 0) inside.line["indent"] = String(indent);
    } else if ((HEADINGS as readonly string[]).includes(tag.toLowerCase())) {
      const { quote } = around.line;
      inside.line = { kind: tag.toLowerCase(), ...(quote ? { quote } : {}) };
      inside.marks = new Set([...inside.marks].filter((mark) => mark !== "strong"));
    } else if (tag === "BLOCKQUOTE") {
      inside.line = { ...around.line, quote: "true" };
    } else if (tag === "PRE") {
      inside.line = { ...around.line, kind: "code" };
      inside.pre = true;
    } else if (tag === "LI") {
      const box = element.querySelector<HTMLInputElement>("input[type=checkbox]");
      const mine = box?.closest("li") === element;
      const kind = mine ? "task" : (around.line["kind"] ?? "bullet");
      inside.line = { ...around.line, kind, ...(mine && box?.checked ? { checked: "true" } : {}) };
    } else if (tag === "HR") {
      this.begin({ ...around, line: { kind: "rule" } });
    }
    this.children(element, inside);
    // An empty paragraph was an empty line; an empty container was nothing.
    if (tag === "P" && this.out.childElementCount === count) this.begin(inside);
    this.end();
  }
}

/** Rewrites pasted HTML as lines that the schema reads one to one. */
export function flatten(html: string): string {
  // A document made by the parser is inert: no script runs and no picture is fetched.
  const page = new DOMParser().parseFromString(disarmed(html), "text/html");
  const out = page.createElement("div");
  const flattener = new Flattener(page, out);
  flattener.children(page.body, {
    line: {},
    marks: new Set(),
    href: null,
    depth: 0,
    pre: false,
    fixed: false,
  });
  flattener.end();
  return out.innerHTML;
}
