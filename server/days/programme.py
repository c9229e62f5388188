"""A programme: what a day will be, before it is a day. Text in, one frozen value out; no I/O.

`parse_programme` takes YAML: title, sections, items, and for each item its room, times, people,
guiding questions and initial texts. Whatever is unknown, mistyped or impossible is a
ProgrammeError that names the file, the line and the field.
"""

from __future__ import annotations

import datetime
import re
import zoneinfo
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import PurePosixPath
from typing import Literal, get_args

from yaml.nodes import Node

from server.days.yaml_fields import Fields, fields_of, line_of, line_of_text, read_mapping
from server.errors import ProgrammeError
from storage.records import Speaker

SectionKind = Literal["opening", "talk", "vote", "meeting", "debate", "workshop", "conclusion"]
SECTION_KINDS: tuple[SectionKind, ...] = get_args(SectionKind)

DEFAULT_TIMEZONE = "Europe/Paris"
DEFAULT_LANGUAGE = "fr"
MAX_SECTIONS = 200
MAX_ITEMS = 1_000
"""Items of one section, and of one day."""
MAX_PEOPLE = 100
MAX_QUESTIONS = 50

_TIME = re.compile(r"([01][0-9]|2[0-3]):[0-5][0-9]")
_DATE = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
_LANGUAGE = re.compile(r"[a-z]{2,3}(-[A-Za-z0-9]{2,8}){0,3}")

_DAY_FIELDS = (
    *("title", "subtitle", "organiser", "place"),
    *("date", "timezone", "language", "delete_after", "sections"),
)
_SECTION_FIELDS = ("id", "title", "kind", "items")
_ITEM_FIELDS = (
    *("id", "title", "room", "start", "end"),
    *("people", "questions", "notes", "conclusions"),
)
_PERSON_FIELDS = ("name", "organisation")


@dataclass(frozen=True, slots=True)
class ProgrammeItem:
    """`start` and `end` are "HH:MM" in the day's timezone or ""; the texts are Markdown or "".

    `source` is what the item is called in its file, and in no other place of it, or "".
    """

    title: str
    room: str = ""
    start: str = ""
    end: str = ""
    people: tuple[Speaker, ...] = ()
    questions: tuple[str, ...] = ()
    notes: str = ""
    conclusions: str = ""
    source: str = ""


@dataclass(frozen=True, slots=True)
class ProgrammeSection:
    """A section without items is kept: it is part of what the day announced.

    `source` is what the section is called in its file, as that of an item.
    """

    title: str
    kind: SectionKind
    items: tuple[ProgrammeItem, ...] = ()
    source: str = ""


@dataclass(frozen=True, slots=True)
class Programme:
    """`date` is "YYYY-MM-DD" or ""; `timezone` is a name of the IANA database."""

    title: str
    subtitle: str = ""
    organiser: str = ""
    place: str = ""
    date: str = ""
    timezone: str = DEFAULT_TIMEZONE
    language: str = DEFAULT_LANGUAGE
    delete_after: str = ""
    """The last date on which the day is kept, or ""."""
    sections: tuple[ProgrammeSection, ...] = ()


@dataclass(frozen=True, slots=True)
class TextFile:
    """A file of Markdown that a programme names: a relative path that never leaves its folder."""

    path: PurePosixPath
    field: str
    source: str
    line: int


ReadText = Callable[[TextFile], str]
"""Gives the text of a file; raises ProgrammeError when it cannot."""


def no_files(file: TextFile) -> str:
    """For programmes that arrive without a folder, over HTTP for example."""
    raise ProgrammeError(
        f"`{file.field}` names the file {file.path}, but there are no files here: "
        f"write the text itself, as `{file.field}: |` and indented lines.",
        source=file.source,
        line=file.line,
    )


def parse_programme(text: str, *, source: str, read: ReadText = no_files) -> Programme:
    """The programme that `text` is. Total: a Programme or a ProgrammeError, for any text."""
    day = read_mapping(text, source=source, what="A programme", known=_DAY_FIELDS)
    ids = _Ids(), _Ids()
    sections = tuple(
        _section(fields_of(node, source=source, what="A section", known=_SECTION_FIELDS), read, ids)
        for node in day.entries("sections", most=MAX_SECTIONS)
    )
    if sum(len(section.items) for section in sections) > MAX_ITEMS:
        day.refuse("sections", f"the day has more than {MAX_ITEMS} items; make two days of it.")
    return Programme(
        title=day.required("title"),
        subtitle=day.text("subtitle"),
        organiser=day.text("organiser"),
        place=day.text("place"),
        date=_date(day, "date"),
        delete_after=_date(day, "delete_after"),
        timezone=_timezone(day),
        language=_language(day),
        sections=sections,
    )


