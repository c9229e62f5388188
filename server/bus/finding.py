"""Which Redis to talk to: the next of several, or the one that the Sentinels call master."""

from __future__ import annotations

import asyncio
from collections.abc import Iterable

from hiredis import ReplyError

from server.bus.addresses import Address, Place
from server.bus.connection import Answer, Connection, connect
from server.bus.failures import BusTrouble, Ended, IsReplica, NoMaster

CONNECT_SECONDS = 3.0
"""For one server, from its name to its first answer: longer than a lost packet is repeated."""


class Finder:
    """Goes round the places of an address: the next attempt begins after the place that failed."""

    def __init__(self, address: Address) -> None:
        self._address = address
        self._next = 0

    async def connected(self) -> Connection:
        """A connection that has been greeted. Raises what the last of the places raised."""
        if self._address.group is not None:
            return await self._greeted(await self.master())
        failure: Exception = Ended()
        for place in self._in_turn():
            try:
                return await self._greeted(place)
            except (OSError, BusTrouble, ReplyError) as error:
                failure = error
        raise failure

    async def master(self) -> Place:
        """What the first Sentinel says that answers. Raises as `connected` does."""
        failure: Exception = NoMaster()
        for place in self._in_turn():
            try:
                async with asyncio.timeout(CONNECT_SECONDS):
                    found = await self._named_by(place)
            except (OSError, BusTrouble, ReplyError) as error:
                failure = error
                continue
            self._next -= 1  # It answers: it is asked first the next time too.
            return found
        raise failure

    def _in_turn(self) -> Iterable[Place]:
        places = self._address.places
        for _ in places:
            place = places[self._next % len(places)]
            self._next = (self._next + 1) % len(places)
            yield place

    async def _named_by(self, sentinel: Place) -> Place:
        connection = await connect(sentinel, self._address.sentinel_login, self._address.tls)
        try:
            group = (self._address.group or "").encode()
            found = await connection.ask(b"SENTINEL", b"get-master-addr-by-name", group)
        finally:
            connection.end(Ended())
        match found:
            case [bytes(host), bytes(port)] if port.isdigit():
                return Place(host.decode(errors="replace"), int(port))
            case _:
                raise NoMaster

    async def _greeted(self, place: Place) -> Connection:
        async with asyncio.timeout(CONNECT_SECONDS):
            connection = await connect(place, self._address.login, self._address.tls)
            try:
                check_role(await connection.ask(b"HELLO", b"3"))
            except BaseException as error:
                connection.end(error if isinstance(error, Exception) else Ended())
                raise
        return connection


def check_role(answer: Answer) -> None:
    """Raises IsReplica, where the answer to a greeting says so. What a replica of a cluster is told
    reaches every other server; what a replica alone is told does not."""
    if not isinstance(answer, dict):
        return
    if answer.get(b"role") in (b"replica", b"slave") and answer.get(b"mode") != b"cluster":
        raise IsReplica
