"""What the readers have in common: spans as a line holds them, tasks, footnotes as text. Pure."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from typing import Final

from server.export.bullets import bulleted
from server.export.inline import clean
from server.export.lines import LISTS, Break, Cell, Footnote, Line, Span, merged
from server.sync.shape import MAX_JSON_BYTES

_BOX: Final = re.compile(r"([☐☑☒])\s*")
_BLANKS: Final = re.compile(r"[ \t\n\r\f]+")
_EDGE: Final = " \t\n\r\f"
_CHARACTERS_AT_ONCE: Final = MAX_JSON_BYTES // 16
"""Of a footnote that is too long for one: each may be written as an escape of 12 bytes."""


def trimmed(spans: Iterable[Span], *, collapse: bool = False) -> tuple[Span, ...]:
    """Spans without blanks at either end and beside breaks; `collapse`: with one blank in place of
    several, as in HTML.

    A no-break space is no blank here: it stays wherever it was typed. Code keeps its blanks.
    """
    out: list[Span] = []
    for span in merged(spans):
        if not isinstance(span.text, str) or span.marks.code:
            if isinstance(span.text, Break | Cell):
                _without_end(out)
            out.append(span)
            continue
        text = _BLANKS.sub(" ", span.text) if collapse else span.text
        if not out or isinstance(out[-1].text, Break | Cell):
            text = text.lstrip(_EDGE)
        elif collapse and _ends_blank(out[-1]):
            text = text.removeprefix(" ")
        if text:
            out.append(Span(text, span.marks))
    _without_end(out)
    while out and isinstance(out[-1].text, Break):
        out.pop()
        _without_end(out)
    while out and isinstance(out[0].text, Break):
        out.pop(0)
    return merged(out)


def _ends_blank(span: Span) -> bool:
    return isinstance(span.text, str) and span.text.endswith(" ") and not span.marks.code


def _without_end(spans: list[Span]) -> None:
    while spans and isinstance(spans[-1].text, str) and not spans[-1].marks.code:
        text = spans[-1].text.rstrip(_EDGE)
        if text:
            spans[-1] = Span(text, spans[-1].marks)
            return
        spans.pop()


def item(line: Line) -> Line:
    """The same; an item that begins with a box is a task."""
    first = line.spans[0] if line.spans else None
    if line.kind not in LISTS or first is None or not isinstance(first.text, str):
        return line
    found = _BOX.match(first.text)
    if found is None or first.marks.code:
        return line
    rest = first.text[found.end() :]
    kept = (Span(rest, first.marks), *line.spans[1:]) if rest else line.spans[1:]
    return replace(line, kind="task", checked=found[1] != "☐", spans=kept)


def as_cell(lines: Iterable[Line]) -> Iterator[Span]:
    """What stands in a cell: its lines, with breaks between them."""
    for index, line in enumerate(line for line in lines if line.spans):
        if index:
            yield Span(Break())
        yield from (Span(" ") if isinstance(span.text, Cell) else span for span in line.spans)


def as_row(cells: Sequence[Iterable[Span]]) -> tuple[Span, ...]:
    """A line of a table."""
    spans: list[Span] = []
    for index, cell in enumerate(cells):
        if index:
            spans.append(Span(Cell()))
        spans.extend(cell)
    return tuple(spans)


def code_lines(text: str, place: Line) -> Iterator[Line]:
    """A block of code: a line each, of the kind of `place`."""
    for each in text.split("\n"):
        yield replace(place, kind="code", spans=(Span(each),) if each else ())


def footnote(lines: Iterable[Line]) -> Footnote:
    """The text of a footnote: it has no format, and its blocks are lines."""
    texts = ("".join(span.plain for span in line.spans).strip(_EDGE) for line in lines)
    return Footnote("\n".join(filter(None, texts)))


def kept_apart(lines: list[Line], place: Line) -> None:
    """Put an empty line between what stands there and a block that would run together with it."""
    if lines and lines[-1].spans:
        lines.append(replace(place, kind="paragraph", checked=False, lang="", spans=()))


def as_held(lines: Iterable[Line]) -> tuple[Line, ...]:
    """The lines as a note may hold them: no control character, no format or embed above the limit
    of an update. An address that is too long goes, a long footnote becomes several."""
    return tuple(
        replace(line, spans=merged(part for span in line.spans for part in _held(span)))
        for line in bulleted(lines)
    )


def _held(span: Span) -> Iterator[Span]:
    marks = span.marks
    if marks.link and _json_bytes(marks.link) > MAX_JSON_BYTES:
        marks = replace(marks, link="")
    match span.text:
        case str():
            yield Span(clean(span.text), marks)
        case Footnote(text=text):
            text = "\n".join(clean(line) for line in text.split("\n"))
            if _json_bytes({"footnote": text}) <= MAX_JSON_BYTES:
                yield Span(Footnote(text), marks)
                return
            for at in range(0, len(text), _CHARACTERS_AT_ONCE):
                yield Span(Footnote(text[at : at + _CHARACTERS_AT_ONCE]), marks)
        case _:
            yield Span(span.text, marks)


def _json_bytes(value: object) -> int:
    return len(json.dumps(value).encode())
