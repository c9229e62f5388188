// Moving with a mouse, a pen or a finger: what is held goes to where the pointer is let go.
// The rows stay as they are meanwhile; a line shows where it would go.

export interface Rows {
  /** The rows that something may be put in front of, and the ends of lists, from top to bottom. */
  targets(): HTMLElement[];
  /** Show where it would go; null for nowhere. */
  hover(target: HTMLElement | null): void;
  drop(target: HTMLElement): void;
}

const SLACK_PX = 6;
/** So near to an edge of the window the page scrolls along. */
const EDGE_PX = 56;
const SCROLL_PX = 14;

/** Begins where a pointer goes down on a grip; a mere click is left to the grip itself. */
export function drag(event: PointerEvent, rows: Rows): void {
  if (event.button !== 0 || !event.isPrimary) return;
  const { clientX, clientY, pointerId } = event;
  let isMoving = false;
  let target: HTMLElement | null = null;
  const move = (moved: PointerEvent) => {
    if (moved.pointerId !== pointerId) return;
    const far = Math.hypot(moved.clientX - clientX, moved.clientY - clientY);
    if (!isMoving && far < SLACK_PX) return;
    isMoving = true;
    if (moved.clientY < EDGE_PX) scrollBy(0, -SCROLL_PX);
    else if (moved.clientY > innerHeight - EDGE_PX) scrollBy(0, SCROLL_PX);
    target = at(rows.targets(), moved.clientY);
    rows.hover(target);
  };
  const end = (ended: Event) => {
    if (ended instanceof PointerEvent && ended.pointerId !== pointerId) return;
    if (ended instanceof KeyboardEvent && ended.key !== "Escape") return;
    for (const [kind, listener] of listeners) removeEventListener(kind, listener, true);
    if (!isMoving) return;
    rows.hover(null);
    // What follows is the end of the drag, and no click on whatever is there now.
    addEventListener("click", swallow, { capture: true, once: true });
    setTimeout(() => removeEventListener("click", swallow, true));
    if (ended.type === "pointerup" && target !== null) rows.drop(target);
  };
  const listeners: [string, EventListener][] = [
    ["pointermove", move as EventListener],
    ["pointerup", end],
    ["pointercancel", end],
    ["keydown", end],
  ];
  for (const [kind, listener] of listeners) addEventListener(kind, listener, true);
}

function swallow(event: Event): void {
  event.preventDefault();
  event.stopPropagation();
}

/** The first row whose middle is below the pointer; the last one below everything. */
function at(targets: HTMLElement[], y: number): HTMLElement | null {
  for (const target of targets) {
    const box = target.getBoundingClientRect();
    if (y < box.top + box.height / 2) return target;
  }
  return targets[targets.length - 1] ?? null;
}
