// What somebody chose for their own eyes, kept on the device. It may be lost; nothing depends on it.

const PLACE = "calepin/view";

export interface Preferences {
  outline: boolean;
  carets: boolean;
  questions: boolean;
  /** Whether a screen reader is told what others do. */
  announcing: boolean;
}

const USUAL: Preferences = { outline: false, carets: true, questions: true, announcing: true };

export function preferences(): Preferences {
  try {
    const kept: unknown = JSON.parse(localStorage.getItem(PLACE) ?? "{}");
    return { ...USUAL, ...(typeof kept === "object" ? kept : {}) };
  } catch {
    return { ...USUAL };
  }
}

export function prefer(part: Partial<Preferences>): void {
  try {
    localStorage.setItem(PLACE, JSON.stringify({ ...preferences(), ...part }));
  } catch {
    // A browser that keeps nothing still shows what was chosen, until the page closes.
  }
}
