"""Implementations without JavaScript agree with the browser's: pycrdt's own, and one of ours."""

from __future__ import annotations

import asyncio
import base64

import pycrdt
import pytest
from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import ConnectionClosed

from server.sync import hocuspocus, ywebsocket
from server.sync.messages import Awareness
from tests.peers.driver import KINDS, Peers, until_same
from tests.protocol.days import Day
from tests.protocol.plain_client import (
    SECONDS,
    STEP_1,
    STEP_2,
    UPDATE,
    counted,
    new_doc,
    number,
    panes_of,
    plain_client,
    sync_message,
)

pytestmark = pytest.mark.promise("W6")

FRENCH = "« Œuvre », salarié·e·s 👩🏽‍🚒 : "


class SocketChannel(pycrdt.Channel):
    """What pycrdt's provider wants of a connection."""

    def __init__(self, socket: ClientConnection, path: str) -> None:
        self._socket = socket
        self._path = path

    @property
    def path(self) -> str:
        return self._path

    async def __anext__(self) -> bytes:
        try:
            return await self.recv()
        except ConnectionClosed:
            raise StopAsyncIteration from None

    async def send(self, message: bytes) -> None:
        await self._socket.send(message)

    async def recv(self) -> bytes:
        message = await self._socket.recv()
        assert isinstance(message, bytes)
        return message


@pytest.mark.parametrize("kind", KINDS)
async def test_pycrdts_own_provider(kind: str, day: Day, peers: Peers) -> None:
    browser = await day.open(peers, "browser", kind)
    doc = new_doc()
    changed = asyncio.Event()
    watching = doc.observe(lambda _event: changed.set())
    url = f"{day.server.ws_url}/sync/{day.note}?token={day.token('writer')}"
    async with connect(url, proxy=None, max_size=None) as socket:
        provider = pycrdt.Provider(doc, SocketChannel(socket, day.note))
        async with asyncio.timeout(SECONDS), provider:
            await provider.synced.wait()
            assert panes_of(doc) == ("\n", "\n")
            doc["notes"].insert(0, FRENCH)
            doc["conclusions"].insert(0, "retenu 🗳️")
            doc["notes"].format(0, len("« Œuvre »".encode()), {"italic": True})
            await browser.wait(contains=FRENCH)
            await browser.type("réponse 🎈", at=0)
            while not str(doc["notes"]).startswith("réponse 🎈"):
                changed.clear()
                await changed.wait()
            await browser.wait(contains="retenu 🗳️", pane="conclusions")
            assert panes_of(doc) == await browser.panes()
            delta = [(part["insert"], part.get("attributes")) for part in await browser.delta()]
            assert [(str(text), attributes) for text, attributes in doc["notes"].diff()] == delta
    doc.unobserve(watching)


async def test_the_implementation_written_here_among_all_browsers(day: Day, peers: Peers) -> None:
    browsers = [await day.open(peers, kind, kind) for kind in KINDS]
    words = [f"<{peer.id} 🎈>" for peer in browsers]
    async with plain_client(day) as plain, plain_client(day, role="reader") as reader:
        async with asyncio.TaskGroup() as typing:
            for peer, word in zip(browsers, words, strict=True):
                typing.create_task(peer.type(word, at=0, keys_per_second=100))
            for key in reversed(FRENCH):
                plain.type(key)
                await asyncio.sleep(0)
        panes = await until_same(*browsers, containing=words)
        await plain.shows(panes)
        await reader.shows(panes)
        assert sorted(panes[0]) == sorted("".join(words) + FRENCH + "\n")
        replayed = await peers.replay([plain.doc.get_update(), await browsers[0].update()])
        assert replayed == panes


@pytest.mark.promise("K4", "K7")
async def test_the_implementation_written_here_is_held_to_the_lock(day: Day, peers: Peers) -> None:
    browser = await day.open(peers, "browser", "hocuspocus@4.8")
    async with plain_client(day) as plain, plain_client(day) as other:
        plain.type("avant. ")
        await browser.wait(contains="avant. ")
        await day.lock()
        plain.type("pendant. ")
        await plain.settled()
        assert len(await day.held()) == 1
        assert (await browser.panes())[0] == "avant. \n"
        await day.unlock()
        await browser.wait(equals="pendant. avant. \n")
        await other.shows(("pendant. avant. \n", "\n"))


async def test_messages_are_the_bytes_that_y_protocols_writes(peers: Peers) -> None:
    """Every message of the shared framing: y-protocols, the server and the client written here."""
    doc = new_doc()
    doc["notes"].insert(0, FRENCH)
    update, vector = doc.get_update(), doc.get_state()
    state = {"user": {"name": "Zoé 🎈"}}
    encoded = await peers.do(
        "encode",
        update=base64.b64encode(update).decode(),
        state=state,
        reason="« non »",
        note="n" * 200,
    )
    numbers = encoded.pop("numbers")
    theirs = {what: bytes.fromhex(data) for what, data in encoded.items()}
    reason = counted("« non »".encode())
    assert theirs["step_1"] == ywebsocket.step_1(vector) == sync_message(STEP_1, vector)
    assert theirs["step_2"] == ywebsocket.step_2(update) == sync_message(STEP_2, update)
    assert theirs["update"] == ywebsocket.update(update) == sync_message(UPDATE, update)
    assert theirs["denied"] == ywebsocket.permission_denied("« non »") == b"\x02\x00" + reason
    assert theirs["query"] == b"\x03"
    assert theirs["awareness"][:1] == ywebsocket.awareness(b"")[:1] == b"\x01"
    assert theirs["prefix"] == hocuspocus.prefix("n" * 200) == counted(b"n" * 200)
    decoded = ywebsocket.decode(theirs["awareness"])
    assert isinstance(decoded, Awareness)
    assert theirs["awareness"] == ywebsocket.awareness(decoded.data)
    for value, data in numbers:
        assert bytes.fromhex(data) == number(value)
