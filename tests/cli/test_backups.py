"""A day is backed up while people write in it, and restored on an empty machine."""

from __future__ import annotations

import asyncio
import json
import stat
from pathlib import Path
from typing import Any

import pytest

from storage import log
from storage.database import Database
from storage.values import NoteId, Row
from tests.peers.driver import KINDS, Peer, Peers
from tests.protocol.days import Day
from tests.running import RunningServer, programme


@pytest.mark.promise("O2")
async def test_a_backup_of_a_live_day_is_whole_and_gives_the_same_exports(
    own_server: RunningServer, peers: Peers, tmp_path: Path
) -> None:
    day = Day.make(own_server, programme(3))
    early = await day.open(peers, "early", "hocuspocus@4.8", note=day.notes[1])
    await early.type("Écrit avant la sauvegarde.", at=0)
    await early.wait(unsynced=False)
    typists = [await day.open(peers, kind, kind) for kind in KINDS]
    watcher = await day.open(peers, "watcher", "y-websocket@3.1", role="reader")
    first, is_made = tmp_path / "first.backup", asyncio.Event()

    async def type_until_it_is_made(peer: Peer) -> None:
        while not is_made.is_set():
            await peer.type(f"<{peer.id} 🖊️>", at=0, keys_per_second=20)

    async with asyncio.TaskGroup() as typing:
        for peer in typists:
            typing.create_task(type_until_it_is_made(peer))
        await watcher.wait(contains="🖊️>")
        seen = await watcher.update()
        await asyncio.to_thread(own_server.calepin, "backup", str(first))
        is_made.set()
    await typists[0].type("Fin.", at=0)
    await watcher.wait(contains="Fin.")
    await day.lock()
    second = tmp_path / "second.backup"
    await asyncio.to_thread(own_server.calepin, "backup", str(second))
    assert stat.S_IMODE(second.stat().st_mode) == 0o600

    # The first is of one moment: of each log a part from its beginning, with all that was saved.
    folder = await restored(first, tmp_path / "one")
    for note in day.notes:
        whole, part = rows(own_server.data, note), rows(folder.data, note)
        assert part == whole[: len(part)]
    early_rows = [row.data for row in rows(folder.data, day.notes[1])]
    assert await peers.replay(early_rows) == ("Écrit avant la sauvegarde.\n", "\n")
    shown = [row.data for row in rows(folder.data, day.note)]
    assert await peers.replay([*shown, seen]) == await peers.replay(shown)
    assert "Fin." not in (await peers.replay(shown))[0]

    # The second is the day as it stands, by every command.
    folder = await restored(second, tmp_path / "two")
    for arguments in (
        ["export", day.entrance.day],
        ["export", day.entrance.day, "--part", "conclusions"],
        ["links", day.entrance.day, "--json"],
        ["verify"],
    ):
        live = await asyncio.to_thread(own_server.calepin, *arguments)
        assert await asyncio.to_thread(folder.calepin, *arguments) == live
    assert "Écrit avant la sauvegarde." in folder.calepin("export", day.entrance.day)
    links = json.loads(folder.calepin("links", day.entrance.day, "--json"))
    assert links["tokens"] == dict(day.entrance.tokens)

    # And people go on in it.
    await asyncio.to_thread(folder.start)
    try:
        again = Day(folder, day.entrance)
        reader = await again.open(peers, "again", "hocuspocus@4.8")
        assert (await reader.panes()) == (await watcher.panes())
        await reader.wait(scope="readonly")  # the lock stands
    finally:
        await asyncio.to_thread(folder.kill)


async def restored(file: Path, folder: Path) -> RunningServer:
    """A server that does not run yet, on a new folder with the restored store, which is sound."""
    await asyncio.to_thread(folder.mkdir)
    server = RunningServer(folder)
    await asyncio.to_thread(server.calepin, "restore", str(file))
    assert "The store is sound" in await asyncio.to_thread(server.calepin, "verify")
    return server


def rows(data: Path, note: str) -> list[Row]:
    with Database.open(data) as database, database.read() as db:
        return log.tail(db, NoteId(note), 0)


