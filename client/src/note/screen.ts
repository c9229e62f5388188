// What the large screens have in common: size of the text, light or dark, full screen.

const STEPS = [0.7, 0.8, 0.9, 1, 1.15, 1.3, 1.5, 1.75, 2, 2.4] as const;
const USUAL = 3;
const KEY = "calepin/screen";

interface Kept {
  step: number;
  dark: boolean | null;
  /** Keys of one letter can be switched off: who speaks to their computer sets them off unasked. */
  keys: boolean;
}

function recall(): Kept {
  try {
    const kept = JSON.parse(localStorage.getItem(KEY) ?? "{}") as Partial<Kept>;
    const step = Number.isInteger(kept.step) ? (kept.step as number) : USUAL;
    return {
      step: Math.max(0, Math.min(STEPS.length - 1, step)),
      dark: typeof kept.dark === "boolean" ? kept.dark : null,
      keys: kept.keys !== false,
    };
  } catch {
    return { step: USUAL, dark: null, keys: true };
  }
}

/** A page that is shown on a wall. What was chosen stays chosen on this device. */
export class Screen {
  private readonly kept = recall();

  constructor() {
    this.apply();
  }

  resize(by: 1 | -1): void {
    this.kept.step = Math.max(0, Math.min(STEPS.length - 1, this.kept.step + by));
    this.apply();
  }

  toggleTheme(): void {
    const dark = this.kept.dark ?? matchMedia("(prefers-color-scheme: dark)").matches;
    this.kept.dark = !dark;
    this.apply();
  }

  get hearsKeys(): boolean {
    return this.kept.keys;
  }

  toggleKeys(): void {
    this.kept.keys = !this.kept.keys;
    this.apply();
  }

  /** Calls what belongs to a key, unless it is pressed together with others. */
  onKeys(calls: Record<string, () => void>): void {
    document.addEventListener("keydown", (event) => {
      if (event.ctrlKey || event.metaKey || event.altKey || !this.kept.keys) return;
      const onControl = (event.target as Element).closest("button, a, input, select");
      if (onControl && event.key === " ") return;
      const call = calls[event.key.length === 1 ? event.key.toLowerCase() : event.key];
      if (call === undefined) return;
      event.preventDefault();
      call();
    });
  }

  toggleFullscreen(): void {
    if (document.fullscreenElement) void document.exitFullscreen();
    else void document.documentElement.requestFullscreen?.().catch(() => undefined);
  }

  private apply(): void {
    const root = document.documentElement;
    root.style.setProperty("--scale", String(STEPS[this.kept.step]));
    if (this.kept.dark === null) delete root.dataset["theme"];
    else root.dataset["theme"] = this.kept.dark ? "dark" : "light";
    try {
      localStorage.setItem(KEY, JSON.stringify(this.kept));
    } catch {
      // A browser that keeps nothing shows the same all the same.
    }
  }
}
