// The bar that stays at the top must never cover what has the focus (WCAG 2.2, 2.4.11).

import type { EditorView } from "prosemirror-view";

const MARGIN = 12;

/** Tells the page's styles and the editors how high the bar is, now and whenever that changes. */
export function keepClearOf(bar: HTMLElement, views: readonly EditorView[]): void {
  const measure = () => {
    const height = Math.ceil(bar.getBoundingClientRect().height);
    document.documentElement.style.setProperty("--bar-height", `${height}px`);
    const room = { top: height + MARGIN, right: 0, bottom: MARGIN, left: 0 };
    for (const view of views) view.setProps({ scrollThreshold: room, scrollMargin: room });
  };
  new ResizeObserver(measure).observe(bar);
}

/**
 * Draws what stands above `text` without moving it on the screen: where the drawing makes room or
 * takes it, the page is scrolled by as much. A lock falls while people read and write (U3).
 */
export function withoutMoving(text: HTMLElement, draw: () => void): void {
  const before = text.getBoundingClientRect().top;
  draw();
  const moved = text.getBoundingClientRect().top - before;
  if (moved !== 0) window.scrollBy({ top: moved, behavior: "instant" });
}
