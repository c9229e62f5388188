"""A long export on the page of the day: how far it is, its file, and a way to stop it."""

from __future__ import annotations

from pathlib import Path

import pytest
from playwright.async_api import Browser, expect

from tests.browser.axe import no_findings
from tests.browser.pages.people import Site, gathering
from tests.running import RunningServer

pytestmark = pytest.mark.asyncio(loop_scope="module")

LINE = "          Une phrase, **des mots** [et un lien](https://exemple.fr/), « ici ».\n"
ITEMS = 60
PROGRAMME = "title: Une longue journée\nsections:\n  - title: A\n    items:\n" + "".join(
    f"      - title: Point {number}\n        notes: |\n{LINE * 40}" for number in range(ITEMS)
)


async def test_an_export_is_followed_and_becomes_a_file(
    browser: Browser, standing_server: RunningServer, tmp_path: Path
) -> None:
    site = Site(standing_server, browser, standing_server.new_day(PROGRAMME))
    ana = await site.person("Ana", "reader")
    await ana.page.goto(site.day)
    await ana.page.locator("summary", has_text="Exporter").click()
    async with ana.page.expect_download() as downloading:
        await ana.page.get_by_role("link", name="Toute la journée (Markdown)").click()
        row = ana.page.locator(".export")
        await expect(row).to_be_visible()
        await no_findings(ana.page, widths=(1280, 320))
    download = await downloading.value
    assert download.suggested_filename == "une-longue-journee.md"
    await download.save_as(tmp_path / "day.md")
    async with standing_server.http(site.entrance.tokens["reader"]) as api:
        plain = await api.get(f"/api/days/{site.entrance.day}/export?format=md")
    assert (tmp_path / "day.md").read_bytes() == plain.content
    said = ana.page.get_by_role("status").filter(has_text="une-longue-journee.md")
    await expect(said).to_have_text("L’export est prêt\u00a0: une-longue-journee.md")
    await no_findings(ana.page, widths=(1280, 320))
    await row.get_by_role("button", name="Fermer").click()
    await expect(row).to_have_count(0)
    await ana.page.context.close()
    assert ana.unexpected() == []


async def test_an_export_is_cancelled(browser: Browser, standing_server: RunningServer) -> None:
    site = Site(standing_server, browser, standing_server.new_day(PROGRAMME))
    ana = await site.person("Ana", "reader")
    ana.expected.append("ERR_ABORTED")
    await ana.page.goto(site.day)
    await ana.page.locator("summary", has_text="Exporter").click()
    await ana.page.get_by_role("link", name="Toute la journée (Word)").click()
    # The keyboard is there already.
    await expect(ana.page.get_by_role("button", name="Annuler l’export")).to_be_focused()
    await ana.page.keyboard.press("Enter")
    row = ana.page.locator(".export")
    await expect(row).to_contain_text("L’export est annulé.")
    await ana.page.keyboard.press("Enter")
    await expect(row).to_have_count(0)
    await expect(ana.page.locator("summary", has_text="Exporter")).to_be_focused()
    await ana.page.context.close()
    assert ana.unexpected() == []


async def test_without_javascript_it_is_a_plain_download(
    browser: Browser, standing_server: RunningServer
) -> None:
    async with gathering(browser, standing_server) as site:
        ana = await site.person("Ana", "reader", java_script_enabled=False)
        await ana.page.goto(site.day)
        await ana.page.locator("summary", has_text="Exporter").click()
        async with ana.page.expect_download() as downloading:
            await ana.page.get_by_role("link", name="Toute la journée (Markdown)").click()
        assert (await downloading.value).suggested_filename.endswith(".md")
