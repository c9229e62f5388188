"""A day as pages, export and API see it: the programme in its order, each item with its note."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from sqlalchemy import Connection

from server.days.ids import is_id, shown_id
from server.days.moments import date_that_ends
from server.errors import NotFound
from storage import catalogue, log
from storage.records import Item, NoteRef, Speaker
from storage.values import DayId, Head, ItemId, Lock, Milliseconds, NoteId, SectionId


@dataclass(frozen=True, slots=True)
class NoteView:
    """A note as far as its log's head tells. `head` 1: nothing since the day was made."""

    id: NoteId
    head: int
    lock: Lock | None

    @property
    def untouched(self) -> bool:
        return self.head <= 1


@dataclass(frozen=True, slots=True)
class ItemView:
    """`start` and `end` are "HH:MM" in the day's timezone or ""."""

    id: ItemId
    title: str
    room: str
    start: str
    end: str
    people: tuple[Speaker, ...]
    questions: tuple[str, ...]
    note: NoteView


@dataclass(frozen=True, slots=True)
class SectionView:
    id: SectionId
    title: str
    kind: str
    """One of `programme.SECTION_KINDS`."""
    items: tuple[ItemView, ...]


@dataclass(frozen=True, slots=True)
class DayView:
    """A whole day. `conclusion` is the note of the day itself, which no item has.

    `date` is "YYYY-MM-DD" or "", `timezone` a name of the IANA database, `language` a code.
    """

    id: DayId
    title: str
    subtitle: str
    organiser: str
    place: str
    date: str
    timezone: str
    language: str
    created_at: Milliseconds
    delete_after: str
    """The last date on which it is there, or "" where it is not deleted by itself."""
    sections: tuple[SectionView, ...]
    conclusion: NoteView

    def items(self) -> Iterator[tuple[SectionView, ItemView]]:
        """Every item with its section, in the programme's order."""
        for section in self.sections:
            for item in section.items:
                yield section, item

    def notes(self) -> Iterator[NoteView]:
        """Every note in the programme's order; the day's conclusion comes last."""
        for _, item in self.items():
            yield item.note
        yield self.conclusion

    def place_of(self, note: NoteId) -> tuple[SectionView, ItemView] | None:
        """Where a note stands; None for the conclusion and for a note of another day."""
        return next((pair for pair in self.items() if pair[1].note.id == note), None)


def load_day(db: Connection, id: DayId) -> DayView:
    """The day, in six queries whatever its size. Raises NotFound."""
    day = catalogue.find_day(db, id) if is_id(id) else None
    if day is None:
        raise NotFound(f"There is no day {shown_id(id)}.", day=shown_id(id))
    refs = catalogue.notes(db, id)
    heads = log.heads(db, [ref.id for ref in refs])
    notes = {ref.item: _note_view(ref, heads[ref.id]) for ref in refs}
    items: dict[SectionId, list[ItemView]] = {}
    for item in catalogue.items(db, id):
        items.setdefault(item.section, []).append(_item_view(item, notes[item.id]))
    return DayView(
        id=day.id,
        title=day.title,
        subtitle=day.subtitle,
        organiser=day.organiser,
        place=day.place,
        date=day.date,
        timezone=day.timezone,
        language=day.language,
        created_at=day.created_at,
        delete_after=""
        if day.delete_after is None
        else date_that_ends(day.delete_after, timezone=day.timezone),
        sections=tuple(
            SectionView(section.id, section.title, section.kind, tuple(items.get(section.id, ())))
            for section in catalogue.sections(db, id)
        ),
        conclusion=notes[None],
    )


def _note_view(ref: NoteRef, head: Head) -> NoteView:
    return NoteView(ref.id, head.seq, head.lock)


def _item_view(item: Item, note: NoteView) -> ItemView:
    return ItemView(
        id=item.id,
        title=item.title,
        room=item.room,
        start=item.start,
        end=item.end,
        people=item.people,
        questions=item.questions,
        note=note,
    )
