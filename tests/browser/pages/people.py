"""People at the real pages in Chromium, and everything that a browser complains about meanwhile."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any

from playwright.async_api import Browser, BrowserContext, ConsoleMessage, Locator, Page
from playwright.async_api import Request as PageRequest
from playwright.async_api import Response as PageResponse

from tests.running import Entrance, RunningServer

PROGRAMME = """\
title: Une journée
subtitle: En débat
date: 2026-11-23
timezone: Europe/Paris
language: fr
sections:
  - title: Rencontres
    kind: meeting
    items:
      - title: Le garage
        room: "101"
        start: "10:30"
        end: "11:15"
        people: [{name: Ana, organisation: Garage du pont}]
      - {title: La cantine, questions: ["Combien ?", "Pour qui ?"]}
  - title: Vote
    kind: vote
"""
TIMEOUT_MS = 15_000
WITHOUT_SERVER = ("WebSocket connection", "ERR_CONNECTION_REFUSED", "ERR_CONNECTION_RESET")
"""What a browser says while there is no server: the page goes on trying, and asks why."""
VIOLATIONS = """addEventListener("securitypolicyviolation", (event) =>
  console.error(`policy violated: ${event.violatedDirective} ${event.blockedURI}`))"""
TEXT = """pane => {
  const shown = pane.cloneNode(true)
  for (const caret of shown.querySelectorAll(".caret")) caret.remove()
  return [...shown.querySelectorAll(".line")].map((line) => line.textContent).join("\\n")
}"""
KEPT = """async ([name, wanted]) => {
  const known = await indexedDB.databases()
  if (!known.some((one) => one.name === name)) return false
  const db = await new Promise((resolve, reject) => {
    const asked = indexedDB.open(name)
    asked.onsuccess = () => resolve(asked.result)
    asked.onerror = () => reject(asked.error)
  })
  const updates = await new Promise((resolve, reject) => {
    const asked = db.transaction("updates").objectStore("updates").getAll()
    asked.onsuccess = () => resolve(asked.result)
    asked.onerror = () => reject(asked.error)
  })
  db.close()
  const held = updates.map((update) => new TextDecoder().decode(update)).join("")
  return [...wanted].every((letter) => held.includes(letter))
}"""


@dataclass
class Person:
    """One person with one page. What the browser complained about gathers in `troubles`."""

    name: str
    page: Page
    site: Site
    troubles: list[str] = field(default_factory=list)
    expected: list[str] = field(default_factory=list)
    """Parts of complaints that this test provokes."""

    def pane(self, name: str = "notes") -> Locator:
        # The text that the server put there gives way to the editor, which is hidden until then.
        return self.page.locator(f"[data-pane={name}] .pane:not(.panes[hidden] *)")

    @property
    def banner(self) -> Locator:
        return self.page.locator(".lock-banner")

    def button(self, name: str) -> Locator:
        return self.page.get_by_role("button", name=name, exact=True)

    async def join(self, role: str) -> None:
        """Come into the day by the link of a role, as its form does, without looking at it."""
        answer = await self.page.context.request.post(
            self.site.link(role),
            form={"name": self.name},
            headers={"origin": self.site.server.base_url},
            max_redirects=0,
        )
        assert answer.status == 303, await answer.text()

    async def open_note(self, number: int = 0) -> None:
        """Open a note by its number in the programme; it is shown and saved when this returns."""
        await self.page.goto(self.site.note(number))
        await self.ready()

    async def ready(self) -> None:
        await self.page.wait_for_selector("#note[data-ready=true]")
        await self.sees_state("saved")

    async def sees_state(self, state: str) -> str:
        """Wait for a state of saving (`saved`, `unsaved`, `offline`); what stands there then."""
        shown = self.page.locator(f".saving[data-state={state}]")
        await shown.wait_for()
        return (await shown.inner_text()).strip()

    async def type(self, text: str, *, pane: str = "notes", at: str = "Control+End") -> None:
        """Type with real keys, at the end of a pane unless told otherwise."""
        await self.pane(pane).press(at)
        await self.page.keyboard.type(text)

    async def text(self, pane: str = "notes") -> str:
        """The lines of a pane as they stand on the screen, without the names of others."""
        return str(await self.pane(pane).evaluate(TEXT))

    async def reads(self, *parts: str, pane: str = "notes") -> str:
        """Wait until a pane holds all of these; its text then."""
        await self.page.wait_for_function(
            f"([pane, parts]) => parts.every((part) => ({TEXT})(pane).includes(part))",
            arg=[await self.pane(pane).element_handle(), parts],
        )
        return await self.text(pane)

    async def may_write(self, writable: bool) -> None:
        """Wait until both panes take text, or neither does."""
        await self.page.wait_for_function(
            "wanted => [...document.querySelectorAll('.pane')].every("
            "  (pane) => pane.isContentEditable === wanted)",
            arg=writable,
        )

    async def kept_on_device(self, letters: str, number: int = 0) -> None:
        """Wait until the browser's own store holds these letters of a note."""
        person = await self.page.evaluate(
            "() => JSON.parse(document.getElementById('data').textContent).person.id"
        )
        name = f"calepin/{self.site.entrance.notes[number]}/{person}"
        await self.page.wait_for_function(KEPT, arg=[name, letters])

    def watch(self, page: Page) -> None:
        """Gather what the browser complains about on a page."""

        def said(message: ConsoleMessage) -> None:
            if message.type in ("error", "warning"):
                self.troubles.append(f"{page.url}: {message.text}")

        def failed(request: PageRequest) -> None:
            # Aborted: by leaving the page, or by a download that began.
            if request.failure != "net::ERR_ABORTED":
                self.troubles.append(f"{page.url}: {request.failure} {request.url}")

        def answered(response: PageResponse) -> None:
            if response.status >= 400:
                self.troubles.append(f"{page.url}: {response.status} {response.url}")

        page.on("console", said)
        page.on("pageerror", lambda error: self.troubles.append(f"{page.url}: {error}"))
        page.on("requestfailed", failed)
        page.on("response", answered)

    def unexpected(self) -> list[str]:
        return [
            trouble
            for trouble in self.troubles
            if not any(part in trouble for part in self.expected)
        ]


