"""What a reader makes of a file: its events, each with the place where it stands. Pure."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import Enum
from typing import NoReturn

from server.days.programme import Programme
from server.errors import ProgrammeError
from server.sentences import Sentence, Value, quoted, sentence
from storage.records import Speaker

MAX_FILE_BYTES = 4 * 1024 * 1024
"""Of a file that other tools write. The largest known schedules of conferences, with their
abstracts, have three."""
MAX_EVENTS = 5_000
"""Of a file with all its days."""
MAX_REMARKED = 3
"""Titles that a remark names; the others are counted."""

TIMES_AND_PLACES = frozenset({"title", "room", "start", "end"})
EVERYTHING = TIMES_AND_PLACES | {
    *("people", "organisation", "questions"),
    *("section", "kind", "order"),
}


@dataclass(frozen=True, slots=True)
class Place:
    """Where something stands in a file: a line from 1 on, or None, and a path before the field.

    `lines` are those of fields that do not stand on that line.
    """

    source: str
    line: int | None = None
    path: str = ""
    lines: dict[str, int] = field(default_factory=dict)

    def refuse(self, field: str, message: Sentence) -> NoReturn:
        """Raise ProgrammeError for a field that stands here, or for all of it where that is ""."""
        where = f"{self.path}{field}" if field else self.path.removesuffix(".")
        line = self.lines.get(field, self.line)
        raise ProgrammeError(message, source=self.source, line=line, field=where)


class Mark(Enum):
    """What a reader could not take as it stands there."""

    LATE = "late"
    REPEATED = "repeated"
    ELSEWHERE = "elsewhere"

    def remark(self, titles: list[str]) -> Sentence:
        """What was done with the items of these titles."""
        which = named(titles)
        match self:
            case Mark.LATE:
                return sentence(
                    "{items}: the end is on another day, and is left open, as Calepin knows one "
                    "day.",
                    items=which,
                )
            case Mark.REPEATED:
                return sentence("{items}: of what repeats, the first time is taken.", items=which)
            case Mark.ELSEWHERE:
                return sentence(
                    "{items}: the file has times of another zone, which are turned into those of "
                    "the day.",
                    items=which,
                )


@dataclass(frozen=True, slots=True)
class Event:
    """What a file says of an item, not checked yet, and what the file calls each field.

    `date` is "YYYY-MM-DD" or ""; `start` and `end` are "HH:MM" or "", on whatever date they are.
    """

    place: Place
    title: str
    source: str = ""
    date: str = ""
    start: str = ""
    end: str = ""
    room: str = ""
    section: str = ""
    section_source: str = ""
    kind: str = ""
    people: tuple[Speaker, ...] = ()
    questions: tuple[str, ...] = ()
    language: str = ""
    names: dict[str, str] = field(default_factory=dict)
    marks: frozenset[Mark] = frozenset()


@dataclass(frozen=True, slots=True)
class Listing:
    """The events of a file, in the order of the programme, and what it says of itself, or ""."""

    events: tuple[Event, ...]
    title: str = ""
    subtitle: str = ""
    organiser: str = ""
    place: str = ""
    timezone: str = ""
    language: str = ""
    remarks: tuple[Sentence, ...] = ()
    says: frozenset[str] = TIMES_AND_PLACES
    """What it speaks of: fields of an item, "organisation" of people, "section" of items, "kind"
    and "order" of sections. What it does not speak of is no difference to a day."""


@dataclass(frozen=True, slots=True)
class Wanted:
    """What whoever takes a file in says of it: this goes before what the file says. "" for none."""

    date: str = ""
    title: str = ""
    timezone: str = ""


@dataclass(frozen=True, slots=True)
class Incoming:
    """A programme that came from a file, and what was left out or understood, in sentences."""

    programme: Programme
    remarks: tuple[Sentence, ...] = ()
    says: frozenset[str] = EVERYTHING
    """As that of a Listing."""


def check_number(count: int, *, source: str) -> None:
    """Raises ProgrammeError where a file has more events than are read."""
    if count > MAX_EVENTS:
        raise ProgrammeError(
            sentence(
                "it has more than {most} events: take out what is not of this day.",
                most=MAX_EVENTS,
            ),
            source=source,
        )


def named(titles: list[str]) -> Sentence:
    """Titles as a remark names them: “One”, “Two” and 3 more."""
    return counted(tuple(map(quoted, titles)), most=MAX_REMARKED)


def counted(ones: tuple[Value, ...], *, most: int) -> Sentence:
    """The first ones, and how many more there are."""
    if len(ones) <= most:
        return sentence("{shown}", shown=ones)
    return sentence("{shown} and {more} more", shown=ones[:most], more=len(ones) - most)
