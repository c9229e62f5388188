// How a combination of keys is called: "Control+Shift+X" is "Ctrl+Maj+X", or "⇧⌘X" on a Mac.

import type { Words } from "../i18n";

const IS_MAC = /Mac|iP(hone|ad|od)/.test(navigator.platform);
const MAC: Record<string, string> = { Control: "⌘", Alt: "⌥", Shift: "⇧" };

/** The name of a combination written as `aria-keyshortcuts` has it, for people to read. */
export function keyName(keys: string, words: Words): string {
  const named = keys.split("+").map((key) => (IS_MAC ? MAC[key] : undefined) ?? words.keys[key]);
  const shown = keys.split("+").map((key, index) => named[index] ?? key);
  return shown.join(IS_MAC ? "" : "+");
}

/** The same for the attribute, where a Mac's Control is its Meta. */
export function ariaKeys(keys: string): string {
  return IS_MAC ? keys.replace("Control", "Meta") : keys;
}
