"""`make screenshots`: the pictures of the documentation, taken of the sample day as people see it.

`python -m tests.screenshots FOLDER` starts a server of its own and people who write in one note.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import sys
import tempfile
from pathlib import Path
from typing import Any

from playwright.async_api import Browser, Page, ViewportSize, async_playwright

from tests.running import RunningServer

CHROMIUM = "/usr/bin/chromium"
CHROMIUM_FLAGS = ["--no-sandbox", "--disable-gpu", "--hide-scrollbars"]
SIZE: ViewportSize = {"width": 1280, "height": 800}
MOST_BYTES = 250_000
NOTE = 2
"""The item of the sample day whose note has most to show."""
PEOPLE = (
    # Name, pane, the line to write at the end of, and what.
    ("Maëlle", "notes", "520 aujourd’hui", "\nle même au retour\u00a0: 430"),
    ("Idriss", "notes", "Les chiffres de 2025", " À revoir en mars."),
    ("Solène", "conclusions", "Les horaires de nuit", "\nUn arrêt de plus à Fontvieille."),
)


async def open_note(browser: Browser, server: RunningServer, made: Any, name: str) -> Page:
    context = await browser.new_context(
        locale="fr-FR", timezone_id="Europe/Paris", viewport=SIZE, color_scheme="light"
    )
    page = await context.new_page()
    await page.goto(f"{server.base_url}/join/{made['tokens']['writer']}")
    await page.fill("#name", name)
    await page.press("#name", "Enter")
    await page.wait_for_url("**/d/*")
    await page.goto(f"{server.base_url}/d/{made['day']}/n/{made['items'][NOTE]['note']}")
    await page.wait_for_selector(".saving[data-state=saved]")
    return page


async def write(page: Page, pane: str, line: str, text: str) -> None:
    """Write all of `text` but its last letter."""
    place = page.locator(f"[data-pane={pane}] .line", has_text=line).last
    end = "line => getSelection().selectAllChildren(line) ?? getSelection().collapseToEnd()"
    await place.click()
    await place.evaluate(end)
    await page.keyboard.type(text[:-1])
    await page.wait_for_selector(".saving[data-state=saved]")


async def take_note(server: RunningServer, made: Any, target: Path) -> None:
    """The note of several people, seen by one of them."""
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(executable_path=CHROMIUM, args=CHROMIUM_FLAGS)
        reader = await open_note(browser, server, made, "Anselme")
        writers = [await open_note(browser, server, made, name) for name, *_ in PEOPLE]
        for page, (_, pane, line, text) in zip(writers, PEOPLE, strict=True):
            await write(page, pane, line, text)
        # Names stand only at carets that moved just now: all write their last letter at once.
        last = zip(writers, PEOPLE, strict=True)
        await asyncio.gather(*(page.keyboard.type(text[-1]) for page, (*_, text) in last))
        for name, *_ in PEOPLE:
            await reader.locator(".caret:not(.quiet) .caret-name", has_text=name).wait_for()
        for *_, text in PEOPLE:
            await reader.get_by_text(text.strip()).wait_for()
        await reader.screenshot(path=target, animations="disabled")
        await browser.close()


def main() -> int:
    parser = argparse.ArgumentParser(prog="make screenshots", description=__doc__)
    parser.add_argument("folder", type=Path)
    folder: Path = parser.parse_args().folder
    folder.mkdir(parents=True, exist_ok=True)
    target = folder / "note.png"
    with (
        tempfile.TemporaryDirectory(prefix="calepin-screenshots-") as scratch,
        RunningServer(Path(scratch)) as server,
    ):
        made = json.loads(server.calepin("demo", "--json"))
        asyncio.run(take_note(server, made, target))
    size = target.stat().st_size
    print(f"{target}: {size} bytes")
    return 0 if size <= MOST_BYTES else 1


if __name__ == "__main__":
    sys.exit(main())
