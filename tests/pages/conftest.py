"""The whole application in this process, on a real store, asked over HTTP as a browser asks."""

from __future__ import annotations

from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import dataclass
from pathlib import Path
from typing import TypeAlias

import httpx
import pytest
import pytest_asyncio

from server.app import create_app
from server.days.access import Role
from server.days.entrance import Entrance
from server.service import Service
from server.settings import Settings

ORIGIN = "http://calepin.test"
HOSTILE = "</title></script><script>alert(1)</script><img src=x onerror=alert(2)>\"'&"
PROGRAMME = """\
title: Une journée
subtitle: En débat
date: 2026-11-01
sections:
  - title: Rencontres
    items:
      - title: Le garage
        room: "101"
        start: "10:30"
        end: "11:15"
        people: [{name: Ana, organisation: Garage du pont}]
      - {title: La cantine, questions: ["Combien ?", "Pour qui ?"]}
  - title: Vote
"""

Browser: TypeAlias = Callable[[], httpx.AsyncClient]
Enter: TypeAlias = Callable[[Role], Awaitable[httpx.AsyncClient]]


@dataclass(frozen=True, slots=True)
class Site:
    service: Service
    entrance: Entrance
    browser: Browser
    """A new browser that knows nothing yet."""
    enter: Enter
    """A new browser that has joined by the link of a role."""

    @property
    def day(self) -> str:
        return f"/d/{self.entrance.day.id}"

    @property
    def note(self) -> str:
        _, item = next(self.entrance.day.items())
        return f"{self.day}/n/{item.note.id}"

    def join(self, role: Role) -> str:
        return f"/join/{self.entrance.tokens[role]}"


async def _enter(browser: Browser, link: str, name: str) -> httpx.AsyncClient:
    client = browser()
    answer = await client.post(link, data={"name": name}, headers={"origin": ORIGIN})
    assert answer.status_code == 303, answer.text
    return client


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def service(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Service]:
    settings = Settings(data=tmp_path_factory.mktemp("data"), drain_ms=0, copies="off")
    async with Service.start(settings) as running:
        yield running


@pytest_asyncio.fixture(loop_scope="module")
async def new_site(service: Service) -> AsyncIterator[Callable[[str], Awaitable[Site]]]:
    """Makes a day out of a programme, and browsers for it."""
    transport = httpx.ASGITransport(create_app(service))
    clients: list[httpx.AsyncClient] = []

    def browser() -> httpx.AsyncClient:
        client = httpx.AsyncClient(transport=transport, base_url=ORIGIN, trust_env=False)
        clients.append(client)
        return client

    async def make(programme: str) -> Site:
        entrance = await service.make_day(programme.encode())
        token = entrance.tokens

        async def enter(role: Role) -> httpx.AsyncClient:
            return await _enter(browser, f"/join/{token[role]}", f"Zoé {role.value}")

        return Site(service, entrance, browser, enter)

    yield make
    for client in clients:
        await client.aclose()


@pytest_asyncio.fixture(loop_scope="module")
async def site(new_site: Callable[[str], Awaitable[Site]]) -> Site:
    return await new_site(PROGRAMME)


@pytest.fixture
def built(tmp_path: Path) -> Path:
    """A built client of two files."""
    (tmp_path / "manifest.json").write_text('{"note.js": "note-AB12.js"}')
    (tmp_path / "note-AB12.js").write_text("export const words = 1;\n" * 100)
    (tmp_path / "dot-CD34.png").write_bytes(b"\x89PNG\r\n\x1a\n")
    return tmp_path
