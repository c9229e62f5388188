"""A day, a section or a note as one file. Plain values in, bytes out: it may run in any process."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Final, Literal

from server.days.contents import Contents, Tell, decode
from server.errors import BadInput, NotFound
from server.export.archive import archived
from server.export.day import ExportDay, ExportNote, ExportSection, Named, Part
from server.export.files import (
    day_files,
    day_markdown,
    file_name,
    note_markdown,
    section_markdown,
)
from server.export.html_files import day_html, note_html, section_html
from server.export.json_file import json_of
from server.export.office_files import docx_of, odt_of, text_of

Format = Literal["md", "zip", "html", "docx", "odt", "json", "text"]
FORMATS: tuple[Format, ...] = ("md", "zip", "html", "docx", "odt", "json", "text")
PARTS: tuple[Part, ...] = ("all", "notes", "conclusions")
_MEDIA_TYPES: Final = {
    "md": "text/markdown; charset=utf-8",
    "html": "text/html; charset=utf-8",
    "docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    "odt": "application/vnd.oasis.opendocument.text",
    "json": "application/json",
    "text": "text/plain; charset=utf-8",
}
_STYLES: Final = Path(__file__).parents[1] / "export"


@dataclass(frozen=True, slots=True)
class File:
    """A finished export. The same position gives the same bytes (X3)."""

    name: str
    media_type: str
    data: bytes


def render(
    contents: Contents, target: str, form: Format, part: Part, *, tell: Tell | None = None
) -> File:
    """The export of what `target` names: the day itself, one of its sections, or one of its notes.

    `tell` is told of the notes as they are read, which is a third of the work; the file is written
    then. Raises NotFound, or BadInput for a zip of less than a day.
    """
    is_note = any(note.id == target for note in contents.day.notes())
    day = decode(contents, only=target if is_note else None, tell=tell)
    if form == "zip":
        if target != day.id:
            raise BadInput("A zip holds a whole day: ask for the day, or for the format md.")
        return File(file_name(day.title, "zip"), "application/zip", archived(day_files(day, part)))
    title, found = _named(day, target)
    extension = "txt" if form == "text" else form
    data = _written(day, found, form, part)
    return File(file_name(title, extension), _MEDIA_TYPES[form], data)


def _written(
    day: ExportDay,
    named: Named,
    form: Literal["md", "html", "docx", "odt", "json", "text"],
    part: Part,
) -> bytes:
    match form:
        case "md":
            return _markdown(day, named, part).encode()
        case "html":
            return _html(day, named, part).encode()
        case "docx":
            return docx_of(day, named, part)
        case "odt":
            return odt_of(day, named, part)
        case "json":
            return json_of(day, named, part)
        case "text":
            return text_of(day, named, part)


def _named(day: ExportDay, target: str) -> tuple[str, Named]:
    """What an id names, and a title for it. Raises NotFound."""
    if target == day.id:
        return day.title, day
    for section in day.sections:
        if section.id == target:
            return section.title, section
    for _, item in day.items():
        if item.note.id == target:
            return item.title, item.note
    if day.conclusion.id == target:
        return day.title, day.conclusion
    raise NotFound(f"There is no section or note {target} in this day.")


def _markdown(day: ExportDay, named: Named, part: Part) -> str:
    match named:
        case ExportDay():
            return day_markdown(named, part)
        case ExportSection():
            return section_markdown(day, named, part)
        case ExportNote():
            return note_markdown(day, named, part)


def _html(day: ExportDay, named: Named, part: Part) -> str:
    match named:
        case ExportDay():
            return day_html(named, part, style=reading_style())
        case ExportSection():
            return section_html(day, named, part, style=reading_style())
        case ExportNote():
            return note_html(day, named, part, style=reading_style())


@cache
def reading_style() -> str:
    """The style of what is read, as a file of its own carries it along."""
    names = ("reading.css", "reading-print.css")
    return "".join((_STYLES / name).read_text("utf-8") for name in names)
