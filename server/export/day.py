"""What an export is made of: a day as frozen values, its notes already read as lines. Pure.

Whoever exports fills these in from the store; nothing here knows how a day is kept. Times of the
programme are "HH:MM" or "", moments are UTC milliseconds, shown in the day's zone.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Literal

from server.export.lines import Line
from server.export.words import words

Part = Literal["all", "notes", "conclusions"]
State = Literal["locked", "open", "empty", "unreadable", "withheld"]


@dataclass(frozen=True, slots=True)
class ExportLock:
    """Who locked ("" where no names are shown), when (UTC milliseconds) and why, if it was said."""

    by: str
    at: int
    why: str = ""


@dataclass(frozen=True, slots=True)
class ExportLate:
    """What somebody wrote while the note was locked, and that was kept apart."""

    by: str
    lines: tuple[Line, ...]


@dataclass(frozen=True, slots=True)
class ExportNote:
    """A note at one position of its log. `authors` is empty unless they are wished for.

    One that is `withheld` is not for whoever the export is for, and has no text here.
    """

    id: str
    position: int
    notes: tuple[Line, ...] = ()
    conclusions: tuple[Line, ...] = ()
    lock: ExportLock | None = None
    late: tuple[ExportLate, ...] = ()
    authors: tuple[str, ...] = ()
    unreadable: bool = False
    withheld: bool = False

    def panes(self, part: Part) -> tuple[tuple[Line, ...], tuple[Line, ...]]:
        """The notes and the conclusions as far as they belong to the part."""
        return (
            self.notes if part != "conclusions" else (),
            self.conclusions if part != "notes" else (),
        )

    def is_empty(self, part: Part) -> bool:
        notes, conclusions = self.panes(part)
        return is_empty(notes) and is_empty(conclusions)

    def state(self, part: Part) -> State:
        """The one mark of the item; a locked note is locked even when nothing is in it."""
        if self.withheld:
            return "withheld"
        if self.unreadable:
            return "unreadable"
        if self.lock is not None:
            return "locked"
        return "empty" if self.is_empty(part) else "open"

    def words(self, part: Part) -> tuple[int, int]:
        """The words of the notes and of the conclusions as far as they belong to the part."""
        notes, conclusions = self.panes(part)
        return words(notes), words(conclusions)


def is_empty(lines: Iterable[Line]) -> bool:
    """Whether there is nothing to read in a pane."""
    return all(line.is_blank and line.kind != "rule" for line in lines)


@dataclass(frozen=True, slots=True)
class ExportPerson:
    """At least one of the two is there."""

    name: str = ""
    organisation: str = ""


@dataclass(frozen=True, slots=True)
class ExportItem:
    title: str
    note: ExportNote
    room: str = ""
    start: str = ""
    end: str = ""
    people: tuple[ExportPerson, ...] = ()
    questions: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class ExportSection:
    id: str
    title: str
    items: tuple[ExportItem, ...] = ()


@dataclass(frozen=True, slots=True)
class ExportDay:
    """A day in its programme's order; `conclusion` is the note of the day itself."""

    id: str
    title: str
    sections: tuple[ExportSection, ...]
    conclusion: ExportNote
    subtitle: str = ""
    organiser: str = ""
    place: str = ""
    date: str = ""
    """ "2026-11-23", or "" when the programme does not say."""
    timezone: str = "Europe/Paris"
    language: str = "fr"

    def items(self) -> Iterator[tuple[ExportSection, ExportItem]]:
        for section in self.sections:
            for item in section.items:
                yield section, item

    def notes(self) -> Iterator[ExportNote]:
        """Every note in the programme's order, the day's own last."""
        for _, item in self.items():
            yield item.note
        yield self.conclusion


Named = ExportDay | ExportSection | ExportNote
"""What is exported: the day itself, one of its sections, or the note of an item or of the day."""
