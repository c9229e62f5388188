// The addresses of a day are forms, and work without this: here the secret is copied, and the list
// is looked at again while something is on its way.

const LOOK_MS = 1500;

/** Without TLS a page has no clipboard; the secret can be selected all the same. */
function offerCopy(): void {
  const button = document.querySelector<HTMLButtonElement>("#copy");
  const secret = document.querySelector<HTMLInputElement>("#secret");
  const said = document.getElementById("copy-said");
  if (button === null || secret === null || said === null || !navigator.clipboard) return;
  button.hidden = false;
  secret.addEventListener("focus", () => secret.select());
  button.addEventListener("click", async () => {
    await navigator.clipboard.writeText(secret.value);
    said.textContent = button.textContent = button.dataset["copied"] ?? "";
  });
}

/** Puts the list in place as it is now. Where somebody is with the keyboard, they stay. */
async function look(hooks: HTMLElement): Promise<void> {
  const answer = await fetch(location.pathname, { cache: "no-store" });
  if (!answer.ok) return;
  const page = new DOMParser().parseFromString(await answer.text(), "text/html");
  const fresh = page.getElementById("hooks");
  // Somebody who is about to remove one would lose the sight of it.
  if (fresh === null || hooks.querySelector("details[open]") !== null) return;
  const focused = document.activeElement?.id ?? "";
  hooks.replaceChildren(...document.importNode(fresh, true).childNodes);
  hooks.dataset["moving"] = fresh.dataset["moving"];
  if (focused !== "" && document.activeElement === document.body) {
    document.getElementById(focused)?.focus({ preventScroll: true });
  }
}

offerCopy();
const hooks = document.getElementById("hooks");
if (hooks !== null) {
  setInterval(() => {
    if (hooks.dataset["moving"] !== "true" || document.hidden) return;
    look(hooks).catch(() => undefined); // the next time will do
  }, LOOK_MS);
}
