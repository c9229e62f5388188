"""The index of a day's copies: its programme, each item with its file and its state. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from server.copies.plan import Planned
from server.days.view import DayView
from server.export.day import State
from server.export.inline import clean
from server.export.labels import Labels, labels
from server.export.markdown import markdown
from server.export.nodes import Block, Document, Heading, Inline, Item, Link, List, Paragraph, Text
from storage.values import NoteId


def index(day: DayView, planned: Sequence[Planned], states: Mapping[NoteId, State]) -> str:
    """The programme as Markdown. A note without a copy yet has neither link nor state."""
    words = labels(day.language)
    names = {one.note.id: one.name for one in planned if one.note.id in states}

    def entry(title: str, note: NoteId) -> Item:
        if note not in names:
            return Item((Paragraph(_text(title)),))
        linked = Link(names[note], _text(title))
        said = Text(f" – {words.name_of(states[note])}")
        return Item((Paragraph((linked, said)),))

    blocks: list[Block] = [Heading(1, _text(day.title))]
    if day.subtitle:
        blocks.append(Paragraph(_text(day.subtitle)))
    blocks.extend(_facts(day, words))
    for section in day.sections:
        blocks.append(Heading(2, _text(section.title)))
        if section.items:
            blocks.append(_list(entry(item.title, item.note.id) for item in section.items))
        else:
            blocks.append(Paragraph(_text(words.no_items)))
    if day.removed:
        blocks.append(Heading(2, _text(words.removed)))
        blocks.append(_list(entry(item.title, item.note.id) for item in day.removed))
    blocks.append(Heading(2, _text(words.day_conclusion)))
    blocks.append(_list([entry(words.day_conclusion, day.conclusion.id)]))
    return markdown(Document(tuple(blocks)))


def _facts(day: DayView, words: Labels) -> Iterable[Block]:
    found = (
        (words.organiser, day.organiser),
        (words.place, day.place),
        (words.date, words.day_of(day.date) if day.date else ""),
    )
    facts = [Item((Paragraph(_text(words.fact(name, said))),)) for name, said in found if said]
    if facts:
        yield _list(facts)


def _list(items: Iterable[Item]) -> List:
    return List(ordered=False, items=tuple(items))


def _text(text: str) -> tuple[Inline, ...]:
    """A text of the programme, as it is: it is escaped where it is written."""
    return (Text(clean(text.replace("\n", " ")).strip() or "…"),)
