"""A page is made once for all who ask, again when something changed, and within bounds."""

from __future__ import annotations

import asyncio
import gzip

import pytest

from server.pages import shelf as shelves
from server.pages.shelf import FRESH_SECONDS, Page, Shelf


class Clock:
    def __init__(self) -> None:
        self.now = 0.0

    def __call__(self) -> float:
        return self.now


class Maker:
    """Makes the pages 0, 1, 2 … when it is let."""

    def __init__(self) -> None:
        self.made = 0
        self.let = asyncio.Event()
        self.let.set()
        self.began = asyncio.Semaphore(0)
        """Counts the pages that are being made."""

    async def __call__(self) -> Page:
        number = self.made
        self.made += 1
        self.began.release()
        await self.let.wait()
        return Page.of(b"page %d" % number)


async def get(shelf: Shelf, maker: Maker, *, version: int, choice: str = "both") -> bytes:
    page = await shelf.page("day", version=version, choice=choice, make=maker)
    assert gzip.decompress(page.gzipped) == page.data
    return page.data


async def test_however_many_ask_at_once_it_is_made_once() -> None:
    maker, shelf = Maker(), Shelf(Clock())
    maker.let.clear()
    asking = [asyncio.create_task(get(shelf, maker, version=1)) for _ in range(300)]
    await maker.began.acquire()
    asking[0].cancel()  # whoever leaves takes it from nobody
    maker.let.set()
    assert set(await asyncio.gather(*asking[1:])) == {b"page 0"}
    assert maker.made == 1


async def test_while_people_write_it_is_made_again_now_and_then() -> None:
    clock, maker = Clock(), Maker()
    shelf = Shelf(clock)
    assert await get(shelf, maker, version=1) == b"page 0"
    assert await get(shelf, maker, version=2) == b"page 0"
    clock.now += FRESH_SECONDS
    assert await get(shelf, maker, version=3) == b"page 1"
    clock.now += 10 * FRESH_SECONDS
    assert await get(shelf, maker, version=3) == b"page 1"


async def test_another_choice_is_another_page_at_once() -> None:
    maker, shelf = Maker(), Shelf(Clock())
    assert await get(shelf, maker, version=1) == b"page 0"
    assert await get(shelf, maker, version=1, choice="notes") == b"page 1"


async def test_a_choice_that_is_made_meanwhile_waits_for_its_own_page() -> None:
    maker, shelf = Maker(), Shelf(Clock())
    maker.let.clear()
    before = asyncio.create_task(get(shelf, maker, version=1))
    after = asyncio.create_task(get(shelf, maker, version=1, choice="nothing"))
    await maker.began.acquire()
    await maker.began.acquire()
    maker.let.set()
    assert await before != await after


async def test_what_cannot_be_made_is_tried_again() -> None:
    shelf = Shelf(Clock())

    async def fail() -> Page:
        raise OSError("no")

    for _ in range(2):
        with pytest.raises(OSError, match="no"):
            await shelf.page("day", version=1, choice="both", make=fail)
    assert await get(shelf, Maker(), version=1) == b"page 0"


async def test_pages_are_kept_within_a_bound(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(shelves, "MAX_BYTES", 1000)
    shelf, maker = Shelf(Clock()), Maker()
    for key in range(100):
        await shelf.page(key, version=1, choice="", make=maker)
    await shelf.page(99, version=1, choice="", make=maker)
    assert maker.made == 100
    await shelf.page(0, version=1, choice="", make=maker)
    assert maker.made == 101
    shelf.forget(lambda key: key == 0)
    await shelf.page(0, version=1, choice="", make=maker)
    assert maker.made == 102
