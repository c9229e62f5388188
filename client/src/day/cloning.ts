// A new day with this programme: asked for by a small form, and opened by its own link.

import type { ProgrammeWords } from "../i18n/programme";

export function cloneByForm(path: string, words: ProgrammeWords): void {
  const form = document.getElementById("clone") as HTMLFormElement | null;
  const said = document.getElementById("clone-said");
  if (form === null || said === null) return;
  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    const button = form.querySelector("button");
    if (button) button.disabled = true;
    try {
      const date = new FormData(form).get("date");
      const response = await fetch(`${path}/clone`, {
        method: "POST",
        headers: { "content-type": "application/json" },
        body: JSON.stringify({ date }),
      });
      const answer = await response.json();
      if (!response.ok) {
        said.textContent = words.failed(answer.error.message);
        return;
      }
      const link = document.createElement("a");
      link.href = answer.links.organiser;
      link.textContent = words.open;
      said.replaceChildren(words.cloned, " ", link);
    } catch {
      said.textContent = words.failed(words.noAnswer);
    } finally {
      if (button) button.disabled = false;
    }
  });
}
