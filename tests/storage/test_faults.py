"""What happens when processes die, race, or cannot write: with real processes."""

from __future__ import annotations

import subprocess
import sys
from collections import defaultdict
from pathlib import Path

import pytest

from storage import held, log, verify
from storage.database import Database
from storage.errors import StoreUnreachable
from storage.store import Store
from storage.values import ConnectionId, Head, Kind, Milliseconds, NoteId, PersonId

PROGRAMS = Path(__file__).parent / "programs"
ROOT = Path(__file__).parents[2]

Line = tuple[NoteId, str, bytes]


embedded = pytest.mark.parametrize("where", ["sqlite"], indirect=True)


def start(program: str, *arguments: str) -> subprocess.Popen[str]:
    command = [sys.executable, "-W", "error", str(PROGRAMS / program), *arguments]
    return subprocess.Popen(
        command, stdout=subprocess.PIPE, text=True, cwd=ROOT, env={"PYTHONPATH": str(ROOT)}
    )


def read_lines(text: str) -> list[Line]:
    """The whole lines of the program's output."""
    whole = text[: text.rfind("\n") + 1]
    found = (line.split() for line in whole.splitlines())
    return [(NoteId(note), told, bytes.fromhex(data)) for note, told, data in found]


def begin(process: subprocess.Popen[str], lines: int) -> str:
    """The program's first lines of output: it is in the middle of its work after them."""
    assert process.stdout is not None
    return "".join(process.stdout.readline() for _ in range(lines))


def end(process: subprocess.Popen[str]) -> str:
    with process:
        assert process.stdout is not None
        return process.stdout.read()


@pytest.mark.promise("L2")
def test_what_was_acknowledged_survives_kill_9(database, where, notes):
    acknowledged: list[Line] = []
    for cycle in range(5):
        process = start("appender.py", where, f"run{cycle}", *notes)
        first = begin(process, 20 + 31 * cycle)
        process.kill()
        acknowledged += read_lines(first + end(process))
    with database.read() as db:
        rows = {(note, row.seq): row.data for note in notes for row in log.tail(db, note, 0)}
        assert verify.verify(db).findings == ()
    assert len(acknowledged) > 5 * 20
    for note, seq, data in acknowledged:
        assert rows[note, int(seq)] == data


@pytest.mark.promise("K1")
@pytest.mark.promise("K2")
def test_no_update_of_a_writer_follows_a_lock_taken_while_two_processes_append(
    database, where, notes
):
    # In opposite orders, as two processes may: neither must wait for the other for ever.
    writers = [
        start("appender.py", where, "ada", *notes),
        start("appender.py", where, "bo", *reversed(notes)),
    ]
    texts = [begin(process, 30) for process in writers]
    with database.write() as db:
        locked = [
            log.lock(
                db,
                note,
                by=PersonId("moderator"),
                why="",
                at=Milliseconds(1),
                connection=ConnectionId("c"),
            )
            for note in notes
        ]
    told = [read_lines(text + end(process)) for text, process in zip(texts, writers, strict=True)]
    with database.read() as db:
        for head in locked:
            _assert_cut(head, log.tail(db, head.note, 0), told)
            waiting = {one.data for one in held.of_note(db, head.note)}
            assert waiting == {
                data
                for lines in told
                for note, seq, data in lines
                if (note, seq) == (head.note, "held")
            }
        assert verify.verify(db).findings == ()


def _assert_cut(head: Head, rows: list[log.Row], told: list[list[Line]]) -> None:
    """The log ends with the lock, and before it is exactly what was acknowledged, in order."""
    assert [row.seq for row in rows] == list(range(1, len(rows) + 1))
    assert (rows[-1].seq, rows[-1].kind) == (head.seq, Kind.LOCK)
    per_connection: dict[str, list[bytes]] = defaultdict(list)
    for row in rows[:-1]:
        assert row.kind is Kind.UPDATE
        per_connection[row.connection].append(row.data)
    for lines in told:
        sent = [data for note, seq, data in lines if note == head.note and seq != "held"]
        name = sent[0].split()[0].decode()
        assert per_connection[name] == sent


@embedded
@pytest.mark.promise("L2")
@pytest.mark.promise("L8")
def test_a_full_disk_acknowledges_nothing_and_leaves_the_store_good(database, where, notes):
    process = start("full_disk.py", where, notes[0])
    lines = end(process).splitlines()
    assert process.returncode == 0
    full = [line for line in lines if line.startswith("full")]
    assert len(full) == 1
    assert "Free some space" in full[0]
    acknowledged = [line for line in lines if not line.startswith("full")]
    assert acknowledged[-1] == "after 1"
    assert len(acknowledged) > 10
    with database.read() as db:
        rows = log.tail(db, notes[0], 0)
        assert [row.data.rstrip(b".").decode() for row in rows] == acknowledged
        assert verify.verify(db).findings == ()


@embedded
async def test_only_what_others_commit_counts_as_changed_elsewhere(
    store: Store, where, notes, submission
):
    assert not await store.changed_elsewhere()
    await store.submit([submission()])
    await store.read(lambda db: log.heads(db, notes))
    await store.lock(
        notes[0],
        by=PersonId("m"),
        why="",
        at=Milliseconds(1),
        connection=ConnectionId("c"),
    )
    assert not await store.changed_elsewhere()
    with start("appender.py", where, "ada", notes[0]) as other:  # ends at once: it is locked
        assert other.wait() == 0
    assert await store.changed_elsewhere()
    assert not await store.changed_elsewhere()
    await store.submit([submission()])
    assert not await store.changed_elsewhere()


def test_a_database_that_is_not_there_is_a_sentence(tmp_path):
    with pytest.raises(StoreUnreachable, match=r"does not answer.*Check that it runs") as caught:
        Database.open(f"postgresql://calepin:secret@/calepin?host={tmp_path}")
    assert "secret" not in str(caught.value)
