"""A note's socket opens before its script is here; the script takes it over and nothing is lost."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, field

import pytest
from playwright.async_api import Page, Route, WebSocket, WebSocketRoute

from tests.browser.pages.people import Person, Site

pytestmark = [pytest.mark.asyncio(loop_scope="module"), pytest.mark.promise("U6")]

STEP_1, AUTH = b"\x00\x00", b"\x02\x00"


@dataclass
class Sockets:
    """The sockets of a page to its note, and what went over them."""

    page: Page
    note: str
    opened: int = 0
    sent: list[bytes] = field(default_factory=list)
    heard: list[bytes] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.page.on("websocket", self._open)

    def _open(self, socket: WebSocket) -> None:
        self.opened += 1
        socket.on("framesent", lambda frame: self.sent.append(self._without_name(frame)))
        socket.on("framereceived", lambda frame: self.heard.append(self._without_name(frame)))

    def _without_name(self, frame: str | bytes) -> bytes:
        data = frame.encode() if isinstance(frame, str) else frame
        return data[1 + len(self.note) :]

    def count(self, start: bytes) -> int:
        return sum(frame.startswith(start) for frame in self.sent)


@dataclass
class Held:
    """The script of a note's page, on its way until it is let through."""

    through: asyncio.Event = field(default_factory=asyncio.Event)

    async def __call__(self, route: Route) -> None:
        await self.through.wait()
        await route.continue_()


async def on_its_way(site: Site, person: Person) -> tuple[Held, Sockets]:
    """A person's page whose script is not here yet, and whose socket has had its first answers."""
    held, sockets = Held(), Sockets(person.page, site.entrance.notes[0])
    await person.page.route("**/static/note-*.js", held)
    async with person.page.expect_event(
        "websocket", lambda socket: socket.url.endswith("/collab")
    ) as coming:
        await person.page.goto(site.note(), wait_until="commit")
    socket = await coming.value
    if not sockets.heard:
        await socket.wait_for_event("framereceived")
    return held, sockets


async def test_what_comes_before_the_script_is_not_lost_and_nothing_is_said_twice(
    site: Site,
) -> None:
    bob = await site.in_note("Bob")
    await bob.type("Avant. ")
    await bob.sees_state("saved")
    ana = await site.person("Ana")
    held, sockets = await on_its_way(site, ana)
    await bob.type("Pendant. ")
    await bob.sees_state("saved")
    held.through.set()
    await ana.ready()
    await ana.reads("Avant. Pendant.")
    await ana.type("Après.")
    await bob.reads("Avant. Pendant. Après.")
    await ana.sees_state("saved")
    assert sockets.opened == 1
    assert sockets.count(AUTH) == sockets.count(STEP_1) == 1


async def test_with_a_copy_on_the_device_only_what_it_lacks_is_asked_for(site: Site) -> None:
    # Without a service worker, which has the script at hand: this is about one that is on its way.
    bob, ana = await site.in_note("Bob"), await site.in_note("Ana", service_workers="block")
    ana.expected.append("Service Worker registration blocked")
    await bob.type("Un texte qui est déjà sur l’appareil. ")
    await ana.reads("sur l’appareil.")
    await ana.kept_on_device("appareil")
    held, sockets = await on_its_way(site, ana)
    await bob.type("Et du neuf.")
    held.through.set()
    await ana.ready()
    await ana.reads("sur l’appareil. Et du neuf.")
    await ana.sees_state("saved")
    assert sockets.opened == 1
    assert sockets.count(AUTH) == sockets.count(STEP_1) == 1
    assert not any("sur l’appareil".encode() in frame for frame in sockets.heard)


async def test_a_lock_that_falls_before_the_script_is_here_holds(site: Site) -> None:
    ana = await site.person("Ana")
    held, _ = await on_its_way(site, ana)
    await site.post("lock", {"why": "Le débat est clos."})
    held.through.set()
    await ana.ready()
    await ana.may_write(False)
    await ana.banner.get_by_text("Note verrouillée").wait_for()


async def test_a_socket_that_ended_early_is_replaced(site: Site) -> None:
    bob = await site.in_note("Bob")
    await bob.type("Toujours là.")
    ana = await site.person("Ana")
    ended = asyncio.Event()

    async def end_the_first(socket: WebSocketRoute) -> None:
        if ended.is_set():
            socket.connect_to_server()
        else:
            ended.set()
            await socket.close()

    held = Held()
    await ana.page.route_web_socket("**/collab", end_the_first)
    await ana.page.route("**/static/note-*.js", held)
    await ana.page.goto(site.note(), wait_until="commit")
    await ended.wait()
    held.through.set()
    await ana.ready()
    await ana.reads("Toujours là.")
    await ana.type(" Encore.")
    await bob.reads("Toujours là. Encore.")


async def test_who_is_removed_before_the_script_is_here_is_told(site: Site) -> None:
    ana = await site.person("Ana")
    ana.expected.append("401")
    held, _ = await on_its_way(site, ana)
    async with site.server.http(site.entrance.tokens["organiser"]) as api:
        people = (await api.get(f"/api/days/{site.entrance.day}/people")).json()["people"]
        [hers] = [one["person"] for one in people if one["name"] == "Ana"]
        answer = await api.post(f"/api/days/{site.entrance.day}/people/{hers}/remove")
        assert answer.is_success, answer.text
    held.through.set()
    await ana.banner.get_by_text("Cette note ne s’ouvre pas pour vous.").wait_for()
