"""A day's texts as an export takes them: late contributions apart, nothing left out silently."""

from __future__ import annotations

from typing import Any

from server.days.contents import decode, read_contents
from server.export.day import ExportDay
from server.export.panes import import_pieces, initial_update
from server.export.reader import read_note
from storage import held, log
from storage.values import ConnectionId, HeldState, Milliseconds, PersonId, Submission

AT = Milliseconds(1_795_000_002_000)


def contents(store: Any) -> ExportDay:
    with store.database.read() as db:
        return decode(read_contents(db, store.one.day.id))


def test_a_note_that_cannot_be_read_is_marked_and_the_others_are_there(store: Any) -> None:
    """The rows of this store are no updates at all."""
    day = contents(store)
    assert [item.title for _, item in day.items()] == ["Le garage", "La cantine", "La voiture"]
    assert all(note.unreadable for note in day.notes())


def test_a_late_contribution_is_what_it_would_have_added(store: Any) -> None:
    note, author = store.one.notes[0].id, PersonId(store.one.links[1].id)
    begun = initial_update("Déjà là", "", client_id=7)
    (late,) = import_pieces(begun, read_note("Trop tard"), client_id=8)
    # A day made by this test alone has rows that are updates.
    with store.database.write() as db:
        db.exec_driver_sql("UPDATE log SET data = ? WHERE note = ?", (begun, note))
        log.lock(db, note, by=author, why="Fini", at=AT, connection=ConnectionId("c"))
        edit = Submission(note, author, ConnectionId("c"), AT, late.update)
        (outcome,) = log.append(db, [edit])
        held.decide(db, [outcome.id], state=HeldState.LATE, by=author, at=AT)  # type: ignore[union-attr]
    found = contents(store).sections[0].items[0].note
    assert found.lock is not None
    assert (found.lock.by, found.lock.why, found.lock.at) == ("Écriture", "Fini", AT)
    assert ["".join(str(s.text) for s in line.spans) for line in found.notes] == ["Déjà là"]
    (apart,) = found.late
    assert apart.by == "Écriture"
    assert "Trop tard" in ["".join(str(s.text) for s in line.spans) for line in apart.lines]
