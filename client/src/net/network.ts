// What stands in the way when no connection comes about: the server, the network, or a network that
// lets pages through and no WebSockets, as some hotels, schools and offices have it.

/** The server says at this address that it runs, to anybody. */
const HEALTH = "/health/live";
const ANSWER_MS = 5_000;
/** One lost connection says nothing; the server may just have been started again. */
const FAILURES = 2;

/** Counts vain attempts, and asks why where there were several. */
export class Network {
  private failures = 0;
  private asking = false;

  /** `found` is told whether pages come through although the connection does not. */
  constructor(private readonly found: (blocked: boolean) => void) {}

  connected(): void {
    this.failures = 0;
    this.found(false);
  }

  /** An attempt ended, or hangs: `hangs` counts as enough of them. */
  failed({ hangs = false } = {}): void {
    this.failures = hangs ? FAILURES : this.failures + 1;
    if (this.failures >= FAILURES) void this.ask();
  }

  private async ask(): Promise<void> {
    // A device that knows itself offline need not be asked.
    if (this.asking || !navigator.onLine) return;
    this.asking = true;
    let answers = false;
    const giveUp = new AbortController();
    const timer = setTimeout(() => giveUp.abort(), ANSWER_MS);
    try {
      answers = (await fetch(HEALTH, { cache: "no-store", signal: giveUp.signal })).ok;
    } catch {
      // Then nothing comes through: that is no blocked connection, but none.
    } finally {
      clearTimeout(timer);
      this.asking = false;
    }
    if (this.failures >= FAILURES) this.found(answers);
  }
}
