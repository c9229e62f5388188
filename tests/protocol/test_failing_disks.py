"""The disk under a running server fills or fails while people type in stock clients."""

from __future__ import annotations

import asyncio
import json
import resource
import sys
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path
from typing import Any

import pytest

from tests.disk.serve import NO_SPACE, SYNC_FAILS
from tests.disk.watched import can_watch
from tests.peers.driver import Peer, Peers, until_same
from tests.protocol.days import Day
from tests.protocol.rows import rows_of
from tests.running import RunningServer, programme

ROOT = Path(__file__).resolve().parents[2]
KINDS = ("y-websocket@3.1", "hocuspocus@4.8")
NOT_STORED = 1013
PAGE_BYTES = 4096
LEAF_PAGE = 10
"""How such a page of a table without rowids begins (SQLite's file format, 1.6)."""
Fault = Callable[[Day], AbstractContextManager[None]]


@pytest.fixture
def faulty_day(tmp_path: Path) -> Iterator[Day]:
    """A day on a server whose disk fails on demand."""
    if not can_watch():
        pytest.skip("This Python has SQLite built in, where its way to the disk cannot be broken")
    code = f"import sys; sys.path.insert(0, {str(ROOT)!r})"
    run = f"{code}; import runpy; runpy.run_module('tests.disk.serve', run_name='__main__')"
    command = (sys.executable, "-c", run, tmp_path / "fault")
    with RunningServer(tmp_path, command=command) as server:
        yield Day.make(server, programme(2))


@contextmanager
def fault(day: Day, what: str) -> Iterator[None]:
    file = day.server.folder / "fault"
    partial = file.with_suffix(".partial")
    partial.write_text(what)
    partial.rename(file)
    yield
    file.unlink()


@contextmanager
def no_space(day: Day) -> Iterator[None]:
    with fault(day, NO_SPACE):
        yield


@contextmanager
def quota(day: Day) -> Iterator[None]:
    """The system itself refuses to make any file longer, the log of the server included."""
    before = resource.prlimit(day.server.pid, resource.RLIMIT_FSIZE)
    resource.prlimit(day.server.pid, resource.RLIMIT_FSIZE, (1, before[1]))
    yield
    resource.prlimit(day.server.pid, resource.RLIMIT_FSIZE, before)


def logged(day: Day, event: str) -> list[dict[str, Any]]:
    lines = [line for line in day.server.said().splitlines() if line.startswith("{")]
    return [found for line in lines if (found := json.loads(line))["event"] == event]


async def with_people(day: Day, peers: Peers) -> tuple[list[Peer], Peer]:
    """Clients that type, each with a word that is saved, and a reader who has seen them."""
    typists = [await day.open(peers, kind, kind) for kind in KINDS]
    reader = await day.open(peers, "reader", "y-websocket@3.1", role="reader")
    for peer in typists:
        await peer.type(f"<{peer.id} before>", at=0)
    await until_same(*typists, reader, containing=[f"<{peer.id} before>" for peer in typists])
    await typists[1].wait(unsynced=False)
    return typists, reader


async def assert_all_there_once(day: Day, typists: list[Peer], reader: Peer) -> None:
    words = [f"<{peer.id} {when}>" for peer in typists for when in ("before", "during")]
    notes, _ = await until_same(*typists, reader, containing=words)
    await typists[1].wait(unsynced=False)
    assert sorted(notes) == sorted("".join(words) + "\n")
    rows = rows_of(day)
    assert [row.seq for row in rows] == list(range(1, len(rows) + 1))
    assert "sound" in day.server.calepin("verify")


@pytest.mark.promise("L2", "L8")
@pytest.mark.parametrize("full", [no_space, quota])
async def test_a_full_disk_shows_and_acknowledges_nothing_until_there_is_space(
    faulty_day: Day, peers: Peers, full: Fault
) -> None:
    day = faulty_day
    typists, reader = await with_people(day, peers)
    rows = rows_of(day)
    with full(day):
        for peer in typists:
            await peer.type(f"<{peer.id} during>", at=0)
        for peer in (*typists, reader):
            assert (await peer.event("close"))["code"] == NOT_STORED
        # They come back, and are told again, for as long as there is no space.
        assert (await typists[1].event("close"))["code"] == NOT_STORED
        assert (await typists[1].state()).unsynced > 0
        assert "during" not in (await reader.panes())[0]
        assert rows_of(day) == rows
    await assert_all_there_once(day, typists, reader)
    assert day.server.stop() == 0


@pytest.mark.promise("L2", "L8")
async def test_a_disk_that_fails_ends_the_server_with_a_sentence_and_loses_nothing(
    faulty_day: Day, peers: Peers
) -> None:
    day = faulty_day
    typists, reader = await with_people(day, peers)
    with fault(day, SYNC_FAILS):
        for peer in typists:
            await peer.type(f"<{peer.id} during>", at=0)
        assert await asyncio.to_thread(day.server.ended) == 1
        assert (await typists[1].state()).unsynced > 0
        assert "during" not in (await reader.panes())[0]
    (said,) = logged(day, "store_failed")
    assert said["level"] == "critical"
    assert "cannot be trusted: disk I/O error (SQLITE_IOERR_FSYNC)" in said["error"]
    await asyncio.to_thread(day.server.start)
    await assert_all_there_once(day, typists, reader)


@pytest.mark.promise("O2", "S3")
@pytest.mark.parametrize("damage", ["a letter", "a page"])
async def test_a_damaged_note_is_refused_alone_and_verify_says_where(
    own_day: Day, peers: Peers, damage: str
) -> None:
    day, other = own_day, own_day.notes[1]
    writer = await day.open(peers, "writer", "hocuspocus@4.8")
    for number in range(40):
        await writer.type(f"<mark {number:02}{'.' * 900}>", at=0)
        await writer.wait(unsynced=False)
    await writer.close()
    assert await asyncio.to_thread(day.server.stop) == 0
    file = day.server.data / "calepin.sqlite"
    content = bytearray(file.read_bytes())
    # In a page that holds rows of this note alone, and on which no other page depends.
    places = [content.index(f"<mark {number}".encode()) for number in range(15, 30)]
    at = next(place for place in places if content[place - place % PAGE_BYTES] == LEAF_PAGE)
    if damage == "a letter":
        content[at + 1] = ord("M")
    else:
        page = at - at % PAGE_BYTES
        content[page : page + 200] = b"\xde" * 200
    file.write_bytes(content)
    verified = day.server.calepin("verify", fails=True)
    assert f"In note {day.note}, " in verified
    assert ("is not what was written" if damage == "a letter" else "cannot be read") in verified

    await asyncio.to_thread(day.server.start)
    elsewhere = await day.open(peers, "elsewhere", "hocuspocus@4.8", note=other)
    unlucky = await day.open(peers, "unlucky", "hocuspocus@4.8", synced=False)
    assert (await unlucky.event("close"))["code"] == NOT_STORED
    assert (await unlucky.panes())[0] == ""
    await elsewhere.type("ici tout va bien", at=0)
    await elsewhere.wait(unsynced=False)
    assert "cannot be trusted" in logged(day, "note_unreadable")[0]["error"]
