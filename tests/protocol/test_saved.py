"""What a Hocuspocus provider counts as unsynced is exactly what is not durable yet."""

from __future__ import annotations

import asyncio
import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

import pytest

from tests.peers.driver import HOCUSPOCUS, KINDS, Peers
from tests.protocol.days import Day
from tests.protocol.rows import rows_of


@contextmanager
def store_held_up(data: Path) -> Iterator[None]:
    """Nobody can commit while this lasts; reading goes on."""
    with closing(sqlite3.connect(data / "calepin.sqlite", isolation_level=None)) as db:
        db.execute("BEGIN IMMEDIATE")
        yield
        db.execute("ROLLBACK")


@pytest.mark.promise("W2", "L1")
@pytest.mark.parametrize("kind", KINDS)
async def test_nothing_is_shown_or_called_saved_before_it_is_durable(
    kind: str, day: Day, peers: Peers
) -> None:
    ada = await day.open(peers, "ada", kind)
    other = await day.open(peers, "other", "hocuspocus@4.8")
    await ada.wait(unsynced=False)
    with store_held_up(day.server.data):
        await ada.type("pas encore", at=0)
        await ada.set_presence({"typed": True})
        await other.wait(person={"typed": True})  # the server has what was sent before this
        assert (await other.panes())[0] == "\n"
        if kind in HOCUSPOCUS:
            assert (await ada.state()).unsynced == 1
    await other.wait(contains="pas encore")
    await ada.wait(unsynced=False)


@pytest.mark.promise("W2", "L2")
@pytest.mark.parametrize("kind", HOCUSPOCUS)
async def test_what_was_called_saved_survives_a_kill(kind: str, own_day: Day, peers: Peers) -> None:
    ada = await own_day.open(peers, "ada", kind)
    text = "sauvé, mot après mot 🧷"
    for key in reversed(text):
        await ada.type(key, at=0)
        await ada.wait(unsynced=False)
    own_day.server.kill()
    assert await peers.replay([row.data for row in rows_of(own_day)]) == (text + "\n", "\n")

    await ada.type("Et ", at=0)
    assert (await ada.state()).unsynced > 0
    await asyncio.to_thread(own_day.server.start)
    late = await own_day.open(peers, "late", kind)
    await late.wait(equals="Et " + text + "\n")  # it came back by itself
    await ada.wait(unsynced=False)


@pytest.mark.promise("W2")
@pytest.mark.parametrize("kind", HOCUSPOCUS)
async def test_the_count_returns_to_zero_after_every_edit_offline(
    kind: str, day: Day, peers: Peers
) -> None:
    ada = await day.open(peers, "ada", kind)
    for round_ in range(3):
        await ada.disconnect()
        await ada.type(f"hors ligne {round_}, ", at=0)
        await ada.type("deux fois. ", at=0)
        assert (await ada.state()).unsynced > 0
        await ada.connect()
        await ada.wait(unsynced=False, synced=True)
    late = await day.open(peers, "late", kind)
    assert await late.panes() == await ada.panes()


@pytest.mark.promise("W2", "K4")
@pytest.mark.parametrize("kind", HOCUSPOCUS)
async def test_held_edits_are_unsynced_until_they_are_part_of_the_note(
    kind: str, day: Day, peers: Peers
) -> None:
    ada = await day.open(peers, "ada", kind)
    await ada.wait(unsynced=False, scope="read-write")
    await day.lock()
    await ada.wait(scope="readonly")
    await ada.type("trop tard, ", at=0)
    await ada.type("vraiment ", at=0)
    moderator = await day.open(peers, "moderator", kind, role="moderator")
    await ada.set_presence({"typed": True})
    await moderator.wait(person={"typed": True})
    assert (await ada.state()).unsynced == 2
    assert (await moderator.panes())[0] == "\n"
    await moderator.type("mot de la fin", at=0)  # a moderator passes a lock
    await moderator.wait(unsynced=False)
    await day.unlock()
    await ada.wait(scope="read-write", unsynced=False)
    await moderator.wait(contains="vraiment trop tard, ")
