// What the device keeps of the site, so that a note that was open before opens without a network:
// pages that the server lets it keep, by day, and the files that they are made of. Everything here
// is found by these names, by the service worker and by the page that forgets a day.

/** An answer of the server that may be kept says so, in this header. */
export const MAY_KEEP = "calepin-keep";
/** When a kept page came from the server, in milliseconds since 1970. */
export const KEPT_AT = "calepin-kept-at";
/** So long a page is opened from the device without the server having been asked again. */
export const MOST_KEPT_MS = 3 * 24 * 60 * 60 * 1000;
/** Of one day: each is small, and nobody works in more notes than that. */
export const MOST_PAGES = 100;
/** Of the client, over all its versions: those of some pages of some versions. */
export const MOST_FILES = 60;

export const FILES = "calepin/files";
export const HOME = "calepin/home";
const DAY = "calepin/day/";

/** The cache that a page of ours belongs in; null: nobody keeps it. */
export function cacheOf(path: string): string | null {
  if (path === "/") return HOME;
  const day = /^\/d\/([^/]+)(\/n\/[^/]+)?$/.exec(path)?.[1];
  return day === undefined ? null : DAY + day;
}

/** Erases the pages of a day, and the list of days. */
export async function forgetPages(day: string): Promise<void> {
  if (!("caches" in globalThis)) return;
  await Promise.all([caches.delete(DAY + day), caches.delete(HOME)]);
}