@dataclass
class Site:
    """A day on a running server, and the browser in which people come to it."""

    server: RunningServer
    browser: Browser
    entrance: Entrance
    people: list[Person] = field(default_factory=list)

    def link(self, role: str) -> str:
        return f"{self.server.base_url}/join/{self.entrance.tokens[role]}"

    @property
    def day(self) -> str:
        return f"{self.server.base_url}/d/{self.entrance.day}"

    def note(self, number: int = 0) -> str:
        return f"{self.day}/n/{self.entrance.notes[number]}"

    async def stranger(self, name: str, **options: Any) -> Person:
        """Somebody with a browser of their own that knows nothing yet."""
        chosen: dict[str, Any] = {"locale": "fr-FR", "timezone_id": "Europe/Paris", **options}
        context: BrowserContext = await self.browser.new_context(**chosen)
        context.set_default_timeout(TIMEOUT_MS)
        await context.add_init_script(VIOLATIONS)
        person = Person(name, await context.new_page(), self)
        person.watch(person.page)
        self.people.append(person)
        return person

    async def person(self, name: str, role: str = "writer", **options: Any) -> Person:
        """Somebody who has joined the day, and has no page of it open yet."""
        person = await self.stranger(name, **options)
        await person.join(role)
        return person

    async def in_note(self, name: str, role: str = "writer", **options: Any) -> Person:
        """Somebody who has the day's first note open."""
        person = await self.person(name, role, **options)
        await person.open_note()
        return person

    async def post(self, path: str, body: dict[str, Any] | None = None) -> None:
        """Ask the API as a moderator: `path` is below the first note."""
        async with self.server.http(self.entrance.tokens["moderator"]) as api:
            answer = await api.post(f"/api/notes/{self.entrance.notes[0]}/{path}", json=body or {})
            assert answer.is_success, answer.text


@asynccontextmanager
async def gathering(browser: Browser, server: RunningServer) -> AsyncIterator[Site]:
    """A new day for one test. No page of it may have complained about anything unexpected."""
    site = Site(server, browser, server.new_day(PROGRAMME))
    yield site
    for person in site.people:
        await person.page.context.close()
    assert [trouble for person in site.people for trouble in person.unexpected()] == []
