"""A day, a section or a note as one file. Plain values in, bytes out: it may run in any process."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from server.days.contents import Contents, decode
from server.errors import BadInput, NotFound
from server.export.day import ExportDay, Part
from server.export.files import (
    day_files,
    day_markdown,
    file_name,
    note_markdown,
    section_markdown,
    zipped,
)

Format = Literal["md", "zip"]
FORMATS: tuple[Format, ...] = ("md", "zip")
PARTS: tuple[Part, ...] = ("all", "notes", "conclusions")


@dataclass(frozen=True, slots=True)
class File:
    """A finished export. The same position gives the same bytes (X3)."""

    name: str
    media_type: str
    data: bytes


def render(contents: Contents, target: str, form: Format, part: Part) -> File:
    """The export of what `target` names: the day itself, one of its sections, or one of its notes.

    Raises NotFound, or BadInput for a zip of less than a day.
    """
    is_note = any(note.id == target for note in contents.day.notes())
    day = decode(contents, only=target if is_note else None)
    if form == "zip":
        if target != day.id:
            raise BadInput("A zip holds a whole day: ask for the day, or for the format md.")
        return File(file_name(day.title, "zip"), "application/zip", zipped(day_files(day, part)))
    title, text = _markdown(day, target, part)
    return File(file_name(title, "md"), "text/markdown; charset=utf-8", text.encode())


def _markdown(day: ExportDay, target: str, part: Part) -> tuple[str, str]:
    if target == day.id:
        return day.title, day_markdown(day, part)
    for section in day.sections:
        if section.id == target:
            return section.title, section_markdown(day, section, part)
    for _, item in day.items():
        if item.note.id == target:
            return item.title, note_markdown(day, item.note, part)
    if day.conclusion.id == target:
        return day.title, note_markdown(day, day.conclusion, part)
    raise NotFound(f"There is no section or note {target} in this day.")
