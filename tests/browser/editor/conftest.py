"""The editor alone in real browsers: peers whose updates travel only when a test carries them."""

import asyncio
import threading
from collections.abc import AsyncIterator, Iterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any, TypeAlias

import pytest
import pytest_asyncio
from playwright.async_api import Browser, BrowserContext, Page, async_playwright

from tests.browser.chromium import FLAGS, chromium

ROOT = Path(__file__).parents[3]
CLIENT = ROOT / "client"
CONTENT_SECURITY = "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:"
PAGE = """<!doctype html><html lang="en"><head><meta charset="utf-8"><title>Editor</title>
<link rel="icon" href="data:,"><link rel="stylesheet" href="editor.css">
<meta name="viewport" content="width=device-width"></head>
<body><main><h1>Editor</h1></main><script src="lab.js"></script></body></html>"""


class _Pages(SimpleHTTPRequestHandler):
    def end_headers(self) -> None:
        self.send_header("Content-Security-Policy", CONTENT_SECURITY)
        super().end_headers()

    def log_message(self, format: str, *args: object) -> None:
        pass


async def _bundle(source: Path, target: Path, *options: str) -> None:
    esbuild = CLIENT / "node_modules" / ".bin" / "esbuild"
    assert esbuild.exists(), "the client's packages are not installed: run `make setup`"
    process = await asyncio.create_subprocess_exec(
        str(esbuild), str(source), "--bundle", "--target=es2020", f"--outfile={target}",
        "--log-level=warning", *options,
    )  # fmt: skip
    assert await process.wait() == 0


@pytest.fixture(scope="session")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The address of the tests' page, served with the strict policy of the real pages."""
    folder = tmp_path_factory.mktemp("editor")
    asyncio.run(_bundle(CLIENT / "test" / "lab.ts", folder / "lab.js", "--minify-syntax"))
    asyncio.run(_bundle(CLIENT / "src" / "editor" / "editor.css", folder / "editor.css"))
    (folder / "index.html").write_text(PAGE)
    server = ThreadingHTTPServer(("127.0.0.1", 0), partial(_Pages, directory=str(folder)))
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}/"
    server.shutdown()
    thread.join()
    server.server_close()


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def browser() -> AsyncIterator[Browser]:
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(executable_path=chromium(), args=FLAGS)
        yield browser
        await browser.close()


Line: TypeAlias = str | tuple[str, dict[str, Any]]


def delta_of(lines: Sequence[Line]) -> list[dict[str, Any]]:
    """A text of lines; a line with attributes is a pair."""
    delta: list[dict[str, Any]] = []
    for line in lines:
        text, attributes = (line, {}) if isinstance(line, str) else line
        if text:
            delta.append({"insert": text})
        delta.append({"insert": "\n", **({"attributes": attributes} if attributes else {})})
    return delta


@dataclass
class Person:
    """One person on a page of their own."""

    name: str
    page: Page
    errors: list[str] = field(default_factory=list)

    async def call(self, what: str, *given: object) -> Any:
        """Calls a function of the lab for this person."""
        return await self.page.evaluate(
            "([what, name, given]) => lab[what](name, ...given)", [what, self.name, list(given)]
        )

    async def select(self, line: int, offset: int, *to: int) -> None:
        await self.call("select", line, offset, *to)

    async def press(self, *keys: str) -> None:
        for key in keys:
            await self.page.keyboard.press(key)

    async def type(self, text: str) -> None:
        await self.page.keyboard.type(text)

    async def lines(self) -> list[list[Any]]:
        """[kind, indent, text] of each line of the document."""
        lines: list[list[Any]] = await self.call("lines")
        return lines

    async def text(self) -> str:
        return "\n".join(line[2] for line in await self.lines())

    async def paste(self, html: str, text: str = "") -> None:
        await self.call("paste", html, text)


@dataclass
class Lab:
    """Carries updates between people, when told to."""

    people: list[Person]

    async def sync(self) -> None:
        """Everybody's edits reach everybody; then all must show the same."""
        updates = [await person.call("take") for person in self.people]
        for sender, update in zip(self.people, updates, strict=True):
            for receiver in self.people:
                if receiver is not sender and update is not None:
                    await receiver.call("give", update)
        await self.check()

    async def carry(self, sender: Person, receiver: Person) -> None:
        update = await sender.call("take")
        if update is not None:
            await receiver.call("give", update)

    async def carry_presence(self, sender: Person, receiver: Person) -> None:
        await receiver.call("givePresence", await sender.call("takePresence"))

    async def check(self) -> None:
        """Every text is its document is its screen, and all of them are the same."""
        first = self.people[0]
        for person in self.people:
            assert await person.call("wrong") is None
            assert person.errors == []
            assert await person.call("delta") == await first.call("delta")
            assert await person.call("screen") == await first.call("screen")

    async def reopen(self, lines: Sequence[Line] | list[dict[str, Any]]) -> None:
        """Begins again with a new note."""
        raw = bool(lines) and isinstance(lines[0], dict)
        delta = list(lines) if raw else delta_of(lines)  # type: ignore[arg-type]
        page = self.people[0].page
        first = await page.evaluate("delta => lab.seed(delta)", delta)
        for number, person in enumerate(self.people):
            await person.call("open", first, number + 2)


async def open_person(context: BrowserContext, site: str, name: str) -> Person:
    person = Person(name, await context.new_page())
    person.page.on("pageerror", lambda error: person.errors.append(str(error)))
    person.page.on(
        "console",
        lambda message: (
            person.errors.append(message.text) if message.type in ("error", "warning") else None
        ),
    )
    await person.page.goto(site)
    return person


@asynccontextmanager
async def laboratory(
    browser: Browser, site: str, people: int, **options: Any
) -> AsyncIterator[Lab]:
    context = await browser.new_context(**options)
    context.set_default_timeout(5000)
    names = ["Ana", "Bob", "Cléo"][:people]
    yield Lab([await open_person(context, site, name) for name in names])
    await context.close()


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def pair(browser: Browser, site: str) -> AsyncIterator[Lab]:
    """Two people on two pages."""
    async with laboratory(browser, site, 2) as lab:
        yield lab


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def alone(browser: Browser, site: str) -> AsyncIterator[Lab]:
    """One person on a page."""
    async with laboratory(browser, site, 1) as lab:
        yield lab


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def phone(browser: Browser, site: str) -> AsyncIterator[Lab]:
    """Two people on telephones, as Chromium emulates a Pixel 7."""
    async with laboratory(
        browser, site, 2,
        viewport={"width": 412, "height": 839}, device_scale_factor=2.625, is_mobile=True,
        has_touch=True,
        user_agent="Mozilla/5.0 (Linux; Android 14; Pixel 7) AppleWebKit/537.36 (KHTML, like Gecko)"
        " Chrome/130.0.0.0 Mobile Safari/537.36",
    ) as lab:  # fmt: skip
        yield lab
