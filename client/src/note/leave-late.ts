// Leaving a text for the moderators of a locked note: asked for in a dialog, and kept aside by the
// server like what was typed too late.

import { html, nothing, render } from "lit-html";
import type { Words } from "../i18n";

const MOST_LETTERS = 10_000;

/** What was typed and not sent: closing the dialog loses nothing. */
let draft = "";

export function leaveLate(note: string, words: Words): void {
  const t = words.late.leave;
  let failed = "";
  let sending = false;
  const dialog = document.createElement("dialog");
  dialog.className = "dialog dialog--wide";
  dialog.setAttribute("aria-labelledby", "leave-title");
  dialog.addEventListener("close", () => dialog.remove(), { once: true });

  const send = async (event: SubmitEvent) => {
    event.preventDefault();
    if (sending || draft.trim() === "") return;
    sending = true;
    failed = "";
    draw();
    failed = await post(note, draft, words);
    sending = false;
    if (failed === "") {
      draft = "";
      dialog.close();
    } else draw();
  };
  const draw = () =>
    render(
      html`<form class="stack" @submit=${send}>
        <h2 id="leave-title">${t.title}</h2>
        <p id="leave-hint">${t.explain}</p>
        <label for="leave-text">${t.text}</label>
        <textarea class="field" id="leave-text" rows="5" maxlength=${MOST_LETTERS} required
          aria-describedby="leave-hint" .value=${draft}
          @input=${(event: InputEvent) => {
            draft = (event.target as HTMLTextAreaElement).value;
          }}></textarea>
        <p class="refusal" role="alert">${failed === "" ? nothing : failed}</p>
        <div class="dialog-actions">
          <button class="button" aria-busy=${String(sending)}>${t.send}</button>
          <button type="button" class="button button--quiet" @click=${() => dialog.close()}>${words.lock.cancel}</button>
        </div>
      </form>`,
      dialog,
    );
  document.body.append(dialog);
  draw();
  dialog.showModal();
  dialog.querySelector("textarea")?.focus();
}

/** "" when the text is kept; else why it is not. */
async function post(note: string, text: string, words: Words): Promise<string> {
  try {
    const response = await fetch(`/api/notes/${note}/own-held`, {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: JSON.stringify({ text }),
    });
    if (response.ok) return "";
    return response.status === 409 ? words.late.leave.open : words.lock.failed(words.failed);
  } catch {
    return words.lock.failed(words.failed);
  }
}
