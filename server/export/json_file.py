"""Exports as JSON, for programs: the programme, the states, and what is written as a tree. Pure.

docs/export-json.md says what each field means, and docs/export.schema.json which there are. A
change that a reader of the older shape would not understand raises `VERSION`.
"""

from __future__ import annotations

import datetime
from collections.abc import Iterable, Mapping, Sequence
from typing import Any, Final

import msgspec

from server.export.day import (
    ExportDay,
    ExportItem,
    ExportLock,
    ExportNote,
    ExportSection,
    Named,
    Part,
    is_empty,
)
from server.export.inline import clean
from server.export.lines import Line
from server.export.nodes import (
    Block,
    Code,
    CodeBlock,
    Emphasis,
    Facts,
    FootnoteRef,
    Footnotes,
    Heading,
    Inline,
    Item,
    Label,
    Late,
    LineBreak,
    Link,
    List,
    Marker,
    Paragraph,
    Quote,
    Rule,
    Strike,
    Strong,
    Table,
    Text,
)
from server.export.tree import tree

VERSION: Final = 1

Json = dict[str, Any]


def json_of(day: ExportDay, named: Named, part: Part) -> bytes:
    """What is named, always in the shape of a day: with all of it, one section, or one note."""
    match named:
        case ExportDay():
            return _file(day, part, ("day", day.id), day.sections, day.conclusion)
        case ExportSection():
            return _file(day, part, ("section", named.id), (named,), None)
        case ExportNote():
            of = ("note", named.id)
            for section, item in day.items():
                if item.note == named:
                    alone = ExportSection(section.id, section.title, (item,))
                    return _file(day, part, of, (alone,), None)
            return _file(day, part, of, (), named)


def _file(
    day: ExportDay,
    part: Part,
    of: tuple[str, str],
    sections: Iterable[ExportSection],
    conclusion: ExportNote | None,
) -> bytes:
    kind, id = of
    said: Json = {
        "format": "calepin-export",
        "version": VERSION,
        "of": {"kind": kind, "id": id},
        "part": part,
        "day": {
            "id": day.id,
            "title": _said(day.title),
            "subtitle": _said(day.subtitle),
            "organiser": _said(day.organiser),
            "place": _said(day.place),
            "date": day.date,
            "timezone": day.timezone,
            "language": day.language,
        },
        "sections": [_section(section, part) for section in sections],
        "conclusion": None if conclusion is None else _note(conclusion, part),
    }
    # The standard library indents in Python, which takes as long as all else together.
    return msgspec.json.format(msgspec.json.encode(said), indent=1) + b"\n"


def _section(section: ExportSection, part: Part) -> Json:
    items = [_item(item, part) for item in section.items]
    return {"id": section.id, "title": _said(section.title), "items": items}


def _item(item: ExportItem, part: Part) -> Json:
    return {
        "title": _said(item.title),
        "room": _said(item.room),
        "start": item.start,
        "end": item.end,
        "people": [
            {"name": _said(one.name), "organisation": _said(one.organisation)}
            for one in item.people
        ],
        "questions": [_said(one) for one in item.questions],
        "note": _note(item.note, part),
    }


def _note(note: ExportNote, part: Part) -> Json:
    """Panes that do not belong to the part are left out; one that is empty has no blocks."""
    of_notes, of_conclusions = note.words(part)
    said: Json = {
        "id": note.id,
        "position": note.position,
        "state": note.state(part),
        "lock": None if note.lock is None or note.withheld else _lock(note.lock),
        "authors": [_said(one) for one in note.authors],
    }
    if part != "conclusions":
        said |= {"note_words": of_notes, "notes": _pane(note.notes)}
    if part != "notes":
        said |= {"conclusion_words": of_conclusions, "conclusions": _pane(note.conclusions)}
    late = [{"by": _said(one.by), "blocks": _pane(one.lines)} for one in note.late]
    return said | {"late": [one for one in late if one["blocks"]]}


def _lock(lock: ExportLock) -> Json:
    """The moment is in UTC, to the millisecond."""
    moment = datetime.datetime.fromtimestamp(lock.at // 1000, tz=datetime.UTC)
    at = f"{moment:%Y-%m-%dT%H:%M:%S}.{lock.at % 1000:03d}Z"
    return {"at": at, "by": _said(lock.by), "why": _said(lock.why)}


def _pane(lines: Sequence[Line]) -> list[Json]:
    return [] if is_empty(lines) else _blocks(tree(lines).children)


def _blocks(blocks: Iterable[Block]) -> list[Json]:
    return [said for block in blocks if (said := _block(block))]


def _block(block: Block) -> Json:
    match block:
        case Heading(level=level, inline=inline):
            return {"type": "heading", "level": level, "content": _content(inline)}
        case Paragraph(inline=inline):
            return {"type": "paragraph", "content": _content(inline)}
        case List(ordered=ordered, items=items):
            return {"type": "list", "ordered": ordered, "items": [_list_item(one) for one in items]}
        case Quote(children=children):
            return {"type": "quote", "blocks": _blocks(children)}
        case CodeBlock(lang=lang, text=text):
            return {"type": "code", "language": lang, "text": text}
        case Table(rows=rows):
            return {"type": "table", "rows": [[_content(cell) for cell in row] for row in rows]}
        case Rule():
            return {"type": "rule"}
        case Facts() | Label() | Late() | Footnotes() | Marker():
            # Of a day's document. What they say has fields of its own here.
            return {}


def _list_item(item: Item) -> Json:
    said: Json = {} if item.checked is None else {"checked": item.checked}
    return said | {"blocks": _blocks(item.children)}


def _content(inline: Iterable[Inline], marks: Mapping[str, Any] | None = None) -> list[Json]:
    """Runs of text, each with all its formats, instead of formats in each other."""
    return [said for node in inline for said in _runs(node, marks or {})]


def _runs(node: Inline, marks: Mapping[str, Any]) -> list[Json]:
    match node:
        case Text(text=text):
            return [{"type": "text", "text": text, **marks}]
        case Code(text=text):
            return [{"type": "text", "text": text, **marks, "code": True}]
        case LineBreak():
            return [{"type": "break"}]
        case FootnoteRef(text=text):
            return [{"type": "footnote", "text": text}]
        case Strong(children=children):
            return _content(children, {**marks, "bold": True})
        case Emphasis(children=children):
            return _content(children, {**marks, "italic": True})
        case Strike(children=children):
            return _content(children, {**marks, "strike": True})
        case Link(href=href, children=children):
            return _content(children, {**marks, "link": href})


def _said(text: str) -> str:
    return clean(text.replace("\n", " "))
