"""The copies of several machines: one writes them, and another goes on when it cannot."""

from __future__ import annotations

import asyncio
import os
import signal
import time

import pytest

from server.copies.rounds import ROUND_SECONDS
from storage.duties import CHECK_SECONDS, SILENT_SECONDS
from tests.peers.driver import Peers
from tests.running import RunningServer, programme
from tests.together.conftest import Together, until


def copied(server: RunningServer, words: str = "") -> list[str]:
    """The texts of the copies in a server's folder with these words."""
    found = [path.read_text("utf-8") for path in (server.data / "copies").glob("*/0*.md")]
    return [text for text in found if words in text]


@pytest.mark.promise("X6")
@pytest.mark.parametrize(
    ("url", "how"),
    [("sqlite", "killed"), pytest.param("postgresql", "paused", marks=pytest.mark.slow)],
    indirect=["url"],
)
async def test_when_the_one_that_writes_cannot_another_writes_everything(
    together: Together, peers: Peers, how: str
) -> None:
    servers = [together.add(copies="on"), together.add(copies="on")]
    made = servers[0].new_day(programme(3))
    await asyncio.to_thread(until, lambda: any(len(copied(one)) == 4 for one in servers))
    former, heir = sorted(servers, key=copied, reverse=True)
    assert copied(heir) == []
    if how == "killed":
        former.kill()
    else:
        os.kill(former.pid, signal.SIGSTOP)
    began = time.monotonic()
    peer = await peers.open(
        "ada", "y-websocket@3.1", heir.ws_url, made.notes[0], made.tokens["writer"]
    )
    await peer.type("après lui", at=0)
    await asyncio.to_thread(until, lambda: len(copied(heir)) == 4)
    print(f"written elsewhere after {time.monotonic() - began:.1f} s")
    await asyncio.to_thread(until, lambda: len(copied(heir, "après lui")) == 1)
    assert time.monotonic() - began < SILENT_SECONDS + CHECK_SECONDS + ROUND_SECONDS + 30
    if how == "paused":
        os.kill(former.pid, signal.SIGCONT)
        await asyncio.to_thread(until, lambda: '"duty_lost"' in former.said())
        await peer.type("à son réveil, ", at=0)
        await asyncio.to_thread(until, lambda: len(copied(heir, "à son réveil")) == 1)
        assert copied(former, "à son réveil") == []
