"""Copies that cannot be written: nothing else hears of it, nothing is half written, all comes."""

from __future__ import annotations

import os
import resource
import shutil
from pathlib import Path
from threading import Event, Thread

import pytest
from structlog.testing import capture_logs

from server.copies.folder import replace_file
from server.copies.rounds import RETRY_SECONDS
from tests.copies.conftest import House
from tests.sync.conftest import Peer

LARGE = "Une phrase que le disque ne prend plus. " * 200


async def still_writes(house: House, peer: Peer, words: str) -> bool:
    """Whether what somebody types is in the log, and in their own text, as ever."""
    await house.type(peer, words)
    return words in (await house.exported(peer.room.note)).decode() and words in peer.text


async def limit_files(house: House, limit: int) -> None:
    """No file of the process aside may grow beyond this, as on a disk that is full."""
    await house.service.aside.run(
        resource.setrlimit, resource.RLIMIT_FSIZE, (limit, resource.RLIM_INFINITY)
    )


@pytest.mark.promise("X6")
async def test_a_full_disk_leaves_copies_as_they_were_and_typing_goes_on(house: House) -> None:
    note = house.notes[0]
    writer = await house.join(note)
    await house.step(0)
    before = house.files()
    await limit_files(house, 2000)
    await house.type(writer, LARGE)
    with capture_logs() as logs:
        await house.step(100)
        await house.step(200)
    assert [(one["event"], one["of"]) for one in logs] == [("copy_failed", note)]
    assert "phrase" not in str(logs)
    assert house.files() == before
    assert await still_writes(house, writer, "Et pourtant.")
    await limit_files(house, resource.RLIM_INFINITY)
    await house.step(200 + RETRY_SECONDS)
    assert await house.holds_what_exports_say()


@pytest.mark.promise("X6")
async def test_a_folder_that_cannot_be_made_is_said_once_and_typing_goes_on(house: House) -> None:
    writer = await house.join(house.notes[0])
    house.root.write_text("no folder")
    with capture_logs() as logs:
        await house.step(0)
        await house.step(100)
    assert len(logs) == 1
    assert logs[0]["event"] == "copy_failed"
    assert await still_writes(house, writer, "Et pourtant.")
    house.root.unlink()
    await house.step(200)
    assert await house.holds_what_exports_say()


@pytest.mark.promise("X6")
async def test_a_note_that_cannot_be_written_does_not_hold_up_the_others(house: House) -> None:
    await house.step(0)
    first, second = (house.copy(note) for note in house.notes[:2])
    first.unlink()
    first.mkdir()
    (first / "file").touch()
    for note in house.notes[:2]:
        await house.type(await house.join(note), "Du nouveau.")
    with capture_logs() as logs:
        await house.step(100)
    assert [(one["event"], one["of"]) for one in logs] == [("copy_failed", house.notes[0])]
    assert second.read_bytes() == await house.exported(house.notes[1])
    index = (house.folder / "index.md").read_text("utf-8")
    assert (first.name in index, second.name in index) == (False, True)
    assert "Le cœur du garage" in index
    shutil.rmtree(first)
    await house.step(100 + RETRY_SECONDS)
    assert await house.holds_what_exports_say()
    assert first.name in (house.folder / "index.md").read_text("utf-8")


async def test_a_record_that_is_damaged_costs_nothing(house: House) -> None:
    await house.step(0)
    before = house.files()
    for damaged in (b"", b"\xff{", b'{"notes": {"x": 1}}', b'{"index": "' + b"9" * 100_000):
        (house.folder / ".written.json").write_bytes(damaged)
        await house.type(await house.join(house.notes[0]), "Du nouveau.")
        await house.step(1)  # soon after the last one: what is not known to be there is written
        assert await house.holds_what_exports_say()
    unmoved = house.copy(house.notes[1]).name
    assert house.files()[unmoved] == before[unmoved]


@pytest.mark.promise("X6")
def test_whoever_reads_a_copy_reads_a_whole_one(tmp_path: Path) -> None:
    path = tmp_path / "note.md"
    versions = [bytes([ord("a") + number % 26]) * (1 + number * 20_000) for number in range(60)]
    replace_file(path, versions[0])
    read: list[bytes] = []
    reading, done = Event(), Event()

    def reader() -> None:
        while not done.is_set():
            read.append(path.read_bytes())
            reading.set()

    thread = Thread(target=reader)
    thread.start()
    try:
        assert reading.wait(30)
        for version in versions:
            replace_file(path, version)
    finally:
        done.set()
        thread.join()
    assert path.read_bytes() == versions[-1]
    assert set(read) <= set(versions)
    assert [one.name for one in tmp_path.iterdir()] == ["note.md"]


def test_what_a_crash_left_beside_a_file_is_in_nobodys_way(tmp_path: Path) -> None:
    path = tmp_path / "note.md"
    (tmp_path / ".note.md.tmp").write_bytes(b"half of a much longer text")
    replace_file(path, b"whole")
    assert [one.name for one in tmp_path.iterdir()] == ["note.md"]
    assert path.read_bytes() == b"whole"


def test_a_link_in_the_place_of_a_file_is_replaced_and_not_followed(tmp_path: Path) -> None:
    elsewhere, path = tmp_path / "elsewhere", tmp_path / "note.md"
    elsewhere.write_bytes(b"somebody's")
    for link in (path, tmp_path / ".note.md.tmp"):
        os.symlink(elsewhere, link)
    with pytest.raises(OSError, match="symbolic links"):
        replace_file(path, b"ours")
    replace_file(path, b"ours")  # what was in the way is gone
    assert (elsewhere.read_bytes(), path.read_bytes()) == (b"somebody's", b"ours")
    assert not path.is_symlink()
