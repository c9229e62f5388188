from __future__ import annotations

import pytest

from storage import checkpoints, log
from storage.database import Database
from storage.values import ConnectionId, Milliseconds, PersonId
from storage.verify import verify

BY = PersonId("moderator")
AT = Milliseconds(1)
HERE = ConnectionId("c")


embedded = pytest.mark.parametrize("where", ["sqlite"], indirect=True)


@pytest.fixture
def sound(database: Database, submission, notes) -> Database:
    """A store with rows before, in and after a lock, a standing lock, and a checkpoint."""
    with database.write() as db:
        log.append(db, [submission(note=note) for note in notes for _ in range(3)])
        log.lock(db, notes[0], by=BY, why="a", at=AT, connection=HERE)
        log.append(db, [submission(), submission(author="moderator", privileged=True)])
        log.unlock(db, notes[0], by=BY, at=AT, connection=HERE)
        log.append(db, [submission()])
        log.lock(db, notes[1], by=BY, why="b", at=AT, connection=HERE)
        checkpoints.write(db, notes[2], 3, b"merged")
    return database


@pytest.mark.promise("O2")
def test_a_sound_store_has_no_findings(sound):
    with sound.read() as db:
        report = verify(db)
    assert (report.notes, report.rows, report.checkpoints) == (3, 14, 1)
    assert report.findings == ()


@pytest.mark.promise("O2")
@pytest.mark.parametrize(
    ("damage", "what", "sentence"),
    [
        (
            "DELETE FROM log WHERE note = 'note00000001' AND seq = 2",
            *("gap", "In note note00000001, row 2 is missing from the log."),
        ),
        (
            "DELETE FROM log WHERE note = 'note00000003' AND seq < 3",
            *("gap", "In note note00000003, rows 1 to 2 are missing from the log."),
        ),
        (
            "DELETE FROM log WHERE note = 'note00000003' AND seq = 3",
            *("head", "In note note00000003, the log ends at 2, the note says 3."),
        ),
        (
            "UPDATE log SET data = substr(data, 2) WHERE note = 'note00000001' AND seq = 2",
            *("damaged_row", "In note note00000001, row 2 is not what was written."),
        ),
        (
            "UPDATE log SET author = 'writer' WHERE note = 'note00000001' AND seq = 5",
            *("passed_lock", "In note note00000001, row 5 of writer stands inside a lock."),
        ),
        (
            "UPDATE log SET author = 'link-writer' WHERE note = 'note00000001' AND seq = 5",
            *("passed_lock", "In note note00000001, row 5 of link-writer stands inside a lock."),
        ),
        (
            "UPDATE note SET locked_seq = NULL WHERE id = 'note00000002'",
            "lock",
            "In note note00000002, the note says that it is open, its log that it is locked at 4.",
        ),
        (
            "UPDATE note SET locked_by = 'other' WHERE id = 'note00000002'",
            "lock",
            "In note note00000002, the note says that it is locked at 4 by other, "
            "its log that it is locked at 4.",
        ),
        (
            "UPDATE log SET kind = 1 WHERE note = 'note00000001' AND seq = 5",
            *("lock_twice", "In note note00000001, row 5 locks a note that 4 locked."),
        ),
        (
            "UPDATE log SET kind = 2 WHERE note = 'note00000001' AND seq = 7",
            *("unlock_open", "In note note00000001, row 7 unlocks a note that is not locked."),
        ),
        (
            "UPDATE log SET kind = 9 WHERE note = 'note00000001' AND seq = 7",
            *("unknown_kind", "In note note00000001, row 7 is of the unknown kind 9."),
        ),
        (
            "UPDATE checkpoint SET data = substr(data, 2)",
            "damaged_checkpoint",
            "The checkpoint of note note00000003 at 3 is not what was written.",
        ),
        (
            "UPDATE checkpoint SET seq = 4",
            "checkpoint_beyond",
            "The checkpoint of note note00000003 at 4 is beyond the end of the log.",
        ),
    ],
)
def test_every_kind_of_damage_is_found_and_said(sound, damage, what, sentence):
    with sound.write() as db:
        db.exec_driver_sql(damage)
    with sound.read() as db:
        findings = verify(db).findings
    assert (what, sentence) in [(finding.what, str(finding)) for finding in findings]


@embedded
@pytest.mark.promise("O2")
def test_a_damaged_file_is_found(sound):
    assert sound.path is not None
    sound.close()
    content = sound.path.read_bytes()
    # The second row's text, wherever the file has it.
    at = content.index(b"text")
    sound.path.write_bytes(content[:at] + b"teXt" + content[at + 4 :])
    with Database.open(sound.path.parent) as database, database.read() as db:
        assert [finding.what for finding in verify(db).findings] == ["damaged_row"]
