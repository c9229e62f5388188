"""What changed between two texts, for who reads the later one: line by line, and word by word in a
line that is much the same. Pure.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from difflib import SequenceMatcher
from typing import Final, Literal

from server.export.lines import Line, Span

MOST_COMPARED: Final = 3_000
"""Lines of a text: what is longer is shown without what changed in it."""
MOST_WORDS: Final = 1_000
"""Of a line that is compared word by word; a longer one is another line."""

Change = Literal["", "added", "removed"]
Word = tuple[Change, Span]

_WORD = re.compile(r"\s*\w+|\s*[^\w\s]|\s+")
"""With the space before it: what is written at the end of a line leaves its last word alone."""


@dataclass(frozen=True, slots=True)
class Shown:
    """A line, and whether it came or went. Where only some of its words did, `words` has them all,
    those that went among them."""

    change: Change
    line: Line
    words: tuple[Word, ...] = ()


def compared(was: Sequence[Line], now: Sequence[Line]) -> tuple[Shown, ...]:
    """The lines of `now` in their order, and among them those that were in their place."""
    if max(len(was), len(now)) > MOST_COMPARED:
        return tuple(Shown("", line) for line in now)
    shown: list[Shown] = []
    # As where a note is brought back: lines that come often are no place to begin at.
    steps = SequenceMatcher(None, was, now, autojunk=True).get_opcodes()
    for step, left, right, start, end in steps:
        if step == "equal":
            shown.extend(Shown("", line) for line in now[start:end])
        else:
            shown.extend(_replaced(was[left:right], now[start:end]))
    return tuple(shown)


def _replaced(was: Sequence[Line], now: Sequence[Line]) -> Iterator[Shown]:
    """From both ends, lines that are much the same; what is between went, or came."""
    pairs = min(len(was), len(now))
    first = list(_alike(zip(was, now, strict=False)))
    rest = pairs - len(first)
    ends = zip(reversed(was[len(was) - rest :]), reversed(now[len(now) - rest :]), strict=True)
    last = list(_alike(ends))
    yield from first
    yield from (Shown("removed", line) for line in was[len(first) : len(was) - len(last)])
    yield from (Shown("added", line) for line in now[len(first) : len(now) - len(last)])
    yield from reversed(last)


def _alike(pairs: Iterable[tuple[Line, Line]]) -> Iterator[Shown]:
    """Up to the first two lines that are not."""
    for was, now in pairs:
        words = worded(was, now)
        if not words:
            return
        yield Shown("", now, words)


def worded(was: Line, now: Line) -> tuple[Word, ...]:
    """The words of both lines, in their order; none where they have little in common.

    Half of the shorter one has to be the same. Rows of a table are never alike: their cells have
    to stay in their places.
    """
    if now.kind == "row" or replace(was, spans=()) != replace(now, spans=()):
        return ()
    old, new = _words(was), _words(now)
    if max(len(old), len(new)) > MOST_WORDS:
        return ()
    found: list[Word] = []
    same = 0
    steps = SequenceMatcher(None, old, new, autojunk=True).get_opcodes()
    for step, left, right, start, end in steps:
        if step == "equal":
            same += _letters(new[start:end])
            found.extend(("", span) for span in new[start:end])
        else:
            found.extend(("removed", span) for span in old[left:right])
            found.extend(("added", span) for span in new[start:end])
    if 2 * same < max(1, min(_letters(old), _letters(new))):
        return ()
    return tuple(_joined(found))


def _words(line: Line) -> list[Span]:
    """Each word, each other sign and each embed, in its format."""
    return [
        part
        for span in line.spans
        for part in (
            [Span(word, span.marks) for word in _WORD.findall(span.text)]
            if isinstance(span.text, str)
            else [span]
        )
    ]


def _letters(spans: Iterable[Span]) -> int:
    return sum(len(span.plain.strip()) for span in spans)


def _joined(words: Iterable[Word]) -> Iterator[Word]:
    """Words that stand together and are the same in all else, as one."""
    last: Word | None = None
    for change, span in words:
        if last is not None and last[0] == change and last[1].marks == span.marks:
            text, more = last[1].text, span.text
            if isinstance(text, str) and isinstance(more, str):
                last = change, Span(text + more, span.marks)
                continue
        if last is not None:
            yield last
        last = change, span
    if last is not None:
        yield last
