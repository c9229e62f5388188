// A small native dialog with one field, for what cannot be typed in the line itself.

import type { EditorWords } from "./words";

export interface Question {
  title: string;
  label: string;
  value: string;
  /** Several lines, or one. */
  long: boolean;
  /** Gives a sentence if the answer cannot be taken. */
  refuse?: (answer: string) => string | null;
}

/** The answer; "" for "remove"; null if it was cancelled. */
export function ask(near: HTMLElement, question: Question, words: EditorWords) {
  return new Promise<string | null>((resolve) => {
    const dialog = document.createElement("dialog");
    dialog.className = "dialog ask";
    const form = document.createElement("form");
    form.method = "dialog";
    form.className = "stack";
    const label = document.createElement("label");
    const field = document.createElement(question.long ? "textarea" : "input");
    field.className = "field";
    field.value = question.value;
    label.append(question.label, field);
    const refusal = document.createElement("p");
    refusal.className = "refusal";
    refusal.setAttribute("role", "alert");
    const buttons = document.createElement("div");
    buttons.className = "dialog-actions";
    let answer: string | null = null;
    const button = (text: string, type: "submit" | "button", then: () => void) => {
      const made = document.createElement("button");
      made.type = type;
      made.className = type === "submit" ? "button" : "button button--quiet";
      made.textContent = text;
      made.addEventListener("click", then);
      buttons.append(made);
    };
    button(words.save, "submit", () => {});
    if (question.value !== "") {
      button(words.remove, "button", () => {
        answer = "";
        dialog.close();
      });
    }
    button(words.cancel, "button", () => dialog.close());
    form.addEventListener("submit", (event) => {
      const given = field.value.trim();
      const refused = given === "" ? null : (question.refuse?.(given) ?? null);
      if (refused === null) {
        answer = given;
        return;
      }
      event.preventDefault();
      refusal.textContent = refused;
      field.setAttribute("aria-invalid", "true");
      field.focus();
    });
    dialog.addEventListener("close", () => {
      dialog.remove();
      resolve(answer);
    });
    const title = document.createElement("h2");
    title.textContent = question.title;
    dialog.setAttribute("aria-label", question.title);
    form.append(title, label, refusal, buttons);
    dialog.append(form);
    (near.closest("main") ?? document.body).append(dialog);
    dialog.showModal();
    field.focus();
  });
}
