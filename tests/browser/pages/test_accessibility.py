"""Every page as axe-core sees it: WCAG 2.2 AA, in both colour schemes and at both widths."""

from __future__ import annotations

import asyncio

import pytest

from tests.browser.pages.axe import examine
from tests.browser.pages.people import WITHOUT_SERVER, Site

pytestmark = [pytest.mark.asyncio(loop_scope="module"), pytest.mark.promise("U4")]


async def test_the_way_in(site: Site, axe: str) -> None:
    ana = await site.stranger("Ana")
    ana.expected += ["404", "400"]
    await ana.page.goto(site.server.base_url)
    await examine(ana, axe)
    await ana.page.goto(f"{site.server.base_url}/nowhere")
    await examine(ana, axe)
    await ana.page.goto(site.link("writer"))
    await examine(ana, axe)
    await ana.page.fill("#name", " ")
    await ana.page.press("#name", "Enter")
    await ana.page.locator("#name-error").wait_for()
    await examine(ana, axe)
    await ana.join("writer")
    await ana.page.goto(site.link("writer"))
    await examine(ana, axe)
    await ana.page.goto(site.server.base_url)
    await examine(ana, axe)


async def test_the_programme(site: Site, axe: str) -> None:
    ana = await site.person("Ana", "organiser")
    await site.in_note("Bob")
    await site.post("lock", {"why": "Fini"})
    await ana.page.goto(site.day)
    await ana.page.get_by_title("Bob").wait_for()
    for menu in await ana.page.locator("main details > summary").all():
        await menu.click()
    await examine(ana, axe)
    await ana.button("Verrouiller la journée").click()
    await ana.page.locator("dialog[open]").wait_for()
    await examine(ana, axe)


async def test_a_note_and_what_opens_over_it(site: Site, axe: str) -> None:
    ana, bob = await site.in_note("Ana"), await site.in_note("Bob")
    await ana.type("# Titre\n## Partie\n- point\n- point\n\n[ ] tâche\n\n1. un\n\n> dit\n\nun ")
    await ana.button("Lien").click()
    await ana.page.locator("dialog[open]").wait_for()
    await examine(ana, axe)
    await ana.page.keyboard.type("https://example.org")
    await ana.page.keyboard.press("Enter")
    await ana.button("Tableau").click()
    await ana.page.locator(".people summary").click()
    await bob.type("moi")
    await ana.page.locator(".caret").wait_for()
    await examine(ana, axe)


async def test_a_note_that_does_not_take_words(site: Site, axe: str) -> None:
    ana, eve = await site.in_note("Ana"), await site.in_note("Eve", "reader")
    bob = await site.in_note("Bob", "moderator")
    await examine(eve, axe)
    await site.post("lock", {"why": "Fini"})
    await ana.may_write(False)
    await examine(ana, axe)
    await bob.button("Déverrouiller").click()
    await bob.page.locator("dialog[open]").wait_for()
    await examine(bob, axe)


async def test_a_note_without_its_server(own_site: Site, axe: str) -> None:
    ana = await own_site.in_note("Ana")
    ana.expected += WITHOUT_SERVER
    await asyncio.to_thread(own_site.server.kill)
    await ana.sees_state("offline")
    await ana.type("x")
    await examine(ana, axe)
