"""How many words a note has, counted as its own page does. Plain values, for the process aside."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from server.export.lines import Line
from server.export.panes import panes
from server.sync.document import Choked, merge

_WORD = re.compile(r"[^\W_]")
"""A letter or a digit, of any script."""


@dataclass(frozen=True, slots=True)
class Words:
    """Of the two panes of a note."""

    notes: int
    conclusions: int


def count_words(notes: Sequence[Sequence[bytes]]) -> list[Words | None]:
    """The words of notes, each given as the updates that make it; None where it cannot be read."""
    return [_count(parts) for parts in notes]


def _count(parts: Sequence[bytes]) -> Words | None:
    try:
        found = panes(merge(parts))
    except Choked:
        return None
    return Words(_words(found.notes), _words(found.conclusions))


def _words(lines: Iterable[Line]) -> int:
    text = "\n".join(
        "".join(span.text if isinstance(span.text, str) else " " for span in line.spans)
        for line in lines
    )
    return sum(1 for word in text.split() if _WORD.search(word))
