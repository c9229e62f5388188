// How the import of a programme looks: a file, what of it differs, and whether it is brought in.

import { html, nothing, type TemplateResult } from "lit-html";
import { differencesView } from "./differences-view";
import type { Importing } from "./importing";

export function importView(importing: Importing): TemplateResult {
  const { differences, problem } = importing;
  const t = importing.words.importing;
  // No list of endings: phones offer no file of a kind that they do not know, and the server looks
  // at what is in it.
  return html`<form novalidate @submit=${(event: Event) => {
    event.preventDefault();
    void (canApply(importing) ? importing.apply() : importing.compare());
  }}>
    <h2 id="import-title">${t.title}</h2>
    <p>${t.explain}</p>
    <div class="form-line">
      <label for="import-file">${t.file}</label>
      <input class="field" type="file" id="import-file" autofocus aria-describedby="import-accepted"
        ?disabled=${importing.busy === "applying"}
        @click=${(event: Event) => {
          // A browser says nothing when the same file is chosen again, and it may be mended by now.
          (event.target as HTMLInputElement).value = "";
        }}
        @cancel=${() => importing.forget()}
        @change=${(event: Event) => importing.choose((event.target as HTMLInputElement).files?.[0])} />
      <p class="quiet hint" id="import-accepted">${t.accepted(importing.mebibytes)}</p>
    </div>
    <div class="import-problem" role="alert">${
      problem &&
      html`<p class="refusal">${problem.lead}</p>
        ${problem.detail === "" ? nothing : html`<p class="quiet">${problem.detail}</p>`}`
    }</div>
    ${importing.dates.length > 0 ? dates(importing) : nothing}
    <p class="import-status" id="import-status" role="status" tabindex="-1">${status(importing)}</p>
    ${differences === null ? nothing : differencesView(importing, differences)}
    ${actions(importing)}
  </form>`;
}

function dates(importing: Importing): TemplateResult {
  const t = importing.words.importing.date;
  return html`<div class="form-line">
    <label for="import-date">${t.label}</label>
    <select class="field" id="import-date" ?disabled=${importing.busy === "applying"} .value=${importing.date}
      @change=${(event: Event) => importing.chooseDate((event.target as HTMLSelectElement).value)}>
      ${importing.dates.map(
        (date) =>
          html`<option value=${date} ?selected=${date === importing.date}>${t.of(date)}</option>`,
      )}
    </select>
  </div>`;
}

/** What is going on, or would: also for those who do not see it. */
function status(importing: Importing): string {
  const t = importing.words.importing;
  if (importing.busy !== null) return t[importing.busy];
  const { counts } = importing;
  if (counts === null) return "";
  return canApply(importing) ? t.would(counts) : t.nothing;
}

function canApply({ counts }: Importing): boolean {
  return counts !== null && Object.values(counts).some((count) => count > 0);
}

function actions(importing: Importing): TemplateResult {
  const { busy, differences, words } = importing;
  const t = words.importing;
  const label = canApply(importing) ? t.apply : t.compare;
  const isDone = differences !== null && !canApply(importing);
  return html`<div class="dialog-actions">
    ${
      isDone && busy === null
        ? nothing
        : html`<button class="button" id="import-do" aria-busy=${String(busy !== null)}
            aria-disabled=${String(busy !== null)}>${busy === null ? label : t[busy]}</button>`
    }
    <button type="button" class="button button--quiet" @click=${() => importing.close()}>${words.close}</button>
  </div>`;
}
