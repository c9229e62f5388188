// The dialogs of the board: each is drawn anew whenever what it shows has changed.

import { html, nothing, render, type TemplateResult } from "lit-html";
import type { BoardWords } from "../i18n/board";

export class Panel {
  private readonly dialog = document.createElement("dialog");

  /** `draw` makes what it shows; it is open until it is closed, by a person or by `close`. */
  constructor(
    private readonly id: string,
    private readonly draw: () => TemplateResult,
    closed: () => void = () => {},
  ) {
    this.dialog.className = "dialog dialog--wide board-dialog";
    this.dialog.setAttribute("aria-labelledby", id);
    this.dialog.addEventListener(
      "close",
      () => {
        this.dialog.remove();
        closed();
      },
      { once: true },
    );
    document.body.append(this.dialog);
    this.redraw();
    this.dialog.showModal();
  }

  redraw(): void {
    render(this.draw(), this.dialog);
  }

  close(): void {
    this.dialog.close();
  }

  /** After what had the focus was replaced: a keyboard goes on from the top. */
  toTop(): void {
    this.dialog.querySelector<HTMLElement>(`#${this.id}`)?.focus();
  }
}

/** The title of a panel, which may get the focus when what was below it is replaced. */
export function heading(id: string, text: string): TemplateResult {
  return html`<h2 id=${id} tabindex="-1">${text}</h2>`;
}

export function closing(words: BoardWords): TemplateResult {
  return html`<form method="dialog" class="dialog-actions"><button class="button">${words.close}</button></form>`;
}

export function alerting(message: string): TemplateResult {
  return html`<p class="refusal" role="alert">${message === "" ? nothing : message}</p>`;
}
