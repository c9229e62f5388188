"""Ways to carry bytes through Redis from one process to another, for `bench.bus`."""

from __future__ import annotations

import asyncio
import random
import time
from collections.abc import Callable, Coroutine
from functools import partial
from typing import Any

import hiredis
from redis.asyncio import Redis

from server.bus.addresses import parse_address
from server.bus.bus import Heard, ProcessId
from server.bus.messages import Committed
from server.bus.redis_bus import RedisBus
from storage.values import NoteId

NOTE = NoteId("note")
CHANNEL = b"bench"
STREAM_ROWS = 1000
"""So many messages are kept in a stream: a second of the fastest rate but one."""

Got = Callable[[bytes], None]


def _hand_over(got: Got | None, heard: Heard) -> None:
    if got is not None and isinstance(heard.message, Committed):
        got(heard.message.data)


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

    async def open(self, got: Got | None) -> None:
        is_ready = asyncio.Event()
        if got is not None:
            self._bus.listen(NOTE)
        self._running = asyncio.create_task(
            self._bus.run(
                hear=partial(_hand_over, got),
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


class Floor(asyncio.Protocol):
    """Publish and subscribe with the parser alone, on a bare connection: no library costs less."""

    def __init__(self, port: int) -> None:
        self._port = port
        self._said: list[bytes] = []
        self._reader = hiredis.Reader(notEnoughData=...)
        self._got: Got | None = None

    async def open(self, got: Got | None) -> None:
        self._got = got
        loop = asyncio.get_running_loop()
        transport, _ = await loop.create_connection(lambda: self, "127.0.0.1", self._port)
        self._transport = transport
        self._transport.write(command(b"HELLO", b"3"))
        if got is not None:
            self._transport.write(command(b"SUBSCRIBE", CHANNEL))

    def data_received(self, data: bytes) -> None:
        self._reader.feed(data)
        while (answer := self._reader.gets()) is not ...:
            if isinstance(answer, list) and answer[0] == b"message" and self._got is not None:
                self._got(answer[2])

    def say(self, data: bytes) -> None:
        self._said.append(command(b"PUBLISH", CHANNEL, data))

    def flush(self) -> None:
        self._transport.write(b"".join(self._said))
        self._said.clear()


class PubSub:
    """redis-py as its documentation shows it; what is said in one turn goes as one pipeline."""

    def __init__(self, port: int) -> None:
        self._redis = Redis(host="127.0.0.1", port=port, protocol=2)
        self._said: list[bytes] = []
        self._is_due = asyncio.Event()

    async def open(self, got: Got | None) -> None:
        await self._redis.ping()
        work = self._say_all() if got is None else await self._hear_all(got)
        self._running = asyncio.create_task(work)

    async def _say_all(self) -> None:
        while True:
            await self._is_due.wait()
            self._is_due.clear()
            pipeline = self._redis.pipeline(transaction=False)
            for data in self._said:
                self._put(pipeline, data)
            self._said.clear()
            await pipeline.execute()

    def _put(self, pipeline: Any, data: bytes) -> None:
        pipeline.publish(CHANNEL, data)

    async def _hear_all(self, got: Got) -> Coroutine[Any, Any, None]:
        listening = self._redis.pubsub()
        await listening.subscribe(CHANNEL)

        async def work() -> None:
            async for message in listening.listen():
                if message["type"] == "message":
                    got(message["data"])

        return work()

    def say(self, data: bytes) -> None:
        self._said.append(data)

    def flush(self) -> None:
        self._is_due.set()


class Streams(PubSub):
    """The same with a stream, which keeps the last messages for those who were away."""

    def _put(self, pipeline: Any, data: bytes) -> None:
        pipeline.xadd(CHANNEL, {"d": data}, maxlen=STREAM_ROWS, approximate=True)

    async def _hear_all(self, got: Got) -> Coroutine[Any, Any, None]:
        async def work() -> None:
            last: Any = "0"
            while True:
                found: Any = await self._redis.xread({CHANNEL: last}, count=1000, block=1000)
                for _, rows in found:
                    for row, fields in rows:
                        got(fields[b"d"])
                        last = row

        return work()


def command(*words: bytes) -> bytes:
    """One, as Redis reads it. The library's own types know commands of one word alone."""
    pack: Callable[..., bytes] = hiredis.pack_command
    return pack(words)


CARRIERS: dict[str, type[OurBus | Floor | PubSub]] = {
    "the bus": OurBus,
    "the floor": Floor,
    "redis-py, channels": PubSub,
    "redis-py, streams": Streams,
}
