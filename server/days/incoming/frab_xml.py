"""`schedule.xml` of frab and pretalx, and of Pentabarf before them. Pure."""

from __future__ import annotations

from collections.abc import Iterator

from server.days.incoming import frab
from server.days.incoming.clock import exists
from server.days.incoming.listing import Listing, Place
from server.days.incoming.xml_tree import Element, parse
from server.errors import ProgrammeError
from server.sentences import quoted, sentence


def read_schedule(data: bytes, *, source: str) -> Listing:
    """The listing of a `<schedule>`. Raises ProgrammeError with the line of a field."""
    root = parse(data, source=source)
    if root.name != "schedule":
        raise ProgrammeError(
            sentence(
                "it begins with <{name}>: of XML, schedules of frab and pretalx are taken, which "
                "begin with <schedule>.",
                name=root.name[:40],
            ),
            source=source,
            line=root.line,
        )
    conference = root.child("conference") or Element("conference", root.line, {})
    place = (conference.text_of("venue"), conference.text_of("city"))
    known = frab.Conference(
        title=conference.text_of("title"),
        timezone=conference.text_of("time_zone_name"),
        place=", ".join(part for part in place if part),
    )
    return frab.listing(known, _events(root, source), source=source)


def _events(root: Element, source: str) -> Iterator[frab.Raw]:
    for day in root.children("day"):
        date = day.attributes.get("date", "").strip()
        if date and not exists(date):
            message = sentence("{text} is no date: write 2026-11-23.", text=quoted(date[:40]))
            Place(source, day.line).refuse("date", message)
        for room in day.children("room"):
            name = room.attributes.get("name", "")
            for event in room.children("event"):
                yield _event(event, date, name, source)


def _event(event: Element, day: str, room: str, source: str) -> frab.Raw:
    persons = event.child("persons")
    lines = {one.name: one.line for one in event.content if isinstance(one, Element)}
    return frab.Raw(
        place=Place(source, event.line, lines=lines),
        day=day,
        title=event.text_of("title"),
        subtitle=event.text_of("subtitle"),
        guid=event.attributes.get("guid", "").strip(),
        id=event.attributes.get("id", "").strip(),
        date=event.text_of("date"),
        start=event.text_of("start"),
        duration=event.text_of("duration"),
        end=event.text_of("end"),
        room=event.text_of("room") or room,
        track=event.text_of("track"),
        type=event.text_of("type"),
        language=event.text_of("language"),
        persons=()
        if persons is None
        else tuple(person.text() for person in persons.children("person")),
    )
