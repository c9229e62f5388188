"""A day's own export in JSON (docs/export-json.md), as a programme. Pure.

What was written in the notes stays where it is: the programme is taken, and the notes' ids as
identifiers.
"""

from __future__ import annotations

from typing import Any

import msgspec

from server.days.incoming.listing import EVERYTHING, Event, Listing, Place, check_number
from server.errors import ProgrammeError
from server.sentences import sentence
from storage.records import Speaker


class _Person(msgspec.Struct):
    name: str
    organisation: str


class _Note(msgspec.Struct):
    id: str


class _Item(msgspec.Struct):
    title: str
    room: str
    start: str
    end: str
    people: list[_Person]
    questions: list[str]
    note: _Note


class _Section(msgspec.Struct):
    id: str
    title: str
    items: list[_Item]


class _Day(msgspec.Struct):
    title: str
    subtitle: str
    organiser: str
    place: str
    date: str
    timezone: str
    language: str


class _Export(msgspec.Struct):
    version: int
    day: _Day
    sections: list[_Section]


def read_export(value: Any, *, source: str) -> Listing:
    """The listing of a decoded export. Raises ProgrammeError with the path of a field."""
    try:
        export = msgspec.convert(value, _Export)
    except msgspec.ValidationError as error:
        message = sentence("it is no export of Calepin as it should be: {why}.", why=str(error))
        raise ProgrammeError(message, source=source) from None
    if export.version != 1:
        message = sentence(
            "its version is {version}, and this Calepin knows version 1.", version=export.version
        )
        raise ProgrammeError(message, source=source, field="version")
    check_number(sum(len(section.items) for section in export.sections), source=source)
    day = export.day
    return Listing(
        events=tuple(
            Event(
                place=Place(source, path=f"sections[{n}].items[{index}]."),
                title=item.title,
                source=item.note.id,
                date=day.date,
                start=item.start,
                end=item.end,
                room=item.room,
                section=section.title,
                section_source=section.id,
                people=tuple(Speaker(one.name, one.organisation) for one in item.people),
                questions=tuple(item.questions),
            )
            for n, section in enumerate(export.sections)
            for index, item in enumerate(section.items)
        ),
        title=day.title,
        subtitle=day.subtitle,
        organiser=day.organiser,
        place=day.place,
        timezone=day.timezone,
        language=day.language,
        says=EVERYTHING - {"kind"},
    )
