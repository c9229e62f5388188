// Text that came too late: the list that a moderator decides from, and what is handed back to its
// author (K4).

import { html, nothing, render, type TemplateResult } from "lit-html";
import { momentOf, type Words } from "../i18n";
import type { NoteState, Returned } from "../net/note-connection";
import type { NotePage } from "./data";

type Decision = "merge" | "keep" | "discard";

interface LateText {
  id: number;
  by: string;
  at: number;
  text: string;
}

export interface LateActions {
  /** Open the list. */
  review(): void;
  /** Ask for a text, and leave it for the moderators. */
  leave(): void;
  /** Take away what was handed back. */
  dismiss(): void;
  /** What this person wrote too late themselves, and is kept aside; "" for nothing. */
  mine(): string;
}

/** What the banner says of late texts, beneath the lock: to who decides, and to who wrote one. */
export function lateLines(
  state: NoteState,
  words: Words,
  actions: LateActions,
): TemplateResult | typeof nothing {
  const t = words.late;
  const waiting = state.waiting
    ? html`<p>
        ${t.waiting(state.waiting)}
        <button type="button" class="button button--quiet button--small" @click=${actions.review}>${t.review}</button>
      </p>`
    : nothing;
  const mine = actions.mine();
  return html`${mine === "" ? nothing : keptAside(mine, words)}${waiting}${state.returned ? handedBack(state.returned, words, actions) : nothing}`;
}

/** My own words that met the lock: in sight, to be copied, and already on their way. */
function keptAside(text: string, words: Words): TemplateResult {
  return html`<div class="kept-aside">
    <blockquote aria-label=${words.late.mine}>${text}</blockquote>
    <div class="dialog-actions">${copyButton(text, words)}</div>
  </div>`;
}

function copyButton(text: string, words: Words): TemplateResult | typeof nothing {
  // Without TLS a page has no clipboard; the text can be selected all the same.
  if (!navigator.clipboard) return nothing;
  const copy = async (event: Event) => {
    const button = event.currentTarget as HTMLButtonElement;
    await navigator.clipboard.writeText(text);
    button.textContent = words.late.copied;
  };
  return html`<button type="button" class="button button--quiet button--small" @click=${copy}>${words.late.copy}</button>`;
}

function handedBack(returned: Returned, words: Words, actions: LateActions): TemplateResult {
  const t = words.late;
  return html`<div class="handed-back">
    <p>${returned.kept ? t.keptApart(returned.by) : t.discarded(returned.by)}</p>
    <blockquote>${returned.text}</blockquote>
    <div class="dialog-actions">
      ${copyButton(returned.text, words)}
      <button type="button" class="button button--quiet button--small" @click=${actions.dismiss}>${t.dismiss}</button>
    </div>
  </div>`;
}

/** Shows what waits and carries out what is decided, until nothing waits or the dialog is closed. */
export async function reviewLate(page: NotePage, words: Words, isLocked: () => boolean) {
  const t = words.late;
  const path = `/api/notes/${page.note.id}/held`;
  const dialog = document.createElement("dialog");
  dialog.className = "dialog dialog--wide";
  dialog.setAttribute("aria-labelledby", "late-title");
  dialog.addEventListener("close", () => dialog.remove(), { once: true });

  const load = async () => {
    const answer = (await (await fetch(path)).json()) as { held?: LateText[] };
    return answer.held ?? [];
  };
  const decide = async (late: LateText, decision: Decision) => {
    let failed = "";
    try {
      const answer = await fetch(`${path}/${late.id}`, {
        method: "POST",
        headers: { "content-type": "application/json" },
        body: JSON.stringify({ do: decision }),
      });
      const said = (await answer.json()) as { error?: { message?: string } };
      if (!answer.ok) failed = words.lock.failed(said.error?.message ?? words.failed);
    } catch {
      failed = words.lock.failed(words.failed);
    }
    await show(failed);
  };
  const show = async (failed = "") => {
    const waiting = await load();
    if (waiting.length === 0 && failed === "") {
      dialog.close();
      return;
    }
    const locked = isLocked();
    const choice = (late: LateText, decision: Decision, label: string) =>
      html`<button type="button" class="button button--quiet button--small"
        ?disabled=${decision === "merge" && locked} @click=${() => decide(late, decision)}
        aria-label=${`${label}, ${late.by}`}>${label}</button>`;
    render(
      html`<h2 id="late-title">${t.title}</h2>
        <p>${t.explain} ${locked ? t.mergeNeedsUnlock : nothing}</p>
        <p class="refusal" role="alert">${failed}</p>
        <ul class="late-list">
          ${waiting.map(
            (late) => html`<li>
              <p><strong>${late.by}</strong> ${momentOf(late.at, words, page.language, page.timezone)}</p>
              <blockquote>${late.text || t.noText}</blockquote>
              <div class="dialog-actions">
                ${choice(late, "merge", t.merge)} ${choice(late, "keep", t.keep)}
                ${choice(late, "discard", t.discard)}
              </div>
            </li>`,
          )}
        </ul>
        <form method="dialog" class="dialog-actions"><button class="button">${t.close}</button></form>`,
      dialog,
    );
  };
  document.body.append(dialog);
  await show();
  if (dialog.childElementCount > 0) dialog.showModal();
  else dialog.remove();
}
