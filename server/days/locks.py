"""Locks of a note, a section or a whole day, in the store (K5, K6).

What stands in the log is the lock; a server that runs on the store sees it and tells the people
in the note.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import Connection

from server.days.ids import is_id, shown_id
from server.errors import BadInput, NotFound
from storage import catalogue, log
from storage.records import NoteRef
from storage.values import ConnectionId, DayId, Head, Milliseconds, NoteId, PersonId, SectionId

MAX_WHY_LENGTH = 500


@dataclass(frozen=True, slots=True)
class Target:
    """What an id stands for: the notes to lock, in the programme's order, and their day."""

    day: DayId
    notes: tuple[NoteId, ...]


def find_target(db: Connection, id: str) -> Target:
    """The notes of a note's, section's or day's id; a day's include its own conclusion.

    Raises NotFound, also for an id that is none of the three.
    """
    absent = NotFound(f"There is no note, section or day {shown_id(id)}.")
    if not is_id(id):
        raise absent
    note = catalogue.find_note(db, NoteId(id))
    if note is not None:
        return Target(note.day, (note.id,))
    section = catalogue.find_section(db, SectionId(id))
    if section is not None:
        return Target(section.day, _ids(catalogue.notes_of_section(db, section.id)))
    day = catalogue.find_day(db, DayId(id))
    if day is not None:
        return Target(day.id, _ids(catalogue.notes(db, day.id)))
    raise absent


def lock(
    db: Connection,
    target: Target,
    *,
    by: PersonId,
    why: str,
    at: Milliseconds,
    connection: ConnectionId,
) -> list[Head]:
    """Lock all the notes of the target in one transaction; locked ones stay as they are."""
    reason = clean_why(why)
    return [
        log.lock(db, note, by=by, why=reason, at=at, connection=connection) for note in target.notes
    ]


def unlock(
    db: Connection, target: Target, *, by: PersonId, at: Milliseconds, connection: ConnectionId
) -> list[Head]:
    """Unlock all the notes of the target in one transaction; open ones stay as they are."""
    return [log.unlock(db, note, by=by, at=at, connection=connection) for note in target.notes]


def clean_why(why: str) -> str:
    """The reason on one line. Raises BadInput when it is too long or holds control characters."""
    clean = re.sub(r"[ \t\r\n]+", " ", why).strip()
    if len(clean) > MAX_WHY_LENGTH:
        raise BadInput(
            f"A reason has at most {MAX_WHY_LENGTH} characters; this one has {len(clean)}.",
            field="why",
        )
    if any(unicodedata.category(character) in ("Cc", "Cs", "Zl", "Zp") for character in clean):
        raise BadInput(
            "A reason is one line without control characters: write it again.", field="why"
        )
    return clean


def _ids(notes: Sequence[NoteRef]) -> tuple[NoteId, ...]:
    return tuple(note.id for note in notes)
