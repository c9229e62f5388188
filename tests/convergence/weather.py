"""A store with weather: commits that fail, and things that happen in the midst of one."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TypeVar

from sqlalchemy import Connection

from storage.errors import StoreUnavailable
from storage.store import Store
from storage.values import Outcome, Submission

T = TypeVar("T")


class Crash(BaseException):
    """The process dies here."""


class Weather(Store):
    """The real store. What is set happens at the next commit, once."""

    fails = False
    """Nothing of it is kept, as on a full disk."""
    crashes = False
    """It is kept, and nobody hears of it any more."""
    before: Callable[[], None] | None = None
    after: Callable[[], None] | None = None

    async def submit(self, batch: Sequence[Submission]) -> list[Outcome]:
        if not batch:
            return []
        self._happen("before")
        if self.fails:
            self.fails = False
            raise StoreUnavailable(self.database.where, "the disk is full")
        outcomes = await super().submit(batch)
        self._end()
        return outcomes

    async def write(self, work: Callable[[Connection], T]) -> T:
        self._happen("before")

        def fail_at_the_end(db: Connection) -> T:
            result = work(db)
            if self.fails:
                self.fails = False
                raise StoreUnavailable(self.database.where, "the disk is full")
            return result

        result = await super().write(fail_at_the_end)
        self._end()
        return result

    def calm(self) -> None:
        self.fails = self.crashes = False
        self.before = self.after = None

    def _end(self) -> None:
        if self.crashes:
            self.crashes = False
            raise Crash
        self._happen("after")

    def _happen(self, when: str) -> None:
        happening = getattr(self, when)
        if happening is not None:
            setattr(self, when, None)
            happening()
