"""Bytes that are no message end their connection with the listed code, and nothing else."""

from __future__ import annotations

import pytest
from websockets.asyncio.client import ClientConnection
from websockets.exceptions import InvalidStatus

from server.sync.codec import var_bytes, var_string, var_uint
from tests.peers.driver import Peer, Peers
from tests.protocol.days import Day
from tests.protocol.raw import closed, raw_collab, raw_sync

PROTOCOL_ERROR = 1002
TEXT = 1003
TOO_BIG = 1009
REFUSED = 4422

OVERLONG = b"\xff" * 12
MEBIBYTE = 1024 * 1024

BODIES = {
    "no such message": b"\x09",
    "no such sync step": b"\x00\x05\x00",
    "cut after the type": b"\x00",
    "cut in a length": b"\x00\x02\x80",
    "a length beyond the end": b"\x00\x02\x20\x01",
    "an overlong number": b"\x00\x02" + OVERLONG,
    "bytes after the end": b"\x00\x02" + var_bytes(b"\x00\x00") + b"\x00",
    "presence that is cut": b"\x01\x05\x01",
    "presence that is not JSON": b"\x01" + var_bytes(b"\x01\x01\x01" + var_string("{")),
    "presence that is not UTF-8": b"\x01" + var_bytes(b"\x01\x01\x01\x01\xff"),
    "a state vector of lies": b"\x00\x00" + var_bytes(b"\xff\xff\xff\xff\x0f"),
}
"""What is wrong in both framings."""

SYNC_ONLY = {
    "nothing at all": b"",
    "an overlong type": OVERLONG,
    "a server's word": b"\x02\x00\x00",
}
COLLAB_ONLY = {
    "nothing at all": b"",
    "a name that is not UTF-8": b"\x02\xff\xfe\x00",
    "a name longer than the message": b"\x7f" + b"abc",
    "a note without a token": var_string("elsewhere") + b"\x00\x00\x01\x00",
}
UPDATES = {
    "an update of noise": b"\xfe\xfe\xfe\xfe",
    "an update in encoding 2": bytes.fromhex(
        "000002a50100000104060374657874022301000101000001010000"
    ),
    "a root with a long name": b"\x01\x01\x05\x00\x04\x01" + var_string("€" * 40) + b"\x01a\x00",
    "a map": bytes.fromhex("010101002801046d617073016b01770176") + b"\x00",
}


@pytest.mark.promise("W4")
@pytest.mark.parametrize("what", [*BODIES, *SYNC_ONLY])
async def test_y_websocket_framing(what: str, day: Day, peers: Peers) -> None:
    other = await day.open(peers, "other", "y-websocket@3.1")
    async with raw_sync(day) as socket:
        await socket.send({**BODIES, **SYNC_ONLY}[what])
        code, reason = await closed(socket)
    assert (code, bool(reason)) == (PROTOCOL_ERROR, True)
    await undisturbed(day, peers, other)


@pytest.mark.promise("W4")
@pytest.mark.parametrize("what", [*BODIES, *COLLAB_ONLY])
async def test_hocuspocus_framing(what: str, day: Day, peers: Peers) -> None:
    other = await day.open(peers, "other", "hocuspocus@4.8")
    name = var_string(day.note)
    async with raw_collab(day) as socket:
        await socket.send(name + BODIES[what] if what in BODIES else COLLAB_ONLY[what])
        code, reason = await closed(socket)
    assert (code, bool(reason)) == (PROTOCOL_ERROR, True)
    await undisturbed(day, peers, other)


@pytest.mark.promise("W4")
@pytest.mark.parametrize("what", UPDATES)
async def test_an_update_that_a_note_must_not_take(what: str, day: Day, peers: Peers) -> None:
    other = await day.open(peers, "other", "y-websocket@3.1")
    async with raw_sync(day) as socket:
        await socket.send(b"\x00\x02" + var_bytes(UPDATES[what]))
        code, reason = await closed(socket)
    assert (code, bool(reason)) == (REFUSED, True)
    await undisturbed(day, peers, other)


@pytest.mark.promise("W4")
async def test_text_is_no_part_of_the_protocol(day: Day, peers: Peers) -> None:
    other = await day.open(peers, "other", "y-websocket@3.1")
    for is_in in (False, True):
        async with raw_sync(day) as socket:
            if is_in:
                await socket.send(b"\x00\x00" + var_bytes(b"\x00"))
                await first_byte(socket)
            await socket.send("bonjour")
            assert (await closed(socket))[0] == TEXT
    await undisturbed(day, peers, other)


@pytest.mark.promise("W4")
async def test_a_message_that_is_too_long(day: Day, peers: Peers) -> None:
    other = await day.open(peers, "other", "y-websocket@3.1")
    async with raw_sync(day) as socket:
        size = MEBIBYTE + 1
        await socket.send(b"\x00\x02" + var_uint(size) + bytes(size))
        assert (await closed(socket))[0] == TOO_BIG
    await undisturbed(day, peers, other)


@pytest.mark.promise("W3", "W5")
async def test_types_of_our_own_go_to_nobody_who_did_not_ask(day: Day, peers: Peers) -> None:
    """A plain client that types through a lock hears types 0 to 3 and nothing else."""
    async with raw_sync(day) as socket:
        await socket.send(b"\x00" + b"\x00" + var_bytes(b"\x00"))
        heard = {await first_byte(socket) for _ in range(2)}
        await day.lock()
        await day.unlock()
        writer = await day.open(peers, "writer", "hocuspocus@4.8")
        await writer.type("après", at=0)
        heard.add(await first_byte(socket))
    assert heard <= {0, 1, 2, 3}


@pytest.mark.promise("A5")
@pytest.mark.parametrize("origin", ["https://ailleurs.example", "null", "http://127.0.0.1:1"])
async def test_a_foreign_page_opens_no_socket(origin: str, day: Day) -> None:
    with pytest.raises(InvalidStatus) as refused:
        async with raw_sync(day, origin=origin):
            pass
    assert refused.value.response.status_code == 403
    assert b"WebSockets" in (refused.value.response.body or b"")
    async with raw_sync(day, origin=day.server.base_url) as ours:
        await ours.send(b"\x00\x00" + var_bytes(b"\x00"))
        assert await first_byte(ours) == 0


async def first_byte(socket: ClientConnection) -> int:
    data = await socket.recv()
    assert isinstance(data, bytes)
    return data[0]


async def undisturbed(day: Day, peers: Peers, other: Peer) -> None:
    """Somebody else's connection to the same note is open and works."""
    await other.type("tout va bien", at=0)
    late = await day.open(peers, "late", "y-websocket@3.1")
    await late.wait(contains="tout va bien")
    assert not other.events("close")
