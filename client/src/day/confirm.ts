// The question before an item is removed whose note has a text.

import { html, render } from "lit-html";
import type { ProgrammeWords } from "../i18n/programme";

export function confirmRemoval(title: string, words: ProgrammeWords): Promise<boolean> {
  const t = words.removing;
  return new Promise((resolve) => {
    const dialog = document.createElement("dialog");
    dialog.className = "dialog";
    dialog.setAttribute("aria-labelledby", "removing");
    dialog.addEventListener("close", () => {
      resolve(dialog.returnValue === "yes");
      dialog.remove();
    });
    render(
      html`<form method="dialog" class="stack">
        <h2 id="removing">${t.title(title)}</h2>
        <p>${t.explain}</p>
        <div class="dialog-actions">
          <button class="button" value="yes">${t.do}</button>
          <button class="button button--quiet" value="no">${words.cancel}</button>
        </div>
      </form>`,
      dialog,
    );
    document.querySelector("main")?.append(dialog);
    dialog.showModal();
  });
}
