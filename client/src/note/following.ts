// Following somebody: the page goes where they write, until one types or scrolls oneself.

import { html, nothing, render } from "lit-html";
import { CARETS_DRAWN } from "../editor/carets";
import type { Words } from "../i18n";
import { icon } from "./icons";

export interface Followed {
  id: string;
  name: string;
}

export interface FollowOptions {
  panes: HTMLElement;
  words: Words;
  /** Shows a pane that may be hidden, as on a phone. */
  show(pane: string): void;
  /** Who is followed has changed. */
  changed(): void;
}

export class Following {
  private person: Followed | null = null;
  private readonly pill = document.createElement("div");

  constructor(private readonly options: FollowOptions) {
    this.pill.className = "follow-pill";
    this.pill.setAttribute("role", "status");
    document.body.append(this.pill);
    const stop = () => this.follow(null);
    for (const kind of ["wheel", "touchmove"] as const) {
      window.addEventListener(kind, stop, { passive: true });
    }
    window.addEventListener("keydown", (event) => {
      if (this.person === null || ["Shift", "Control", "Alt", "Meta"].includes(event.key)) return;
      stop();
    });
    options.panes.addEventListener(CARETS_DRAWN, () => this.go());
  }

  get followed(): string | null {
    return this.person?.id ?? null;
  }

  /** Follows a person, or nobody any more. */
  follow(person: Followed | null): void {
    if (person === null && this.person === null) return;
    this.person = person;
    const t = this.options.words.follow;
    render(
      person === null
        ? nothing
        : html`<span>${t.following(person.name)}</span>
            <button type="button" class="tool" aria-label=${t.stop} title=${t.stop}
              @click=${() => this.follow(null)}>${icon("close")}</button>`,
      this.pill,
    );
    this.options.changed();
    this.go();
  }

  private go(): void {
    if (this.person === null) return;
    const { panes, show } = this.options;
    const carets = [...panes.querySelectorAll<HTMLElement>(".caret")];
    const caret = carets.find(({ dataset }) => dataset["person"] === this.person?.id);
    if (caret === undefined) return;
    const pane = caret.closest<HTMLElement>("[data-pane]")?.dataset["pane"];
    if (pane !== undefined) show(pane);
    caret.scrollIntoView({ block: "center" });
  }
}
