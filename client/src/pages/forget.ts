// A device that forgets a day erases its copies of the day's notes too, and the pages that it kept.
// Without this, the browser keeps them until it tidies up by itself.

import { forgetPages } from "../device/kept";

const form = document.querySelector<HTMLFormElement>("form[data-person]");

/** Erases the copies that were kept for a person, whose name in the day is random. */
async function erase(person: string): Promise<void> {
  const known = (await indexedDB.databases?.()) ?? [];
  const names = known.map(({ name }) => name ?? "").filter((name) => name.endsWith(`/${person}`));
  await Promise.all(
    names.map(
      (name) =>
        new Promise<void>((resolve) => {
          const asked = indexedDB.deleteDatabase(name);
          // Blocked: another window has the note open, and erasing follows when it is closed.
          asked.onsuccess = asked.onerror = asked.onblocked = () => resolve();
        }),
    ),
  );
}

form?.addEventListener("submit", (event) => {
  event.preventDefault();
  const { person = "", day = "" } = form.dataset;
  void Promise.all([erase(person), forgetPages(day)])
    .catch(() => undefined)
    .then(() => form.submit());
});
