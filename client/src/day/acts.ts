// What an organiser has done since they began to edit: to be taken back and done again, act by act.

import type { DayNow } from "./live";
import { type Refusal, send, type Undo } from "./requests";

/** Acts that can still be taken back; who wants more to be gone looks at the programme instead. */
export const MOST_ACTS = 100;

export interface Act {
  /** The requests that reverse it, in their order. */
  reverse: Undo[];
  /** Those that do again what of it is reversed already. */
  again: Undo[];
  /** What was said of it when it was done. */
  said: string;
}

export type Reversed = { said: string; refused: null } | { said: ""; refused: Refusal };

export class Acts {
  private done: Act[] = [];
  private undone: Act[] = [];
  private isAsking = false;

  constructor(private readonly take: (day: DayNow) => void) {}

  get canUndo(): boolean {
    return this.done.length > 0;
  }

  get canRedo(): boolean {
    return this.undone.length > 0;
  }

  did(reverse: Undo[], said: string): void {
    this.done = [...this.done, { reverse, again: [], said }].slice(-MOST_ACTS);
    this.undone = [];
  }

  forget(): void {
    this.done = [];
    this.undone = [];
  }

  /** Reverses the last act that stands. Null where there is none, or one is being reversed. */
  undo(): Promise<Reversed | null> {
    return this.reverse(this.done, this.undone);
  }

  /** Does the last act again that was taken back. Null as above. */
  redo(): Promise<Reversed | null> {
    return this.reverse(this.undone, this.done);
  }

  private async reverse(from: Act[], to: Act[]): Promise<Reversed | null> {
    const act = this.isAsking ? undefined : from.pop();
    if (act === undefined) return null;
    this.isAsking = true;
    try {
      const again = [...act.again];
      for (const [index, { method, path, body }] of act.reverse.entries()) {
        const { done, refused } = await send(method, path, body);
        if (refused === null) {
          again.unshift(done.undo);
          this.take(done.day);
          continue;
        }
        // Nobody answered: it can be tried again. Else somebody has touched it since, and what is
        // left of this act is not to be had back in one step.
        if (refused.status === 0) from.push({ ...act, reverse: act.reverse.slice(index), again });
        else if (again.length > 0) to.push({ reverse: again, again: [], said: act.said });
        return { said: "", refused };
      }
      to.push({ reverse: again, again: [], said: act.said });
      return { said: act.said, refused: null };
    } finally {
      this.isAsking = false;
    }
  }
}
