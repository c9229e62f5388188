"""iCalendar: the events of one or several calendars. Pure.

Of an event that repeats, its first time is taken, and said. Times are turned into those of the
day's place; a time without a zone is what the clocks there show.
"""

from __future__ import annotations

import datetime
import zoneinfo
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from icalendar import Calendar
from icalendar.prop import vBroken

from server.days.incoming.calendar_lines import Lines, read_lines
from server.days.incoming.listing import (
    TIMES_AND_PLACES,
    Event,
    Listing,
    Mark,
    Place,
    check_number,
    named,
)
from server.days.programme import DEFAULT_TIMEZONE
from server.errors import ProgrammeError
from server.sentences import Sentence, sentence

_TAKEN = ("UID", "SUMMARY", "DTSTART", "DTEND", "DURATION", "LOCATION", "CATEGORIES")
_NAMES = {
    "source": "UID",
    "title": "SUMMARY",
    "room": "LOCATION",
    "section": "CATEGORIES",
    "end": "DTEND",
}


def read_calendars(text: str, *, timezone: str, source: str) -> Listing:
    """The events in the order of their times. `timezone` goes before what the file says, where it
    is not "". Raises ProgrammeError with the line of a field."""
    lines = read_lines(text, source=source)
    check_number(len(lines.events), source=source)
    try:
        calendars = Calendar.from_ical(lines.text, multiple=True)
    except (ValueError, TypeError, LookupError, AttributeError, ArithmeticError, RecursionError):
        # What the library says of it may hold a line of the file.
        message = sentence("this is not iCalendar: save it anew with the program that made it.")
        raise ProgrammeError(message, source=source) from None
    zone = _zone(timezone, calendars)
    reading = _Reading(source, lines, zone)
    events = list(reading.events(calendars))
    events.sort(key=lambda event: (event.date, event.start))
    remarks: tuple[Sentence, ...] = ()
    if reading.cancelled:
        which = named(reading.cancelled)
        remarks = (sentence("{items}: cancelled, and left out.", items=which),)
    return Listing(
        events=tuple(events),
        title=next((name for one in calendars if (name := _text(one, "X-WR-CALNAME"))), ""),
        timezone=zone.key,
        remarks=remarks,
        says=TIMES_AND_PLACES | ({"section"} if any(one.section for one in events) else set()),
    )


@dataclass
class _Reading:
    source: str
    lines: Lines
    zone: zoneinfo.ZoneInfo
    cancelled: list[str] = field(default_factory=list)

    def events(self, calendars: list[Any]) -> Iterator[Event]:
        components = [one for calendar in calendars for one in calendar.walk("VEVENT")]
        # An occurrence that was moved stands beside the event that it is one of.
        moved = {
            (_text(one, "UID"), self._moment(one, "RECURRENCE-ID", Place(self.source)))
            for one in components
            if "RECURRENCE-ID" in one
        }
        for index, component in enumerate(components):
            line, fields = self.lines.events[index]
            place = Place(self.source, line, lines=fields)
            if _text(component, "STATUS").upper() == "CANCELLED":
                self.cancelled.append(_text(component, "SUMMARY"))
                continue
            event = self._event(component, place)
            at = (event.source, (event.date, event.start))
            if "RECURRENCE-ID" in component or at not in moved:
                yield event

    def _event(self, component: Any, place: Place) -> Event:
        for name in _TAKEN:
            if isinstance(component.get(name), vBroken):
                place.refuse(name, sentence("it cannot be read: look at its value."))
            if isinstance(component.get(name), list) and name != "CATEGORIES":
                place.refuse(name, sentence("it stands twice in this event: keep one of the two."))
        title = _text(component, "SUMMARY")
        if "DTSTART" not in component:
            place.refuse("DTSTART", sentence("the event has no beginning: add one."))
        date, start = self._moment(component, "DTSTART", place)
        end, is_late = self._end(component, date, start, place)
        marks = {
            Mark.REPEATED: bool({"RRULE", "RDATE"} & set(component)),
            Mark.ELSEWHERE: _is_elsewhere(component["DTSTART"].dt, self.zone),
            Mark.LATE: is_late,
        }
        return Event(
            place=place,
            title=title,
            source=_text(component, "UID"),
            date=date,
            start=start,
            end=end,
            room=", ".join(part.strip() for part in _text(component, "LOCATION").splitlines()),
            section=_category(component),
            names=_NAMES,
            marks=frozenset(mark for mark, is_so in marks.items() if is_so),
        )

    def _end(self, component: Any, date: str, start: str, place: Place) -> tuple[str, bool]:
        """When it ends, "" where that is open, and whether that is on another day."""
        if "DTEND" in component:
            ends, end = self._moment(component, "DTEND", place)
        elif "DURATION" in component and start:
            lasts = component["DURATION"].dt
            if not isinstance(lasts, datetime.timedelta):
                place.refuse("DURATION", sentence("it is no duration: write PT45M."))
            begins = datetime.datetime.fromisoformat(f"{date}T{start}")
            try:
                last = begins + lasts
            except OverflowError:
                place.refuse("DURATION", sentence("it is too long: write PT45M."))
            ends, end = last.date().isoformat(), f"{last:%H:%M}"
        else:
            return "", False
        if ends < date:
            place.refuse(
                "DTEND",
                sentence("it is on {ends}, before the beginning ({date}).", ends=ends, date=date),
            )
        return (end, False) if ends == date else ("", bool(start))

    def _moment(self, component: Any, name: str, place: Place) -> tuple[str, str]:
        """The date and time in the place of the day; the time is "" for a whole day."""
        moment = getattr(component[name], "dt", None)
        if isinstance(moment, datetime.datetime):
            try:
                here = moment if moment.tzinfo is None else moment.astimezone(self.zone)
            except (OverflowError, ValueError):
                place.refuse(name, sentence("it is outside of all calendars."))
            return here.date().isoformat(), f"{here:%H:%M}"
        if not isinstance(moment, datetime.date):
            place.refuse(name, sentence("it is no date: write 20261123T093000."))
        return moment.isoformat(), ""


def _zone(wanted: str, calendars: list[Any]) -> zoneinfo.ZoneInfo:
    """The zone that is wanted, else that of the first calendar or the first time that has one."""
    said = [wanted, *(_text(one, "X-WR-TIMEZONE") for one in calendars)]
    for calendar in calendars:
        for event in calendar.walk("VEVENT"):
            begins = event.get("DTSTART")
            said.append(str(getattr(begins, "params", {}).get("TZID", "")))
    for name in [one for one in said if one] + [DEFAULT_TIMEZONE]:
        try:
            return zoneinfo.ZoneInfo(name)
        except (zoneinfo.ZoneInfoNotFoundError, ValueError, OSError):
            continue
    raise AssertionError("the default timezone is known")


def _is_elsewhere(moment: Any, zone: zoneinfo.ZoneInfo) -> bool:
    """Whether a time has a zone whose clocks show another time then."""
    if not isinstance(moment, datetime.datetime) or moment.tzinfo is None:
        return False
    return moment.utcoffset() != moment.astimezone(zone).utcoffset()


def _category(component: Any) -> str:
    found = component.get("CATEGORIES")
    first = found[0] if isinstance(found, list) and found else found
    categories = getattr(first, "cats", None)
    return str(categories[0]).strip() if categories else ""


def _text(component: Any, name: str) -> str:
    found = component.get(name)
    first = found[0] if isinstance(found, list) and found else found
    return "" if first is None or isinstance(first, vBroken) else str(first).strip()
