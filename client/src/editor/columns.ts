// A table's columns stand under each other. A row is a line of text, and an embed divides its cells;
// here each embed is moved to where its column ends. It is drawn only: the document knows nothing
// of it, and where a row does not fit on one line, as on a phone, its cells follow each other.

import type { Node } from "prosemirror-model";
import { Plugin, PluginKey } from "prosemirror-state";
import { Decoration, DecorationSet, type EditorView } from "prosemirror-view";
import { schema } from "./schema";

/** Differences below this, in pixels, are not worth drawing again. */
const NEGLIGIBLE = 0.5;

interface Cell {
  position: number;
  /** How far it is moved now. */
  moved: number;
  /** From the end of the cell before, were it not moved. */
  width: number;
}

interface Row {
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
  const start = box.left + parseFloat(style.borderLeftWidth) + parseFloat(style.paddingLeft);
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
    cells,
    rest: Math.max(0, ...drawn.map(({ right }) => right - edge)),
    room: box.right - parseFloat(style.paddingRight) - start,
    wraps: first !== undefined && drawn.some(({ top }) => top >= first.bottom),
  };
}

/** Where the cells of one table belong: how far each is to be moved. */
function align(rows: readonly Row[]): Map<number, number> {
  const count = Math.max(...rows.map(({ cells }) => cells.length));
  const widths = Array.from({ length: count }, (_, column) =>
    Math.max(...rows.map(({ cells }) => cells[column]?.width ?? 0)),
  );
  const total = (row: Row) =>
    widths.slice(0, row.cells.length).reduce((sum, width) => sum + width, row.rest);
  const fits = rows.every((row) => !row.wraps && total(row) <= row.room);
  const moves = new Map<number, number>();
  for (const { cells } of rows) {
    for (const [column, cell] of cells.entries()) {
      moves.set(cell.position, fits ? (widths[column] ?? 0) - cell.width : 0);
    }
  }
  return moves;
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
  for (const rows of tables(view)) {
    const moves = align(rows);
    for (const { position, moved } of rows.flatMap(({ cells }) => cells)) {
      const wanted = moves.get(position) ?? 0;
      const kept = Math.abs(wanted - moved) < NEGLIGIBLE ? moved : wanted;
      changed ||= kept !== moved;
      if (kept === 0) continue;
      decorations.push(Decoration.node(position, position + 1, { style: `--moved: ${kept}px` }));
    }
  }
  if (!changed) return;
  const set = DecorationSet.create(view.state.doc, decorations);
  view.dispatch(view.state.tr.setMeta(key, set));
}

export function columns(): Plugin {
  return new Plugin<DecorationSet>({
    key,
    state: {
      init: () => DecorationSet.empty,
      apply: (tr, value) =>
        (tr.getMeta(key) as DecorationSet | undefined) ?? value.map(tr.mapping, tr.doc),
    },
    props: { decorations: (state) => key.getState(state) },
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
      return {
        update(_view, before) {
          if (before.doc !== view.state.doc) soon();
        },
        destroy() {
          sizes.disconnect();
          if (frame !== null) window.cancelAnimationFrame(frame);
        },
      };
    },
  });
}
