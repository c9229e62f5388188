"""`schedule.json` of frab, pretalx and voctosched (the schema of c3voc's schedule tools). Pure."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from server.days.incoming import frab
from server.days.incoming.clock import exists
from server.days.incoming.listing import Listing, Place
from server.sentences import quoted, sentence

_BEGIN = "schedule.conference"


def read_schedule(value: Any, *, source: str) -> Listing:
    """The listing of a decoded `{"schedule": …}`. Raises ProgrammeError with a field's path."""
    schedule = _object(value, "schedule", Place(source))
    conference = _object(schedule, "conference", Place(source, path="schedule."))
    at = Place(source, path=f"{_BEGIN}.")
    known = frab.Conference(
        title=_text(conference, "title", at), timezone=_text(conference, "time_zone_name", at)
    )
    return frab.listing(known, _events(conference, at), source=source)


def _events(conference: dict[str, Any], at: Place) -> Iterator[frab.Raw]:
    for number, day in enumerate(_list(conference, "days", at)):
        of_day = Place(at.source, path=f"{_BEGIN}.days[{number}].")
        if not isinstance(day, dict):
            of_day.refuse("", sentence("a day must be an object."))
        date = _text(day, "date", of_day)
        if date and not exists(date):
            of_day.refuse(
                "date", sentence("{text} is no date: write 2026-11-23.", text=quoted(date[:40]))
            )
        rooms = _object(day, "rooms", of_day)
        for room, events in rooms.items():
            of_room = Place(at.source, path=f"{of_day.path}rooms.{_shown(room)}")
            if not isinstance(events, list):
                of_room.refuse("", sentence("a room must be a list of events."))
            for index, event in enumerate(events):
                place = Place(at.source, path=f"{of_room.path}[{index}].")
                if not isinstance(event, dict):
                    place.refuse("", sentence("an event must be an object."))
                yield _event(event, date, room, place)


def _event(event: dict[str, Any], day: str, room: str, place: Place) -> frab.Raw:
    id = event.get("id")
    if id is not None and (isinstance(id, bool) or not isinstance(id, int)):
        place.refuse("id", sentence("it must be a whole number, without quotes."))

    def text(field: str) -> str:
        return _text(event, field, place)

    return frab.Raw(
        place=place,
        day=day,
        title=text("title"),
        subtitle=text("subtitle"),
        guid=text("guid"),
        id="" if id is None else _number(id, place),
        date=text("date"),
        start=text("start"),
        duration=text("duration"),
        end=text("end"),
        room=text("room") or room,
        track=text("track"),
        type=text("type"),
        language=text("language"),
        persons=tuple(_persons(event, place)),
    )


def _persons(event: dict[str, Any], place: Place) -> Iterator[str]:
    for index, person in enumerate(_list(event, "persons", place)):
        at = Place(place.source, path=f"{place.path}persons[{index}].")
        if isinstance(person, str):
            yield person
        elif isinstance(person, dict):
            yield _text(person, "name", at) or _text(person, "public_name", at)
        else:
            at.refuse("", sentence("a person must be an object with a `name`."))


def _object(value: Any, field: str, at: Place) -> dict[str, Any]:
    found = value.get(field) if isinstance(value, dict) else None
    if not isinstance(found, dict):
        at.refuse(field, sentence("it must be there, and be an object."))
    return found


def _list(value: dict[str, Any], field: str, at: Place) -> list[Any]:
    found = value.get(field)
    if found is None:
        return []
    if not isinstance(found, list):
        at.refuse(field, sentence("it must be a list."))
    return found


def _text(value: dict[str, Any], field: str, at: Place) -> str:
    """A text, "" where it is null or not there."""
    found = value.get(field)
    if found is None:
        return ""
    if not isinstance(found, str):
        at.refuse(field, sentence("it must be a text in quotes."))
    return found.strip()


def _number(id: int, at: Place) -> str:
    try:
        return str(id)
    except ValueError:  # Python writes no numbers of more than some thousand digits
        at.refuse("id", sentence("the number is too long."))


def _shown(room: str) -> str:
    line = " ".join(room.split())
    return line if len(line) <= 40 else f"{line[:40]}…"
