"""A day with all its texts, as an export takes it: read in one moment of the store, then decoded.

Reading is short and belongs in a transaction; decoding costs time and touches no store.
"""

from __future__ import annotations

from collections.abc import Callable, Container, Iterable, Mapping, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher

from sqlalchemy import Connection

from server.days.view import DayView, ItemView, NoteView, load_day
from server.errors import UpdateRefused
from server.export.day import (
    ExportDay,
    ExportItem,
    ExportLate,
    ExportLock,
    ExportNote,
    ExportPerson,
    ExportSection,
)
from server.export.labels import labels
from server.export.lines import Line
from server.export.panes import panes
from server.sync.document import Choked, merge
from server.sync.updates import undeleted
from storage import checkpoints, held, people
from storage.values import ConnectionId, DayId, HeldState, HeldUpdate, NoteId, PersonId

Tell = Callable[[int, int], None]
"""Told how many notes are read, of how many."""

REMOVED = "removed"
"""In place of a section's id, where the items are that were taken out of the programme."""


@dataclass(frozen=True, slots=True)
class Contents:
    """A day, the updates that make its notes, their late contributions, and the day's names."""

    day: DayView
    updates: Mapping[NoteId, Sequence[bytes]]
    late: Mapping[NoteId, Sequence[HeldUpdate]]
    names: Mapping[str, str]


def read_contents(db: Connection, id: DayId, *, only: Container[NoteId] | None = None) -> Contents:
    """Everything an export of the day needs, of the moment that `db` sees. Raises NotFound.

    With `only`, the updates of these notes alone.
    """
    day = load_day(db, id)
    notes = list(day.notes())
    late = {note.id: held.of_note(db, note.id, state=HeldState.LATE) for note in notes}
    return Contents(
        day,
        updates={
            # A late contribution is in the log with its reversal, so it counts as deleted.
            note.id: checkpoints.parts_at(db, note.id, note.head, raw=bool(late[note.id])).parts
            for note in notes
            if only is None or note.id in only
        },
        late=late,
        names={person.id: person.name for person in people.people(db, id)},
    )


def decode(contents: Contents, *, only: str | None = None, tell: Tell | None = None) -> ExportDay:
    """The day as values to export. A note that cannot be read is marked so, never left out; what
    was removed from the programme with a text is a last section of its own.

    With `only`, all notes but this one are without their texts: for an export of it alone.
    """
    day = contents.day
    views = list(day.notes())
    notes: dict[NoteId, ExportNote] = {}
    for done, view in enumerate(views, start=1):
        notes[view.id] = _note(contents, view, only)
        if tell is not None:
            tell(done, len(views))
    return ExportDay(
        id=day.id,
        title=day.title,
        sections=tuple(
            ExportSection(
                section.id,
                section.title,
                tuple(_item(item, notes) for item in section.items),
            )
            for section in day.sections
        )
        + _removed(contents, notes),
        conclusion=notes[day.conclusion.id],
        subtitle=day.subtitle,
        organiser=day.organiser,
        place=day.place,
        date=day.date,
        timezone=day.timezone,
        language=day.language,
    )


def _removed(contents: Contents, notes: Mapping[NoteId, ExportNote]) -> tuple[ExportSection, ...]:
    items = tuple(_item(item, notes) for item in contents.day.removed)
    title = labels(contents.day.language).removed
    return (ExportSection(REMOVED, title, items),) if items else ()


def _item(item: ItemView, notes: Mapping[NoteId, ExportNote]) -> ExportItem:
    return ExportItem(
        title=item.title,
        note=notes[item.note.id],
        room=item.room,
        start=item.start,
        end=item.end,
        people=tuple(ExportPerson(one.name, one.organisation) for one in item.people),
        questions=item.questions,
    )


def _note(contents: Contents, note: NoteView, only: str | None) -> ExportNote:
    names = contents.names
    lock = None
    if note.lock is not None:
        lock = ExportLock(names.get(note.lock.by, ""), note.lock.at, note.lock.why)
    if only is not None and note.id != only:
        return ExportNote(note.id, note.head, lock=lock)
    try:
        state = merge(contents.updates[note.id])
        found = panes(state)
        late = tuple(
            ExportLate(names.get(author, ""), _added(state, merge(together)))
            for author, together in _by_connection(contents.late[note.id])
        )
    except Choked:
        return ExportNote(note.id, note.head, lock=lock, unreadable=True)
    return ExportNote(note.id, note.head, found.notes, found.conclusions, lock, late)


def _by_connection(late: Sequence[HeldUpdate]) -> Iterable[tuple[PersonId, list[bytes]]]:
    """What was kept of each connection, which wrote one text in many updates; and its author."""
    together: dict[tuple[PersonId, ConnectionId], list[bytes]] = {}
    for one in late:
        together.setdefault((one.author, one.connection), []).append(one.data)
    return [(author, updates) for (author, _), updates in together.items()]


def _added(state: bytes, update: bytes) -> tuple[Line, ...]:
    """The lines that an update would add to a note or change in it, which has it and its reversal.

    Raises Choked.
    """
    try:
        standing = undeleted(state, update)
    except UpdateRefused as error:
        raise Choked(str(error)) from error
    before, after = panes(state), panes(merge([standing, update]))
    return (
        *_new_lines(before.notes, after.notes),
        *_new_lines(before.conclusions, after.conclusions),
    )


def _new_lines(before: Sequence[Line], after: Sequence[Line]) -> list[Line]:
    steps = SequenceMatcher(None, before, after, autojunk=False).get_opcodes()
    return [
        line
        for step, _, _, start, end in steps
        if step in ("insert", "replace")
        for line in after[start:end]
    ]
