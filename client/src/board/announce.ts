// Something to say to the people in one note, or in all.

import { html } from "lit-html";
import type { BoardWords } from "../i18n/board";
import { asked } from "./data";
import { alerting, Panel } from "./dialogs";

const MOST_LETTERS = 300;

/** `to` is one note; without it, every note of the day. `sent` is called when it was said. */
export function announce(
  day: string,
  to: { note: string; title: string } | null,
  words: BoardWords,
  sent: () => void,
): void {
  const t = words.announce;
  let failed = "";
  const send = async (event: SubmitEvent) => {
    event.preventDefault();
    const field = (event.currentTarget as HTMLFormElement).elements.namedItem("text");
    const text = (field as HTMLTextAreaElement).value.trim();
    if (text === "") return;
    const body = to === null ? { text } : { text, note: to.note };
    const answer = await asked(`/api/days/${day}/announcements`, words.noAnswer, body);
    if ("failed" in answer) {
      failed = words.failed(answer.failed);
      panel.redraw();
    } else {
      panel.close();
      sent();
    }
  };
  const draw = () => html`<form class="stack" @submit=${send}>
    <h2 id="announce-title">${to === null ? t.toDay : t.toNote(to.title)}</h2>
    <p>${t.explain}</p>
    <label for="announce-text">${t.text}</label>
    <textarea class="field" id="announce-text" name="text" rows="3" maxlength=${MOST_LETTERS} required></textarea>
    ${alerting(failed)}
    <div class="dialog-actions">
      <button class="button">${t.send}</button>
      <button type="button" class="button button--quiet" @click=${() => panel.close()}>${words.cancel}</button>
    </div>
  </form>`;
  const panel = new Panel("announce-title", draw);
}
