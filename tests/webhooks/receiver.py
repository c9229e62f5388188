"""A program that is told what happens to a day: a real HTTP server on loopback, as others write it.

It verifies each signature by itself, from the words of the Standard Webhooks specification.
"""

from __future__ import annotations

import asyncio
import base64
import hashlib
import hmac
import json
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any, Literal

Behaviour = int | Literal["hang", "reset", "drip", "endless", "noise"]
"""The status to answer with, or what a receiver does that is out of order."""


@dataclass(frozen=True, slots=True)
class Request:
    """One request as it came."""

    line: str
    headers: dict[str, str]
    body: bytes

    @property
    def event(self) -> str:
        return self.headers["webhook-id"]

    @property
    def said(self) -> dict[str, Any]:
        said: dict[str, Any] = json.loads(self.body)
        return said

    def is_signed_with(self, secret: str) -> bool:
        """Whether it has the signature of that secret, as `whsec_…`."""
        key = base64.b64decode(secret.removeprefix("whsec_"), validate=True)
        signed = f"{self.event}.{self.headers['webhook-timestamp']}.".encode() + self.body
        wanted = base64.b64encode(hmac.new(key, signed, hashlib.sha256).digest()).decode()
        return f"v1,{wanted}" in self.headers["webhook-signature"].split(" ")


@dataclass
class Receiver:
    """Answers each request with the next of `behaviours`, and then with `otherwise`."""

    port: int
    behaviours: Iterator[Behaviour]
    otherwise: Behaviour
    requests: list[Request] = field(default_factory=list)
    _came: asyncio.Condition = field(default_factory=asyncio.Condition)

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}/hook?from=calepin"

    async def until(self, true: Callable[[list[Request]], bool], seconds: float = 60) -> None:
        """Wait until what came is so."""
        async with asyncio.timeout(seconds), self._came:
            await self._came.wait_for(lambda: true(self.requests))

    async def until_count(self, count: int, seconds: float = 60) -> list[Request]:
        """So many requests have come; all that have."""
        await self.until(lambda came: len(came) >= count, seconds)
        return list(self.requests)

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            request = await _read(reader)
            behaviour = next(self.behaviours, self.otherwise)
            async with self._came:
                self.requests.append(request)
                self._came.notify_all()
            await _answer(behaviour, writer)
        except (OSError, asyncio.IncompleteReadError):
            pass  # it left
        finally:
            writer.close()


async def _read(reader: asyncio.StreamReader) -> Request:
    head = (await reader.readuntil(b"\r\n\r\n")).decode("ascii")
    line, *lines = head.rstrip().split("\r\n")
    headers = {name.lower(): value for name, _, value in (one.partition(": ") for one in lines)}
    body = await reader.readexactly(int(headers["content-length"]))
    return Request(line, headers, body)


async def _answer(behaviour: Behaviour, writer: asyncio.StreamWriter) -> None:
    match behaviour:
        case "hang":
            await asyncio.Event().wait()
        case "reset":
            writer.transport.abort()
        case "noise":
            writer.write(b"\x00\xff hello, is this mail?\r\n\r\n")
        case "drip":
            for letter in b"HTTP/1.1 200 OK\r\n" + b"x: y\r\n" * 1_000:
                writer.write(bytes([letter]))
                await writer.drain()
                await asyncio.sleep(0.5)
        case "endless":
            writer.write(b"HTTP/1.1 200 OK\r\ncontent-type: text/plain\r\n\r\n")
            while True:
                writer.write(b"x" * 65_536)
                await writer.drain()
        case int(status):
            more = "location: /elsewhere\r\n" if 300 <= status < 400 else ""
            writer.write(f"HTTP/1.1 {status} So\r\n{more}content-length: 2\r\n\r\nok".encode())
            await writer.drain()


@asynccontextmanager
async def receiver(
    *behaviours: Behaviour, otherwise: Behaviour = 204, port: int = 0
) -> AsyncIterator[Receiver]:
    """A receiver that ends with the block, with every connection that it still has."""
    tasks: set[asyncio.Task[None]] = set()

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.current_task()
        assert task is not None
        tasks.add(task)
        try:
            await there.serve(reader, writer)
        except asyncio.CancelledError:
            pass  # the test has ended, and asyncio would log one that was cancelled
        finally:
            tasks.discard(task)

    server = await asyncio.start_server(serve, "127.0.0.1", port)
    there = Receiver(server.sockets[0].getsockname()[1], iter(behaviours), otherwise)
    try:
        yield there
    finally:
        server.close()
        for task in list(tasks):
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
