// What office programs say in style attributes instead of elements.

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
  const style = element.getAttribute("style") ?? "";
  const level = /mso-list:[^;]*\blevel(\d+)/i.exec(style)?.[1];
  if (level === undefined) return null;
  const sign = [...element.querySelectorAll("[style]")].find((each) =>
    /mso-list:\s*Ignore/i.test(each.getAttribute("style") ?? ""),
  );
  const ordered = /^[\s\u00a0]*\(?(\d+|[a-zA-Z]|[ivxIVX]+)[.)]/.test(sign?.textContent ?? "");
  return { level: Number(level), ordered };
}
