"""`make screenshots`: the pictures of the documentation, taken of the sample day as people see it.

`python -m tests.screenshots FOLDER` starts a server of its own and people who write in its notes.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import sys
import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

from playwright.async_api import Browser, Page, ViewportSize, async_playwright

from tests.browser.chromium import FLAGS, chromium
from tests.running import RunningServer

LAPTOP: ViewportSize = {"width": 1280, "height": 800}
PHONE: ViewportSize = {"width": 390, "height": 780}
WALL: ViewportSize = {"width": 1120, "height": 680}
SHEET: ViewportSize = {"width": 820, "height": 1150}
MOST_BYTES = 150_000
"""Of one picture: the gallery is read on phones, too."""
WAIT_MS = 30_000
NOBODY_TYPES = """() => [...document.querySelectorAll(".pane-typing")].every(
  (said) => said.innerText.trim() === "")"""
NOTE, LOCKED = 2, 4
"""Items of the sample day, by what is shown of them."""
TO_THE_END = """line => new Promise((done) => {
  document.addEventListener("selectionchange", () => done(), { once: true })
  getSelection().selectAllChildren(line)
  getSelection().collapseToEnd()
})"""
PEOPLE = (
    # Name, pane, the line to write at the end of, and what.
    ("Maëlle", "notes", "520 aujourd’hui", "\nle même au retour\u00a0: 430"),
    ("Idriss", "notes", "Les chiffres de 2025", " À revoir en mars."),
    ("Solène", "conclusions", "Les horaires de nuit", "\nUn arrêt de plus à Fontvieille."),
)


@dataclass(frozen=True, slots=True)
class Studio:
    """A running server with the sample day, and a browser to look at it."""

    browser: Browser
    server: RunningServer
    made: Any
    folder: Path

    @property
    def day(self) -> str:
        return f"/d/{self.made['day']}"

    def note(self, number: int) -> str:
        return f"{self.day}/n/{self.made['items'][number]['note']}"

    async def post(self, path: str, body: dict[str, Any], method: str = "POST") -> None:
        async with self.server.http(self.made["tokens"]["organiser"]) as api:
            answer = await api.request(method, f"/api/{path}", json=body)
            assert answer.is_success, answer.text

    async def person(
        self,
        name: str,
        role: str = "writer",
        size: ViewportSize = LAPTOP,
        scheme: Literal["light", "dark"] = "light",
    ) -> Page:
        """Somebody who has come into the day."""
        context = await self.browser.new_context(
            locale="fr-FR",
            timezone_id="Europe/Paris",
            viewport=size,
            color_scheme=scheme,
            reduced_motion="reduce",
            device_scale_factor=1.5 if size is PHONE else 1,
        )
        context.set_default_timeout(WAIT_MS)
        page = await context.new_page()
        await self.go(page, f"/join/{self.made['tokens'][role]}", "#name")
        await page.fill("#name", name)
        await page.press("#name", "Enter")
        await page.wait_for_url("**/d/*")
        return page

    async def go(self, page: Page, path: str, ready: str) -> None:
        await page.goto(self.server.base_url + path)
        await page.locator(ready).first.wait_for()

    async def in_note(self, name: str, number: int = NOTE, **options: Any) -> Page:
        page = await self.person(name, **options)
        await self.go(page, self.note(number), ".saving[data-state=saved]")
        return page

    async def take(self, page: Page, name: str) -> None:
        await page.screenshot(path=self.folder / f"{name}.png", animations="disabled")


async def write(page: Page, pane: str, line: str, text: str) -> None:
    """Write all of `text` but its last letter."""
    place = page.locator(f"[data-pane={pane}] .line", has_text=line).last
    await place.click()
    await place.evaluate(TO_THE_END)
    await page.keyboard.type(text[:-1])
    await page.wait_for_selector(".saving[data-state=saved]")


async def keep_moving(writers: list[Page]) -> None:
    """Everybody's caret goes to and fro at the end of what they wrote."""
    while True:
        for key in ("ArrowLeft", "ArrowRight"):
            await asyncio.gather(*(page.keyboard.press(key) for page in writers))


