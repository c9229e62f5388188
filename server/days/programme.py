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
from server.sentences import quoted, sentence
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
        sentence(
            "`{field}` names the file {path}, but there are no files here: write the text itself, "
            "as `{field}: |` and indented lines.",
            field=file.field,
            path=str(file.path),
        ),
        source=file.source,
        line=file.line,
    )


def refuse_file(file: TextFile) -> str:
    """For programmes that nobody wrote beside files."""
    raise ProgrammeError(
        sentence(
            "`{field}`: files can be named only where the programme is a file itself.",
            field=file.field,
        ),
        source=file.source,
        line=file.line,
    )


def parse_programme(text: str, *, source: str, read: ReadText = no_files) -> Programme:
    """The programme that `text` is. Total: a Programme or a ProgrammeError, for any text."""
    day = read_mapping(text, source=source, what=sentence("A programme"), known=_DAY_FIELDS)
    ids = _Ids(), _Ids()
    sections = tuple(
        _section(
            fields_of(node, source=source, what=sentence("A section"), known=_SECTION_FIELDS),
            read,
            ids,
        )
        for node in day.entries("sections", most=MAX_SECTIONS)
    )
    if sum(len(section.items) for section in sections) > MAX_ITEMS:
        day.refuse(
            "sections",
            sentence("the day has more than {most} items; make two days of it.", most=MAX_ITEMS),
        )
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
                sentence(
                    "`id` is {id}, as on line {line}: give each an id of its own, or leave it out.",
                    id=quoted(found),
                    line=self[found],
                ),
            )
        if found:
            self[found] = fields.line_of("id")
        return found


def _section(section: Fields, read: ReadText, ids: tuple[_Ids, _Ids]) -> ProgrammeSection:
    of_sections, of_items = ids
    kind = section.text("kind") or "talk"
    if kind not in SECTION_KINDS:
        section.refuse(
            "kind",
            sentence(
                "`kind` is {kind}: it must be one of {kinds}.",
                kind=quoted(kind),
                kinds=SECTION_KINDS,
            ),
        )
    return ProgrammeSection(
        title=section.required("title"),
        kind=kind,
        source=of_sections.of(section),
        items=tuple(
            _item(
                fields_of(
                    node, source=section.source, what=sentence("An item"), known=_ITEM_FIELDS
                ),
                read,
                of_items,
            )
            for node in section.entries("items", most=MAX_ITEMS)
        ),
    )


def _item(item: Fields, read: ReadText, ids: _Ids) -> ProgrammeItem:
    start, end = _time(item, "start"), _time(item, "end")
    if start and end and end < start:
        item.refuse(
            "end",
            sentence(
                "`end` is {end}, before `start` ({start}): give it a later time.",
                end=end,
                start=start,
            ),
        )
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
    person = fields_of(node, source=item.source, what=sentence("A person"), known=_PERSON_FIELDS)
    speaker = Speaker(person.text("name"), person.text("organisation"))
    if not speaker.name and not speaker.organisation:
        person.refuse("name", sentence("a person needs a name, an organisation, or both."))
    return speaker


def _question(item: Fields, node: Node) -> str:
    question = line_of_text(item.source, node, "questions")
    if not question:
        raise ProgrammeError(
            sentence("a question is empty: write it or remove the line."),
            source=item.source,
            line=line_of(node),
        )
    return question


def _time(item: Fields, key: str) -> str:
    found = item.text(key, numbers=True)
    if found and not _TIME.fullmatch(found):
        item.refuse(
            key,
            sentence(
                "`{key}` is {text}: write a time of day as 09:30 or 14:05.",
                key=key,
                text=quoted(found),
            ),
        )
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
        day.refuse(
            key,
            sentence(
                "`{key}` is {text}: write a date that exists as 2026-11-23.",
                key=key,
                text=quoted(found),
            ),
        )


def _timezone(day: Fields) -> str:
    found = day.text("timezone") or DEFAULT_TIMEZONE
    try:
        zoneinfo.ZoneInfo(found)
    except (zoneinfo.ZoneInfoNotFoundError, ValueError, OSError):
        day.refuse(
            "timezone",
            sentence(
                "`timezone` is {text}: write one such as {example}.",
                text=quoted(found),
                example=DEFAULT_TIMEZONE,
            ),
        )
    return found


def _language(day: Fields) -> str:
    found = day.text("language") or DEFAULT_LANGUAGE
    if not _LANGUAGE.fullmatch(found):
        day.refuse(
            "language",
            sentence(
                "`language` is {text}: write a code such as fr, en or pt-BR.", text=quoted(found)
            ),
        )
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
        item.refuse(
            key,
            sentence(
                "`{key}` is {text}: name a file in the programme's own folder.",
                key=key,
                text=quoted(name),
            ),
        )
    return read(TextFile(path, key, item.source, item.line_of(key)))
