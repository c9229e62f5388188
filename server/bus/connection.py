"""One connection to Redis: commands out without waiting, and what it answers, in order.

It speaks version 3 of Redis' protocol, in which one connection can say and hear. hiredis splits the
bytes; nothing here awaits for each message (decision 0012).
"""

from __future__ import annotations

import asyncio
import ssl
from collections.abc import Callable
from typing import Any, cast

from hiredis import ProtocolError, Reader

from server.bus.addresses import Login, Place
from server.bus.commands import command
from server.bus.failures import Ended, NotRedis

MAX_UNREAD_BYTES = 4 * 1024 * 1024
"""How much of one answer may have come without its end: more than any message that is said here, so
that somebody else's cannot fill the memory."""

Answer = Any
"""What hiredis makes of it: int, bytes, list, dict, PushNotification or ReplyError."""

_NOTHING = object()


class Connection(asyncio.Protocol):
    """Made by `connect`. Ended by either side, or by `end`; then `lost` has the reason."""

    def __init__(self, place: Place) -> None:
        self.place = place
        self.lost: asyncio.Future[Exception] = asyncio.get_running_loop().create_future()
        self._reader = Reader(notEnoughData=_NOTHING)
        self._take: Callable[[list[Answer]], None] | None = None
        self._asked: asyncio.Future[Answer] | None = None
        self._transport: asyncio.Transport | None = None
        self._reason: Exception | None = None

    @property
    def unsent_bytes(self) -> int:
        """What the system has not taken yet."""
        return self._transport.get_write_buffer_size() if self._transport else 0

    def write(self, commands: bytes) -> None:
        """Never waits; the caller looks at `unsent_bytes`."""
        if self._transport is not None:
            self._transport.write(commands)

    async def ask(self, *words: bytes) -> Answer:
        """The answer to one command, while nobody takes what comes. Raises ReplyError."""
        self._asked = asyncio.get_running_loop().create_future()
        self.write(command(*words))
        answer = await self._asked
        if isinstance(answer, Exception):
            raise answer
        return answer

    def give_to(self, take: Callable[[list[Answer]], None]) -> None:
        """Have `take` called with all that comes from now on, as it comes."""
        self._take = take

    def end(self, reason: Exception) -> None:
        """At once, and without sending what is unsent."""
        self._reason = self._reason or reason
        if self._transport is not None:
            self._transport.abort()
            self._transport = None

    async def close(self) -> None:
        """Send what is unsent first."""
        if self._transport is not None:
            self._transport.close()
            await self.lost

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = cast(asyncio.Transport, transport)

    def data_received(self, data: bytes) -> None:
        answers: list[Answer] = []
        try:
            self._reader.feed(data)
            while (answer := self._reader.gets()) is not _NOTHING:
                answers.append(answer)
        except ProtocolError:
            self.end(NotRedis())
        if self._reader.len() > MAX_UNREAD_BYTES:
            self.end(NotRedis())
        if self._take is not None and answers:
            self._take(answers)
        elif self._asked is not None and answers and not self._asked.done():
            self._asked.set_result(answers[0])

    def connection_lost(self, error: Exception | None) -> None:
        self._transport = None
        reason = self._reason or error or Ended()
        if self._asked is not None and not self._asked.done():
            self._asked.set_result(reason)
        if not self.lost.done():
            self.lost.set_result(reason)


async def connect(place: Place, login: Login, tls: ssl.SSLContext | None) -> Connection:
    """Connect, and log in where a password is given. Raises OSError, BusTrouble or ReplyError.

    A Sentinel is older in its manners: it is not greeted, and may know no user.
    """
    loop = asyncio.get_running_loop()
    if place.port:
        _, connection = await loop.create_connection(
            lambda: Connection(place), place.host, place.port, ssl=tls
        )
    else:
        _, connection = await loop.create_unix_connection(lambda: Connection(place), place.host)
    try:
        if login.password is not None:
            user = () if login.user == "default" else (login.user.encode(),)
            await connection.ask(b"AUTH", *user, login.password.encode())
    except BaseException as error:
        connection.end(error if isinstance(error, Exception) else Ended())
        raise
    return connection
