"""A new day with the programme of another one, and none of what was written there."""

from __future__ import annotations

from collections.abc import Callable
from typing import cast

from sqlalchemy import Connection

from server.days.create import THE_PROGRAMME, Beginning, NewDay, assemble
from server.days.programme import Programme, ProgrammeItem, ProgrammeSection, SectionKind
from server.days.view import load_day
from server.errors import TooMany
from storage import journal, log
from storage.values import DayId, Milliseconds, NoteId, PersonId

MAX_CLONES_PER_DAY = 50
"""Of one day within 24 hours: an organiser's link shall not fill the store."""
_DAY_MS = 24 * 60 * 60 * 1000


def note_clone(
    db: Connection, source: DayId, made: DayId, *, by: PersonId, at: Milliseconds
) -> None:
    """Leave a line in the journal of the source. Raises TooMany."""
    since = Milliseconds(at - _DAY_MS)
    if journal.count(db, source, "clone", since=since) >= MAX_CLONES_PER_DAY:
        raise TooMany(
            f"This day was copied {MAX_CLONES_PER_DAY} times within 24 hours: wait, or ask whoever "
            "runs the server."
        )
    journal.write(db, source, at=at, who=by, what="clone", why=made)


def prepare_clone(
    db: Connection,
    source: DayId,
    *,
    title: str | None,
    date: str,
    secret: bytes,
    now: Milliseconds,
    new_id: Callable[[], str],
) -> NewDay:
    """The records of a day with the same heading, sections, items and questions. Stores nothing.

    Ids and links are new; each note begins as that of the source began, before anybody wrote in
    it. Left behind are people, locks, what is published, what was removed from the programme, and
    the date after which the source is deleted. Raises NotFound.
    """
    day = load_day(db, source)
    programme = Programme(
        title=day.title if title is None else title,
        subtitle=day.subtitle,
        organiser=day.organiser,
        place=day.place,
        date=date,
        timezone=day.timezone,
        language=day.language,
        sections=tuple(
            ProgrammeSection(
                section.title,
                cast(SectionKind, section.kind),
                tuple(
                    ProgrammeItem(
                        title=item.title,
                        room=item.room,
                        start=item.start,
                        end=item.end,
                        people=item.people,
                        questions=item.questions,
                        source=item.source,
                    )
                    for item in section.items
                ),
                section.source,
            )
            for section in day.sections
        ),
    )
    notes = [*(item.note.id for _, item in day.items()), day.conclusion.id]
    beginnings = [_beginning(db, note) for note in notes]
    return assemble(programme, beginnings, secret=secret, now=now, new_id=new_id)


def _beginning(db: Connection, note: NoteId) -> Beginning:
    """Row 1 of a note, which the programme wrote."""
    (first,) = log.tail(db, note, 0, upto=1)
    written_by = log.writers(db, note).items()
    return Beginning(first.data, next(id for id, who in written_by if who == THE_PROGRAMME))
