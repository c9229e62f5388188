"""Which Redis to talk to: the next of several, or the one that the Sentinels call master. The
connections are those of redis-py, which also knows how Sentinels are asked."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from contextlib import suppress
from itertools import cycle, islice
from typing import Any

from redis._parsers.hiredis import _AsyncHiredisParser
from redis.asyncio.connection import (
    AbstractConnection,
    Connection,
    SSLConnection,
    UnixDomainSocketConnection,
)
from redis.asyncio.retry import Retry
from redis.asyncio.sentinel import Sentinel
from redis.backoff import NoBackoff
from redis.exceptions import InvalidResponse

from server.bus.addresses import Address, Place
from server.bus.failures import TROUBLES, Ended, IsReplica

CONNECT_SECONDS = 3.0
"""For one server, from its name to its first answer: longer than a lost packet is repeated."""
CLOSE_SECONDS = 0.5
"""For saying goodbye to the Sentinels, who may be away."""
MAX_UNREAD_BYTES = 4 * 1024 * 1024
"""How much of one answer may have come without its end: more than any message that is said here, so
that somebody else's cannot fill the memory."""
GREETING = (b"HELLO", b"3")
"""Asks for the third version of the protocol; the answer says who the server is. Asked again and
again, it tells that the connection lives and that its end has not become a replica."""

Answer = Any
"""What hiredis makes of it: int, bytes, dict, or a list for what was not asked for."""


class Parser(_AsyncHiredisParser):
    """That of redis-py, but bounded, and without writing what was heard to Python's log."""

    _reader: Any

    def __init__(self, socket_read_size: int) -> None:
        super().__init__(socket_read_size)
        self.pubsub_push_handler_func = _as_it_is

    async def read_from_socket(self) -> Any:
        if self._reader.len() > MAX_UNREAD_BYTES:
            raise InvalidResponse
        return await super().read_from_socket()  # type: ignore[no-untyped-call]


_NO_RETRY = Retry(NoBackoff(), 0)
"""The bus tries again itself, from the search on, because it has to tell that it was away."""
_HABITS: Mapping[str, Any] = {
    "protocol": 3,
    "parser_class": Parser,
    "retry": _NO_RETRY,
    "socket_connect_timeout": CONNECT_SECONDS,
    # Greetings tell whether the connection lives. A check of redis-py's would take the next answer
    # for its own, and a timeout would end a connection on which nobody has anything to say.
    "socket_timeout": None,
    "health_check_interval": 0,
    "driver_info": None,  # It takes a right more, to tell Redis which library this is.
}


class Finder:
    """Goes round the places of an address: the next attempt begins after the place that failed."""

    def __init__(self, address: Address) -> None:
        self._address = address
        # Sentinels name one server, whichever of them is asked.
        self._servers = address.places if address.group is None else address.places[:1]
        self._round = cycle(self._servers)
        self._sentinels = Sentinel(
            [(place.host, place.port) for place in address.places] if address.group else [],
            sentinel_kwargs={
                **address.sentinel_login,
                "ssl": address.tls is not None,
                **(address.tls or {}),
                "protocol": 2,  # Its oldest form of a login knows no user.
                "retry": _NO_RETRY,
                "socket_connect_timeout": CONNECT_SECONDS,
                "socket_timeout": CONNECT_SECONDS,
            },
        )

    async def connected(self) -> tuple[AbstractConnection, Place]:
        """Greeted, and where it leads. Raises what the last of the places raised, of TROUBLES."""
        failure: Exception = Ended()
        for place in islice(self._round, len(self._servers)):
            try:
                place = await self.master(place)
                return await self._greeted(place), place
            except TROUBLES as error:
                failure = error
        raise failure

    async def master(self, reached: Place) -> Place:
        """What the first Sentinel says that answers; without Sentinels, what was reached. Raises
        one of TROUBLES."""
        if self._address.group is None:
            return reached
        host, port = await self._sentinels.discover_master(self._address.group)
        return Place(host, int(port))

    async def close(self) -> None:
        """Of the Sentinels alone: other connections are their takers'."""
        with suppress(*TROUBLES):
            async with asyncio.timeout(CLOSE_SECONDS):
                await self._sentinels.aclose()

    async def _greeted(self, place: Place) -> AbstractConnection:
        connection = self._connection(place)
        try:
            async with asyncio.timeout(CONNECT_SECONDS):
                await connection.connect()
                await connection.send_command(*GREETING)
                check_role(await connection.read_response())
        except BaseException:
            await connection.disconnect(nowait=True)
            raise
        return connection

    def _connection(self, place: Place) -> AbstractConnection:
        options = {**_HABITS, **self._address.login}
        if not place.port:
            return UnixDomainSocketConnection(path=place.host, **options)
        if self._address.tls is None:
            return Connection(host=place.host, port=place.port, **options)
        return SSLConnection(host=place.host, port=place.port, **options, **self._address.tls)


def check_role(answer: Answer) -> None:
    """Raises IsReplica, where the answer to a greeting says so. What a replica of a cluster is told
    reaches every other server; what a replica alone is told does not."""
    if not isinstance(answer, dict):
        raise InvalidResponse
    if answer.get(b"role") in (b"replica", b"slave") and answer.get(b"mode") != b"cluster":
        raise IsReplica


async def _as_it_is(answer: Answer) -> Answer:
    return answer
