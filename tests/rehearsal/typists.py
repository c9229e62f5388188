"""Who types: stock clients in Node and real pages in Chromium, behind one small interface.

Each sentence is unlike any other, so that it can be looked for in the export. A sentence counts as
*acknowledged* when the client itself says that nothing of it is unsaved.
"""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Protocol

from playwright.async_api import Error as BrowserError
from playwright.async_api import Page

from tests.peers.driver import Peer, PeerError

SAVED_SECONDS = 20.0


class Hand(Protocol):
    """Something that types into one note: at its very beginning, each sentence on a new line.

    There nobody can come between two letters of a sentence, as anybody may at the end of a note,
    where the next person begins after whatever letter is the last one just then.
    """

    async def type(self, text: str, keys_per_second: int) -> None: ...

    async def is_saved(self) -> bool:
        """Wait until everything typed so far is acknowledged; False when that cannot be known."""


@dataclass
class StockHand:
    """A stock provider. Only Hocuspocus's knows what is saved."""

    peer: Peer
    counts_saved: bool

    async def type(self, text: str, keys_per_second: int) -> None:
        await self.peer.type("\n", at=0)
        await self.peer.type(text, at=0, keys_per_second=keys_per_second)

    async def is_saved(self) -> bool:
        if not self.counts_saved:
            return False
        try:
            await self.peer.wait(unsynced=False, connected=True, seconds=SAVED_SECONDS)
        except PeerError:
            return False
        return True


@dataclass
class PageHand:
    """A person at a real page, with real keys."""

    page: Page

    async def type(self, text: str, keys_per_second: int) -> None:
        pane = self.page.locator("[data-pane=notes] .pane")
        if await pane.get_attribute("contenteditable") != "true":
            raise PeerError("the page is read-only")
        for key in ("Control+Home", "Enter", "Control+Home"):
            await pane.press(key)
        await self.page.keyboard.type(text, delay=1000 / keys_per_second)
        if text not in await pane.inner_text():
            raise PeerError("the page became read-only in the middle of a sentence")

    async def is_saved(self) -> bool:
        try:
            await self.page.wait_for_selector(
                ".saving[data-state=saved]", timeout=SAVED_SECONDS * 1000
            )
        except BrowserError:
            return False
        return True


@dataclass
class Typist:
    """One person with a hand, a note and a rhythm."""

    name: str
    note: str
    hand: Hand
    pace: Iterator[int]
    typed: list[str] = field(default_factory=list)
    acknowledged: set[str] = field(default_factory=set)
    in_progress: str = ""

    async def run(self, stop: asyncio.Event, progress: asyncio.Condition) -> None:
        """Type sentence after sentence until told to stop; the last one is finished."""
        number = 0
        while not stop.is_set():
            number += 1
            sentence = f"{self.name} écrit la phrase numéro {number} sans s’arrêter"
            self.in_progress = sentence
            try:
                await self.hand.type(sentence, next(self.pace))
            except PeerError:
                return  # the note was locked under this person's hands
            self.typed.append(sentence)
            self.in_progress = ""
            if await self._is_saved_before(stop):
                self.acknowledged.update(self.typed)
                async with progress:
                    progress.notify_all()

    async def _is_saved_before(self, stop: asyncio.Event) -> bool:
        """Whether the hand says so before the end: in a locked note it never would."""
        saved = asyncio.create_task(self.hand.is_saved())
        stopped = asyncio.create_task(stop.wait())
        await asyncio.wait((saved, stopped), return_when=asyncio.FIRST_COMPLETED)
        stopped.cancel()
        if saved.done():
            return saved.result()
        saved.cancel()
        return False