@pytest.mark.promise("O2")
def test_a_backup_and_its_restore_are_two_commands(calepin: Any, day: Any) -> None:
    made = calepin("backup", "day.backup")
    assert (made.status, made.err) == (0, "")
    assert made.out.startswith("day.backup is a backup of 3 notes and ")
    assert "all texts and all links" in made.out
    put = calepin("restore", "day.backup", "--data", "new")
    assert (put.status, put.err) == (0, "")
    assert put.out.startswith("new has 3 notes and ")
    for command in (["export", day["day"]], ["links", day["day"], "--json"], ["verify"]):
        assert calepin(*command, "--data", "new").out == calepin(*command).out
    assert "exists already" in calepin("backup", "day.backup").refused(1)
    assert "is not empty" in calepin("restore", "day.backup").refused(1)


def test_a_damaged_store_is_backed_up_and_restored_as_it_is_and_both_say_so(
    calepin: Any, day: Any, tmp_path: Path
) -> None:
    with Database.open(tmp_path / "data") as database, database.write() as db:
        db.exec_driver_sql("UPDATE log SET crc32 = crc32 + 1")
    for command in (["backup", "b"], ["restore", "b", "--data", "new"], ["verify"]):
        done = calepin(*command)
        assert done.status == 1
        assert "row 1 is not what was written." in done.err
    assert calepin("export", day["day"], "--data", "new").out == calepin("export", day["day"]).out


@pytest.mark.parametrize(
    ("arguments", "status", "said"),
    [
        (["backup"], 2, "Missing argument 'FILE'"),
        (["restore"], 2, "Missing argument 'FILE'"),
        (["backup", "b", "--data", "none"], 1, "There is no store in none"),
        (["backup", "none/b"], 1, "none/b cannot be written: No such file or directory."),
        (["backup", "."], 1, ". cannot be written: it exists already; name another file."),
        (["backup", ""], 1, "it exists already"),
        (["backup", "data"], 1, "data cannot be written: it exists already"),
        (["restore", "none", "--data", "new"], 2, "none cannot be restored: No such file"),
        (["restore", "data", "--data", "new"], 2, "data cannot be restored: it is not a file."),
        (["restore", "data/calepin.sqlite", "--data", "new"], 2, "it is not a backup of Calepin"),
        (["restore", "none"], 1, "The folder data is not empty"),
    ],
)
@pytest.mark.usefixtures("day")
def test_what_cannot_be_is_one_sentence_and_leaves_nothing(
    calepin: Any, tmp_path: Path, arguments: list[str], status: int, said: str
) -> None:
    before = sorted(tmp_path.iterdir())
    assert said in calepin(*arguments).refused(status)
    assert sorted(tmp_path.iterdir()) == before


@pytest.mark.usefixtures("day")
def test_a_store_without_its_key_has_no_whole_backup(calepin: Any, tmp_path: Path) -> None:
    (tmp_path / "data" / "secret.key").unlink()
    assert "The key data/secret.key is missing" in calepin("backup", "b").refused(1)
    assert not (tmp_path / "b").exists()


def test_a_key_that_is_elsewhere_is_backed_up_and_has_to_be_put_back(
    calepin: Any, day: Any, tmp_path: Path
) -> None:
    there, here = tmp_path / "data" / "secret.key", tmp_path / "mounted"
    key = there.read_bytes()
    there.rename(here)
    assert calepin("backup", "file", CALEPIN_SECRET_FILE="mounted").status == 0
    assert not there.exists()
    arguments = ["restore", "file", "--data", "new"]
    said = calepin(*arguments, CALEPIN_SECRET_FILE="another").out
    assert "Its key is new/secret.key: put it in place of another." in said
    assert (tmp_path / "new" / "secret.key").read_bytes() == key
    links = ["links", day["day"], "--json", "--data", "new"]
    assert "The key another is missing" in calepin(*links, CALEPIN_SECRET_FILE="another").refused(1)
    assert calepin(*links, CALEPIN_SECRET_FILE="mounted").json == day


def test_a_database_server_has_tools_of_its_own(calepin: Any, tmp_path: Path) -> None:
    url = "postgresql://u:hush@127.0.0.1:1/x"
    for command in ("backup", "restore"):
        said = calepin(command, "file", CALEPIN_DATABASE_URL=url).refused(1)
        assert "pg_dump, pg_restore" in said
        assert "hush" not in said
    said = calepin("restore", "file", CALEPIN_DATABASE_URL="sqlite:///x").refused(2)
    assert "CALEPIN_DATABASE_URL is set" in said
    assert list(tmp_path.iterdir()) == []
