// The published page comes from the server and works without this. While its day runs, what has
// changed is put in its place now and then: never while somebody marks text, and without a word.

const EVERY_MS = 15_000;

let etag = "";
let asking = false;

/** Whether something would be taken from under the reader's hands. */
function isBusy(): boolean {
  const selection = document.getSelection();
  return document.hidden || (selection !== null && !selection.isCollapsed);
}

function partsOf(page: ParentNode): Map<string, Element> {
  const parts = [...page.querySelectorAll<HTMLElement>("[data-part]")];
  return new Map(parts.map((part) => [part.dataset["part"] ?? "", part]));
}

/** The first part that reaches into the window, and where it stands there. */
function firstInSight(): { name: string; top: number } | null {
  for (const [name, part] of partsOf(document)) {
    const box = part.getBoundingClientRect();
    if (box.bottom > 0) return { name, top: box.top };
  }
  return null;
}

function show(fresh: Document): void {
  const there = partsOf(document);
  const coming = partsOf(fresh);
  const same = there.size === coming.size && [...there.keys()].every((name) => coming.has(name));
  if (!same) {
    location.reload();
    return;
  }
  const place = firstInSight();
  for (const [name, part] of there) {
    const next = coming.get(name);
    if (next === undefined || part.outerHTML === next.outerHTML) continue;
    // Where somebody is with the keyboard, it waits until they have gone on.
    if (part.contains(document.activeElement)) continue;
    part.replaceWith(document.importNode(next, true));
  }
  const moved = place && partsOf(document).get(place.name);
  if (place && moved) scrollBy({ top: moved.getBoundingClientRect().top - place.top });
}

async function refresh(): Promise<void> {
  if (asking || isBusy()) return;
  asking = true;
  try {
    const answer = await fetch(location.pathname, { cache: "no-cache" });
    if (answer.status === 404) {
      location.reload(); // it is not published any more
      return;
    }
    const found = answer.headers.get("etag") ?? "";
    if (!answer.ok || found === etag) return;
    const fresh = new DOMParser().parseFromString(await answer.text(), "text/html");
    if (isBusy()) return;
    show(fresh);
    // A part that waits is asked for again.
    etag = document.querySelector("[data-part]:focus-within") === null ? found : "";
  } catch {
    // The next time will do; what is shown stays.
  } finally {
    asking = false;
  }
}

document.addEventListener("visibilitychange", () => void refresh());
setInterval(() => void refresh(), EVERY_MS);
