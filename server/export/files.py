"""Exports as files of Markdown: front matter and document, one file or one per item. Pure.

The same day at the same positions gives the same bytes (X3): nothing of the present moment, of
the machine or of an order of hashing is in them.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Mapping, Sequence

from server.export.day import ExportDay, ExportNote, ExportSection, Part
from server.export.document import (
    day_document,
    manifest_document,
    note_document,
    section_document,
)
from server.export.inline import clean
from server.export.labels import labels
from server.export.markdown import markdown
from server.export.names import slug

Fields = Mapping[str, str | int | Sequence[str]]


def day_markdown(day: ExportDay, part: Part = "all") -> str:
    """The whole day as one document, with its manifest at the end."""
    return _file(_day_fields(day, part), markdown(day_document(day, part)))


def section_markdown(day: ExportDay, section: ExportSection, part: Part = "all") -> str:
    fields = {"title": section.title, "day": day.title, "date": day.date, "part": part}
    return _file(fields, markdown(section_document(day, section, part)))


def note_markdown(day: ExportDay, note: ExportNote, part: Part = "all") -> str:
    """One note as a file that can be imported again."""
    return _file(_note_fields(day, note, part), markdown(note_document(day, note, part)))


def day_files(day: ExportDay, part: Part = "all") -> list[tuple[str, str]]:
    """One file per item, in folders by section, then the conclusion and the manifest.

    Names sort in the programme's order and are plain ASCII.
    """
    words = labels(day.language)
    out: list[tuple[str, str]] = []
    for at, section in enumerate(day.sections, start=1):
        folder = _numbered(at, section.title)
        for place, item in enumerate(section.items, start=1):
            name = f"{folder}/{_numbered(place, item.title)}.md"
            out.append((name, note_markdown(day, item.note, part)))
    last = _numbered(len(day.sections) + 1, words.day_conclusion)
    out.append((f"{last}.md", note_markdown(day, day.conclusion, part)))
    manifest = _file(_day_fields(day, part), markdown(manifest_document(day, part)))
    out.append((f"{_numbered(len(day.sections) + 2, words.manifest)}.md", manifest))
    return out


def file_name(title: str, extension: str) -> str:
    """A plain name for the file of a day or of a note."""
    return f"{slug(title)}.{extension}"


def _day_fields(day: ExportDay, part: Part) -> Fields:
    states = Counter(item.note.state(part) for _, item in day.items())
    withheld = {"withheld": states["withheld"]} if states["withheld"] else {}
    return {
        "title": day.title,
        "subtitle": day.subtitle,
        "organiser": day.organiser,
        "place": day.place,
        "date": day.date,
        "timezone": day.timezone,
        "language": day.language,
        "part": part,
        "items": states.total(),
        "locked": states["locked"],
        "open": states["open"],
        "empty": states["empty"] + states["unreadable"],
        **withheld,
    }


def _note_fields(day: ExportDay, note: ExportNote, part: Part) -> Fields:
    words = labels(day.language)
    place = next((pair for pair in day.items() if pair[1].note == note), None)
    fields: dict[str, str | int | Sequence[str]] = {
        "title": words.day_conclusion if place is None else place[1].title,
        "day": day.title,
        "date": day.date,
        "section": "",
    }
    if place is not None:
        section, item = place
        people = [", ".join(filter(None, (one.name, one.organisation))) for one in item.people]
        fields |= {"section": section.title, "room": item.room, "start": item.start}
        fields |= {"end": item.end, "people": people}
    locked = note.lock
    if locked is not None and not note.withheld:
        said = words.locked(locked, date=day.date, timezone=day.timezone)
        fields |= {"locked": said}
    fields |= {"authors": note.authors, "part": part, "state": note.state(part)}
    return fields | {"position": note.position}


def _file(fields: Fields, body: str) -> str:
    """Front matter and body. Strings are written as JSON, which YAML reads as it is."""
    out = ["---"]
    for name, value in fields.items():
        if isinstance(value, int):
            out.append(f"{name}: {value}")
        elif isinstance(value, str):
            if value:
                out.append(f"{name}: {_quoted(value)}")
        elif value:
            out.append(f"{name}:")
            out.extend(f"  - {_quoted(each)}" for each in value)
    return "\n".join([*out, "---", "", body])


def _quoted(text: str) -> str:
    return json.dumps(clean(text.replace("\n", " ")), ensure_ascii=False)


def _numbered(number: int, title: str) -> str:
    return f"{number:02d}-{slug(title)}"
