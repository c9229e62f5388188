"""A day, a section or a note as one document, whatever it will be written as. Pure.

Everything of the programme is in it, in its order, and every item says its state (X1). The words
of the programme are text here, and so they are escaped by whoever writes the document.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Final

from server.export.day import (
    ExportDay,
    ExportItem,
    ExportNote,
    ExportPerson,
    ExportSection,
    Part,
    is_empty,
)
from server.export.inline import clean, inline
from server.export.labels import Labels, labels
from server.export.lines import Line, Span
from server.export.nodes import (
    Block,
    Document,
    Facts,
    Footnotes,
    Heading,
    Inline,
    Item,
    Label,
    Late,
    List,
    Marker,
    Paragraph,
    Table,
    plain,
)
from server.export.reader import CONCLUSIONS_MARKER, END_MARKER, NOTES_MARKER
from server.export.shift import shifted
from server.export.tree import tree

_UNDER_ITEM: Final = 4
"""The level of the first headings of a note in a day's document."""


def day_document(day: ExportDay, part: Part = "all") -> Document:
    """The whole day; it ends with its manifest."""
    words = labels(day.language)
    blocks: list[Block] = [_heading(1, day.title, "top")]
    if day.subtitle:
        blocks.append(Paragraph(_text(day.subtitle)))
    blocks.extend(_facts(_day_facts(day, words)))
    for section in day.sections:
        blocks.extend(_section(day, section, part, words))
    blocks.append(_heading(2, words.day_conclusion, note_anchor(day.conclusion.id)))
    blocks.extend(_facts([_state(day, day.conclusion, part, words)]))
    blocks.extend(_content(day.conclusion, part, words, level=3))
    blocks.extend(_manifest(day, part, words))
    return Document(tuple(blocks))


def section_document(day: ExportDay, section: ExportSection, part: Part = "all") -> Document:
    """One section of a day, on its own."""
    return Document(tuple(_section(day, section, part, labels(day.language))))


def note_document(day: ExportDay, note: ExportNote, part: Part = "all") -> Document:
    """One note, that can be imported again: its headings keep their levels, its panes are marked.

    `note` is the note of one of the day's items, or its conclusion.
    """
    words = labels(day.language)
    item = next((item for _, item in day.items() if item.note == note), None)
    title = words.day_conclusion if item is None else item.title
    facts = [] if item is None else _item_facts(item, words)
    blocks: list[Block] = [_heading(1, title)]
    blocks.extend(_facts([*facts, _state(day, note, part, words)]))
    notes, conclusions = note.panes(part)
    for marker, label, lines in (
        (NOTES_MARKER, words.notes, notes),
        (CONCLUSIONS_MARKER, words.conclusions, conclusions),
    ):
        if found := _read(lines):
            blocks.extend((Marker(END_MARKER), _label(label), Marker(marker), *found, Footnotes()))
    blocks.append(Marker(END_MARKER))
    blocks.extend(_late(note, words, level=2))
    return Document(tuple(blocks))


def reading_document(day: ExportDay, note: ExportNote, part: Part = "all") -> Document:
    """One note to be read: under its title, with nothing in it for programs.

    `note` is the note of one of the day's items, or its conclusion.
    """
    words = labels(day.language)
    item = next((item for _, item in day.items() if item.note == note), None)
    title = words.day_conclusion if item is None else item.title
    facts = [] if item is None else _item_facts(item, words)
    blocks: list[Block] = [_heading(1, title, note_anchor(note.id))]
    blocks.extend(_facts([*facts, _state(day, note, part, words)]))
    blocks.extend(_content(note, part, words, level=2, title=title, noted=True))
    return Document(tuple(blocks))


def content_blocks(
    day: ExportDay, note: ExportNote, part: Part, *, title: str, level: int
) -> tuple[Block, ...]:
    """What stands in a note, headings from `level` on, for a page that shows `title` itself."""
    return tuple(_content(note, part, labels(day.language), level=level, title=title))


def section_anchor(section: str) -> str:
    """Where a section begins in a page; ids never change, so it leads there for ever."""
    return f"s-{section}"


def note_anchor(note: str) -> str:
    """Where an item's note begins in a page."""
    return f"n-{note}"


def manifest_document(day: ExportDay, part: Part = "all") -> Document:
    """What the day's export holds, on its own."""
    words = labels(day.language)
    head: list[Block] = [_heading(1, day.title), *_facts(_day_facts(day, words))]
    return Document((*head, *_manifest(day, part, words)))


def _section(day: ExportDay, section: ExportSection, part: Part, words: Labels) -> Iterable[Block]:
    yield _heading(2, section.title, section_anchor(section.id))
    if not section.items:
        yield Paragraph(_text(words.no_items))
    for item in section.items:
        yield _heading(3, item.title, note_anchor(item.note.id))
        yield from _facts([*_item_facts(item, words), _state(day, item.note, part, words)])
        yield from _content(item.note, part, words, level=_UNDER_ITEM, title=item.title)


