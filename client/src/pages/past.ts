// A note as it was earlier. The page comes from the server and works without this: here the list
// of moments becomes a line, steps change the page in its place, and the day can be played.

/** So long each moment stands while they are played; a slow answer takes longer. */
const STANDS_MS = 1_200;

const byId = <T extends HTMLElement>(id: string) => document.getElementById(id) as T;
const line = byId<HTMLInputElement>("line");
const play = byId<HTMLButtonElement>("play");
const said = byId("said");
const words = { play: play.textContent ?? "", stop: play.dataset["stop"] ?? "" };

let asking: AbortController | null = null;
/** Who plays; another one after each stop. */
let playing: object | null = null;

const moments = () => byId<HTMLSelectElement>("at");
const parts = (page: ParentNode) => [...page.querySelectorAll<HTMLElement>("[data-part]")];

/** The line as the list stands. While somebody drags it, the words follow, and the page later. */
function drawLine(): void {
  const { options, selectedIndex } = moments();
  line.max = String(options.length);
  line.value = String(selectedIndex + 1);
  line.hidden = play.hidden = options.length < 2;
  sayPlace();
}

function sayPlace(): void {
  const label = moments().options[line.valueAsNumber - 1]?.text ?? "";
  line.setAttribute("aria-valuetext", label);
  byId("moment").textContent = label;
}

/** The address of a moment, with what this page leaves out. */
function address(seq: string): string {
  const wanted = new URL(location.href);
  wanted.searchParams.set("at", seq);
  return wanted.href;
}

/** Shows another moment in place of this one; false where something else was asked for since. */
async function show(href: string): Promise<boolean> {
  asking?.abort();
  const mine = new AbortController();
  asking = mine;
  try {
    const answer = await fetch(href, { signal: mine.signal });
    if (!answer.ok) throw new Error(String(answer.status));
    const fresh = new DOMParser().parseFromString(await answer.text(), "text/html");
    if (mine.signal.aborted) return false;
    const focused = document.activeElement?.id ?? "";
    const coming = new Map(parts(fresh).map((part) => [part.dataset["part"], part]));
    for (const part of parts(document)) {
      const next = coming.get(part.dataset["part"]);
      if (next !== undefined) part.replaceWith(document.importNode(next, true));
    }
    // Whoever stepped to the first or the last one goes on from the line.
    if (document.activeElement === document.body && focused)
      (document.getElementById(focused) ?? line).focus();
    history.replaceState(null, "", href);
    drawLine();
    return true;
  } catch {
    if (mine.signal.aborted) return false;
    location.assign(href); // the server says what is wrong
    return false;
  }
}

function stop(): void {
  playing = null;
  play.textContent = words.play;
}

/** From where one is to the end, or from the beginning for who is at the end. */
async function start(): Promise<void> {
  const mine = {};
  playing = mine;
  play.textContent = words.stop;
  const { options, selectedIndex } = moments();
  for (let at = selectedIndex + 1 < options.length ? selectedIndex + 1 : 0; ; at += 1) {
    const next = moments().options[at];
    if (next === undefined || !(await show(address(next.value)))) break;
    if (at + 1 === moments().options.length) break;
    await new Promise((done) => setTimeout(done, STANDS_MS));
    if (playing !== mine) return;
  }
  if (playing === mine) stop();
}

line.addEventListener("input", () => {
  stop();
  sayPlace();
});
line.addEventListener("change", () => {
  const wanted = moments().options[line.valueAsNumber - 1];
  if (wanted !== undefined) void show(address(wanted.value));
});
play.addEventListener("click", () => {
  if (playing) stop();
  else void start();
});
document.addEventListener("click", (event) => {
  const step = (event.target as Element).closest<HTMLAnchorElement>("#earlier, #later");
  if (step === null || event.ctrlKey || event.metaKey || event.shiftKey) return;
  event.preventDefault();
  stop();
  void show(step.href).then((isShown) => {
    if (isShown) said.textContent = byId("moment").textContent;
  });
});

moments().form?.setAttribute("hidden", "");
drawLine();

export {};
