// The toolbar of the pane in use: one row, one stop of Tab, arrows inside (ARIA's toolbar pattern).

import { html, type TemplateResult } from "lit-html";
import type { Kind, MarkName, PaneEditor } from "../editor";
import type { Words } from "../i18n";
import { type IconName, icon } from "./icons";

interface Tool {
  icon: IconName;
  name: string;
  keys?: string;
  pressed?: boolean;
  disabled?: boolean;
  run(): void;
}

const STYLES: readonly (Kind | "paragraph")[] = ["paragraph", "h1", "h2", "h3", "h4", "code"];

export function toolbar(editor: PaneEditor, words: Words): TemplateResult {
  const { commands } = editor;
  const state = editor.state();
  const t = words.toolbar;
  const mark = (name: MarkName, label: string, keys: string, run: () => void): Tool => ({
    icon: name as IconName,
    name: label,
    keys,
    pressed: state.marks.has(name),
    run,
  });
  const line = (kind: Kind, name: IconName, label: string): Tool => ({
    icon: name,
    name: label,
    pressed: state.kind === kind,
    run: () => commands.setKind(kind),
  });
  const groups: Tool[][] = [
    [
      mark("bold", t.bold, "Control+B", () => commands.toggleBold()),
      mark("italic", t.italic, "Control+I", () => commands.toggleItalic()),
      mark("strike", t.strike, "", () => commands.toggleStrike()),
      mark("link", t.link, "Control+K", () => commands.setLink()),
    ],
    [
      line("bullet", "bullet", t.bullet),
      line("ordered", "ordered", t.ordered),
      line("task", "task", t.task),
      { icon: "quote", name: t.quote, pressed: state.quote, run: () => commands.toggleQuote() },
    ],
    [
      {
        icon: "outdent",
        name: t.outdent,
        disabled: state.indent === 0,
        run: () => commands.outdent(),
      },
      { icon: "indent", name: t.indent, run: () => commands.indent() },
    ],
    [
      { icon: "footnote", name: t.footnote, run: () => commands.insertFootnote() },
      { icon: "table", name: t.table, run: () => commands.insertTable() },
    ],
    [
      {
        icon: "undo",
        name: t.undo,
        keys: "Control+Z",
        disabled: !state.canUndo,
        run: () => commands.undo(),
      },
      {
        icon: "redo",
        name: t.redo,
        keys: "Control+Y",
        disabled: !state.canRedo,
        run: () => commands.redo(),
      },
    ],
  ];
  const style = state.kind !== null && STYLES.includes(state.kind) ? state.kind : "paragraph";
  return html`<div class="toolbar" role="toolbar" aria-label=${t.name} @keydown=${walk} @focusin=${hold}>
    <select
      class="toolbar-style"
      aria-label=${t.style}
      title=${t.style}
      ?disabled=${!state.editable}
      .value=${style}
      @change=${(event: Event) => {
        const chosen = (event.target as HTMLSelectElement).value;
        commands.setKind(chosen === "paragraph" ? null : (chosen as Kind));
      }}
    >
      ${STYLES.map(
        (kind) =>
          html`<option value=${kind} ?selected=${kind === style}>${styleName(kind, words)}</option>`,
      )}
    </select>
    ${groups.map(
      (tools) =>
        html`<span class="toolbar-group">${tools.map((tool) => button(tool, state.editable))}</span>`,
    )}
  </div>`;
}

function button(tool: Tool, editable: boolean): TemplateResult {
  return html`<button
    type="button"
    class="tool"
    tabindex="-1"
    aria-label=${tool.name}
    title=${tool.name}
    aria-keyshortcuts=${tool.keys ?? ""}
    aria-pressed=${tool.pressed === undefined ? "false" : String(tool.pressed)}
    aria-disabled=${String(!editable || Boolean(tool.disabled))}
    @mousedown=${(event: Event) => event.preventDefault()}
    @click=${() => {
      if (editable && !tool.disabled) tool.run();
    }}
  >
    ${icon(tool.icon)}
  </button>`;
}

function styleName(kind: Kind | "paragraph", words: Words): string {
  if (kind === "paragraph") return words.toolbar.paragraph;
  if (kind === "code") return words.toolbar.code;
  return words.toolbar.heading(Number(kind.slice(1)));
}

/** Arrows, Home and End move between the tools. */
function walk(event: KeyboardEvent): void {
  const bar = event.currentTarget as HTMLElement;
  const tools = [...bar.querySelectorAll<HTMLElement>("select, button")];
  const at = tools.indexOf(document.activeElement as HTMLElement);
  const last = tools.length - 1;
  const target = {
    ArrowRight: at === last ? 0 : at + 1,
    ArrowLeft: at <= 0 ? last : at - 1,
    Home: 0,
    End: last,
  }[event.key];
  if (target === undefined || at < 0) return;
  event.preventDefault();
  tools[target]?.focus();
}

/** The tool that has the focus is the one that Tab comes back to. */
function hold(event: FocusEvent): void {
  const bar = event.currentTarget as HTMLElement;
  for (const tool of bar.querySelectorAll<HTMLElement>("select, button")) {
    tool.tabIndex = tool === event.target ? 0 : -1;
  }
}
