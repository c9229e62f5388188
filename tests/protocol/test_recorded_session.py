"""A session of three people, recorded on y-websocket's own server, is played to this one."""

from __future__ import annotations

import asyncio
import gzip
import json
from contextlib import AsyncExitStack
from pathlib import Path
from typing import Any

import pytest
from websockets.asyncio.client import ClientConnection

from tests.peers.driver import Peers
from tests.protocol.days import Day
from tests.protocol.plain_client import STEP_1, SYNC, counted, read_number
from tests.protocol.raw import SECONDS, raw_sync

RECORDING = Path(__file__).parents[3] / "shared/data/wire/session-3-clients.jsonl.gz"
THEIR_ROOT = b"\x01\x04text"
OUR_ROOT = b"\x01\x05notes"
"""An item that begins a root: a one, then the root's name. The recorded one is none of a note's."""

Frame = dict[str, Any]


@pytest.fixture
def recorded() -> list[Frame]:
    """A header, then everything that happened."""
    if not RECORDING.exists():
        pytest.skip(f"the recorded session is not beside this checkout ({RECORDING.name})")
    with gzip.open(RECORDING, "rt", encoding="utf-8") as lines:
        return [json.loads(line) for line in lines]


@pytest.mark.promise("W1", "L7")
async def test_what_was_recorded_elsewhere_gives_the_same_text_here(
    recorded: list[Frame], day: Day, peers: Peers
) -> None:
    header, *frames = recorded
    watching = await day.open(peers, "watching", "y-websocket@3.1", role="reader")
    async with AsyncExitStack() as open_sockets:
        sockets: dict[str, ClientConnection] = {}
        last = ""
        for frame in frames:
            connection = frame["conn"]
            if connection != last and last in sockets:
                # Frames of two connections have no order but the one that is waited for.
                await heard(sockets[last])
            last = connection
            match frame:
                case {"event": "open"}:
                    sockets[connection] = await open_sockets.enter_async_context(raw_sync(day))
                case {"event": "close"}:
                    await sockets.pop(connection).close()
                case {"dir": "c>s", "hex": sent}:
                    message = bytes.fromhex(sent)
                    await sockets[connection].send(in_our_root(message))
                    if message[:2] == bytes([SYNC, STEP_1]):
                        # Until it is in the note, a ping is answered before what stands in front
                        # of it has been looked at.
                        async with asyncio.timeout(SECONDS):
                            await sockets[connection].recv()
    text = header["final_text"]
    late = await day.open(peers, "late", "hocuspocus@4.8", role="reader")
    await late.wait(contains=text)  # a pong says that it was heard, not that it is committed
    shown = (await late.panes())[0]
    # The line that every note begins with stands before or after what they typed.
    assert shown in ("\n" + text, text + "\n")
    await watching.wait(equals=shown)


async def heard(socket: ClientConnection) -> None:
    """Return when the server has taken all that was sent: it answers a ping in order."""
    async with asyncio.timeout(SECONDS):
        await (await socket.ping())


def in_our_root(message: bytes) -> bytes:
    """The same message with the same edits in the notes' pane."""
    if message[0] != SYNC or message[1] == STEP_1:
        return message
    _, start = read_number(message, 2)
    return message[:2] + counted(message[start:].replace(THEIR_ROOT, OUR_ROOT))
