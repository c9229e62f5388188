"""Several people at the pages of one note: one text, who is there and where, what is saved."""

from __future__ import annotations

import asyncio
import re
import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

import pytest

from tests.browser.pages.people import WITHOUT_SERVER, Site

pytestmark = pytest.mark.asyncio(loop_scope="module")


@contextmanager
def store_held_up(data: Path) -> Iterator[None]:
    """Nobody can commit while this lasts; reading goes on."""
    with closing(sqlite3.connect(data / "calepin.sqlite", isolation_level=None)) as db:
        db.execute("BEGIN IMMEDIATE")
        yield
        db.execute("ROLLBACK")


@pytest.mark.promise("L7")
async def test_three_type_at_once_and_read_the_same(site: Site) -> None:
    people = [await site.in_note(name) for name in ("Ana", "Bob", "Cléo")]
    sentences = [f"{person.name} écrit : l’été, ça « va » 🧷." for person in people]
    async with asyncio.TaskGroup() as typing:
        for person, sentence in zip(people, sentences, strict=True):
            typing.create_task(person.type(sentence))
    for person in people:
        await person.sees_state("saved")
    late = await site.in_note("Late", "reader")
    first = await late.text()
    assert sorted(first) == sorted("".join(sentences))
    for person in people:
        assert await person.reads(first) == first


@pytest.mark.promise("U4")
async def test_who_is_there_and_where(site: Site) -> None:
    ana = await site.in_note("Ana Belin")
    bob = await site.in_note("Bob", "moderator")
    await ana.type("bonjour ")
    caret = bob.page.locator(".caret")
    await caret.wait_for()
    assert await caret.locator(".caret-name").inner_text() == "Ana Belin"
    # It is drawn anew at each key: what is asked of one that is gone is "".
    drawn = await bob.page.wait_for_function(
        "() => getComputedStyle(document.querySelector('.caret')).borderInlineStartColor"
    )
    colour = await drawn.json_value()
    await bob.reads("bonjour ")

    people = bob.page.locator(".people")
    await people.get_by_text("2 personnes ici").wait_for(state="attached")
    await people.locator("summary").click()
    assert await people.locator("li > span:nth-child(2)").all_inner_texts() == [
        "Bob (vous)",
        "Ana Belin",
    ]
    badge = people.locator("li", has_text="Ana").locator(".person")
    assert await badge.evaluate("element => getComputedStyle(element).backgroundColor") == colour
    await bob.page.keyboard.press("Escape")
    await people.locator("li").first.wait_for(state="hidden")

    await ana.page.goto(site.day)
    await people.get_by_text("1 personne ici").wait_for(state="attached")
    await caret.wait_for(state="detached")


@pytest.mark.promise("U1")
async def test_saved_is_said_only_when_it_is(own_site: Site) -> None:
    ana = await own_site.in_note("Ana")
    with store_held_up(own_site.server.data):
        await ana.type("un")
        await ana.sees_state("unsaved")
    assert await ana.sees_state("saved") == "Enregistré"
    with store_held_up(own_site.server.data):
        await ana.type("x")
        assert await ana.sees_state("unsaved") == "1 en attente"
        await ana.type("y")
        await ana.page.get_by_text("2 en attente").wait_for()
        async with ana.page.expect_event("dialog") as asked:
            await ana.page.close(run_before_unload=True)
        dialog = await asked.value
        assert dialog.type == "beforeunload"
        await dialog.dismiss()
        assert await ana.page.locator(".saving[data-state=saved]").count() == 0
    assert await ana.sees_state("saved") == "Enregistré"
    bob = await own_site.in_note("Bob")
    assert await bob.reads("unxy") == "unxy"


@pytest.mark.promise("U2", "U1")
async def test_a_killed_server_stops_nobody_from_typing(own_site: Site) -> None:
    ana, bob = await own_site.in_note("Ana"), await own_site.in_note("Bob")
    for person in (ana, bob):
        person.expected += WITHOUT_SERVER
    await ana.type("Avant. ")
    await ana.sees_state("saved")
    await asyncio.to_thread(own_site.server.kill)
    await ana.sees_state("offline")
    await ana.type("Pendant. ")
    # Two keys that the browser hands over together are one edit.
    kept = ana.page.get_by_text(re.compile("Hors ligne\u00a0: [2-9] modifications gardées sur cet"))
    await kept.wait_for()
    await bob.sees_state("offline")
    await bob.type("Moi aussi. ", at="Control+Home")
    await asyncio.to_thread(own_site.server.start)
    for person in (ana, bob):
        await person.sees_state("saved")
        assert await person.reads("Pendant. ", "Moi aussi. ") == "Moi aussi. Avant. Pendant. "


@pytest.mark.promise("U1", "L2")
async def test_what_was_typed_offline_outlives_its_page(own_site: Site) -> None:
    ana = await own_site.in_note("Ana")
    ana.expected += WITHOUT_SERVER
    await ana.type("Avant. ")
    await ana.sees_state("saved")
    await asyncio.to_thread(own_site.server.kill)
    await ana.sees_state("offline")
    await ana.type("éçï")
    await ana.kept_on_device("éçï")
    ana.expected.append("net::ERR_CONNECTION_REFUSED")
    await ana.page.goto("about:blank")
    await asyncio.to_thread(own_site.server.start)
    await ana.open_note()
    assert await ana.text() == "Avant. éçï"
    bob = await own_site.in_note("Bob")
    assert await bob.reads("éçï") == "Avant. éçï"


@pytest.mark.promise("U2")
async def test_the_page_knows_of_a_lost_network_and_of_its_return(site: Site) -> None:
    ana, bob = await site.in_note("Ana"), await site.in_note("Bob")
    ana.expected.append("net::ERR_INTERNET_DISCONNECTED")
    context = ana.page.context
    await context.set_offline(True)
    assert await ana.sees_state("offline") == "Hors ligne. Vous pouvez continuer à écrire."
    await context.set_offline(False)
    await ana.sees_state("saved")
    await ana.type("De retour.")
    await bob.reads("De retour.")
