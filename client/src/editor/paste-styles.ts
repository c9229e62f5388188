// What office programs say in style attributes instead of elements.

/** Where a style is read from: an attribute that means nothing to a browser. */
const STYLE = "data-style";

/**
 * Renames styles and handlers before the browser reads the markup. The page's policy forbids both,
 * so each would be an error in the console; and none is to take effect anyway.
 */
export function disarmed(html: string): string {
  return html
    .replace(/<[a-z][^>]*>/gi, (tag) =>
      tag.replace(/([\s"'/])(style|on[a-z]+)(\s*=)/gi, "$1data-$2$3"),
    )
    .replace(/<(\/?)style\b/gi, "<$1template");
}

export function styleOf(element: Element): string {
  return element.getAttribute(STYLE) ?? "";
}

export interface Weight {
  bold: boolean | null;
  italic: boolean | null;
  strike: boolean;
}

/** Bold, italic and struck as an inline style says; null where it says nothing. */
export function weightOf(style: string): Weight {
  const weight = /font-weight:\s*(\w+)/i.exec(style)?.[1]?.toLowerCase();
  const slope = /font-style:\s*(\w+)/i.exec(style)?.[1]?.toLowerCase();
  const light = weight === "normal" || weight === "lighter" || Number(weight) < 600;
  const heavy = weight === "bold" || weight === "bolder" || Number(weight) >= 600;
  return {
    bold: heavy ? true : light ? false : null,
    italic: slope === undefined ? null : slope === "italic" || slope === "oblique",
    strike: /text-decoration[^;]*line-through/i.test(style),
  };
}

export interface WordItem {
  level: number;
  ordered: boolean;
}

/** The list item that a paragraph of Word is: Word writes no lists, but styles and a typed sign. */
export function wordItem(element: Element): WordItem | null {
  const style = styleOf(element);
  const level = /mso-list:[^;]*\blevel(\d+)/i.exec(style)?.[1];
  if (level === undefined) return null;
  const sign = [...element.querySelectorAll(`[${STYLE}]`)].find((each) =>
    /mso-list:\s*Ignore/i.test(styleOf(each)),
  );
  const ordered = /^[\s\u00a0]*\(?(\d+|[a-zA-Z]|[ivxIVX]+)[.)]/.test(sign?.textContent ?? "");
  return { level: Number(level), ordered };
}
