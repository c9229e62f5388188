"""What the two schedules of frab and pretalx have in common: an event and its times. Pure.

Taken are the title with its subtitle, identifier, room, times, track, type, language and persons.
An abstract, a description, links and recordings are not: a note belongs to those who write it.
Times are the clocks of the place, as the schedule prints them (`start`); a schedule's day goes on
after midnight, until its `day_end`.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from server.days.incoming.clock import after, clock, iso, length
from server.days.incoming.listing import (
    TIMES_AND_PLACES,
    Event,
    Listing,
    Mark,
    Place,
    check_number,
)
from server.sentences import quoted, sentence
from storage.records import Speaker


@dataclass(frozen=True, slots=True)
class Raw:
    """An event as the file has it; "" for what it does not say. `day` is the date of its day."""

    place: Place
    day: str
    title: str
    subtitle: str
    guid: str
    id: str
    date: str
    start: str
    duration: str
    end: str
    room: str
    track: str
    type: str
    language: str
    persons: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Conference:
    """What a schedule says of itself."""

    title: str
    timezone: str = ""
    place: str = ""


def listing(conference: Conference, raws: Iterable[Raw], *, source: str) -> Listing:
    """The events in the order of their times; rooms in the order of the file."""
    rooms: dict[str, int] = {}
    found: list[tuple[tuple[str, str, int], Event]] = []
    for count, raw in enumerate(raws, 1):
        check_number(count, source=source)
        event, order = _event(raw)
        room = rooms.setdefault(event.room, len(rooms))
        found.append(((*order, room), event))
    found.sort(key=lambda one: one[0])
    says = TIMES_AND_PLACES | {"people"}
    if any(event.section for _, event in found):
        says |= {"section"}
    return Listing(
        events=tuple(event for _, event in found),
        title=conference.title,
        place=conference.place,
        timezone=conference.timezone,
        says=says,
    )


def _event(raw: Raw) -> tuple[Event, tuple[str, str]]:
    """An event, and what it is ordered by."""
    place = raw.place
    date, at = "", ""
    if raw.date:
        read = iso(raw.date)
        if read is None:
            place.refuse(
                "date",
                sentence(
                    "{text} is no date: write 2026-11-23T09:30:00+01:00.",
                    text=quoted(raw.date[:40]),
                ),
            )
        date, at = read
    day = raw.day or date
    start = at
    if raw.start:
        start = clock(raw.start) or place.refuse(
            "start", sentence("{text} is no time of day: write 09:30.", text=quoted(raw.start[:40]))
        )
    end, is_late = _end(raw, start)
    subtitle = " ".join(raw.subtitle.split())
    title = " ".join(raw.title.split())
    event = Event(
        place=place,
        title=f"{title} – {subtitle}" if title and subtitle else title,
        source=raw.guid or raw.id,
        date=day,
        start=start,
        end=end,
        room=raw.room,
        section=raw.track,
        kind=raw.type,
        people=tuple(Speaker(" ".join(name.split())) for name in raw.persons if name.strip()),
        language=raw.language[:2].lower(),
        names={"source": "guid" if raw.guid else "id", "section": "track", "people": "persons"},
        marks=frozenset({Mark.LATE} if is_late else ()),
    )
    return event, (date or day, start)


def _end(raw: Raw, start: str) -> tuple[str, bool]:
    """When it ends, "" where that is not said, and whether that is on the next day."""
    if raw.duration:
        minutes = length(raw.duration)
        if minutes is None:
            raw.place.refuse(
                "duration",
                sentence("{text} is no duration: write 00:45.", text=quoted(raw.duration[:40])),
            )
        if not start:
            return "", False
        end = after(start, minutes)
        return end or "", end is None
    if raw.end:
        read = iso(raw.end)
        if read is None:
            raw.place.refuse(
                "end",
                sentence(
                    "{text} is no date: write 2026-11-23T10:30:00+01:00.", text=quoted(raw.end[:40])
                ),
            )
        begins = iso(raw.date)
        if begins is not None and read[0] > begins[0]:
            return "", True
        return read[1], False
    return "", False
