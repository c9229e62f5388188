"""Finished pages, kept for all who ask for the same one: made once for each version of a day."""

from __future__ import annotations

import asyncio
import gzip
import hashlib
from collections import OrderedDict
from collections.abc import Awaitable, Callable, Hashable
from dataclasses import dataclass

MAX_BYTES = 64 * 1024 * 1024
"""Of all pages together; the one that was not asked for longest goes first."""
FRESH_SECONDS = 5.0
"""How old a page may be while people write: so a day is read and written at most that often,
however many read it."""


@dataclass(frozen=True, slots=True)
class Page:
    """One page, compressed once for all who take it so."""

    data: bytes
    gzipped: bytes
    etag: str

    @staticmethod
    def of(data: bytes) -> Page:
        # Weak: the two encodings are one page.
        etag = f'W/"{hashlib.sha256(data).hexdigest()[:24]}"'
        return Page(data, gzip.compress(data, 6, mtime=0), etag)


@dataclass(slots=True)
class _Kept:
    version: Hashable
    choice: Hashable
    page: Page
    made_at: float


class Shelf:
    """Owned by one event loop. `monotonic` is in seconds."""

    def __init__(
        self, monotonic: Callable[[], float], *, fresh_seconds: float = FRESH_SECONDS
    ) -> None:
        self._monotonic = monotonic
        self._fresh_seconds = fresh_seconds
        self._kept: OrderedDict[Hashable, _Kept] = OrderedDict()
        self._making: dict[Hashable, asyncio.Task[Page]] = {}
        self._bytes = 0

    async def page(
        self,
        key: Hashable,
        *,
        version: Hashable,
        choice: Hashable,
        make: Callable[[], Awaitable[Page]],
    ) -> Page:
        """The page of this version, or one of the same choice made at most `fresh_seconds` ago.

        However many ask at once, it is made once. What making it raises, all of them get.
        """
        kept = self._kept.get(key)
        if kept is not None and kept.choice == choice:
            is_fresh = self._monotonic() - kept.made_at < self._fresh_seconds
            if kept.version == version or is_fresh:
                self._kept.move_to_end(key)
                return kept.page
        # One that is being made of another choice must not be given: it is another page.
        work = (key, choice)
        task = self._making.get(work)
        if task is None:
            task = asyncio.ensure_future(self._make(key, version, choice, make))
            self._making[work] = task
            task.add_done_callback(lambda done: self._made(work, done))
        # Shielded: whoever leaves does not take it from the others.
        return await asyncio.shield(task)

    def forget(self, of: Callable[[Hashable], bool]) -> None:
        """Keep none of these pages any longer."""
        for key in [key for key in self._kept if of(key)]:
            self._drop(key)

    async def _make(
        self,
        key: Hashable,
        version: Hashable,
        choice: Hashable,
        make: Callable[[], Awaitable[Page]],
    ) -> Page:
        page = await make()
        self._drop(key)
        self._kept[key] = _Kept(version, choice, page, self._monotonic())
        self._bytes += _size(page)
        while self._bytes > MAX_BYTES:
            self._drop(next(iter(self._kept)))
        return page

    def _made(self, work: Hashable, done: asyncio.Task[Page]) -> None:
        self._making.pop(work, None)
        if not done.cancelled():
            done.exception()  # whoever waited has it; if nobody did any more, it is nobody's

    def _drop(self, key: Hashable) -> None:
        kept = self._kept.pop(key, None)
        if kept is not None:
            self._bytes -= _size(kept.page)


def _size(page: Page) -> int:
    return len(page.data) + len(page.gzipped)
