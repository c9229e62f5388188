"""Who asks, as the running server needs it: awaited, and with the names that notices show.

Memory holds names only; every new connection and request asks the store, so that a revoked link or
a removed person opens nothing more (A2). Somebody who joined through another process is met there
by their id alone, in what they did to a note: their name is then learnt at once.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterable, Mapping
from dataclasses import replace

from server.days import people
from server.days.access import Role
from server.days.cookies import cookie_name
from server.days.ids import is_id, shown_id
from server.days.people import Visitor
from server.errors import NotAllowed, NotFound
from storage import catalogue
from storage import people as stored_people
from storage.errors import StoreError
from storage.store import Store
from storage.values import DayId, NoteId, PersonId

DEVICE = "device"
"""In place of a token: "look at the cookie of the handshake". What our own pages send."""
READING = "reading"
"""The same, for a page on which nobody writes: whoever they are, they may read and no more."""
RETRY_SECONDS = 1.0
"""After the store did not answer."""
SERVER = PersonId("calepin")
"""Who decides what the server itself decides, such as that a held update has come in after all."""


class Identity:
    """Answers who somebody is, and what they are called."""

    def __init__(self, store: Store, secret: bytes) -> None:
        self._store = store
        self._secret = secret
        self._names: dict[PersonId, str] = {}
        self._days_known: set[DayId] = set()
        self._learning = asyncio.Lock()
        self._unknown: set[PersonId] = set()
        """Who was met by id alone; authors of what is in the store, so as few as there are."""
        self._met = asyncio.Event()

    async def in_note(self, note: NoteId, token: str, cookies: Mapping[str, str]) -> Visitor:
        """Who this is in a note. Raises NotFound, NotAuthenticated or NotAllowed (A1)."""
        found = None
        if is_id(note):
            found = await self._store.read(lambda db: catalogue.find_note(db, note))
        if found is None:
            raise NotFound(f"There is no note {shown_id(note)} here.", note=shown_id(note))
        return await self.in_day(found.day, token, cookies)

    async def in_day(self, day: DayId, token: str, cookies: Mapping[str, str]) -> Visitor:
        """Who this is in a day: by token where there is one, by the device's cookie otherwise."""
        if token and token not in (DEVICE, READING):
            visitor = await self._store.read(lambda db: people.visitor_of_token(db, token))
            if visitor.day != day:
                raise NotAllowed("This link belongs to another day.")
        else:
            value = cookies.get(cookie_name(day), "") if is_id(day) else ""
            visitor = await self._store.read(
                lambda db: people.visitor_of_cookie(db, day, value, secret=self._secret)
            )
        await self._learn_names(day)
        self._names[visitor.person] = visitor.name
        return replace(visitor, role=Role.READER) if token == READING else visitor

    def name_of(self, person: PersonId) -> str:
        """The name a person joined with, from memory; the id where it was never seen, and then the
        name is learnt soon."""
        name = self._names.get(person)
        if name is None:
            self._unknown.add(person)
            self._met.set()
            return person
        return name

    async def learn(self, people: Iterable[PersonId]) -> None:
        """Know what these people are called, when this returns."""
        unknown = [person for person in people if person not in self._names]
        if unknown:
            found = await self._store.read(lambda db: stored_people.names(db, unknown))
            # Who is in no day, as the server itself, goes by its id and is not asked for again.
            self._names |= {person: found.get(person, person) for person in unknown}

    async def run(self, learnt: Callable[[set[PersonId]], None]) -> None:
        """Learn the names of those who were met by id, and say whose they are. Until cancelled."""
        while True:
            await self._met.wait()
            self._met.clear()
            unknown = set(self._unknown)
            try:
                await self.learn(unknown)
            except StoreError:
                await asyncio.sleep(RETRY_SECONDS)
                self._met.set()
                continue
            self._unknown -= unknown
            if named := {person for person in unknown if self._names[person] != person}:
                learnt(named)

    async def _learn_names(self, day: DayId) -> None:
        if day in self._days_known:
            return
        # A crowd that arrives at once waits for one reading; one that fails leaves the next to try.
        async with self._learning:
            if day not in self._days_known:
                for person in await self._store.read(lambda db: stored_people.people(db, day)):
                    self._names.setdefault(person.id, person.name)
                self._days_known.add(day)
