"""Requests as no browser sends them, over real sockets: each ends in time, with a clear error."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from pathlib import Path

import httpx
import pytest

from server.bounded_http import MAX_HEADERS, MAX_LINE_BYTES
from tests.protocol.wire import handshake
from tests.running import RunningServer

SECONDS = 30.0
MEBIBYTE = 1024 * 1024
Streams = tuple[asyncio.StreamReader, asyncio.StreamWriter]


@asynccontextmanager
async def connected(server: RunningServer) -> AsyncIterator[Streams]:
    reader, writer = await asyncio.open_connection("127.0.0.1", server.port)
    try:
        yield reader, writer
    finally:
        writer.transport.abort()


async def said(reader: asyncio.StreamReader) -> bytes:
    """All that the server says until it ends the connection."""
    heard = bytearray()
    async with asyncio.timeout(SECONDS):
        try:
            while data := await reader.read(65536):
                heard += data
        except ConnectionError:
            pass
    return bytes(heard)


async def answer_to(server: RunningServer, request: bytes) -> tuple[int, bytes]:
    """The status and the body of the answer to these bytes; the server closes, too."""
    async with connected(server) as (reader, writer):
        writer.write(request)
        head, _, body = (await said(reader)).partition(b"\r\n\r\n")
    return int(head.split()[1]), body


def is_well(server: RunningServer) -> None:
    with httpx.Client(base_url=server.base_url, trust_env=False) as http:
        assert http.get("/health/ready").is_success


@pytest.mark.promise("A5")
async def test_what_is_begun_and_not_ended_is_ended(standing_server: RunningServer) -> None:
    """All at once: nothing at all, half a head, a head byte by byte, and half a handshake."""
    begun = [
        b"",
        b"GET / HTTP/1.1\r\nHost: x\r\n",
        b"\r\n" * 10,
        handshake("/collab", standing_server.port)[:-2],
        b"GET /health/live HTTP/1.1\r\nHost: x\r\n\r\nGET / HT",
    ]
    async with AsyncExitStack() as stack:
        open_now = []
        for bytes_ in begun:
            streams = await stack.enter_async_context(connected(standing_server))
            streams[1].write(bytes_)
            open_now.append(streams)
        heard = await asyncio.gather(*(said(reader) for reader, _ in open_now))
    assert [len(one) > 0 for one in heard] == [False] * 4 + [True]
    is_well(standing_server)


@pytest.mark.promise("A5")
@pytest.mark.parametrize(
    "flood",
    [
        b"".join(b"X-%d: y\r\n" % n for n in range(MAX_HEADERS + 1)),
        b"X: " + b"y" * MAX_LINE_BYTES + b"\r\n",
        b"Cookie: " + b"a=b; " * 400_000,
        b"X" * 2_000_000,
    ],
    ids=["many headers", "a long one", "one without an end", "a name without an end"],
)
async def test_a_flood_of_headers_is_refused(flood: bytes, standing_server: RunningServer) -> None:
    before = standing_server.resident_bytes()
    for path in (b"/api/days", b"/"):
        begin = b"GET " + path + b" HTTP/1.1\r\nHost: x\r\n"
        status, body = await answer_to(standing_server, begin + flood + b"\r\n")
        assert status == 431
        if path == b"/api/days":
            assert json.loads(body)["error"]["code"] == "too_large"
        else:
            assert b"headers" in body
    assert standing_server.resident_bytes() - before < 16 * MEBIBYTE
    is_well(standing_server)


@pytest.mark.promise("A5")
@pytest.mark.parametrize(
    "request_head",
    [
        b"GET /" + b"x" * (MAX_LINE_BYTES + 1) + b" HTTP/1.1\r\nHost: x\r\n\r\n",
        handshake("/sync/" + "x" * MAX_LINE_BYTES, 80),
        handshake("/collab", 80, *(f"X-{n}: y" for n in range(MAX_HEADERS))),
    ],
    ids=["an address", "the address of a socket", "the headers of a handshake"],
)
async def test_a_long_address_is_refused(
    request_head: bytes, standing_server: RunningServer
) -> None:
    assert (await answer_to(standing_server, request_head))[0] == 431


@pytest.mark.promise("A5")
@pytest.mark.parametrize(
    "wrong",
    [
        b"\x16\x03\x01\x02\x00\x01\x00",
        b"GET /a\x00b HTTP/1.1\r\nHost: x\r\n\r\n",
        b"GET / HTTP/1.1\r\nHost x\r\n\r\n",
        b"POST /api/days HTTP/1.1\r\nHost: x\r\nContent-Length: 1\r\n"
        b"Transfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
        b"POST /api/days HTTP/1.1\r\nHost: x\r\nContent-Length: -1\r\n\r\n",
        b"POST /api/days HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n"
        b"Connection: close\r\n\r\nfffffffff1\r\n",
        handshake("/sync/é?token=é", 80),
    ],
    ids=["TLS", "a zero", "no colon", "two lengths", "below zero", "a huge chunk", "not ASCII"],
)
async def test_what_is_not_http_is_told_so(wrong: bytes, standing_server: RunningServer) -> None:
    status, body = await answer_to(standing_server, wrong)
    assert status in (400, 401)
    assert body
    is_well(standing_server)


@pytest.mark.promise("A5")
async def test_connections_beyond_the_number_are_told_so_and_nothing_spins(
    tmp_path: Path,
) -> None:
    with RunningServer(tmp_path, most_files=160) as server:
        async with AsyncExitStack() as stack:
            silent = [await stack.enter_async_context(connected(server)) for _ in range(150)]
            heard = await asyncio.gather(*(said(reader) for reader, _ in silent))
        assert 50 < sum(one.startswith(b"HTTP/1.1 503") for one in heard) < 120
        is_well(server)
