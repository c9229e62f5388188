"""However the network cuts a peer's bytes, its messages arrive whole and in order."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator

import pytest
from websockets.frames import Opcode

from server.sync.codec import var_bytes
from tests.peers.driver import Peers
from tests.protocol.days import Day
from tests.protocol.plain_client import new_doc
from tests.protocol.wire import handshake, masked

SECONDS = 20.0
LONG = "Ce qui est dit ici doit arriver en entier. " * 5_000

CUTS = {
    "one by one": (1,),
    "inside each head": (3, 5),
    "in small pieces": (7, 300, 2),
    "in the pieces of a network": (1448,),
    "all at once": (1 << 20,),
}


def edits(texts: list[str]) -> Iterator[bytes]:
    """One update message for each text, typed one after the other at the beginning."""
    doc = new_doc()
    notes = doc["notes"]
    for text in texts:
        before = doc.get_state()
        notes.insert(0, text)
        yield b"\x00\x02" + var_bytes(doc.get_update(before))


def pieces(data: bytes, sizes: tuple[int, ...]) -> Iterator[bytes]:
    at = number = 0
    while at < len(data):
        size = sizes[number % len(sizes)]
        yield data[at : at + size]
        at, number = at + size, number + 1


@pytest.mark.promise("W4")
@pytest.mark.parametrize("cut", CUTS)
async def test_messages_in_pieces(cut: str, day: Day, peers: Peers) -> None:
    text = LONG if CUTS[cut][0] > 1000 else LONG[:600]
    first, second, third = edits(["un ", text, "trois "])
    half = len(second) // 2
    stream = b"".join(
        (
            masked(Opcode.BINARY, first),
            masked(Opcode.PING, b"?"),
            masked(Opcode.BINARY, second[:half], fin=False),
            masked(Opcode.PING, b"in between"),
            masked(Opcode.CONT, second[half:]),
            masked(Opcode.BINARY, third),
        )
    )
    other = await day.open(peers, "other", "y-websocket@3.1")
    async with asyncio.timeout(SECONDS):
        reader, writer = await asyncio.open_connection("127.0.0.1", day.server.port)
        path = f"/sync/{day.note}?token={day.token('writer')}"
        writer.write(handshake(path, day.server.port))
        assert b" 101 " in await reader.readuntil(b"\r\n\r\n")
        for piece in pieces(stream, CUTS[cut]):
            writer.write(piece)
            await writer.drain()
        await other.wait(contains="trois " + text + "un ")
        writer.close()
        await writer.wait_closed()
