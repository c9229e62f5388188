// What a file would make of the programme, in words: one list for each kind of difference.

import { html, nothing, type TemplateResult } from "lit-html";
import type { ProgrammeWords } from "../i18n/programme";
import { type Change, type Differences, differing, type Field } from "./differences";
import { inWords } from "./fields";
import type { Importing } from "./importing";

export function differencesView(
  importing: Importing,
  { sections, items, remarks }: Differences,
): TemplateResult {
  const { words } = importing;
  const t = words.importing;
  const { lists } = t;
  return html`<div class="differences">
    ${list(lists.sectionsAdded, sections.added, ({ title }) => titled(title))}
    ${list(lists.sectionsChanged, seen(sections.changed), (one) => changed(one, words))}
    ${list(lists.sectionsMoved, sections.moved, ({ title }) => titled(title))}
    ${list(lists.added, items.added, (one) => {
      const times = [one.start, one.end].filter(Boolean).join("–");
      const facts = [one.section, times, one.room && words.room(one.room)];
      return titled(one.title, facts.filter(Boolean).join(" · "));
    })}
    ${list(lists.changed, seen(items.changed), (one) => changed(one, words))}
    ${list(lists.moved, items.moved, ({ title, from, to }) =>
      titled(title, from === to ? t.within(to) : t.from(from, to)),
    )}
    ${list(lists.restored, items.restored, ({ title, to }) => titled(title, t.within(to)))}
    ${missing(importing, items.missing)}
    ${items.same > 0 ? html`<p class="quiet">${t.same(items.same)}</p>` : nothing}
    ${
      remarks.length > 0
        ? html`<h3>${lists.remarks}</h3>
            <ul>${remarks.map((remark) => html`<li>${remark}</li>`)}</ul>`
        : nothing
    }
  </div>`;
}

/** What the file lacks: it stays, unless it is to go and nothing is written in its note. */
function missing(
  importing: Importing,
  items: Differences["items"]["missing"],
): TemplateResult | typeof nothing {
  const t = importing.words.importing;
  const stays = (text: boolean) => {
    if (text) return t.stays.text;
    return importing.removes ? t.stays.removed : t.stays.blank;
  };
  return html`
    ${list(t.lists.missing, items, (one) =>
      titled(one.title, `${one.section} · ${stays(one.text)}`),
    )}
    ${
      items.some(({ text }) => !text)
        ? html`<label class="import-remove"><input type="checkbox" .checked=${importing.removes}
            @change=${(event: Event) => {
              importing.removes = (event.target as HTMLInputElement).checked;
              importing.draw();
            }} /> <span>${t.remove}</span></label>`
        : nothing
    }`;
}

function seen<One extends { changes: Change[] }>(all: readonly One[]): One[] {
  return all
    .map((one) => ({ ...one, changes: differing(one.changes) }))
    .filter(({ changes }) => changes.length > 0);
}

function list<One>(
  heading: string,
  all: readonly One[],
  said: (one: One) => TemplateResult,
): TemplateResult | typeof nothing {
  if (all.length === 0) return nothing;
  return html`<h3>${heading}</h3>
    <ul>${all.map((one) => html`<li>${said(one)}</li>`)}</ul>`;
}

function titled(title: string, facts = ""): TemplateResult {
  return html`<strong>${title}</strong>${facts === "" ? nothing : html` <span class="quiet">${facts}</span>`}`;
}

function changed(
  { title, changes }: { title: string; changes: Change[] },
  words: ProgrammeWords,
): TemplateResult {
  const said = (field: Field, value: unknown) =>
    (field === "kind" && words.kinds[String(value)]) || inWords(value, words);
  return html`<strong>${title}</strong>
    <ul>${changes.map(
      (change) => html`<li>${words.named(name(change.field, words), said(change.field, change.old))}
        <span aria-hidden="true">→</span><span class="visually-hidden">${words.importing.becomes}</span>
        ${said(change.field, change.new)}</li>`,
    )}</ul>`;
}

function name(field: Field, words: ProgrammeWords): string {
  return field === "source" ? words.importing.source : words.fields[field];
}