def _content(
    note: ExportNote,
    part: Part,
    words: Labels,
    *,
    level: int,
    title: str = "",
    noted: bool = False,
) -> Iterable[Block]:
    """The panes of a note, their headings from `level` on, and then their footnotes.

    A note that begins with its own title does not say it again under the heading of its item.
    """
    notes, conclusions = note.panes(part)
    for label, lines in ((words.notes, notes), (words.conclusions, conclusions)):
        found = _read(lines)
        if found and isinstance(found[0], Heading) and plain(found[0].inline) == title:
            found = found[1:]
        if found := shifted(found, level, noted=noted):
            if part == "all":
                yield _label(label)
            yield from found
    yield from _late(note, words, level=level)
    yield Footnotes()


def _late(note: ExportNote, words: Labels, *, level: int) -> Iterable[Block]:
    for late in note.late:
        if found := shifted(_read(late.lines), level):
            label = words.fact(words.late, late.by) if late.by else words.late
            yield Late(_label(label), found)


def _read(lines: Sequence[Line]) -> tuple[Block, ...]:
    return () if is_empty(lines) else tree(lines).children


Fact = tuple[str, Sequence[str]]
"""A sentence, and what is listed under it."""


def _day_facts(day: ExportDay, words: Labels) -> list[Fact]:
    found = (
        (words.organiser, day.organiser),
        (words.place, day.place),
        (words.date, words.day_of(day.date) if day.date else ""),
    )
    return [(words.fact(name, value), ()) for name, value in found if value]


def _item_facts(item: ExportItem, words: Labels) -> list[Fact]:
    found = (
        (words.time, words.times(item.start, item.end)),
        (words.room, item.room),
    )
    facts: list[Fact] = [(words.fact(name, value), ()) for name, value in found if value]
    people = [_person(person) for person in item.people]
    if len(people) == 1:
        facts.append((words.fact(words.people, people[0]), ()))
    elif people:
        facts.append((words.fact(words.people, "").rstrip(" "), people))
    if item.questions:
        facts.append((words.fact(words.questions, "").rstrip(" "), item.questions))
    return facts


def _person(person: ExportPerson) -> str:
    return ", ".join(part for part in (person.name, person.organisation) if part)


def _state(day: ExportDay, note: ExportNote, part: Part, words: Labels) -> Fact:
    said = words.name_of(note.state(part))
    if note.withheld:
        return words.fact(words.state, said), []
    if note.unreadable:
        said = words.unreadable
    elif note.lock is not None:
        said = words.locked(note.lock, date=day.date, timezone=day.timezone)
    under = [words.nothing_written] if note.state(part) == "locked" and note.is_empty(part) else []
    return words.fact(words.state, said), under


def _facts(facts: Sequence[Fact]) -> Iterable[Block]:
    if facts:
        yield Facts(tuple(Item((_line(said), *_under(listed))) for said, listed in facts))


def _under(listed: Sequence[str]) -> Iterable[Block]:
    if listed:
        yield List(ordered=False, items=tuple(Item((_line(said),)) for said in listed))


def _manifest(day: ExportDay, part: Part, words: Labels) -> Iterable[Block]:
    """Every note with its state, words and position, and the sums."""
    names = bool([author for note in day.notes() for author in note.authors])
    head = [words.section, words.item, words.state]
    head += [words.note_words] if part != "conclusions" else []
    head += [words.conclusion_words] if part != "notes" else []
    head += [words.position] + ([words.authors] if names else [])
    rows = [head]
    places = [(section.title, item.title, item.note) for section, item in day.items()]
    places.append(("", words.day_conclusion, day.conclusion))
    for section, title, note in places:
        row = [section, title, words.name_of(note.state(part)), *_counts([note], part)]
        rows.append([*row, str(note.position), *([", ".join(note.authors)] if names else [])])
    total = [words.total, "", "", *_counts(list(day.notes()), part), ""]
    rows.append([*total, *([""] if names else [])])
    yield _heading(2, words.manifest, "manifest")
    yield Table(tuple(tuple(_text(cell) for cell in row) for row in rows))


def _counts(notes: Sequence[ExportNote], part: Part) -> list[str]:
    counted = [note.words(part) for note in notes]
    of_notes = str(sum(count[0] for count in counted))
    of_conclusions = str(sum(count[1] for count in counted))
    if part == "all":
        return [of_notes, of_conclusions]
    return [of_notes] if part == "notes" else [of_conclusions]


def _heading(level: int, title: str, anchor: str = "") -> Heading:
    return Heading(level, _text(title), anchor)


def _label(text: str) -> Label:
    return Label(_text(text))


def _line(text: str) -> Paragraph:
    return Paragraph(_text(text))


def _text(text: str) -> tuple[Inline, ...]:
    """A text of the programme; its newlines are blanks."""
    return inline([Span(clean(text.replace("\n", " ")))])