async def take_notes(studio: Studio) -> None:
    """The note of several people, seen by one of them: on a laptop, a phone, and in the dark."""
    looks = {
        "note": await studio.in_note("Anselme"),
        "note-phone": await studio.in_note("Fatou", size=PHONE),
        "note-dark": await studio.in_note("Rosalie", scheme="dark"),
    }
    writers = [await studio.in_note(name) for name, *_ in PEOPLE]
    for page, (_, pane, line, text) in zip(writers, PEOPLE, strict=True):
        await write(page, pane, line, text)
    await asyncio.gather(
        *(page.keyboard.type(text[-1]) for page, (*_, text) in zip(writers, PEOPLE, strict=True))
    )
    # Names stand only at carets that moved just now.
    moving = asyncio.create_task(keep_moving(writers))
    for name, page in looks.items():
        for *_, text in PEOPLE:
            await page.get_by_text(text.strip()).first.wait_for(state="attached")
        for writer, *_ in PEOPLE:
            place = page.locator(".caret:not(.quiet) .caret-name", has_text=writer).first
            await place.wait_for(state="attached")
        await page.wait_for_function(NOBODY_TYPES)
        await studio.take(page, name)
    moving.cancel()
    await studio.post(
        f"notes/{studio.made['items'][LOCKED]['note']}/lock",
        {"why": "Le débat est clos, merci à toutes et à tous."},
    )
    locked = await studio.in_note("Anselme", LOCKED)
    await locked.locator(".lock-banner .lock-sentence").wait_for()
    await studio.take(locked, "note-locked")
    # While all of them still have their note open.
    await take_of_the_day(studio)


async def take_of_the_day(studio: Studio) -> None:
    """What is seen of all notes at once."""
    organiser = await studio.person("Inès", "organiser")
    await studio.go(organiser, studio.day, "[data-present] > *")
    await studio.take(organiser, "day")
    await organiser.locator("#edit-programme").click()
    await organiser.locator("[id^=change-i], .edit-items [id^=change-]").nth(1).click()
    await organiser.locator(".edit-form").wait_for()
    await organiser.locator("#editing").evaluate("list => list.scrollIntoView()")
    await studio.take(organiser, "programme")
    await studio.go(organiser, f"{studio.day}/board", ".board-row .person")
    await organiser.locator("[data-words]").first.wait_for()
    await studio.take(organiser, "board")
    await studio.go(organiser, f"{studio.day}/publish", "form")
    await studio.take(organiser, "publish")
    everything = {"what": "both", "names": True}
    await studio.post(f"days/{studio.made['day']}/publication", everything, "PUT")
    note = studio.note(NOTE).rsplit("/", 1)[1]
    await studio.go(organiser, f"{studio.day}/read/{note}", "article")
    await studio.take(organiser, "reading")
    await organiser.set_viewport_size(WALL)
    await studio.go(organiser, f"{studio.day}/wall", ".wall-card")
    await studio.take(organiser, "wall")
    await studio.go(organiser, f"{studio.note(NOTE)}/project", "#project[data-ready=true]")
    await studio.take(organiser, "projector")
    await organiser.set_viewport_size(SHEET)
    await studio.go(organiser, f"{studio.day}/doors", ".sheet")
    sheet = organiser.locator(".sheet").nth(1)
    await sheet.screenshot(path=studio.folder / "doors.png", animations="disabled")
    phone = await studio.person("Anselme", size=PHONE)
    await studio.go(phone, studio.day, "#programme")
    await studio.take(phone, "day-phone")


async def take_all(server: RunningServer, folder: Path) -> None:
    made = json.loads(await asyncio.to_thread(server.calepin, "demo", "--json"))
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(
            executable_path=chromium(), args=[*FLAGS, "--hide-scrollbars"]
        )
        await take_notes(Studio(browser, server, made, folder))
        await browser.close()


def main() -> int:
    parser = argparse.ArgumentParser(prog="make screenshots", description=__doc__)
    parser.add_argument("folder", type=Path)
    folder: Path = parser.parse_args().folder
    folder.mkdir(parents=True, exist_ok=True)
    with (
        tempfile.TemporaryDirectory(prefix="calepin-screenshots-") as scratch,
        RunningServer(Path(scratch)) as server,
    ):
        asyncio.run(take_all(server, folder))
    sizes = {path: path.stat().st_size for path in sorted(folder.glob("*.png"))}
    for path, size in sizes.items():
        print(f"{path}: {size} bytes" + (", which is too much" if size > MOST_BYTES else ""))
    return 0 if max(sizes.values()) <= MOST_BYTES else 1


if __name__ == "__main__":
    sys.exit(main())
