// How many of this page's edits the server has not made durable yet (U1). Pure.
//
// The provider counts messages: it starts at 1 with every connection, for its greeting, and goes
// down by one for each "saved". So during a greeting its count says nothing about edits, and what
// was typed before stays counted until everything is saved.

export class Unsaved {
  private edits = 0;
  private provider = 0;
  private greeting = true;
  /** Edits of which somebody decided: durable, and the provider counts them until it is told. */
  private decidedOn = 0;

  /** Somebody typed here. */
  edited(): void {
    this.edits += 1;
  }

  /** A connection opened: the provider begins to count anew. */
  greets(): void {
    this.greeting = true;
  }

  /** The provider's count changed. */
  counted(count: number): void {
    if (count === 0) {
      this.edits = 0;
      this.decidedOn = 0;
      this.greeting = false;
    } else if (!this.greeting && count < this.provider) {
      const known = Math.min(this.decidedOn, this.provider - count);
      this.decidedOn -= known;
      this.edits = Math.max(0, this.edits - (this.provider - count - known));
    }
    this.provider = count;
  }

  /** What had come too late was decided, but for so many edits that are still kept aside. */
  decided(held: number): void {
    const left = Math.min(this.edits, held);
    this.decidedOn += this.edits - left;
    this.edits = left;
  }

  get count(): number {
    return this.edits;
  }

  /** Everything that this page knows of is durable. */
  get isSaved(): boolean {
    return !this.greeting && this.edits === 0;
  }
}
