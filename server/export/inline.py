"""From the spans of a line to nested inline nodes. Pure.

What changes on the way is only what no reader sees and no format can hold: blanks at the ends of
a line and beside a line break, the format of blanks and of footnotes at the edge of a formatted
run, control characters. An address that somebody typed becomes a link.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import replace
from itertools import groupby
from typing import Final, Literal

from server.export.lines import (
    PLAIN,
    Break,
    Cell,
    Footnote,
    Marks,
    Span,
    Unknown,
    merged,
    safe_link,
)
from server.export.nodes import (
    Code,
    Emphasis,
    FootnoteRef,
    Inline,
    LineBreak,
    Link,
    Strike,
    Strong,
    Text,
)

BOX = "□"
"""Stands for an embed that this version cannot show, as on the screen."""

_BLANKS: Final = str.maketrans(dict.fromkeys("\r\n\x0b\x0c\x1c\x1d\x1e\x1f\x85\u2028\u2029", " "))
_GONE: Final = re.compile("[\x00-\x08\x0e-\x1b\x7f-\x9f\ufeff\ufffe\uffff\ud800-\udfff]")
_ADDRESS: Final = re.compile(r"https?://[^\s<>\"«»“”]+", re.IGNORECASE)
_EDGES: Final = re.compile(r"(\s*)(.*?)(\s*)", re.DOTALL)
_NOT_AT_THE_END: Final = ".,;:!?'’…*_~|\\"
_PAIRS: Final = {")": "(", "]": "[", "}": "{"}


Mark = Literal["bold", "italic", "strike", "link"]
_MARKS: Final[tuple[Mark, ...]] = ("bold", "italic", "strike", "link")
"""Of two that reach as far, the first is outermost: a link stays close around a bare address."""


def clean(text: str) -> str:
    """Text without control characters and without anything that a reader takes for a newline."""
    return _GONE.sub("", text.translate(_BLANKS))


def inline(spans: Iterable[Span]) -> tuple[Inline, ...]:
    """The inline nodes of a line, or of one cell."""
    runs = list(tidy(spans))
    if all(run.marks == PLAIN for run in runs) and not any(_may_hold_address(run) for run in runs):
        return tuple(_leaf(run) for run in runs)
    runs = [part for run in runs for part in _linked(run)]
    return _nested(_tight_links([part for run in runs for part in _edged(run)]))


def tidy(spans: Iterable[Span]) -> tuple[Span, ...]:
    """The spans of a line without what no reader sees: controls, blanks at its ends."""
    return merged(_trimmed(merged(_cleaned(spans))))


def footnote_inline(text: str) -> tuple[Inline, ...]:
    """The text of a footnote, which has no format of its own."""
    spans: list[Span] = []
    for index, line in enumerate(text.split("\n")):
        if index:
            spans.append(Span(Break()))
        spans.append(Span(line))
    return inline(spans)


def _cleaned(spans: Iterable[Span]) -> Iterable[Span]:
    for span in spans:
        match span.text:
            case str():
                text = clean(span.text)
                # Code that is blank shows nothing; other code keeps its blanks.
                yield Span(text, replace(span.marks, code=False) if text.isspace() else span.marks)
            case Break():
                # A break and a footnote cannot be code, and a link over a footnote is two links.
                yield Span(span.text, replace(span.marks, code=False))
            case Footnote(text=text):
                if words := _footnote_words(text):
                    yield Span(Footnote(words), replace(span.marks, code=False, link=""))
            case Cell():
                yield Span(" ", span.marks)
            case Unknown():
                yield Span(BOX, span.marks)


def _footnote_words(text: str) -> str:
    """The text of a footnote without blank lines, and without blanks around its lines."""
    lines = (clean(line).strip() for line in text.split("\n"))
    return "\n".join(line for line in lines if line)


def _trimmed(spans: Sequence[Span]) -> list[Span]:
    """Without blanks and breaks at both ends, and without blanks beside breaks."""
    out: list[Span] = []
    for span in spans:
        if isinstance(span.text, Break):
            _trim_end(out)
            if out:
                out.append(span)
        elif _is_words(span) and (not out or isinstance(out[-1].text, Break)):
            if text := str(span.text).lstrip():
                out.append(Span(text, span.marks))
        else:
            out.append(span)
    _trim_end(out)
    while out and isinstance(out[-1].text, Break):
        out.pop()
        _trim_end(out)
    return out


def _trim_end(spans: list[Span]) -> None:
    while spans and _is_words(spans[-1]):
        text = str(spans[-1].text).rstrip()
        if text:
            spans[-1] = Span(text, spans[-1].marks)
            return
        spans.pop()


def _is_words(span: Span) -> bool:
    return isinstance(span.text, str) and not span.marks.code


def _may_hold_address(run: Span) -> bool:
    return isinstance(run.text, str) and "://" in run.text


def _linked(run: Span) -> list[Span]:
    """A run cut where somebody typed an address."""
    if not isinstance(run.text, str) or run.marks.link or run.marks.code:
        return [run]
    out: list[Span] = []
    end = 0
    for found in _ADDRESS.finditer(run.text):
        address = _without_closing(found.group())
        if safe_link(address) == address:
            start = found.start()
            out.append(Span(run.text[end:start], run.marks))
            out.append(Span(address, replace(run.marks, link=address)))
            end = start + len(address)
    out.append(Span(run.text[end:], run.marks))
    return [span for span in out if span.text]


def _without_closing(address: str) -> str:
    """An address without the punctuation of the sentence that it stands in."""
    while address:
        last = address[-1]
        if last in _NOT_AT_THE_END or (
            last in _PAIRS and address.count(last) > address.count(_PAIRS[last])
        ):
            address = address[:-1]
        else:
            break
    return address


def _edged(run: Span) -> list[Span]:
    """A run of text cut into its blanks before, its words and its blanks after."""
    if not isinstance(run.text, str) or run.marks.code or run.marks == PLAIN:
        return [run]
    found = _EDGES.fullmatch(run.text)
    assert found is not None  # noqa: S101 - the pattern matches every text
    return [Span(part, run.marks) for part in found.groups() if part]


def _tight_links(runs: Sequence[Span]) -> list[Span]:
    """The same runs, where a link begins and ends with something to see."""
    out: list[Span] = []
    for link, group in groupby(runs, key=lambda run: run.marks.link):
        part = list(group)
        solid = [index for index, run in enumerate(part) if _is_solid(run)]
        first, last = (solid[0], solid[-1]) if solid else (len(part), -1)
        out.extend(
            run
            if not link or first <= index <= last
            else Span(run.text, _without(run.marks, "link"))
            for index, run in enumerate(part)
        )
    return out


def _without(marks: Marks, mark: Mark) -> Marks:
    match mark:
        case "bold":
            return replace(marks, bold=False)
        case "italic":
            return replace(marks, italic=False)
        case "strike":
            return replace(marks, strike=False)
        case "link":
            return replace(marks, link="")


def _is_solid(run: Span) -> bool:
    return isinstance(run.text, str) and (run.marks.code or not run.text.isspace())


def _nested(runs: Sequence[Span]) -> tuple[Inline, ...]:
    """Nodes for runs: at each place the mark that reaches furthest is outermost."""
    out: list[Inline] = []
    index = 0
    while index < len(runs):
        reaches = [(_reach(runs, index, mark), mark) for mark in _MARKS]
        end = max(reach for reach, _ in reaches)
        if end == index:
            _add(out, _leaf(runs[index]))
            index += 1
            continue
        mark = next(mark for reach, mark in reaches if reach == end)
        part = [Span(run.text, _without(run.marks, mark)) for run in runs[index:end]]
        out.append(_wrapped(mark, runs[index].marks.link, _nested(part)))
        index = end
    return tuple(out)


def _reach(runs: Sequence[Span], start: int, mark: Mark) -> int:
    """How far a mark goes from `start`: to something to see, and without cutting a link in two."""
    value = getattr(runs[start].marks, mark)
    if not value or not _is_solid(runs[start]):
        return start
    end = start
    while end < len(runs) and getattr(runs[end].marks, mark) == value:
        end += 1
    while start < end < len(runs) and _same_link(runs[end - 1], runs[end]):
        end -= 1
    while start < end and not _is_solid(runs[end - 1]):
        end -= 1
    return end


def _add(out: list[Inline], leaf: Inline) -> None:
    last = out[-1] if out else None
    if isinstance(last, Text) and isinstance(leaf, Text):
        out[-1] = Text(last.text + leaf.text)
    else:
        out.append(leaf)


def _same_link(one: Span, other: Span) -> bool:
    return one.marks.link != "" and one.marks.link == other.marks.link


def _wrapped(mark: Mark, href: str, children: tuple[Inline, ...]) -> Inline:
    match mark:
        case "link":
            return Link(href, children)
        case "bold":
            return Strong(children)
        case "italic":
            return Emphasis(children)
        case "strike":
            return Strike(children)


def _leaf(run: Span) -> Inline:
    match run.text:
        case str():
            return Code(run.text) if run.marks.code else Text(run.text)
        case Footnote(text=text):
            return FootnoteRef(text)
        case Break():
            return LineBreak()
        case Cell() | Unknown():
            return Text(BOX)