class _Ids(dict[str, int]):
    """The ids of a file so far, of sections or of items, each with its line."""

    def of(self, fields: Fields) -> str:
        found = fields.text("id", numbers=True)
        if found in self:
            fields.refuse(
                "id",
                f"`id` is “{found}”, as on line {self[found]}: give each an id of its own, "
                "or leave it out.",
            )
        if found:
            self[found] = fields.line_of("id")
        return found


def _section(section: Fields, read: ReadText, ids: tuple[_Ids, _Ids]) -> ProgrammeSection:
    of_sections, of_items = ids
    kind = section.text("kind") or "talk"
    if kind not in SECTION_KINDS:
        section.refuse("kind", f"`kind` is “{kind}”: it must be one of {', '.join(SECTION_KINDS)}.")
    return ProgrammeSection(
        title=section.required("title"),
        kind=kind,
        source=of_sections.of(section),
        items=tuple(
            _item(
                fields_of(node, source=section.source, what="An item", known=_ITEM_FIELDS),
                read,
                of_items,
            )
            for node in section.entries("items", most=MAX_ITEMS)
        ),
    )


def _item(item: Fields, read: ReadText, ids: _Ids) -> ProgrammeItem:
    start, end = _time(item, "start"), _time(item, "end")
    if start and end and end < start:
        item.refuse("end", f"`end` is {end}, before `start` ({start}): give it a later time.")
    return ProgrammeItem(
        title=item.required("title"),
        source=ids.of(item),
        room=item.text("room", numbers=True),
        start=start,
        end=end,
        people=tuple(_speaker(item, node) for node in item.entries("people", most=MAX_PEOPLE)),
        questions=tuple(
            _question(item, node) for node in item.entries("questions", most=MAX_QUESTIONS)
        ),
        notes=_markdown(item, "notes", read),
        conclusions=_markdown(item, "conclusions", read),
    )


def _speaker(item: Fields, node: Node) -> Speaker:
    person = fields_of(node, source=item.source, what="A person", known=_PERSON_FIELDS)
    speaker = Speaker(person.text("name"), person.text("organisation"))
    if not speaker.name and not speaker.organisation:
        person.refuse("name", "a person needs a name, an organisation, or both.")
    return speaker


def _question(item: Fields, node: Node) -> str:
    question = line_of_text(item.source, node, "questions")
    if not question:
        raise ProgrammeError(
            "a question is empty: write it or remove the line.",
            source=item.source,
            line=line_of(node),
        )
    return question


def _time(item: Fields, key: str) -> str:
    found = item.text(key, numbers=True)
    if found and not _TIME.fullmatch(found):
        item.refuse(key, f"`{key}` is “{found}”: write a time of day as 09:30 or 14:05.")
    return found


def _date(day: Fields, key: str) -> str:
    found = day.text(key, numbers=True)
    if not found:
        return ""
    try:
        if not _DATE.fullmatch(found):
            raise ValueError(found)
        return datetime.date.fromisoformat(found).isoformat()
    except ValueError:
        day.refuse(key, f"`{key}` is “{found}”: write a date that exists as 2026-11-23.")


def _timezone(day: Fields) -> str:
    found = day.text("timezone") or DEFAULT_TIMEZONE
    try:
        zoneinfo.ZoneInfo(found)
    except (zoneinfo.ZoneInfoNotFoundError, ValueError, OSError):
        day.refuse("timezone", f"`timezone` is “{found}”: write one such as {DEFAULT_TIMEZONE}.")
    return found


def _language(day: Fields) -> str:
    found = day.text("language") or DEFAULT_LANGUAGE
    if not _LANGUAGE.fullmatch(found):
        day.refuse("language", f"`language` is “{found}”: write a code such as fr, en or pt-BR.")
    return found


def _markdown(item: Fields, key: str, read: ReadText) -> str:
    block = item.block(key)
    if block is not None:
        return block
    name = item.text(key)
    if not name:
        return ""
    path = PurePosixPath(name)
    if path.is_absolute() or ".." in path.parts or "\\" in name:
        item.refuse(key, f"`{key}` is “{name}”: name a file in the programme's own folder.")
    return read(TextFile(path, key, item.source, item.line_of(key)))
