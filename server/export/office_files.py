"""Exports for other people's programs: as office documents, or as plain text. Pure.

The same day at the same positions gives the same bytes (X3), with the contents of the HTML export
in its order.
"""

from __future__ import annotations

from server.export.day import ExportDay, ExportNote, ExportSection, Named, Part
from server.export.document import day_document, reading_document, section_document
from server.export.docx_file import docx_file
from server.export.labels import labels
from server.export.nodes import Document
from server.export.odt_file import odt_file
from server.export.office import About
from server.export.plain_text import plain_text


def docx_of(day: ExportDay, named: Named, part: Part) -> bytes:
    """As Word opens it."""
    return docx_file(to_read(day, named, part), _about(day, named))


def odt_of(day: ExportDay, named: Named, part: Part) -> bytes:
    """As LibreOffice opens it."""
    return odt_file(to_read(day, named, part), _about(day, named))


def text_of(day: ExportDay, named: Named, part: Part) -> bytes:
    """As every program opens it, in UTF-8."""
    return plain_text(to_read(day, named, part), labels(day.language)).encode()


def to_read(day: ExportDay, named: Named, part: Part) -> Document:
    """The document of what is named, with nothing in it for programs."""
    match named:
        case ExportDay():
            return day_document(named, part)
        case ExportSection():
            return section_document(day, named, part)
        case ExportNote():
            return reading_document(day, named, part)


def _about(day: ExportDay, named: Named) -> About:
    words = labels(day.language)
    when = words.day_of(day.date) if day.date else ""
    match named:
        case ExportDay():
            title = day.title
        case ExportSection():
            title = f"{named.title} · {day.title}"
        case ExportNote():
            item = next((item for _, item in day.items() if item.note == named), None)
            title = f"{item.title if item else words.day_conclusion} · {day.title}"
    return About(
        title=title,
        header=day.title,
        author=day.organiser,
        description=" · ".join(filter(None, (day.subtitle, when, day.place))),
        date=day.date,
        language=day.language,
    )
