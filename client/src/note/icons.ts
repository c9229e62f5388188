import { svg, type TemplateResult } from "lit-html";

// Drawn on a grid of 24, in strokes, so that they take the colour of the text around them.
const PATHS = {
  bold: "M7 5h6a3.5 3.5 0 0 1 0 7H7zM7 12h7a3.5 3.5 0 0 1 0 7H7z",
  italic: "M14 5h-4M14 19h-4M13 5l-3 14M10 5h7M7 19h7",
  strike:
    "M5 12h14M16 7a4 4 0 0 0-4-2c-2.500 0-4 1.300-4 3 0 1.200.700 2 2 2.500M8 16a4.500 4.500 0 0 0 4 3c2.700 0 4-1.300 4-3.200 0-.800-.300-1.400-.700-1.800",
  code: "M8 7l-5 5 5 5M16 7l5 5-5 5",
  link: "M10 14a4 4 0 0 0 6 .500l3-3a4 4 0 0 0-5.700-5.700L12 7M14 10a4 4 0 0 0-6-.500l-3 3a4 4 0 0 0 5.700 5.700L12 17",
  bullet: "M9 6h11M9 12h11M9 18h11M4.500 6h.010M4.500 12h.010M4.500 18h.010",
  ordered:
    "M10 6h10M10 12h10M10 18h10M4 4.500l1.500-.500v4M4 11.500c0-1 2.200-1.100 2.200.300 0 1-2.200 1.600-2.200 2.700h2.300M4 16.800h2.200L5 18.200c1.600 0 1.600 2.300-.100 2.300-.500 0-.900-.200-1.100-.500",
  task: "M4 5h6v6H4zM5.500 8l1.200 1.200L9 6.500M13 8h7M4 14h6v6H4zM13 17h7",
  quote: "M5 6v12M9 8h10M9 12h10M9 16h6",
  footnote: "M5 7h8M9 7v11M16 6l1.500-1v6M14 18h6",
  table: "M4 5h16v14H4zM4 10h16M4 14.500h16M12 5v14",
  rule: "M4 12h16M7 6h10M7 18h10",
  rowAbove: "M4 12h16v8H4zM12 12v8M12 3v6M9 6h6",
  rowBelow: "M4 4h16v8H4zM12 4v8M12 15v6M9 18h6",
  columnBefore: "M12 4h8v16h-8zM12 12h8M3 12h6M6 9v6",
  columnAfter: "M4 4h8v16H4zM4 12h8M15 12h6M18 9v6",
  removeRow: "M4 4h16v8H4zM12 4v8M9 18h6",
  removeColumn: "M4 4h8v16H4zM4 12h8M15 12h6",
  removeTable: "M4 5h16v14H4zM4 10h16M9 12.500l6 4.500M15 12.500l-6 4.500",
  find: "M10.500 4a6.500 6.500 0 1 0 .010 0M15.500 15.500L20 20",
  outline: "M4 6h12M7 11h13M7 16h10M4 11h.010M4 16h.010M4 20h8",
  more: "M4 12a1 1 0 1 0 2 0 1 1 0 1 0-2 0M11 12a1 1 0 1 0 2 0 1 1 0 1 0-2 0M18 12a1 1 0 1 0 2 0 1 1 0 1 0-2 0",
  close: "M6 6l12 12M18 6L6 18",
  grip: "M9 6h.010M9 12h.010M9 18h.010M15 6h.010M15 12h.010M15 18h.010",
  previous: "M6 15l6-6 6 6",
  next: "M6 9l6 6 6-6",
  indent: "M4 5h16M11 10h9M11 14h9M4 19h16M4 9.500l3 2.500-3 2.500",
  outdent: "M4 5h16M11 10h9M11 14h9M4 19h16M7 9.500L4 12l3 2.500",
  undo: "M8 5L4 9l4 4M4 9h10a5.500 5.500 0 0 1 0 11h-3",
  redo: "M16 5l4 4-4 4M20 9H10a5.500 5.500 0 0 0 0 11h3",
  lock: "M6 11h12v9H6zM9 11V8a3 3 0 0 1 6 0v3",
  unlock: "M6 11h12v9H6zM9 11V8a3 3 0 0 1 5.800-1",
  download: "M12 4v11M7 11l5 5 5-5M5 20h14",
  saved: "M5 12.500l4.500 4.500L19 7.500",
  waiting: "M12 7v5l3 2M12 4a8 8 0 1 0 .010 0",
  offline:
    "M4 4l16 16M8.500 8.500A6 6 0 0 0 6 18h11M11 6.200A6 6 0 0 1 17.800 11 3.500 3.500 0 0 1 20 16.500",
} as const;

export type IconName = keyof typeof PATHS;

/** An icon that says nothing to a screen reader: the words stand beside it or name its button. */
export function icon(name: IconName): TemplateResult<2> {
  return svg`<svg class="icon" viewBox="0 0 24 24" aria-hidden="true" focusable="false"><path d=${PATHS[name]} /></svg>`;
}
