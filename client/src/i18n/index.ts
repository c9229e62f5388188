import { english } from "./en";
import { french } from "./fr";
import type { Words } from "./words";

export type { Words } from "./words";

/** The words of the page's language, which the server has chosen. */
export function wordsOf(language: string): Words {
  return language === "en" ? english : french;
}

/** A moment as people say it in the day's time zone, wherever they are themselves (U5). */
export function momentOf(milliseconds: number, words: Words, language: string, zone: string) {
  const locale = language === "en" ? "en-GB" : "fr-FR";
  const format = (options: Intl.DateTimeFormatOptions, moment: number) =>
    new Intl.DateTimeFormat(locale, { timeZone: zone, ...options }).format(moment);
  const time = format({ hour: "2-digit", minute: "2-digit" }, milliseconds);
  const day = { day: "numeric", month: "long" } as const;
  const date = format(day, milliseconds);
  return date === format(day, Date.now())
    ? words.moment.today(time)
    : words.moment.other(date, time);
}
