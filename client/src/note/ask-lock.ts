// The dialogs before a lock and an unlock, and the request. Used by the note and by the programme.

import { html, nothing, render } from "lit-html";
import type { Words } from "../i18n";

export type LockTarget = "note" | "section" | "day";

interface Question {
  title: string;
  explain: string;
  confirm: string;
  /** Ask for a reason, too. */
  why: boolean;
}

/** Locks what is open and unlocks what is locked, after asking. A sentence if that failed. */
export async function toggleLock(
  target: LockTarget,
  path: string,
  { locked }: { locked: boolean },
  words: Words,
): Promise<string | null> {
  const t = words.lock;
  const title = { note: t.titleNote, section: t.titleSection, day: t.titleDay }[target];
  const why = locked
    ? await ask(
        { title: t.titleUnlock, explain: t.explainUnlock, confirm: t.unlock, why: false },
        words,
      )
    : await ask({ title, explain: t.explain, confirm: t.confirm, why: true }, words);
  if (why === null) return null;
  return locked ? post(`${path}/unlock`, {}, words) : post(`${path}/lock`, { why }, words);
}

/** The reason, "" without one; null when the person thought better of it. */
function ask(question: Question, words: Words): Promise<string | null> {
  const t = words.lock;
  return new Promise((resolve) => {
    const dialog = document.createElement("dialog");
    dialog.className = "dialog";
    dialog.setAttribute("aria-labelledby", "lock-title");
    const close = () => {
      const field = dialog.querySelector("input");
      resolve(dialog.returnValue === "yes" ? (field?.value.trim() ?? "") : null);
      dialog.remove();
    };
    render(
      html`<form method="dialog" class="stack">
        <h2 id="lock-title">${question.title}</h2>
        <p>${question.explain}</p>
        ${
          question.why
            ? html`<label for="lock-why">${t.why}</label>
              <input class="field" id="lock-why" maxlength="500" placeholder=${t.whyHint} autocomplete="off" />`
            : nothing
        }
        <div class="dialog-actions">
          <button class="button" value="yes">${question.confirm}</button>
          <button class="button button--quiet" value="">${t.cancel}</button>
        </div>
      </form>`,
      dialog,
    );
    dialog.addEventListener("close", close, { once: true });
    document.body.append(dialog);
    dialog.showModal();
  });
}

/** Posts to the API. Returns null, or a sentence about what went wrong. */
async function post(
  path: string,
  body: Record<string, unknown>,
  words: Words,
): Promise<string | null> {
  try {
    const response = await fetch(path, {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: JSON.stringify(body),
    });
    if (response.ok) return null;
    const answer = (await response.json()) as { error?: { message?: string } };
    return words.lock.failed(answer.error?.message ?? words.failed);
  } catch {
    return words.lock.failed(words.failed);
  }
}
