"""Exports as files of HTML: a day, a section or a note, in one file that needs nothing else. Pure.

The same day at the same positions gives the same bytes (X3), with the contents of the Markdown
export in its order.
"""

from __future__ import annotations

from server.export.day import ExportDay, ExportNote, ExportSection, Part
from server.export.document import day_document, reading_document, section_document
from server.export.html_page import html_page
from server.export.labels import labels
from server.export.nodes import Document


def day_html(day: ExportDay, part: Part, *, style: str) -> str:
    """The whole day, with its manifest at the end."""
    return _file(day, day.title, day_document(day, part), style)


def section_html(day: ExportDay, section: ExportSection, part: Part, *, style: str) -> str:
    title = f"{section.title} · {day.title}"
    return _file(day, title, section_document(day, section, part), style)


def note_html(day: ExportDay, note: ExportNote, part: Part, *, style: str) -> str:
    """`note` is the note of one of the day's items, or its conclusion."""
    item = next((item for _, item in day.items() if item.note == note), None)
    title = labels(day.language).day_conclusion if item is None else item.title
    return _file(day, f"{title} · {day.title}", reading_document(day, note, part), style)


def _file(day: ExportDay, title: str, document: Document, style: str) -> str:
    words = labels(day.language)
    when = words.day_of(day.date) if day.date else ""
    about = {
        "author": day.organiser,
        "description": " · ".join(filter(None, (day.subtitle, when, day.place))),
        "dcterms.date": day.date,
    }
    return html_page(document, title=title, language=day.language, style=style, about=about)
