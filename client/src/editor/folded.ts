// Text as it is compared when somebody looks for it: without case, accents and typographic signs.

/** Letters and signs that are found by what people have on their keys. */
const ALIKE: Record<string, string> = {
  œ: "oe",
  æ: "ae",
  ß: "ss",
  "’": "'",
  "‘": "'",
  "“": '"',
  "”": '"',
  "–": "-",
  "—": "-",
  "\u2011": "-",
  "\u00a0": " ",
  "\u202f": " ",
};

export interface Folded {
  text: string;
  /** For each unit of `text`, and for its end: where it came from, in units of the original. */
  from: number[];
}

/** "Œuvre d’été" becomes "oeuvre d'ete", and each sign remembers its place. */
export function folded(original: string): Folded {
  let text = "";
  const from: number[] = [];
  let at = 0;
  for (const sign of original) {
    const plain = sign.normalize("NFD").replace(/\p{M}/gu, "").toLowerCase();
    const shown = ALIKE[plain] ?? plain;
    for (let unit = 0; unit < shown.length; unit++) from.push(at);
    text += shown;
    at += sign.length;
  }
  from.push(at);
  return { text, from };
}
