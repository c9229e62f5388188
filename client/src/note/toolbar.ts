// The toolbar of the pane in use: one row, one stop of Tab, arrows inside (ARIA's toolbar pattern).

import { html, nothing, type TemplateResult } from "lit-html";
import type { Kind, PaneEditor } from "../editor";
import type { Words } from "../i18n";
import { icon } from "./icons";
import { ariaKeys, keyName } from "./key-names";
import { type Tool, toolGroups } from "./tools";

const STYLES: readonly (Kind | "paragraph")[] = ["paragraph", "h1", "h2", "h3", "h4", "code"];
/** Seldom wanted, so offered only where a line is one already. */
const DEEP: readonly (Kind | null)[] = ["h5", "h6"];

export function toolbar(editor: PaneEditor, words: Words): TemplateResult {
  const { commands } = editor;
  const state = editor.state();
  const t = words.toolbar;
  const styles = DEEP.includes(state.kind) ? [...STYLES, state.kind as Kind] : STYLES;
  const style = state.kind !== null && styles.includes(state.kind) ? state.kind : "paragraph";
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
      ${styles.map(
        (kind) =>
          html`<option value=${kind} ?selected=${kind === style}>${styleName(kind, words)}</option>`,
      )}
    </select>
    ${toolGroups(editor, words).map(
      (tools) =>
        html`<span class="toolbar-group">${tools.map((tool) => button(tool, state.editable, words))}</span>`,
    )}
  </div>`;
}

function button(tool: Tool, editable: boolean, words: Words): TemplateResult {
  const { name, keys, pressed } = tool;
  return html`<button
    type="button"
    class="tool"
    tabindex="-1"
    aria-label=${name}
    title=${keys === undefined ? name : `${name} (${keyName(keys, words)})`}
    aria-keyshortcuts=${keys === undefined ? nothing : ariaKeys(keys)}
    aria-pressed=${pressed === undefined ? nothing : String(pressed)}
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
  if (kind === "code") return words.toolbar.codeLines;
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
