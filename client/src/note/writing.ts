// Writing and nothing else: the text fills the screen, until Escape or the same button ends it.

const MODE = "writing-only";

export function isWritingOnly(): boolean {
  return document.body.classList.contains(MODE);
}

/** Turns it on or off. Where a browser gives no page the whole screen, the page alone is cleared. */
export function toggleWritingOnly(changed: () => void): void {
  const on = !isWritingOnly();
  document.body.classList.toggle(MODE, on);
  changed();
  if (!on && document.fullscreenElement) void document.exitFullscreen();
  if (on) document.documentElement.requestFullscreen?.().catch(() => {});
}

/** The browser's own way out of the whole screen is a way out of this, too. */
export function followFullscreen(changed: () => void): void {
  document.addEventListener("fullscreenchange", () => {
    if (document.fullscreenElement !== null) return;
    document.body.classList.remove(MODE);
    changed();
  });
}
