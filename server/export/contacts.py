"""Addresses and telephone numbers that stand in a text, for whoever is about to publish it. Pure.

What is found may be none (a number that looks like one); what is missed would be published. So the
forms are wide: French numbers, and any that begins with + or 00.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Final, Literal

from server.export.day import ExportDay, ExportNote
from server.export.labels import labels
from server.export.lines import Footnote, Line

MAX_CONTACTS: Final = 500
"""Of one day. A longer list would be read by nobody; it says that there are more."""

Kind = Literal["email", "phone"]
Place = Literal["programme", "notes", "conclusions", "late"]

_AT: Final = r"(?:@|\s?[(\[]\s?(?:at|arobase|@)\s?[)\]]\s?)"
_EMAIL: Final = re.compile(
    rf"(?<![\w.+%'-])[\w.+%'-]{{1,64}}{_AT}(?:[\w-]{{1,63}}\.){{1,8}}[^\W\d_]{{2,24}}",
    re.IGNORECASE,
)
_BETWEEN: Final = r"[\s.\-/\u2010-\u2013]{0,2}"
_PHONES: Final = (
    # 06 12 34 56 78 and 0612345678: one way of dividing it, so that a date and an hour are none.
    re.compile(rf"(?<![\d+])0[1-9](?P<by>{_BETWEEN})\d\d(?:(?P=by)\d\d){{3}}(?!\d)"),
    # 0 800 123 456, 0800 123 456 and 0800 12 34 56
    re.compile(
        rf"(?<![\d+])0{_BETWEEN}(?!\d{{9}})[1-9]\d\d(?P<by>{_BETWEEN})\d{{3}}(?P=by)\d{{3}}(?!\d)"
    ),
    re.compile(rf"(?<![\d+])0[1-9]\d\d(?P<by>{_BETWEEN})(?!\d{{6}})\d\d(?:(?P=by)\d\d){{2}}(?!\d)"),
    # +33 6 12 34 56 78, +33 (0)6…, 0032 2 555 12 12; an amount of money is none.
    re.compile(
        r"(?:(?<!\w)\+|(?<!\d)00[\s.\-]?)[1-9]\d{0,2}"
        r"(?:[\s.\-/()\u2010-\u2013]{0,3}\d){7,13}(?!\d)(?!\s?[€$£%])"
    ),
)


@dataclass(frozen=True, slots=True)
class Contact:
    """An address or a number, and where it stands. `note` is "" for the day's own heading."""

    note: str
    title: str
    place: Place
    kind: Kind
    text: str


def contacts(day: ExportDay) -> list[Contact]:
    """What stands in a day, in its order, each once for each place; at most MAX_CONTACTS + 1."""
    found: list[Contact] = []
    for one in _of_day(day):
        if one not in found:
            found.append(one)
        if len(found) > MAX_CONTACTS:
            break
    return found


def contacts_in(text: str) -> Iterator[tuple[Kind, str]]:
    """The addresses and then the numbers of one text."""
    for found in _EMAIL.finditer(text):
        yield "email", found.group()
    for pattern in _PHONES:
        for found in pattern.finditer(text):
            yield "phone", found.group()


def _of_day(day: ExportDay) -> Iterator[Contact]:
    heading = (day.title, day.subtitle, day.organiser, day.place)
    yield from _of_texts(heading, "", day.title, "programme")
    for section in day.sections:
        yield from _of_texts((section.title,), "", section.title, "programme")
        for item in section.items:
            said = [item.title, item.room, *item.questions]
            for person in item.people:
                said += [person.name, person.organisation]
            yield from _of_texts(said, item.note.id, item.title, "programme")
            yield from _of_note(item.note, item.title)
    yield from _of_note(day.conclusion, labels(day.language).day_conclusion)


def _of_note(note: ExportNote, title: str) -> Iterator[Contact]:
    yield from _of_texts(map(_text, note.notes), note.id, title, "notes")
    yield from _of_texts(map(_text, note.conclusions), note.id, title, "conclusions")
    for late in note.late:
        yield from _of_texts(map(_text, late.lines), note.id, title, "late")


def _of_texts(texts: Iterable[str], note: str, title: str, place: Place) -> Iterator[Contact]:
    for text in texts:
        for kind, found in contacts_in(text):
            yield Contact(note, title, place, kind, found)


def _text(line: Line) -> str:
    """All that a line says and points to; formats do not divide a number."""
    said = "".join(span.text if isinstance(span.text, str) else " " for span in line.spans)
    return "\n\n".join((said, *_beside(line)))


def _beside(line: Line) -> Sequence[str]:
    links = dict.fromkeys(span.marks.link for span in line.spans if span.marks.link)
    notes = [span.text.text for span in line.spans if isinstance(span.text, Footnote)]
    return [*notes, *(link.removeprefix("mailto:") for link in links)]
