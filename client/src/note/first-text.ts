// The note's text as the server put it into the page: it is read while the editor has nothing yet,
// and makes room for the editor without moving.

export class FirstText {
  private element = document.getElementById("first");

  /** `panes` are the editor's: they stay out of sight until there is something in them. */
  constructor(private readonly panes: HTMLElement) {
    panes.hidden = this.element !== null;
  }

  /** What to put on the page where the text stands. */
  get elements(): HTMLElement[] {
    return this.element === null ? [this.panes] : [this.element, this.panes];
  }

  choose(pane: string): void {
    if (this.element !== null) this.element.dataset["active"] = pane;
  }

  /** The editor has the note. */
  giveWay(): void {
    this.element?.remove();
    this.element = null;
    this.panes.hidden = false;
  }
}
