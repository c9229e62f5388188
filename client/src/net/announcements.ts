// Which announcements were read and put away: by this tab, for as long as it is there.

const KEY = "calepin/announcements";
/** The server repeats what is not older than ten minutes, so the oldest may be forgotten. */
const MOST = 100;

function read(): string[] {
  try {
    const kept: unknown = JSON.parse(sessionStorage.getItem(KEY) ?? "[]");
    return Array.isArray(kept) ? kept.map(String) : [];
  } catch {
    return [];
  }
}

export const seenAnnouncements = {
  has: (id: string): boolean => read().includes(id),
  add(id: string): void {
    try {
      sessionStorage.setItem(KEY, JSON.stringify([...read(), id].slice(-MOST)));
    } catch {
      // Where nothing can be kept it is shown once more after a reload, and that is all.
    }
  },
};
