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
  /** And for a time, when it is to happen later. */
  when: boolean;
}

interface Wish {
  why: string;
  /** HH:MM, "" for now. */
  at: string;
}

/** Locks what is open and unlocks what is locked, after asking. A sentence if that failed. */
export async function toggleLock(
  target: LockTarget,
  path: string,
  { locked, later = false }: { locked: boolean; later?: boolean },
  words: Words,
): Promise<string | null> {
  const t = words.lock;
  const title = { note: t.titleNote, section: t.titleSection, day: t.titleDay }[target];
  const wish = locked
    ? await ask(
        {
          title: t.titleUnlock,
          explain: t.explainUnlock,
          confirm: t.unlock,
          why: false,
          when: false,
        },
        words,
      )
    : await ask({ title, explain: t.explain, confirm: t.confirm, why: true, when: later }, words);
  if (wish === null) return null;
  if (locked) return post(`${path}/unlock`, {}, words);
  const { why, at } = wish;
  return post(`${path}/lock`, at === "" ? { why } : { why, at }, words);
}

/** What was answered; null when the person thought better of it. */
function ask(question: Question, words: Words): Promise<Wish | null> {
  const t = words.lock;
  return new Promise((resolve) => {
    const dialog = document.createElement("dialog");
    dialog.className = "dialog";
    dialog.setAttribute("aria-labelledby", "lock-title");
    const close = () => {
      const given = (id: string) =>
        dialog.querySelector<HTMLInputElement>(`#${id}`)?.value.trim() ?? "";
      const wish = { why: given("lock-why"), at: given("lock-at") };
      resolve(dialog.returnValue === "yes" ? wish : null);
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
        ${
          question.when
            ? html`<label for="lock-at">${t.when}</label>
              <input class="field field--time" type="time" id="lock-at" />`
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
export async function post(
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
