// Opens pages that were open before when there is no network. A page comes from the server whenever
// it answers, and from the device only when it does not; what the server refuses is erased here. The
// API and the sockets are never touched.

import type { Keep } from "../device/keep";
import {
  cacheOf,
  FILES,
  KEPT_AT,
  MAY_KEEP,
  MOST_FILES,
  MOST_KEPT_MS,
  MOST_PAGES,
} from "../device/kept";

interface Extendable extends Event {
  waitUntil(work: Promise<unknown>): void;
}
interface Fetching extends Extendable {
  readonly request: Request;
  readonly preloadResponse: Promise<Response | undefined>;
  respondWith(answer: Promise<Response>): void;
}
interface Scope extends EventTarget {
  readonly registration: ServiceWorkerRegistration;
  readonly clients: { claim(): Promise<void> };
  skipWaiting(): Promise<void>;
}
const scope = self as unknown as Scope;

/** So long the network may take before a page that is kept is shown. */
const PATIENCE_MS = 4_000;
/** Who asks has no right, or no longer. */
const REFUSED = [401, 403];
const GONE = [404, 410];

scope.addEventListener("install", (event) => {
  // It works the same for pages of any version: there is nothing to wait for.
  (event as Extendable).waitUntil(scope.skipWaiting());
});

scope.addEventListener("activate", (event) => {
  const begin = async () => {
    await scope.registration.navigationPreload?.enable();
    await scope.clients.claim();
    await tidy();
  };
  (event as Extendable).waitUntil(begin());
});

scope.addEventListener("message", (event) => {
  const { keep, files } = (event as MessageEvent<Keep>).data;
  const work = async () => {
    await Promise.all(files.map((file) => fromFiles(new Request(file), event as Extendable)));
    await keepPage(keep, await fetch(keep));
  };
  (event as unknown as Extendable).waitUntil(work().catch(() => undefined));
});

scope.addEventListener("fetch", (event) => {
  const fetching = event as Fetching;
  const { request } = fetching;
  const url = new URL(request.url);
  if (request.method !== "GET" || url.origin !== location.origin) return;
  if (url.pathname.startsWith("/static/")) fetching.respondWith(fromFiles(request, fetching));
  else if (request.mode === "navigate" && cacheOf(url.pathname) !== null) {
    fetching.respondWith(page(fetching, url.pathname));
  }
});

/** A file of the client: its name says its content, so one that is here is right. */
async function fromFiles(request: Request, beside: Extendable): Promise<Response> {
  const cache = await caches.open(FILES);
  const kept = await cache.match(request, { ignoreVary: true });
  if (kept !== undefined) return kept;
  const answer = await fetch(request);
  if (answer.ok) {
    const copy = answer.clone();
    const keep = async () => {
      await cache.put(request, copy);
      await shorten(cache, MOST_FILES);
    };
    beside.waitUntil(keep().catch(() => undefined));
  }
  return answer;
}

/** The server's page, or the kept one when the server does not answer or cannot. */
function page(fetching: Fetching, path: string): Promise<Response> {
  const kept = keptPage(path);
  const asked = fromServer(fetching, path).then(
    async (answer) => (answer.status >= 500 ? ((await kept) ?? answer) : answer),
    async (failure: unknown) => {
      const page = await kept;
      if (page === undefined) throw failure;
      return page;
    },
  );
  const late = new Promise<Response>((resolve) => {
    setTimeout(() => void kept.then((page) => page && resolve(page)), PATIENCE_MS);
  });
  return Promise.race([asked, late]);
}

async function fromServer(fetching: Fetching, path: string): Promise<Response> {
  const answer = (await fetching.preloadResponse) ?? (await fetch(fetching.request));
  const keeping = keepPage(path, answer.clone()).then(tidy);
  fetching.waitUntil(keeping.catch(() => undefined));
  return answer;
}

/** Keeps a page that may be kept, and erases what the server no longer gives. */
async function keepPage(path: string, answer: Response): Promise<void> {
  const name = cacheOf(path);
  if (name === null) return;
  if (REFUSED.includes(answer.status)) {
    await caches.delete(name);
    return;
  }
  const mayKeep = answer.status === 200 && !answer.redirected && answer.headers.has(MAY_KEEP);
  if (!mayKeep) {
    // Not what the server says when it cannot answer: that is when the kept page is wanted.
    if (GONE.includes(answer.status) || answer.ok) await (await caches.open(name)).delete(path);
    return;
  }
  const headers = new Headers(answer.headers);
  // Of how it travelled; the body is plain by now.
  for (const name of ["content-encoding", "content-length"]) headers.delete(name);
  headers.set(KEPT_AT, String(Date.now()));
  const cache = await caches.open(name);
  await cache.put(path, new Response(await answer.blob(), { headers }));
  await shorten(cache, MOST_PAGES);
}

async function keptPage(path: string): Promise<Response | undefined> {
  const name = cacheOf(path);
  if (name === null) return undefined;
  const kept = await caches.match(path, { cacheName: name, ignoreVary: true });
  return kept !== undefined && isOld(kept) ? undefined : kept;
}

function isOld(kept: Response | undefined): boolean {
  return Date.now() - Number(kept?.headers.get(KEPT_AT)) > MOST_KEPT_MS;
}

/** Erases pages that the server was not asked for in a long time. */
async function tidy(): Promise<void> {
  for (const name of await caches.keys()) {
    if (name === FILES) continue;
    const cache = await caches.open(name);
    const pages = await cache.keys();
    const found = await Promise.all(pages.map((page) => cache.match(page, { ignoreVary: true })));
    const old = pages.filter((_, at) => isOld(found[at]));
    await Promise.all(old.map((page) => cache.delete(page)));
    if (old.length > 0 && old.length === pages.length) await caches.delete(name);
  }
}

/** Only so many, and the oldest go first. */
async function shorten(cache: Cache, most: number): Promise<void> {
  const kept = await cache.keys();
  for (const request of kept.slice(0, Math.max(0, kept.length - most))) await cache.delete(request);
}
