"""Ways to carry bytes through Redis from one process to another, for `bench.bus`."""

from __future__ import annotations

import asyncio
import random
import time
from collections.abc import Callable
from typing import Any

from hiredis import PushNotification

from server.bus.addresses import Place, parse_address
from server.bus.bus import ProcessId
from server.bus.commands import GREETING, command
from server.bus.connection import Answer, Connection, connect
from server.bus.messages import Committed
from server.bus.redis_bus import RedisBus
from storage.values import NoteId

NOTE = NoteId("note")
CHANNEL = b"bench"
STREAM_ROWS = b"1000"
"""So many messages are kept in a stream: a second of the fastest rate."""


class OurBus:
    """`RedisBus`, with messages as they are in service."""

    def __init__(self, port: int) -> None:
        self._bus = RedisBus(
            parse_address(f"redis://127.0.0.1:{port}"),
            prefix="bench:",
            process=ProcessId(str(random.randrange(2**40))),
            monotonic=time.monotonic,
            random=random.Random(),
        )
        self._seq = 0

    async def open(self, got: Callable[[bytes], None] | None) -> None:
        is_ready = asyncio.Event()
        if got is not None:
            self._bus.listen(NOTE)
        self._running = asyncio.create_task(
            self._bus.run(
                hear=lambda heard: got(heard.message.data) if got else None,  # type: ignore[union-attr]
                listening=lambda _: is_ready.set(),
                up=lambda _: None if got else is_ready.set(),
            )
        )
        await is_ready.wait()

    def say(self, data: bytes) -> None:
        self._seq += 1
        self._bus.say(NOTE, Committed(self._seq, self._seq, data, []))

    def flush(self) -> None:
        """It does so itself."""


class Bare:
    """Publish and subscribe with hiredis on a connection, and nothing else."""

    def __init__(self, port: int) -> None:
        self._port = port
        self._said: list[bytes] = []

    async def open(self, got: Callable[[bytes], None] | None) -> None:
        self._connection = await self._connected()
        if got is None:
            return

        def take(answers: list[Answer]) -> None:
            for answer in answers:
                if isinstance(answer, PushNotification) and answer[0] == b"message":
                    got(answer[2])

        self._connection.give_to(take)
        self._connection.write(command(b"SUBSCRIBE", CHANNEL))

    async def _connected(self) -> Connection:
        login = parse_address("redis://-").login
        connection = await connect(Place("127.0.0.1", self._port), login, None)
        connection.write(GREETING)
        return connection

    def say(self, data: bytes) -> None:
        self._said.append(command(b"PUBLISH", CHANNEL, data))

    def flush(self) -> None:
        self._connection.write(b"".join(self._said))
        self._said.clear()


class Streams(Bare):
    """The same with a stream, which keeps the last messages for those who were away."""

    async def open(self, got: Callable[[bytes], None] | None) -> None:
        self._connection = await self._connected()
        if got is None:
            return
        read = (b"XREAD", b"COUNT", b"1000", b"BLOCK", b"0", b"STREAMS", CHANNEL)

        def take(answers: list[Answer]) -> None:
            for answer in answers:
                rows = answer.get(CHANNEL) if isinstance(answer, dict) else None
                for _, (_, data) in rows or ():
                    got(data)
                if rows:
                    self._connection.write(command(*read, rows[-1][0]))

        self._connection.give_to(take)
        self._connection.write(command(*read, b"$"))

    def say(self, data: bytes) -> None:
        self._said.append(command(b"XADD", CHANNEL, b"MAXLEN", b"~", STREAM_ROWS, b"*", b"d", data))


class RedisPy:
    """redis-py as its documentation shows it; what is said in one turn goes as one pipeline."""

    is_compiled = True

    def __init__(self, port: int) -> None:
        import redis.asyncio as redis
        from redis import _parsers as parsers

        parser: Any = parsers._AsyncHiredisParser if self.is_compiled else parsers._AsyncRESP2Parser
        pool = redis.ConnectionPool(host="127.0.0.1", port=port, parser_class=parser, protocol=2)
        self._redis = redis.Redis(connection_pool=pool)
        self._said: list[bytes] = []
        self._is_due = asyncio.Event()

    async def open(self, got: Callable[[bytes], None] | None) -> None:
        await self._redis.ping()
        self._running = asyncio.create_task(self._publish() if got is None else self._hear(got))

    async def _publish(self) -> None:
        while True:
            await self._is_due.wait()
            self._is_due.clear()
            said, self._said = self._said, []
            if len(said) == 1:
                await self._redis.publish(CHANNEL, said[0])
            elif said:
                pipeline = self._redis.pipeline(transaction=False)
                for data in said:
                    pipeline.publish(CHANNEL, data)
                await pipeline.execute()

    async def _hear(self, got: Callable[[bytes], None]) -> None:
        listening = self._redis.pubsub()
        await listening.subscribe(CHANNEL)
        async for message in listening.listen():
            if message["type"] == "message":
                got(message["data"])

    def say(self, data: bytes) -> None:
        self._said.append(data)

    def flush(self) -> None:
        self._is_due.set()


class RedisPyAlone(RedisPy):
    """Without its compiled parser."""

    is_compiled = False


CARRIERS: dict[str, type[OurBus | Bare | RedisPy]] = {
    "the bus": OurBus,
    "bare": Bare,
    "redis-py with hiredis": RedisPy,
    "redis-py": RedisPyAlone,
    "streams, bare": Streams,
}
