// Why this note can or cannot be written in, always in the same place (U3).

import { html, nothing, type TemplateResult } from "lit-html";
import { momentOf, type Words } from "../i18n";
import type { NoteState } from "../net/note-connection";
import { type LockNotice, mayLock } from "../net/notices";
import type { NotePage } from "./data";
import { type IconName, icon } from "./icons";
import { type LateActions, lateLines } from "./late";

/** So long before a lock that was planned one is told how long it still is. */
const SOON_MS = 2 * 60_000;
/** A lock falls in a moment: of one that was planned, the server also warns long before. */
const MOMENT_MS = 10_000;

export interface BannerActions extends LateActions {
  /** An announcement was read. */
  seen(announcement: string): void;
}

export function banner(
  state: NoteState,
  words: Words,
  page: NotePage,
  actions: BannerActions,
): TemplateResult {
  const content = say(state, words, page, actions);
  const isEmpty =
    content === nothing &&
    state.waiting === 0 &&
    state.returned === null &&
    state.announcements.length === 0 &&
    actions.mine() === "";
  return html`<div class="lock-banner" role="status" ?data-empty=${isEmpty}>
    ${announcements(state, words, page, actions)} ${content} ${lateLines(state, words, actions)}
  </div>`;
}

function announcements(
  state: NoteState,
  words: Words,
  page: NotePage,
  actions: BannerActions,
): TemplateResult[] {
  return state.announcements.map(
    ({ id, by, at, text }) => html`<div class="announcement">
      <p>
        <strong>${words.banner.announcement(by, momentOf(at, words, page.language, page.timezone))}</strong>
        <span class="announcement-text">${text}</span>
      </p>
      <button type="button" class="button button--quiet button--small" @click=${() => actions.seen(id)}>
        ${words.late.dismiss}
      </button>
    </div>`,
  );
}

function offer(words: Words, actions: BannerActions): TemplateResult {
  return html`<button type="button" class="button button--quiet button--small" @click=${actions.leave}>${words.late.leave.offer}</button>`;
}

function say(
  state: NoteState,
  words: Words,
  page: NotePage,
  actions: BannerActions,
): TemplateResult | typeof nothing {
  const t = words.banner;
  if (state.denied) return html`<p><strong>${t.denied}</strong> ${t.deniedHelp}</p>`;
  if (state.muted && !mayLock(state.role)) {
    const { by, at } = state.muted;
    return html`<p>
        ${icon("lock")} <strong>${t.muted(by, momentOf(at, words, page.language, page.timezone))}</strong>
      </p>
      ${state.held > 0 ? html`<p>${t.mutedHeld}</p>` : nothing}`;
  }
  if (state.locked) {
    return html`<p>
        ${icon("lock")} ${lockSentence(state.locked, words, page)}
        ${mayLock(state.role) ? t.lockedButYou : nothing}
        ${state.role === "writer" ? offer(words, actions) : nothing}
      </p>
      ${tooLate(state, words)}`;
  }
  if (state.locking && (!state.planned || state.locking.endsAt - Date.now() <= MOMENT_MS)) {
    const seconds = Math.max(0, Math.ceil((state.locking.endsAt - Date.now()) / 1000));
    // Said once: a screen reader is not to count the seconds aloud.
    return html`<p>
      ${icon("lock")} <strong>${t.locking(state.locking.by)}</strong>
      <span class="countdown" aria-hidden="true">${t.seconds(seconds)}</span>
    </p>`;
  }
  if (state.refused) return html`<p>${t.refused(state.refused)}</p>`;
  if (state.role === "reader") return html`<p>${t.reader}</p>`;
  if (state.blocked) return html`<p>${t.blocked}</p>`;
  if (state.planned) {
    const { by, at, why } = state.planned;
    const moment = momentOf(at, words, page.language, page.timezone);
    const left = at - Date.now();
    const isSoon = left <= SOON_MS;
    // By the minute, and by the second in the last one; a screen reader is not to count along, and
    // hears once that it is soon.
    const countdown = !isSoon
      ? ""
      : left > 60_000
        ? t.minutes(Math.ceil(left / 60_000))
        : t.seconds(Math.max(0, Math.ceil(left / 1000)));
    return html`<p>
      ${icon("lock")} ${sentence((isSoon ? t.soon : t.planned)(by, moment), why, words)}
      <strong class="countdown" aria-hidden="true">${countdown}</strong>
    </p>`;
  }
  return nothing;
}

/** What became of words that met the lock: said even before the server says that it keeps them. */
function tooLate(state: NoteState, words: Words): TemplateResult | typeof nothing {
  if (state.refused) return html`<p>${words.banner.refused(state.refused)}</p>`;
  const underWay = state.connection === "online" && state.unsaved > 0 && !mayLock(state.role);
  return state.held > 0 || underWay ? html`<p>${words.banner.held}</p>` : nothing;
}

/** Who, when and why, in one sentence with one period. */
function lockSentence(lock: LockNotice, words: Words, page: NotePage): TemplateResult {
  const t = words.banner;
  const who = t.locked(lock.by, momentOf(lock.at, words, page.language, page.timezone));
  return sentence(who, lock.why, words);
}

function sentence(what: string, why: string, words: Words): TemplateResult {
  const reason = why.trim().replace(/\.$/, "");
  return html`<span class="lock-sentence"><strong>${what}</strong>${reason === "" ? "" : words.banner.because(reason)}.</span>`;
}

/** Saved, n unsaved, or offline: from the server's acknowledgements alone (U1). */
export function saving(state: NoteState, words: Words): TemplateResult {
  const t = words.state;
  const show = (name: IconName, look: string, text: string) =>
    html`<p class="saving" data-state=${look}>${icon(name)} <span>${text}</span></p>`;
  const { unsaved } = state;
  if (state.connection === "offline") {
    return show("offline", "offline", unsaved ? t.offlineUnsaved(unsaved) : t.offline);
  }
  if (state.locked && state.held > 0) return show("lock", "held", t.held);
  if (unsaved > 0) return show("waiting", "unsaved", t.unsaved(unsaved));
  return state.saved
    ? show("saved", "saved", t.saved)
    : show("waiting", "connecting", t.connecting);
}
