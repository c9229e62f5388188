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
