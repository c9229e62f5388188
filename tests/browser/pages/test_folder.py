"""The published day as a folder: under any prefix of a plain web server, and from a disk."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread

import pytest
from playwright.async_api import Browser, expect

from tests.browser.axe import no_findings
from tests.browser.everywhere import fits, walked_by_keyboard, well_framed
from tests.browser.pages.people import Site
from tests.browser.pages.test_reading import LONG, OVERFLOW, choose, published
from tests.running import RunningServer

pytestmark = pytest.mark.asyncio(loop_scope="module")

STYLED = "getComputedStyle(document.querySelector('main')).display"


class Quiet(SimpleHTTPRequestHandler):
    """Knows nothing of Calepin, and logs nothing."""

    def log_message(self, format: str, *arguments: object) -> None:
        pass


@contextmanager
def served(folder: Path) -> Iterator[str]:
    with ThreadingHTTPServer(("127.0.0.1", 0), partial(Quiet, directory=folder)) as server:
        thread = Thread(target=server.serve_forever)
        thread.start()
        yield f"http://127.0.0.1:{server.server_port}"
        server.shutdown()
        thread.join()


async def unpack(site: Site, folder: Path) -> None:
    async with site.server.http(site.entrance.tokens["organiser"]) as api:
        answer = await api.get(f"/api/days/{site.entrance.day}/publication/folder")
    assert answer.headers["content-type"] == "application/zip"
    with zipfile.ZipFile(io.BytesIO(answer.content)) as archive:
        archive.extractall(folder)


@pytest.mark.promise("U4")
async def test_nothing_is_found_in_a_folder_and_it_asks_nobody_else(
    browser: Browser, standing_server: RunningServer, tmp_path: Path
) -> None:
    async with published(browser, standing_server) as site:
        await unpack(site, tmp_path / "a" / "b")
        await choose(site, what="nothing")
        await unpack(site, tmp_path / "gone")
        note = site.entrance.notes[0]
    with served(tmp_path) as address:
        context = await browser.new_context(service_workers="block")
        page = await context.new_page()
        asked: list[str] = []
        trouble: list[str] = []
        page.on("request", lambda request: asked.append(request.url))
        page.on("console", lambda said: trouble.append(said.text))
        page.on("pageerror", lambda error: trouble.append(str(error)))
        for path in ("a/b/", f"a/b/n-{note}.html", "gone/"):
            await page.goto(f"{address}/{path}")
            assert await page.evaluate(STYLED) == "grid"
            await well_framed(page, "fr")
            await no_findings(page, widths=(1280, 390, 320))
            for width in (320, 1280):
                await page.set_viewport_size({"width": width, "height": 800})
                assert await page.evaluate(OVERFLOW) == []
        await page.goto(f"{address}/a/b/n-{note}.html")
        await walked_by_keyboard(page)
        await fits(page)
        assert [url for url in asked if not url.startswith((f"{address}/", "data:"))] == []
        assert trouble == []
        await context.close()


@pytest.mark.parametrize("opened", ["served", "from the disk"])
async def test_a_folder_is_read_without_javascript(
    browser: Browser, standing_server: RunningServer, tmp_path: Path, opened: str
) -> None:
    async with published(browser, standing_server) as site:
        await unpack(site, tmp_path / "day")
        note = site.entrance.notes[0]
    with served(tmp_path) as address:
        first = f"{address}/day/" if opened == "served" else (tmp_path / "day/index.html").as_uri()
        context = await browser.new_context(java_script_enabled=False)
        page = await context.new_page()
        await page.goto(first)
        grid = page.locator("main")
        assert await grid.evaluate("main => getComputedStyle(main).display") == "grid"
        await page.get_by_role("link", name=LONG).first.click()
        assert page.url.endswith(f"#n-{note}")
        await page.get_by_role("link", name="Note de bas de page 1").click()
        await page.get_by_role("link", name="Revenir au texte").click()
        await page.locator("article h3 a").first.click()
        assert page.url.endswith(f"/day/n-{note}.html")
        await page.get_by_role("link", name="Point suivant").click()
        assert await page.locator("h1").inner_text() == "Point 0 de la journée"
        await page.locator(".kicker a").click()
        assert page.url.endswith(f"/day/index.html#n-{site.entrance.notes[1]}")
        await context.close()


async def test_the_folder_is_followed_and_becomes_a_file(
    browser: Browser, standing_server: RunningServer, tmp_path: Path
) -> None:
    async with published(browser, standing_server) as site:
        ana = await site.person("Ana", "organiser")
        await ana.page.goto(f"{site.day}/publish")
        async with ana.page.expect_download() as downloading:
            await ana.page.get_by_role("link", name="Télécharger les pages").click()
            row = ana.page.locator(".export")
            await expect(row).to_be_visible()
            await no_findings(ana.page, widths=(1280, 320))
        download = await downloading.value
        await download.save_as(tmp_path / "day.zip")
        async with standing_server.http(site.entrance.tokens["organiser"]) as api:
            plain = await api.get(f"/api/days/{site.entrance.day}/publication/folder")
        assert (tmp_path / "day.zip").read_bytes() == plain.content
        said = f"L’export est prêt\u00a0: {download.suggested_filename}"
        await expect(ana.page.get_by_role("status")).to_have_text(said)
        await row.get_by_role("button", name="Fermer").click()
        await expect(ana.page.get_by_role("link", name="Télécharger les pages")).to_be_focused()


async def test_the_folder_is_cancelled(browser: Browser, standing_server: RunningServer) -> None:
    async with published(browser, standing_server) as site:
        ana = await site.person("Ana", "organiser")
        ana.expected.append("ERR_ABORTED")
        await ana.page.goto(f"{site.day}/publish")
        await ana.page.get_by_role("link", name="Télécharger les pages").click()
        await expect(ana.page.get_by_role("button", name="Annuler l’export")).to_be_focused()
        await ana.page.keyboard.press("Enter")
        await expect(ana.page.locator(".export")).to_contain_text("L’export est annulé.")


async def test_without_javascript_the_folder_is_a_plain_download(
    browser: Browser, standing_server: RunningServer
) -> None:
    async with published(browser, standing_server) as site:
        ana = await site.person("Ana", "organiser", java_script_enabled=False)
        await ana.page.goto(f"{site.day}/publish")
        async with ana.page.expect_download() as downloading:
            await ana.page.get_by_role("link", name="Télécharger les pages").click()
        assert (await downloading.value).suggested_filename.endswith(".zip")
