// A table's columns stand under each other. A row is a line of text, and an embed divides its cells;
// here each embed is moved to where its column ends. A table that is wider than its pane scrolls in
// itself, all rows together; only where it is much wider do the cells of a row follow each other.
// It is drawn only: the document knows nothing of it.

import type { Node } from "prosemirror-model";
import { Plugin, PluginKey } from "prosemirror-state";
import { Decoration, DecorationSet, type EditorView } from "prosemirror-view";
import { readPlace } from "./placing";
import { schema } from "./schema";

/** Differences below this, in pixels, are not worth drawing again. */
const NEGLIGIBLE = 0.5;
/** So many times its pane a table may be wide: to scroll further than that is not reading. */
const MOST_ROOMS = 4;
/** So many pixels does an arrow move a table that is only read. */
const STEP = 40;

interface Cell {
  position: number;
  /** How far it is moved now. */
  moved: number;
  /** From the end of the cell before, were it not moved. */
  width: number;
}

interface Row {
  element: HTMLElement;
  from: number;
  to: number;
  cells: Cell[];
  /** From the last embed to the end of the text. */
  rest: number;
  /** Where there is room for it all. */
  room: number;
  wraps: boolean;
}

const key = new PluginKey<DecorationSet>("columns");

function measure(view: EditorView, line: Node, position: number): Row | null {
  const element = view.nodeDOM(position);
  if (!(element instanceof HTMLElement)) return null;
  const positions: number[] = [];
  line.forEach((child, offset) => {
    if (child.type === schema.nodes.cell) positions.push(position + 1 + offset);
  });
  const style = getComputedStyle(element);
  const box = element.getBoundingClientRect();
  const inset = parseFloat(style.borderLeftWidth) + parseFloat(style.paddingLeft);
  const start = box.left + inset - element.scrollLeft;
  const all = document.createRange();
  all.selectNodeContents(element);
  const drawn = [...all.getClientRects()].filter(({ height }) => height > 0);
  const first = drawn[0];
  let edge = start;
  const cells = [...element.querySelectorAll<HTMLElement>(".cell")].map((cell, index) => {
    const { left, right } = cell.getBoundingClientRect();
    const moved = parseFloat(cell.style.getPropertyValue("--moved")) || 0;
    const width = left - edge - moved;
    edge = right;
    return { position: positions[index] ?? 0, moved, width };
  });
  return {
    element,
    from: position,
    to: position + line.nodeSize,
    cells,
    rest: Math.max(0, ...drawn.map(({ right }) => right - edge)),
    room: box.width - 2 * inset,
    wraps: first !== undefined && drawn.some(({ top }) => top >= first.bottom),
  };
}

/** How the rows of one table are drawn. */
interface Layout {
  flows: boolean;
  /** How far each cell is to be moved, by its position. */
  moves: Map<number, number>;
  /** What each row lacks to be as wide as the widest, so that all of them scroll as far. */
  lacks: number[];
}

function align(rows: readonly Row[]): Layout {
  const count = Math.max(...rows.map(({ cells }) => cells.length));
  const widths = Array.from({ length: count }, (_, column) =>
    Math.max(...rows.map(({ cells }) => cells[column]?.width ?? 0)),
  );
  const totals = rows.map((row) =>
    widths.slice(0, row.cells.length).reduce((sum, width) => sum + width, row.rest),
  );
  const widest = Math.max(...totals);
  const room = Math.min(...rows.map((row) => row.room));
  const flows = rows.some(({ wraps }) => wraps) || widest > room * MOST_ROOMS;
  const moves = new Map<number, number>();
  for (const { cells } of rows) {
    for (const [column, cell] of cells.entries()) {
      moves.set(cell.position, flows ? 0 : (widths[column] ?? 0) - cell.width);
    }
  }
  const lacks = totals.map((total) => (flows || widest <= room ? 0 : Math.ceil(widest - total)));
  return { flows, moves, lacks };
}

/** The rows of each table of the document, measured as they stand. */
function tables(view: EditorView): Row[][] {
  const found: Row[][] = [];
  let inTable = false;
  view.state.doc.forEach((line, position) => {
    const row = line.attrs["kind"] === "row" ? measure(view, line, position) : null;
    if (row !== null) {
      if (!inTable) found.push([]);
      found[found.length - 1]?.push(row);
    }
    inTable = row !== null;
  });
  return found;
}

