// The programme to read comes from the server; where it says something else now, it is put in place
// as the server writes it. Where somebody is with the keyboard, they stay.

import type { DayNow } from "./live";

const PARTS = ["day-heading", "programme"];

export class Programme {
  private asking = false;

  /** `shown` is the version that the page came with. */
  constructor(private shown: string) {}

  /** Whether the page shows this day's programme; what is not shown yet comes soon. */
  async follow(day: DayNow): Promise<boolean> {
    if (day.programme === this.shown) return true;
    if (this.asking) return false;
    this.asking = true;
    try {
      const answer = await fetch(location.pathname, { cache: "no-store" });
      if (!answer.ok) return false;
      const page = new DOMParser().parseFromString(await answer.text(), "text/html");
      const data = JSON.parse(page.getElementById("data")?.textContent ?? "{}");
      const focused = document.activeElement?.id ?? "";
      for (const id of PARTS) {
        const fresh = page.getElementById(id);
        const there = document.getElementById(id);
        if (fresh === null || there === null) continue;
        there.replaceChildren(...document.importNode(fresh, true).childNodes);
      }
      this.shown = String(data.programme);
      document.title = page.title;
      if (focused !== "" && document.activeElement === document.body) {
        document.getElementById(focused)?.focus({ preventScroll: true });
      }
      return true;
    } catch {
      return false; // the next time will do
    } finally {
      this.asking = false;
    }
  }
}
