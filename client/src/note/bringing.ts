// Bringing a text into the note: a file is chosen and sent, and comes in as any edit does, also for
// who brought it. What came of it is one sentence.

import type { Words } from "../i18n";
import type { Pane } from "./frames";

const ACCEPTED = ".md,.markdown,.txt,.html,.htm,.etherpad,.docx,.odt";

/** Asks for a file and sends it. `tell` is given what to say meanwhile and afterwards. */
export function bringText(
  note: string,
  pane: Pane,
  words: Words,
  tell: (sentence: string, failed: boolean) => void,
): void {
  const field = document.createElement("input");
  field.type = "file";
  field.accept = ACCEPTED;
  field.addEventListener("change", () => {
    const file = field.files?.[0];
    if (file !== undefined) void send(file, note, pane, words, tell);
  });
  field.click();
}

async function send(
  file: File,
  note: string,
  pane: Pane,
  words: Words,
  tell: (sentence: string, failed: boolean) => void,
): Promise<void> {
  const t = words.bringing;
  tell(t.coming, false);
  try {
    const query = new URLSearchParams({ pane, name: file.name });
    const response = await fetch(`/api/notes/${note}/import?${query}`, {
      method: "POST",
      body: file,
    });
    const answer = await response.json();
    if (response.ok) {
      tell(t.done(answer.lines), false);
      return;
    }
    const { code, lines_in: there, lines } = answer.error;
    const why = t.refused[code as keyof typeof t.refused] ?? words.failed;
    tell(typeof there === "number" ? `${why} ${t.partly(there, lines)}` : why, true);
  } catch {
    tell(words.failed, true);
  }
}
