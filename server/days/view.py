"""A day as pages, export and API see it: the programme in its order, each item with its note."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from hashlib import blake2b

from sqlalchemy import Connection

from server.days.ids import is_id, shown_id
from server.days.moments import date_that_ends
from server.errors import NotFound
from storage import catalogue, log
from storage.records import Day, Item, NoteRef, Speaker
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
    source: str = ""
    """What it is called in the file that it came from."""


@dataclass(frozen=True, slots=True)
class SectionView:
    id: SectionId
    title: str
    kind: str
    """One of `programme.SECTION_KINDS`."""
    items: tuple[ItemView, ...]
    source: str = ""


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
    removed: tuple[ItemView, ...] = ()
    """Taken out of the programme, and something was written there: it comes out all the same."""
    dropped: tuple[ItemView, ...] = ()
    """Taken out of the programme before anybody wrote anything."""

    @property
    def programme(self) -> str:
        """A digest of what the day's programme says, with its heading and what was removed: another
        one whenever a page has something else to show, besides locks and people."""
        heading = (self.title, self.subtitle, self.organiser, self.place, self.date)
        sections = [
            (section.id, section.title, section.kind, [_said(item) for item in section.items])
            for section in self.sections
        ]
        said = (heading, sections, [_said(item) for item in self.removed])
        return blake2b(repr(said).encode("utf-8", "backslashreplace"), digest_size=9).hexdigest()

    def items(self) -> Iterator[tuple[SectionView, ItemView]]:
        """Every item with its section, in the programme's order."""
        for section in self.sections:
            for item in section.items:
                yield section, item

    def notes(self) -> Iterator[NoteView]:
        """Every note in the programme's order, then those of what was removed from it with a text;
        the day's conclusion comes last."""
        for _, item in self.items():
            yield item.note
        for item in self.removed:
            yield item.note
        yield self.conclusion

    def item_of(self, note: NoteId) -> ItemView | None:
        """Whose note it is, removed or not; None for the conclusion and for another day's note."""
        every = (*(item for _, item in self.items()), *self.removed, *self.dropped)
        return next((item for item in every if item.note.id == note), None)


def load_day(db: Connection, id: DayId) -> DayView:
    """The day, in eight queries whatever its size. Raises NotFound."""
    day = catalogue.find_day(db, id) if is_id(id) else None
    if day is None:
        raise NotFound(f"There is no day {shown_id(id)}.", day=shown_id(id))
    refs = catalogue.notes(db, id)
    heads = log.heads(db, [ref.id for ref in refs])
    notes = {ref.item: _note_view(ref, heads[ref.id]) for ref in refs}
    items: dict[SectionId, list[ItemView]] = {}
    for item in catalogue.items(db, id):
        items.setdefault(item.section, []).append(_item_view(item, notes[item.id]))
    gone = catalogue.removed_items(db, id)
    written = catalogue.written_after_removal(db, id) if gone else set()
    removed: list[ItemView] = []
    dropped: list[ItemView] = []
    for item in gone:
        view = _item_view(item, notes[item.id])
        is_blank = item.blank_seq is not None and view.note.id not in written
        (dropped if is_blank else removed).append(view)
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
        delete_after=last_date_of(day),
        sections=tuple(
            SectionView(
                section.id,
                section.title,
                section.kind,
                tuple(items.get(section.id, ())),
                section.source,
            )
            for section in catalogue.sections(db, id)
        ),
        conclusion=notes[None],
        removed=tuple(removed),
        dropped=tuple(dropped),
    )


def last_date_of(day: Day) -> str:
    """The last date on which the day is there; "" where it is not deleted by itself."""
    ends = day.delete_after
    return "" if ends is None else date_that_ends(ends, timezone=day.timezone)


def _said(item: ItemView) -> tuple[object, ...]:
    """What the programme says of an item."""
    when = (item.start, item.end)
    return (item.id, item.title, item.room, *when, item.people, item.questions)


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
        source=item.source,
    )
