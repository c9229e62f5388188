"""Locks of a note, a section or a whole day, in the store (K5, K6).

What stands in the log is the lock; a server that runs on the store sees it and tells the people
in the note.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

from sqlalchemy import Connection

from server.days.ids import is_id, shown_id
from server.errors import BadInput, Conflict, NotFound
from storage import catalogue, journal, log, planned
from storage.planned import PlannedLock
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
    if section is not None and section.removed_at is None:
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
    log.take_turn(db, target.notes)
    return [
        log.lock(db, note, by=by, why=reason, at=at, connection=connection) for note in target.notes
    ]


def plan(
    db: Connection,
    target: Target,
    *,
    by: PersonId,
    why: str,
    at: Milliseconds,
    now: Milliseconds,
) -> list[PlannedLock]:
    """Plan to lock the target's notes at a moment, in place of what was planned for them (K6).

    What is locked already stays as it is and is left out. Raises Conflict when that is everything.
    """
    reason = clean_why(why)
    heads = log.heads(db, target.notes)
    plans = [
        PlannedLock(note, at, by, reason)
        for note in target.notes
        if note in heads and heads[note].lock is None
    ]
    if not plans:
        raise Conflict("There is nothing to lock then: all of it is locked already, or empty.")
    moment = datetime.fromtimestamp(at / 1000, UTC).isoformat(timespec="seconds")
    for new in plans:
        planned.plan(db, new)
        said = f"{moment} {reason}".strip()
        journal.write(db, target.day, at=now, who=by, what="plan_lock", why=said, note=new.note)
    return plans


def carry_out(db: Connection, *, now: Milliseconds) -> list[NoteId]:
    """Lock every note whose planned moment has come, each once; which they are (K6).

    In one transaction with forgetting the plan, so that neither a crash nor another process makes
    two locks of one, or none.
    """
    done: list[NoteId] = []
    due = planned.due(db, now)
    log.take_turn(db, (one.note for one in due))
    for one in due:
        if planned.cancel(db, one.note):  # False: another process was first
            log.lock(db, one.note, by=one.by, why=one.why, at=now, connection=ConnectionId(""))
            done.append(one.note)
    return done


def timezone_of(db: Connection, day: DayId) -> str:
    """In which zone a time of that day is meant. Raises NotFound."""
    found = catalogue.find_day(db, day)
    if found is None:
        raise NotFound(f"There is no day {day}.")
    return found.timezone


def unlock(
    db: Connection, target: Target, *, by: PersonId, at: Milliseconds, connection: ConnectionId
) -> list[Head]:
    """Unlock all the notes of the target in one transaction; open ones stay as they are.

    A lock that was planned for any of them is cancelled.
    """
    log.take_turn(db, target.notes)
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
