"""How a long note feels in the browser while many write in it and their carets move.

    python -m bench.busy_page [--words 20000] [--typing 10] [--carets 40] [--seconds 20]

One page in Chromium has the note open and somebody types in it, a letter every fifth of a second;
beside it others type two letters a second each, and carets move four times a second, as a page of
ours tells them. Prints how long it took from each key to the next frame that was painted, and the
tasks of the page above 50 ms, in which it could take no key.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import random
import sys
from collections.abc import Sequence
from urllib.parse import urlsplit

from playwright.async_api import Page, async_playwright

from bench.crowds import joined, keystroke
from bench.servers import Target, calepin
from bench.wall import fill
from server.sync.codec import var_bytes, var_uint
from tests.browser.chromium import FLAGS, chromium

KEYS_PER_SECOND, TYPED_PER_SECOND, MOVES_PER_SECOND = 5.0, 2.0, 4.0
WATCH = """
globalThis.seen = { long: [], keys: [], frames: 0 };
new PerformanceObserver((list) => {
  for (const { duration } of list.getEntries()) seen.long.push(duration);
}).observe({ type: "longtask" });
addEventListener("keydown", ({ timeStamp }) => {
  // The frame that the key is drawn in has been painted when the message after it comes.
  requestAnimationFrame(() => {
    const { port1, port2 } = new MessageChannel();
    port1.onmessage = () => seen.keys.push(performance.now() - timeStamp);
    port2.postMessage(null);
  });
}, { capture: true });
const count = () => { seen.frames += 1; requestAnimationFrame(count); };
requestAnimationFrame(count);
"""


async def move(url: str, number: int, writer: int, letters: int) -> None:
    """A caret that goes about in what the note's first writer wrote, until cancelled."""
    client, clock = random.getrandbits(31), 0
    async with joined(url) as socket, asyncio.TaskGroup() as tasks:

        async def listen() -> None:
            async for _ in socket:
                pass

        tasks.create_task(listen())
        while True:
            clock += 1
            place = {
                "type": None,
                "tname": None,
                "item": {"client": writer, "clock": random.randrange(letters)},
                "assoc": 0,
            }
            state = {
                "user": {"name": f"Caret {number}", "colour": "#1f4e79", "person": str(number)},
                "cursor": {"pane": "notes", "anchor": place, "head": place},
            }
            entry = var_uint(client) + var_uint(clock) + var_bytes(json.dumps(state).encode())
            await socket.send(b"\x01" + var_bytes(b"\x01" + entry))
            await asyncio.sleep(random.uniform(0.5, 1.5) / MOVES_PER_SECOND)


async def type_on(url: str) -> None:
    """Somebody who types at the beginning of the note, until cancelled."""
    client, clock = random.getrandbits(31), 0
    async with joined(url) as socket, asyncio.TaskGroup() as tasks:

        async def listen() -> None:
            async for _ in socket:
                pass

        tasks.create_task(listen())
        while True:
            await socket.send(keystroke(client, clock))
            clock += 1
            await asyncio.sleep(random.uniform(0.5, 1.5) / TYPED_PER_SECOND)


async def feel(page: Page, seconds: float) -> str:
    """Type in the page for so long; what was seen."""
    await page.evaluate("() => { seen.long = []; seen.keys = []; seen.frames = 0 }")
    loop = asyncio.get_running_loop()
    end = loop.time() + seconds
    while loop.time() < end:
        await page.keyboard.press("e")
        await asyncio.sleep(1 / KEYS_PER_SECOND)
    seen = await page.evaluate("() => seen")
    keys, long = sorted(seen["keys"]), seen["long"]
    return (
        f"{len(keys)} | {at(keys, 0.5):.0f} | {at(keys, 0.98):.0f} | {len(long)} "
        f"| {max(long, default=0):.0f} | {seen['frames'] / seconds:.0f}"
    )


def at(values: Sequence[float], share: float) -> float:
    return values[min(len(values) - 1, int(len(values) * share))]


async def opened(page: Page, target: Target) -> None:
    origin = f"http://{urlsplit(target.urls[0]).netloc}"
    answer = await page.context.request.post(
        f"{origin}/join/{target.token}",
        form={"name": "Ana"},
        headers={"origin": origin},
        max_redirects=0,
    )
    await page.goto(f"{origin}{answer.headers['location']}/n/{target.names[-1]}")
    await page.wait_for_selector("#note[data-ready=true]")
    await page.locator("[data-pane=notes] .pane").press("Control+End")


async def measure(words: int, typing: int, carets: int, seconds: float) -> None:
    # The first note is another's; the text stands in the second.
    with calepin("y-websocket", 2) as target:
        letters = await fill(target, words)
        async with async_playwright() as playwright:
            browser = await playwright.chromium.launch(executable_path=chromium(), args=FLAGS)
            page = await browser.new_page()
            await page.add_init_script(WATCH)
            await opened(page, target)
            print(f"{words} words, {typing} people who type, {carets} carets that move\n")
            print("| | keys | to paint, p50 ms | p98 ms | long tasks | longest ms | frames/s |")
            print("| --- | ---: | ---: | ---: | ---: | ---: | ---: |")
            print(f"| alone | {await feel(page, seconds)} |", flush=True)
            others = [
                *(asyncio.create_task(type_on(target.urls[-1])) for _ in range(typing)),
                *(
                    asyncio.create_task(move(target.urls[-1], number, 1, letters))
                    for number in range(carets)
                ),
            ]
            await page.wait_for_function(
                "most => document.querySelectorAll('.caret').length >= most", arg=carets
            )
            print(f"| with the others | {await feel(page, seconds)} |", flush=True)
            for task in others:
                task.cancel()
            await asyncio.gather(*others, return_exceptions=True)
            await browser.close()


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else "")
    parser.add_argument("--words", type=int, default=20_000)
    parser.add_argument("--typing", type=int, default=10)
    parser.add_argument("--carets", type=int, default=40)
    parser.add_argument("--seconds", type=float, default=20)
    options = parser.parse_args()
    asyncio.run(measure(options.words, options.typing, options.carets, options.seconds))
    return 0


if __name__ == "__main__":
    sys.exit(main())
