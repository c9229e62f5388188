"""What the device keeps: notes that were open before open without a server, and nothing stays that
should not."""

from __future__ import annotations

import asyncio

import pytest
from playwright.async_api import Error

from tests.browser.pages.people import TIMEOUT_MS, WITHOUT_SERVER, Person, Site

pytestmark = [pytest.mark.asyncio(loop_scope="module"), pytest.mark.promise("U2")]

PAGES = """async () => {
  const found = []
  for (const name of await caches.keys()) {
    if (name === "calepin/files") continue
    for (const { url } of await (await caches.open(name)).keys()) found.push(new URL(url).pathname)
  }
  return found
}"""
KEPT = f"async (path) => (await ({PAGES})()).includes(path)"
GONE = f"async (day) => !(await ({PAGES})()).some((path) => path.includes(day))"
AGE = """async (path) => {
  for (const name of await caches.keys()) {
    const cache = await caches.open(name)
    const kept = await cache.match(path)
    if (kept === undefined) continue
    const headers = new Headers(kept.headers)
    headers.set("calepin-kept-at", String(Date.now() - 3 * 24 * 60 * 60 * 1000 - 1000))
    await cache.put(path, new Response(await kept.text(), { headers }))
  }
}"""
WITHOUT = (*WITHOUT_SERVER, "ERR_FAILED", "An unknown error occurred when fetching the script")


async def in_kept_note(site: Site, name: str) -> Person:
    """Somebody in the first note, whose device has kept the page."""
    person = await site.in_note(name)
    person.expected.extend(WITHOUT)
    await kept(person, f"/d/{site.entrance.day}/n/{site.entrance.notes[0]}")
    return person


async def kept(person: Person, path: str) -> None:
    await holds(person, KEPT, path)


async def holds(person: Person, condition: str, about: str) -> None:
    """Wait until the device answers so."""
    async with asyncio.timeout(TIMEOUT_MS / 1000):
        while not await person.page.evaluate(condition, about):
            pass


async def test_a_note_opens_without_a_server_and_what_is_typed_arrives(own_site: Site) -> None:
    ana = await in_kept_note(own_site, "Ana")
    await ana.type("Dit avant. ")
    await ana.sees_state("saved")
    await ana.kept_on_device("Dit avant.")
    own_site.server.kill()
    await ana.page.reload()
    await ana.reads("Dit avant.")
    await ana.may_write(True)
    await ana.type("Et sans réseau.")
    await ana.kept_on_device("Et sans réseau.")
    # Closed and opened again meanwhile.
    await ana.page.goto("about:blank")
    await ana.page.goto(own_site.note())
    await ana.reads("Dit avant. Et sans réseau.")
    own_site.server.start()
    await ana.sees_state("saved")
    bo = await own_site.in_note("Bo")
    assert "Dit avant. Et sans réseau." in await bo.text()


async def test_a_page_comes_from_the_server_whenever_it_answers(own_site: Site) -> None:
    ana = await in_kept_note(own_site, "Ana")
    day = own_site.entrance.day
    async with own_site.server.http(own_site.entrance.tokens["organiser"]) as api:
        answer = await api.patch(f"/api/days/{day}", json={"title": "Une autre journée"})
        assert answer.is_success, answer.text
    await ana.page.reload()
    await ana.ready()
    assert "Une autre journée" in await ana.page.title()
    path = f"/d/{day}/n/{own_site.entrance.notes[0]}"
    renamed = "async (path) => (await (await caches.match(path)).text()).includes('Une autre')"
    await holds(ana, renamed, path)
    own_site.server.kill()
    await ana.page.reload()
    assert "Une autre journée" in await ana.page.title()
    own_site.server.start()


async def test_the_service_worker_is_asked_for_anew_and_works_at_once(site: Site) -> None:
    ana = await in_kept_note(site, "Ana")
    async with site.server.http(site.entrance.tokens["writer"]) as web:
        answer = await web.get("/service-worker.js")
    # So a browser sees a new one with the next page that opens.
    assert answer.headers["cache-control"] == "no-cache"
    await ana.page.reload()
    await ana.ready()
    state = "() => navigator.serviceWorker.controller?.state === 'activated'"
    await ana.page.wait_for_function(state)


async def test_forgetting_a_day_leaves_nothing_of_it_on_the_device(site: Site) -> None:
    ana = await in_kept_note(site, "Ana")
    await ana.page.goto("/".join(site.day.split("/")[:3]))
    await kept(ana, "/")
    day = site.entrance.day
    await ana.page.goto(f"{site.server.base_url}/forget/{day}")
    await ana.page.locator("form[data-day] button").click()
    await ana.page.wait_for_url(f"{site.server.base_url}/")
    await holds(ana, GONE, day)
    home = "async () => (await (await caches.match('/'))?.text()) ?? ''"
    assert day not in str(await ana.page.evaluate(home))
    assert await ana.page.evaluate("indexedDB.databases()") == []


async def test_a_removed_person_loses_the_pages_with_the_next_answer(own_site: Site) -> None:
    ana = await in_kept_note(own_site, "Ana")
    ana.expected.extend(("401", "403"))
    day = own_site.entrance.day
    person = await ana.page.evaluate(
        "() => JSON.parse(document.getElementById('data').textContent).person.id"
    )
    async with own_site.server.http(own_site.entrance.tokens["organiser"]) as api:
        answer = await api.post(f"/api/days/{day}/people/{person}/remove", json={})
        assert answer.is_success, answer.text
    await ana.page.reload()
    await holds(ana, GONE, day)
    own_site.server.kill()
    with pytest.raises(Error, match="ERR_"):
        await ana.page.goto(own_site.note())
    own_site.server.start()


async def test_a_page_is_not_shown_for_ever_without_asking(own_site: Site) -> None:
    ana = await in_kept_note(own_site, "Ana")
    await ana.page.evaluate(AGE, f"/d/{own_site.entrance.day}/n/{own_site.entrance.notes[0]}")
    own_site.server.kill()
    with pytest.raises(Error, match="ERR_"):
        await ana.page.goto(own_site.note())
    own_site.server.start()


async def test_a_page_with_links_to_share_is_not_kept(site: Site) -> None:
    zoe = await site.person("Zoé", "organiser")
    await zoe.open_note()
    await kept(zoe, f"/d/{site.entrance.day}/n/{site.entrance.notes[0]}")
    await zoe.page.goto(site.day)
    await zoe.page.goto(site.note(1))
    await kept(zoe, f"/d/{site.entrance.day}/n/{site.entrance.notes[1]}")
    assert f"/d/{site.entrance.day}" not in await zoe.page.evaluate(PAGES)


async def test_the_site_can_be_installed(site: Site) -> None:
    ana = await site.in_note("Ana")
    session = await ana.page.context.new_cdp_session(ana.page)
    found = await session.send("Page.getAppManifest")
    assert found["errors"] == []
    assert '"standalone"' in found["data"]
