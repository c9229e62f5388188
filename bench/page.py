"""How soon a note can be read and written in on a phone, with a slow network and processor.

    python -m bench.page [--words 2000] [--times 5] [--slowness 4]

The networks are WebPageTest's “3G” and “3G slow”, as Chromium imitates them, which makes requests
slow and sockets hardly; and “3G slow” again as a line that everything goes over, without TLS and
with it. Each visit is a navigation to the page of a note
by somebody who has joined the day: cold in a browser that has nothing of it, warm in one that had
the note open before. Readable is the first frame that shows the note's text, editable the first in
which it takes keys; both are counted from the navigation. Prints the best of several, as another
program that wants the processor only ever makes it later, and what came over the network, which
does not depend on it.
"""

from __future__ import annotations

import argparse
import asyncio
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlsplit

from playwright.async_api import Browser, CDPSession, Page, async_playwright

from bench.servers import Target, calepin
from bench.slow_line import SlowLine
from bench.wall import fill
from tests.browser.chromium import FLAGS, chromium

PHONE = {"width": 390, "height": 844}
VISIT_MS = 60_000
WATCH = """
globalThis.seen = {};
const look = () => {
  const line = document.querySelector(".pane .line");
  if ((line?.textContent ?? "").length > 20) seen.readable ??= performance.now();
  const pane = document.querySelector("[data-pane=notes] .pane[contenteditable=true]");
  if (pane !== null) seen.editable ??= performance.now();
  if (seen.readable === undefined || seen.editable === undefined) requestAnimationFrame(look);
};
requestAnimationFrame(look);
"""


@dataclass(frozen=True, slots=True)
class Net:
    """A network: bits a second down and up, and the milliseconds of a round trip."""

    name: str
    down: int
    up: int
    latency: int
    round_trips: int = 0
    """That opening a connection takes, on a line of our own; 0 where Chromium imitates one."""


NETS = (
    Net("3G", 1_600_000, 768_000, 300),
    Net("3G slow", 400_000, 400_000, 400),
    Net("3G slow, a line", 400_000, 400_000, 400, round_trips=1),
    Net("3G slow, a line with TLS", 400_000, 400_000, 400, round_trips=3),
)


@dataclass(slots=True)
class Visit:
    """Milliseconds, and what came: bytes of answers on the wire, and how many requests."""

    readable: float = 0.0
    editable: float = 0.0
    received: float = 0.0
    requests: int = 0
    urls: list[str] = field(default_factory=list)


async def slowed(page: Page, net: Net, slowness: float) -> CDPSession:
    session = await page.context.new_cdp_session(page)
    await session.send("Network.enable")
    if net.round_trips == 0:
        await session.send(
            "Network.emulateNetworkConditions",
            {
                "offline": False,
                "latency": net.latency,
                "downloadThroughput": net.down / 8,
                "uploadThroughput": net.up / 8,
            },
        )
    await session.send("Emulation.setCPUThrottlingRate", {"rate": slowness})
    return session


async def visit(page: Page, url: str, net: Net, slowness: float) -> Visit:
    """One navigation, until the note takes keys."""
    made = Visit()
    session = await slowed(page, net, slowness)

    def asked(event: dict[str, Any]) -> None:
        made.urls.append(event["request"]["url"])

    def ended(event: dict[str, Any]) -> None:
        if event["encodedDataLength"] > 0:
            made.requests += 1
            made.received += event["encodedDataLength"]

    session.on("Network.requestWillBeSent", asked)
    session.on("Network.loadingFinished", ended)
    await page.goto(url, wait_until="commit", timeout=VISIT_MS)
    await page.wait_for_function("() => seen.editable", timeout=VISIT_MS)
    seen = await page.evaluate("seen")
    made.readable, made.editable = seen["readable"], seen["editable"]
    await session.detach()
    return made


async def visits(
    browser: Browser, target: Target, net: Net, slowness: float
) -> tuple[Visit, Visit]:
    """Somebody's first visit and the next."""
    origin = f"http://{urlsplit(target.urls[0]).netloc}"
    context = await browser.new_context(
        viewport=PHONE,
        locale="fr-FR",
        is_mobile=True,
        # What it fetches is not slowed: a warm visit is with the browser's own cache alone.
        service_workers="block",
    )
    await context.add_init_script(WATCH)
    answer = await context.request.post(
        f"{origin}/join/{target.token}",
        form={"name": "Ana"},
        headers={"origin": origin},
        max_redirects=0,
    )
    path = f"{answer.headers['location']}/n/{target.names[-1]}"
    page = await context.new_page()
    async with reached(origin, net) as url:
        cold = await visit(page, url + path, net, slowness)
        await page.wait_for_load_state("networkidle")
        await page.goto("about:blank")
        warm = await visit(page, url + path, net, slowness)
    await context.close()
    return cold, warm


@asynccontextmanager
async def reached(origin: str, net: Net) -> AsyncIterator[str]:
    """Where a browser finds the server: at the near end of the line, if there is one."""
    if net.round_trips == 0:
        yield origin
        return
    port = urlsplit(origin).port
    assert port is not None
    line = SlowLine(port, net.down / 8, net.latency / 2000, net.round_trips)
    async with line.standing() as near:
        yield f"http://127.0.0.1:{near}"


def line(net: Net, name: str, found: list[Visit]) -> str:
    readable = min(visit.readable for visit in found) / 1000
    editable = min(visit.editable for visit in found) / 1000
    last = found[-1]
    return (
        f"| {net.name} | {name} | {readable:.1f} | {editable:.1f} "
        f"| {last.received / 1000:.0f} | {last.requests} |"
    )


async def measure(words: int, times: int, slowness: float) -> None:
    # The first note is another's; the text stands in the second.
    with calepin("y-websocket", 2) as target:
        await fill(target, words)
        print(f"{words} words, a processor {slowness:g} times slower, best of {times}\n")
        print("| network | cache | readable s | editable s | kB received | requests |")
        print("| --- | --- | ---: | ---: | ---: | ---: |")
        async with async_playwright() as playwright:
            browser = await playwright.chromium.launch(executable_path=chromium(), args=FLAGS)
            for net in NETS:
                pairs = [await visits(browser, target, net, slowness) for _ in range(times)]
                print(line(net, "cold", [cold for cold, _ in pairs]), flush=True)
                print(line(net, "warm", [warm for _, warm in pairs]), flush=True)
            await browser.close()


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else "")
    parser.add_argument("--words", type=int, default=2000)
    parser.add_argument("--times", type=int, default=5)
    parser.add_argument("--slowness", type=float, default=4)
    options = parser.parse_args()
    asyncio.run(measure(options.words, options.times, options.slowness))
    return 0


if __name__ == "__main__":
    sys.exit(main())
