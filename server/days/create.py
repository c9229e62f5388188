"""From a programme to a day: everything is prepared first, then stored in one transaction.

The first row of every note is written here: its initial text, or an empty line in each pane. Its
author is THE_PROGRAMME, which is nobody's person id.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Protocol

from sqlalchemy import Connection

from server.days.access import Role, derive_token, hash_token
from server.days.colours import colour_of
from server.days.moments import parse_last_date
from server.days.programme import Programme, ProgrammeItem
from server.days.words import role_name
from storage import catalogue, journal, log, people
from storage.records import Day, Item, Link, NoteRef, Person, Section
from storage.values import (
    ConnectionId,
    DayId,
    ItemId,
    LinkId,
    Milliseconds,
    NoteId,
    PersonId,
    SectionId,
    Submission,
)

THE_PROGRAMME = PersonId("programme")
"""The author of the first row of each note."""
NO_CONNECTION = ConnectionId("")
"""The connection of rows that came by none."""


@dataclass(frozen=True, slots=True)
class Beginning:
    """What a note begins with: an update, and the client id that it was written under."""

    update: bytes
    client: int


class InitialUpdate(Protocol):
    """Makes the update that is row 1 of a note (`server.export.initial_update`)."""

    def __call__(self, notes_md: str, conclusions_md: str, *, client_id: int) -> bytes: ...


@dataclass(frozen=True, slots=True)
class NewDay:
    """All the records of a day that is not stored yet."""

    day: Day
    sections: tuple[Section, ...]
    items: tuple[Item, ...]
    notes: tuple[NoteRef, ...]
    first_rows: tuple[Submission, ...]
    links: tuple[Link, ...]
    people: tuple[Person, ...]
    """One per link: who a program is that uses the link's token itself. Its id is the link's."""


def prepare_day(
    programme: Programme,
    *,
    secret: bytes,
    now: Milliseconds,
    new_id: Callable[[], str],
    new_client_id: Callable[[], int],
    initial_update: InitialUpdate,
) -> NewDay:
    """The records of the day that `programme` describes. Stores nothing.

    Raises BadInput when the day would have to be deleted already.
    """

    def beginning(notes_md: str = "", conclusions_md: str = "") -> Beginning:
        client = new_client_id()
        return Beginning(initial_update(notes_md, conclusions_md, client_id=client), client)

    beginnings = [
        beginning(item.notes, item.conclusions)
        for section in programme.sections
        for item in section.items
    ]
    return assemble(programme, [*beginnings, beginning()], secret=secret, now=now, new_id=new_id)


def assemble(
    programme: Programme,
    beginnings: Iterable[Beginning],
    *,
    secret: bytes,
    now: Milliseconds,
    new_id: Callable[[], str],
) -> NewDay:
    """The records of a day whose notes begin so: one for each item, in the programme's order, and
    one for the day's conclusion. The texts of `programme` itself are passed over.

    Raises BadInput when the day would have to be deleted already.
    """
    day = DayId(new_id())
    begin = iter(beginnings)
    sections: list[Section] = []
    items: list[Item] = []
    notes: list[NoteRef] = []
    first_rows: list[Submission] = []

    def add_note(item: ItemId | None) -> None:
        ref = NoteRef(NoteId(new_id()), day, item, now)
        notes.append(ref)
        first_rows.append(first_row(ref, next(begin)))

    for section_position, section in enumerate(programme.sections):
        id = SectionId(new_id())
        sections.append(
            Section(id, day, section_position, section.title, section.kind, source=section.source)
        )
        for position, planned in enumerate(section.items):
            item = _item(planned, ItemId(new_id()), day, id, position)
            items.append(item)
            add_note(item.id)
    add_note(None)
    links = tuple(make_link(LinkId(new_id()), day, role, secret, now) for role in Role)
    return NewDay(
        day=_day(programme, day, now),
        sections=tuple(sections),
        items=tuple(items),
        notes=tuple(notes),
        first_rows=tuple(first_rows),
        links=links,
        people=tuple(person_of_link(link, i, programme.language) for i, link in enumerate(links)),
    )


def add_day(db: Connection, new: NewDay, *, who: str) -> None:
    """Store a prepared day. It is there as a whole when the transaction of `db` commits."""
    catalogue.add_day(db, new.day)
    for section in new.sections:
        catalogue.add_section(db, section)
    for item in new.items:
        catalogue.add_item(db, item)
    for note in new.notes:
        catalogue.add_note(db, note)
    log.append(db, new.first_rows)
    for link in new.links:
        people.add_link(db, link)
    for person in new.people:
        people.add_person(db, person)
    journal.write(db, new.day.id, at=new.day.created_at, who=who, what="create")


def first_row(note: NoteRef, begins: Beginning) -> Submission:
    """Row 1 of a note that is made now."""
    return Submission(
        note.id,
        THE_PROGRAMME,
        NO_CONNECTION,
        note.created_at,
        begins.update,
        writers=(begins.client,),
    )


def _day(programme: Programme, id: DayId, now: Milliseconds) -> Day:
    return Day(
        id=id,
        title=programme.title,
        created_at=now,
        subtitle=programme.subtitle,
        organiser=programme.organiser,
        place=programme.place,
        date=programme.date,
        timezone=programme.timezone,
        language=programme.language,
        delete_after=parse_last_date(programme.delete_after, timezone=programme.timezone, now=now),
    )


def _item(planned: ProgrammeItem, id: ItemId, day: DayId, section: SectionId, at: int) -> Item:
    return Item(
        id=id,
        day=day,
        section=section,
        position=at,
        title=planned.title,
        room=planned.room,
        start=planned.start,
        end=planned.end,
        people=planned.people,
        questions=planned.questions,
        source=planned.source,
    )


def make_link(id: LinkId, day: DayId, role: Role, secret: bytes, now: Milliseconds) -> Link:
    """The link whose token is derived from this id."""
    return Link(id, day, role.value, hash_token(derive_token(secret, id)), now)


def person_of_link(link: Link, index: int, language: str) -> Person:
    """Who a program is that uses the link's token itself."""
    return Person(
        id=PersonId(link.id),
        day=link.day,
        link=link.id,
        name=role_name(Role(link.role), language),
        role=link.role,
        colour=colour_of(index),
        joined_at=link.created_at,
    )
