"""A published day as a folder that any web server can serve, or that opens as it is. Plain values
in, bytes out.

Its pages are those of the published day, with the same anchors. Links lead to files beside them,
nothing is fetched from elsewhere, and nothing runs. The same day at the same positions gives the
same bytes (X3).
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from server.days.contents import Contents, Tell, decode
from server.days.documents import File
from server.days.publishing import Choice, published
from server.export.archive import archived
from server.export.day import ExportDay
from server.export.document import note_anchor
from server.export.files import day_markdown, file_name, note_markdown
from server.export.site_manifest import MANIFEST, SiteManifest
from server.pages.reading import Places, Wanted, reading_page, spoken_language
from server.pages.rendering import environment
from server.pages.words import WORDS

_STYLE: Final = "style.css"
_PLACES: Final = Places(
    day="index.html",
    markdown="index.md",
    # No file begins with a `-` or a `_`, as an id may: some servers leave these out.
    before=note_anchor(""),
    ending=".html",
    style=_STYLE,
)

Files = Mapping[str, bytes]


def site(contents: Contents, choice: Choice, style: str, *, tell: Tell | None = None) -> Files:
    """The files by their names, the manifest last; `style` is CSS.

    Where nothing is published, one page says so, and nothing else of the day is in it. As no file
    follows a day, its notes are provisional until they are locked.
    """
    day = published(decode(contents, tell=tell), choice)
    texts = _pages(day, choice) if choice.is_public else {_PLACES.day: _taken_back(day)}
    files = {name: text.encode() for name, text in (*texts.items(), (_STYLE, style))}
    return {**files, MANIFEST: SiteManifest.of(day.id, files).write()}


def zipped_site(
    contents: Contents, choice: Choice, style: str, *, tell: Tell | None = None
) -> File:
    """The same files as an archive."""
    data = archived(site(contents, choice, style, tell=tell).items())
    return File(file_name(contents.day.title, "zip"), "application/zip", data)


def _pages(day: ExportDay, choice: Choice) -> Mapping[str, str]:
    wanted = Wanted(note=None, form="html", choice=choice, is_over=True, places=_PLACES)
    texts = {
        _PLACES.day: reading_page(day, None, wanted),
        _PLACES.markdown: day_markdown(day),
    }
    for note in day.notes():
        if not note.withheld:
            texts[_PLACES.page_of(note.id)] = reading_page(day, note, wanted)
            texts[_PLACES.markdown_of(note.id)] = note_markdown(day, note)
    return texts


def _taken_back(day: ExportDay) -> str:
    language = spoken_language(day)
    page = environment().get_template("taken_back.html")
    return page.render(say=WORDS[language].__getitem__, language=language, style=_STYLE)
