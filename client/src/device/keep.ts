// Has the device keep this page and what it is made of. Without a service worker (no HTTPS, a private
// window) the site works as ever, with a network.

const WORKER = "/service-worker.js";

export interface Keep {
  keep: string;
  files: string[];
}

/** Once the page stands: nothing here is waited for. */
export function keepOnDevice(): void {
  const workers = navigator.serviceWorker as ServiceWorkerContainer | undefined;
  if (workers === undefined) return;
  // A page that came before there was anybody to keep it has to be handed over.
  const isKept = workers.controller !== null;
  const begin = async () => {
    await workers.register(WORKER);
    if (isKept) return;
    const { active } = await workers.ready;
    const files = performance
      .getEntriesByType("resource")
      .map(({ name }) => new URL(name))
      .filter(
        ({ origin, pathname }) => origin === location.origin && pathname.startsWith("/static/"),
      )
      .map(({ pathname }) => pathname);
    active?.postMessage({ keep: location.pathname, files } satisfies Keep);
  };
  const soon = () => void begin().catch(() => undefined);
  if (document.readyState === "complete") soon();
  else addEventListener("load", soon, { once: true });
}
