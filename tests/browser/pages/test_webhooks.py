"""Telling other programs, as an organiser sets it up: with a real one that is told."""

from __future__ import annotations

import re
from collections.abc import AsyncIterator, Iterator

import pytest
import pytest_asyncio
from playwright.async_api import Browser, Locator, expect

from tests.browser.axe import no_findings
from tests.browser.pages.people import Person, Site
from tests.conftest import SHORT_DRAIN
from tests.running import RunningServer
from tests.webhooks.receiver import receiver

pytestmark = pytest.mark.asyncio(loop_scope="module")

PROGRAMME = "title: Une journée\nsections: [{title: A, items: [{title: Le garage}]}]\n"


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunningServer]:
    """One that may tell programs of this machine."""
    settings = SHORT_DRAIN | {"webhooks": "internal"}
    with RunningServer(tmp_path_factory.mktemp("server"), settings) as running:
        yield running


@pytest_asyncio.fixture(loop_scope="module")
async def site(browser: Browser, server: RunningServer) -> AsyncIterator[Site]:
    site = Site(server, browser, server.new_day(PROGRAMME))
    yield site
    for person in site.people:
        await person.page.context.close()
    assert [trouble for person in site.people for trouble in person.unexpected()] == []


async def arrived(site: Site, **options: object) -> Person:
    """An organiser who has come from the day's page to that of its webhooks."""
    odile = await site.person("Odile", "organiser", **options)
    await odile.page.goto(site.day)
    await odile.page.locator("details.more > summary").click()
    await odile.page.get_by_role("link", name="Webhooks").click()
    await expect(odile.page.get_by_text("Aucune adresse n’est prévenue.")).to_be_visible()
    return odile


async def add(odile: Person, url: str) -> str:
    """The secret."""
    await odile.page.get_by_label("Adresse", exact=True).fill(url)
    await odile.page.get_by_role("button", name="Ajouter").click()
    return await odile.page.get_by_label("Son secret").input_value()


def card(odile: Person) -> Locator:
    return odile.page.locator(".hook")


async def lock(site: Site) -> None:
    async with site.server.http(site.entrance.tokens["moderator"]) as api:
        answer = await api.post(f"/api/notes/{site.entrance.notes[0]}/lock", json={})
    assert answer.is_success


@pytest.mark.promise("U4")
async def test_an_address_is_added_tried_told_and_removed(site: Site) -> None:
    odile = await arrived(site)
    await odile.page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    async with receiver() as there:
        secret = await add(odile, there.url)
        await expect(card(odile)).to_contain_text("Pas encore essayée")
        await odile.page.get_by_role("button", name="Copier le secret").click()
        await expect(odile.page.locator("#copy-said")).to_have_text("Le secret est copié")
        assert await odile.page.evaluate("navigator.clipboard.readText()") == secret
        await no_findings(odile.page, widths=(1280, 390, 320))

        await odile.page.get_by_role("button", name="Envoyer un essai").click()
        (came,) = await there.until_count(1)
        assert (came.said["type"], came.said["data"]["state"]) == ("webhook.test", "test")
        assert came.is_signed_with(secret)
        # Without being loaded anew.
        await expect(card(odile)).to_contain_text("En ordre")
        await expect(card(odile)).to_contain_text(
            re.compile(r"Le dernier envoi est arrivé à \d\d:\d\d:\d\d \(réponse 204\)\.")
        )
        assert secret not in await odile.page.content()

        await lock(site)
        assert (await there.until_count(2))[1].said["type"] == "note.locked"
        await odile.page.get_by_text("Retirer", exact=True).click()
        await no_findings(odile.page, widths=(1280, 320))
        await odile.page.get_by_role("button", name="Retirer cette adresse").click()
        await expect(odile.page.get_by_text("Aucune adresse n’est prévenue.")).to_be_visible()


async def test_what_fails_is_said_with_the_next_attempt(site: Site) -> None:
    odile = await arrived(site)
    async with receiver(500, 410) as there:
        await add(odile, there.url)
        await lock(site)
        await there.until_count(1)
        await odile.page.goto(f"{site.day}/webhooks")
        await expect(card(odile)).to_contain_text("En attente")
        await expect(card(odile)).to_contain_text("elle a répondu 500.")
        await expect(card(odile)).to_contain_text(
            re.compile(r"Un envoi attend, essayé 1 fois.; prochain essai à \d\d:")
        )
        await no_findings(odile.page, widths=(1280, 320))
        await there.until_count(2)
        await expect(card(odile)).to_contain_text("Terminée")
        await expect(card(odile)).to_contain_text("Un envoi a été abandonné.")
        await expect(odile.page.get_by_role("button", name="Envoyer un essai")).to_have_count(0)


async def test_a_test_that_fails_is_not_sent_again(site: Site) -> None:
    odile = await arrived(site)
    async with receiver(otherwise=503) as there:
        await add(odile, there.url)
        await odile.page.get_by_role("button", name="Envoyer un essai").click()
        await expect(card(odile)).to_contain_text("En échec")
        await expect(card(odile)).to_contain_text("elle a répondu 503.")
        await expect(card(odile)).not_to_contain_text("essai à")
        assert len(there.requests) == 1


async def test_what_is_no_address_is_said_in_the_language_of_the_page(site: Site) -> None:
    odile = await arrived(site)
    odile.expected += ["status of 400", ": 400 ", "status of 409", ": 409 "]
    for typed, said in (
        ("https://ana:secret@example.org/", "Une adresse ne contient ni nom ni mot de passe"),
        ("https://example.org/#a", "Une adresse ne contient pas de #"),
    ):
        await odile.page.get_by_label("Adresse", exact=True).fill(typed)
        await odile.page.get_by_role("button", name="Ajouter").click()
        await expect(odile.page.get_by_role("alert")).to_contain_text(said)
        await expect(odile.page.get_by_label("Adresse", exact=True)).to_have_value(typed)
    await add(odile, "https://example.org/hook")
    await odile.page.get_by_label("Adresse", exact=True).fill("https://example.org/hook")
    await odile.page.get_by_role("button", name="Ajouter").click()
    await expect(odile.page.get_by_role("alert")).to_contain_text("Cette adresse est déjà là")


async def test_all_of_it_works_without_javascript(site: Site) -> None:
    odile = await arrived(site, java_script_enabled=False)
    async with receiver() as there:
        secret = await add(odile, there.url)
        assert secret.startswith("whsec_")
        await odile.page.get_by_role("button", name="Envoyer un essai").click()
        (came,) = await there.until_count(1)
        assert came.is_signed_with(secret)
        await odile.page.get_by_text("Retirer", exact=True).click()
        await odile.page.get_by_role("button", name="Retirer cette adresse").click()
        await expect(odile.page.get_by_text("Aucune adresse n’est prévenue.")).to_be_visible()
