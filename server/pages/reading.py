"""A published day, or one note of it, as a page or as Markdown. Plain values in, bytes out.

It is made in the process aside: the pages that people type in are not kept waiting (S5).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

from markupsafe import Markup

from server.days.contents import Contents, decode
from server.days.publishing import Choice, part_of, published
from server.errors import NotFound
from server.export.day import ExportDay, ExportItem, ExportNote
from server.export.document import content_blocks, note_anchor, section_anchor
from server.export.files import day_markdown, note_markdown
from server.export.html import html
from server.export.labels import Labels, labels
from server.pages.rendering import environment, say_date
from server.pages.shelf import Page
from server.pages.words import WORDS
from storage.values import NoteId

Standing = Literal["live", "draft", "locked", "final", "none"]
MAX_DESCRIPTION = 200
"""Characters: what is shown with a shared link is cut not far behind."""


@dataclass(frozen=True, slots=True)
class Places:
    """Where the pages of a published day are, as links on them say it.

    The page of a note is at `before`, its id and `ending`. `address` is that of the whole day for
    links that are shared, and `script` what keeps a page live; both "" for pages in files.
    """

    day: str
    markdown: str
    before: str
    ending: str
    style: str
    script: str = ""
    address: str = ""

    def page_of(self, note: str) -> str:
        return f"{self.before}{note}{self.ending}"

    def markdown_of(self, note: str) -> str:
        return f"{self.before}{note}.md"


@dataclass(frozen=True, slots=True)
class Wanted:
    """What page, and what it cannot know of itself.

    `note` is None for the whole day. `is_over`: the day's date is past.
    """

    note: NoteId | None
    form: Literal["html", "md"]
    choice: Choice
    is_over: bool
    places: Places
    is_preview: bool = False


@dataclass(frozen=True, slots=True)
class Entry:
    """An item of the programme, or the day's conclusion, as the page shows it."""

    note: str
    anchor: str
    title: str
    start: str
    time: str
    place: str
    people: tuple[str, ...]
    questions: tuple[str, ...]
    standing: Standing
    body: Markup
    is_withheld: bool
    is_unreadable: bool


@dataclass(frozen=True, slots=True)
class Part:
    """A section with its items."""

    anchor: str
    title: str
    entries: tuple[Entry, ...]

    @property
    def is_timed(self) -> bool:
        return any(entry.start for entry in self.entries)


def render_reading(contents: Contents, wanted: Wanted) -> Page:
    """The page. Raises NotFound for a note that is not published or not of this day."""
    whole = decode(contents, only=wanted.note)
    day = published(whole, wanted.choice)
    note = None if wanted.note is None else _find(day, wanted.note)
    if wanted.form == "md":
        text = day_markdown(day) if note is None else note_markdown(day, note)
        return Page.of(text.encode())
    return Page.of(reading_page(day, note, wanted).encode())


def _find(day: ExportDay, id: NoteId) -> ExportNote:
    found = next((note for note in day.notes() if note.id == id), None)
    if found is None or found.withheld:
        raise NotFound("This note is not published.")
    return found


def reading_page(day: ExportDay, note: ExportNote | None, wanted: Wanted) -> str:
    """The page of a day that holds nothing but what is published, or of one of its notes.

    `wanted` says the rest; its `note` and `form` are not looked at.
    """
    language = spoken_language(day)
    words = WORDS[language]
    is_final = _is_final(day)

    def entry(item: ExportItem) -> Entry:
        return _entry(day, item, wanted, level=4 if note is None else 2, is_final=is_final)

    conclusion = ExportItem(words["day.conclusion"], day.conclusion)
    parts: list[Part] = []
    shown = section = None
    if note is None:
        parts = [
            Part(section_anchor(one.id), one.title, tuple(map(entry, one.items)))
            for one in day.sections
        ]
    else:
        places = [*day.items(), (None, conclusion)]
        section, item = next(place for place in places if place[1].note.id == note.id)
        shown = entry(item)
    heading = " · ".join(filter(None, (say_date(day.date, language), day.place)))

    def say(key: str, **fields: str) -> str:
        return words[key].format(**fields) if fields else words[key]

    return (
        environment()
        .get_template("read.html")
        .render(
            say=say,
            language=language,
            places=wanted.places,
            day=day,
            heading=heading,
            parts=parts,
            conclusion=entry(conclusion) if note is None else None,
            shown=shown,
            section=section,
            around=[] if note is None else _around(_pages(day, words), note.id),
            standing=_of_day(is_final=is_final, is_over=wanted.is_over),
            is_preview=wanted.is_preview,
            title=day.title if shown is None else f"{shown.title} · {day.title}",
            description=_description(shown, day, heading),
        )
    )