function draw(view: EditorView): void {
  const decorations: Decoration[] = [];
  let changed = false;
  // Rows whose cells follow each other are measured as if they did not.
  view.dom.classList.add("measuring");
  const measured = tables(view);
  view.dom.classList.remove("measuring");
  for (const rows of measured) {
    const { flows, moves, lacks } = align(rows);
    for (const [index, row] of rows.entries()) {
      const lack = lacks[index] ?? 0;
      const before = parseFloat(row.element.style.getPropertyValue("--lack")) || 0;
      changed ||= row.element.classList.contains("flowing") !== flows || before !== lack;
      const attributes = flows ? { class: "flowing" } : { style: `--lack: ${lack}px` };
      if (flows || lack > 0) decorations.push(Decoration.node(row.from, row.to, attributes));
      for (const { position, moved } of row.cells) {
        const wanted = moves.get(position) ?? 0;
        const kept = Math.abs(wanted - moved) < NEGLIGIBLE ? moved : wanted;
        changed ||= kept !== moved;
        if (kept === 0) continue;
        const style = `--moved: ${kept}px`;
        decorations.push(Decoration.node(position, position + 1, { style }));
      }
    }
  }
  if (!changed) return;
  readPlace(view);
  const set = DecorationSet.create(view.state.doc, decorations);
  view.dispatch(view.state.tr.setMeta(key, set));
}

/**
 * Types in a row by a transaction. Beside an embed that was moved, Chromium would put what is typed
 * into an element with a style of its own, which the policy of the page forbids.
 */
function typeInRow(view: EditorView, event: InputEvent): boolean {
  const { $from, $to, from, to } = view.state.selection;
  const { data, inputType } = event;
  if (inputType !== "insertText" || !data || event.isComposing || !view.editable) return false;
  if ($from.parent.attrs["kind"] !== "row" || !$from.sameParent($to)) return false;
  event.preventDefault();
  const insert = () => view.state.tr.insertText(data, from, to);
  if (!view.someProp("handleTextInput", (rule) => rule(view, from, to, data, insert))) {
    view.dispatch(insert().scrollIntoView());
  }
  return true;
}

/** The rows of a table scroll together. */
function together(event: Event): void {
  const row = event.target;
  if (!(row instanceof HTMLElement) || row.dataset["kind"] !== "row") return;
  const side = (next: (from: Element) => Element | null) => {
    for (let other = next(row); other instanceof HTMLElement; other = next(other)) {
      if (other.dataset["kind"] !== "row") return;
      other.scrollLeft = row.scrollLeft;
    }
  };
  side((from) => from.nextElementSibling);
  side((from) => from.previousElementSibling);
}

/** Where nobody writes no caret brings a wide table into sight: the arrows move it. */
function scrollByKey(view: EditorView, event: KeyboardEvent): boolean {
  const by = { ArrowLeft: -STEP, ArrowRight: STEP }[event.key];
  if (view.editable || by === undefined) return false;
  const rows = view.dom.querySelectorAll<HTMLElement>('.line[data-kind="row"]');
  for (const row of rows) row.scrollLeft += by;
  return false;
}

export function columns(): Plugin {
  return new Plugin<DecorationSet>({
    key,
    state: {
      init: () => DecorationSet.empty,
      apply: (tr, value) =>
        (tr.getMeta(key) as DecorationSet | undefined) ?? value.map(tr.mapping, tr.doc),
    },
    props: {
      decorations: (state) => key.getState(state),
      handleDOMEvents: { beforeinput: typeInRow, keydown: scrollByKey },
    },
    view(view) {
      let frame: number | null = null;
      const soon = () => {
        frame ??= window.requestAnimationFrame(() => {
          frame = null;
          // A word in composition is left alone; the end of it is a change, too.
          if (!view.isDestroyed && !view.composing) draw(view);
        });
      };
      const sizes = new ResizeObserver(soon);
      sizes.observe(view.dom);
      view.dom.addEventListener("scroll", together, { capture: true, passive: true });
      return {
        update(_view, before) {
          if (before.doc !== view.state.doc) soon();
        },
        destroy() {
          sizes.disconnect();
          view.dom.removeEventListener("scroll", together, { capture: true });
          if (frame !== null) window.cancelAnimationFrame(frame);
        },
      };
    },
  });
}
