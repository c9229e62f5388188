// What was written lately in a note: by whom, what taking it back would come to, and doing it (H3).

import { html, nothing, type TemplateResult } from "lit-html";
import type { BoardWords } from "../i18n/board";
import { asked } from "./data";
import { alerting, closing, heading, Panel } from "./dialogs";

interface Recent {
  people: { person: string; name: string; edits: number }[];
  taken_back: {
    seq: number;
    person: string;
    name: string;
    by: string;
    at: number;
    given_back: boolean;
  }[];
}

interface Preview {
  edits: number;
  removes: string;
  restores: string;
}

const ID = "recent-title";
const MINUTES = [5, 10, 30, 60, 240];

export interface TakingBackOptions {
  day: string;
  note: { note: string; title: string };
  words: BoardWords;
  moment(at: number): string;
}

export async function takingBack(options: TakingBackOptions): Promise<void> {
  const { day, note, words } = options;
  const t = words.takeBack;
  const path = `/api/notes/${note.note}/recent`;
  let minutes = 10;
  let recent: Recent = { people: [], taken_back: [] };
  let chosen: { person: string; name: string; preview: Preview } | null = null;
  let failed = "";
  let done = "";

  const attempt = async <T>(to: string, body?: Record<string, unknown>): Promise<T | null> => {
    const answer = await asked<T>(to, words.noAnswer, body);
    failed = "failed" in answer ? words.failed(answer.failed) : "";
    return "failed" in answer ? null : answer.value;
  };
  const load = async () => {
    recent = (await attempt<Recent>(`${path}?minutes=${minutes}`)) ?? recent;
  };
  const look = async ({ person, name }: { person: string; name: string }) => {
    done = "";
    const preview = await attempt<Preview>(`${path}/${person}?minutes=${minutes}`);
    chosen = preview && { person, name, preview };
    panel.redraw();
    panel.toTop();
  };
  const carryOut = async (event: SubmitEvent) => {
    event.preventDefault();
    if (chosen === null) return;
    const { person, name } = chosen;
    const box = (event.currentTarget as HTMLFormElement).elements.namedItem("mute");
    // First, so that what is written meanwhile does not stay behind.
    const muted =
      !(box as HTMLInputElement).checked ||
      (await attempt(`/api/days/${day}/people/${person}/mute`, {})) !== null;
    const taken = muted && (await attempt(`${path}/${person}`, { minutes })) !== null;
    if (taken) await finish(name);
    else panel.redraw();
  };
  const reverse = async (one: Recent["taken_back"][number]) => {
    done = "";
    if ((await attempt(`${path}/${one.person}/${one.seq}/reverse`, {})) !== null) {
      await finish(one.name);
    } else panel.redraw();
  };
  const finish = async (name: string) => {
    chosen = null;
    await load();
    done = t.done(name);
    panel.redraw();
    panel.toTop();
  };

  const quoted = (label: string, text: string) => html`<h3>${label}</h3>
    <blockquote tabindex="0" aria-label=${label}>${text || t.noText}</blockquote>`;
  const previewing = (
    of: NonNullable<typeof chosen>,
  ) => html`<form class="stack" @submit=${carryOut}>
    ${heading(ID, t.previewOf(of.name))}
    <p class="quiet">${note.title} · ${t.edits(of.preview.edits)}</p>
    ${quoted(t.removes, of.preview.removes)} ${quoted(t.restores, of.preview.restores)}
    <label class="choice"><input type="checkbox" name="mute" /> <span>${t.alsoMute(of.name)}</span></label>
    ${alerting(failed)}
    <div class="dialog-actions">
      <button class="button">${t.confirm}</button>
      <button type="button" class="button button--quiet" @click=${() => {
        chosen = null;
        panel.redraw();
        panel.toTop();
      }}>${t.back}</button>
    </div>
  </form>`;
  const since = (event: Event) => {
    minutes = Number((event.currentTarget as HTMLSelectElement).value);
    void load().then(() => panel.redraw());
  };
  const listing = (): TemplateResult => html`${heading(ID, t.title)}
    <p class="quiet">${note.title}</p>
    <p>${t.explain}</p>
    <label class="board-since">${t.minutes}
      <select class="field" @change=${since}>
        ${MINUTES.map((count) => html`<option value=${count} ?selected=${count === minutes}>${t.lastMinutes(count)}</option>`)}
      </select></label>
    ${alerting(failed)}
    <p role="status">${done}</p>
    <ul class="board-persons">
      ${recent.people.length === 0 ? html`<li class="quiet">${t.none}</li>` : nothing}
      ${recent.people.map(
        (
          one,
        ) => html`<li><strong>${one.name}</strong> <span class="quiet">${t.edits(one.edits)}</span>
          <button type="button" class="button button--quiet button--small" aria-label=${`${t.look}, ${one.name}`} @click=${() => look(one)}>${t.look}</button></li>`,
      )}
      ${recent.taken_back.map((one) => {
        const say = one.given_back ? t.givenBack : t.takenBack;
        const label = one.given_back ? t.again : t.undo;
        return html`<li><span>${say(one.name, one.by, options.moment(one.at))}</span>
          <button type="button" class="button button--quiet button--small" aria-label=${`${label}, ${one.name}`} @click=${() => reverse(one)}>${label}</button></li>`;
      })}
    </ul>
    ${closing(words)}`;
  await load();
  const panel = new Panel(ID, () => (chosen === null ? listing() : previewing(chosen)));
}