def spoken_language(day: ExportDay) -> Literal["fr", "en"]:
    """Of the words around a day's texts."""
    return "fr" if labels(day.language).language == "fr" else "en"


def _entry(
    day: ExportDay, item: ExportItem, wanted: Wanted, *, level: int, is_final: bool
) -> Entry:
    words = labels(day.language)
    note = item.note
    part = part_of(wanted.choice.of(note.id))
    anchor = note_anchor(note.id)
    blocks = content_blocks(day, note, part, title=item.title, level=level)
    under = range(1, level)
    return Entry(
        note=note.id,
        anchor=anchor,
        title=item.title,
        start=words.times(item.start, ""),
        time=words.times(item.start, item.end),
        place=_room(item.room, words),
        people=tuple(", ".join(filter(None, (p.name, p.organisation))) for p in item.people),
        questions=item.questions,
        standing=_of_note(note, is_final=is_final, is_over=wanted.is_over),
        # The writer escapes every text and makes only elements of its own.
        body=Markup(html(blocks, words, anchor=anchor, under=under).body),  # noqa: S704
        is_withheld=note.withheld,
        is_unreadable=note.unreadable,
    )


def _room(room: str, words: Labels) -> str:
    """A number is the number of a room; words say what they are by themselves."""
    return room if not room or room[:1].isalpha() else f"{words.room}\u00a0{room}"


def _is_final(day: ExportDay) -> bool:
    """Whether nothing that is published can change any more, short of an unlock."""
    return all(note.lock is not None for note in day.notes() if not note.withheld)


def _of_day(*, is_final: bool, is_over: bool) -> Standing:
    if is_final:
        return "final"
    return "draft" if is_over else "live"


def _of_note(note: ExportNote, *, is_final: bool, is_over: bool) -> Standing:
    """What a single note says of itself; nothing where the page says it for all."""
    if note.withheld or is_final:
        return "none"
    if note.lock is not None:
        return "locked"
    if note.is_empty("all"):
        return "none"
    return "draft" if is_over else "live"


def _pages(day: ExportDay, words: Mapping[str, str]) -> list[tuple[str, str]]:
    """The notes that have a page, in order, with their titles."""
    found = [(item.note, item.title) for _, item in day.items()]
    found.append((day.conclusion, words["day.conclusion"]))
    return [(note.id, title) for note, title in found if not note.withheld]


def _around(places: Sequence[tuple[str, str]], note: str) -> list[tuple[str, str, str]]:
    """The note before and the one after: which of the two, its id, its title."""
    at = [id for id, _ in places].index(note)
    before = [("previous", *places[at - 1])] if at else []
    after = [("next", *places[at + 1])] if at + 1 < len(places) else []
    return [*before, *after]


def _description(shown: Entry | None, day: ExportDay, heading: str) -> str:
    """What a shared link says of the page."""
    if shown is None:
        return " · ".join(filter(None, (day.subtitle, heading)))
    said = " ".join(shown.body.striptags().split())
    return said if len(said) <= MAX_DESCRIPTION else said[: MAX_DESCRIPTION - 1].rstrip() + "…"
