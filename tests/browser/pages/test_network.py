"""A network that fails in its own ways, and pages that slept: what is said; nothing is lost."""

from __future__ import annotations

import asyncio

import pytest
from playwright.async_api import Request as PageRequest
from playwright.async_api import WebSocketRoute

from tests.browser.pages.people import WITHOUT_SERVER, Person, Site
from tests.browser.pages.test_writing import store_held_up

pytestmark = pytest.mark.asyncio(loop_scope="module")

BLOCKED = "Ce réseau semble bloquer la connexion."


class NoSockets:
    """A network that lets pages through and, while it is set to, no WebSockets."""

    def __init__(self, *, blocks: bool) -> None:
        self.blocks = blocks
        self._open: list[WebSocketRoute] = []

    async def stand_before(self, person: Person) -> None:
        await person.page.route_web_socket("**/collab", self._connect)

    async def begin(self) -> None:
        self.blocks = True
        for socket in self._open:
            await socket.close()

    async def _connect(self, socket: WebSocketRoute) -> None:
        if self.blocks:
            await socket.close()
        else:
            self._open.append(socket)
            socket.connect_to_server()


async def sleep(person: Person, asleep: bool) -> None:
    """Freeze the page as a browser does with one that was not looked at for long, or wake it."""
    session = await person.page.context.new_cdp_session(person.page)
    state = "frozen" if asleep else "active"
    await session.send("Page.setWebLifecycleState", {"state": state})
    await session.detach()


@pytest.mark.promise("U2")
async def test_a_network_that_blocks_the_connection_is_named(site: Site) -> None:
    ana, bob = await site.person("Ana"), await site.in_note("Bob")
    network = NoSockets(blocks=False)
    await network.stand_before(ana)
    await ana.open_note()
    await ana.type("Avant. ")
    await ana.sees_state("saved")
    await network.begin()
    await ana.banner.get_by_text(BLOCKED).wait_for()
    await ana.type("Pendant.")
    await ana.page.get_by_text("modifications gardées sur cet appareil").wait_for()
    assert await bob.reads("Avant. ") == "Avant. "
    network.blocks = False
    await ana.sees_state("saved")
    await ana.banner.get_by_text(BLOCKED).wait_for(state="detached")
    assert await bob.reads("Pendant.") == "Avant. Pendant."


@pytest.mark.promise("U2")
async def test_a_server_that_is_gone_is_not_taken_for_a_network_that_blocks(
    own_site: Site,
) -> None:
    ana = await own_site.in_note("Ana")
    ana.expected += WITHOUT_SERVER

    def asks(request: PageRequest) -> bool:
        return request.url.endswith("/health/live")

    async with ana.page.expect_event("requestfailed", asks):
        await asyncio.to_thread(own_site.server.kill)
    assert await ana.banner.get_by_text(BLOCKED).count() == 0
    assert await ana.sees_state("offline") == "Hors ligne. Vous pouvez continuer à écrire."


@pytest.mark.promise("U2", "U1")
async def test_a_page_that_slept_wakes_up_to_the_note_as_it_is(own_site: Site) -> None:
    ana, bob = await own_site.in_note("Ana"), await own_site.in_note("Bob")
    for person in (ana, bob):
        person.expected += WITHOUT_SERVER
    await ana.type("Avant. ")
    await bob.reads("Avant. ")
    # Bob's last words are not saved when his page is frozen; the server is another when it wakes.
    with store_held_up(own_site.server.data):
        await bob.type("De Bob. ")
        await bob.sees_state("unsaved")
        await sleep(bob, True)
        await asyncio.to_thread(own_site.server.kill)
    await asyncio.to_thread(own_site.server.start)
    await ana.sees_state("saved")
    await ana.type("Pendant. ")
    await ana.sees_state("saved")
    await sleep(bob, False)
    await bob.reads("Pendant. ", "De Bob. ")
    await bob.sees_state("saved")
    await ana.reads("De Bob. ")
    assert await ana.text() == await bob.text()


@pytest.mark.promise("U1")
async def test_a_page_left_with_unsaved_words_says_so_in_its_title(own_site: Site) -> None:
    ana = await own_site.in_note("Ana")
    title = await ana.page.title()
    hide = """hidden => {
      Object.defineProperty(document, "hidden", { configurable: true, get: () => hidden })
      document.dispatchEvent(new Event("visibilitychange"))
    }"""
    with store_held_up(own_site.server.data):
        await ana.type("x")
        await ana.sees_state("unsaved")
        assert await ana.page.title() == title
        await ana.page.evaluate(hide, True)
        assert await ana.page.title() == f"1 en attente · {title}"
    await ana.sees_state("saved")
    assert await ana.page.title() == title
