"""What somebody does on a page to come to one of its states."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from itertools import count

from playwright.async_api import FilePayload, Page, WebSocketRoute

Step = Callable[[Page], Awaitable[None]]


def press(*selectors: str) -> Step:
    """Press one thing after the other."""

    async def step(page: Page) -> None:
        for selector in selectors:
            await page.locator(selector).first.click()

    return step


def type_into(selector: str, text: str) -> Step:
    async def step(page: Page) -> None:
        await page.fill(selector, text)
        await page.press(selector, "Enter")
        await page.locator("[role=alert]").first.wait_for()

    return step


def fill_and_press(selector: str, text: str, ready: str) -> Step:
    """Send a field's form; `{n}` in the text is another number each time."""
    numbers = count(1)

    async def step(page: Page) -> None:
        await page.fill(selector, text.format(n=next(numbers)))
        await page.press(selector, "Enter")
        await page.locator(ready).first.wait_for()

    return step


def open_form(of: str) -> Step:
    async def step(page: Page) -> None:
        await page.click("#edit-programme")
        await page.locator(f"{of} [id^=change-]").first.click()
        await page.locator(".edit-form").wait_for()

    return step


def import_file(text: str, ready: str) -> Step:
    """Choose a file with this text for the programme."""

    async def step(page: Page) -> None:
        await press("#edit-programme", "#import-programme")(page)
        file: FilePayload = {"name": "p.csv", "mimeType": "", "buffer": text.encode()}
        await page.locator("#import-file").set_input_files(file)
        await page.locator(ready).first.wait_for()

    return step


def by_key(key: str, selector: str) -> Step:
    """Open something from within the text."""

    async def step(page: Page) -> None:
        await page.locator("[data-pane=notes] .pane").press(key)
        await page.locator(selector).first.wait_for()

    return step


async def without_network(page: Page) -> None:
    """The connection ends, and none comes about any more."""
    sockets: list[WebSocketRoute] = []

    async def connect(socket: WebSocketRoute) -> None:
        if sockets:
            await socket.close()
        else:
            sockets.append(socket)
            socket.connect_to_server()

    await page.route_web_socket("**/collab", connect)
    await page.reload()
    await page.wait_for_selector(".saving[data-state=saved]")
    await sockets[0].close()
    await page.wait_for_selector(".saving[data-state=offline]")
    await page.locator("[data-pane=notes] .pane").press("x")
    await page.wait_for_selector(".note-bar[data-connection=offline]")
