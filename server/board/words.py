"""What is written in a note, as its exports count it. Plain values, for the process aside."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from server.export.day import is_empty
from server.export.panes import panes
from server.export.words import words
from server.sync.document import Choked, merge


@dataclass(frozen=True, slots=True)
class Words:
    """Of the two panes of a note: how many words, and whether there is anything to read."""

    notes: int
    conclusions: int
    has_notes: bool
    has_conclusions: bool


def count_words(notes: Sequence[Sequence[bytes]]) -> list[Words | None]:
    """The words of notes, each given as the updates that make it; None where it cannot be read."""
    return [_count(parts) for parts in notes]


def _count(parts: Sequence[bytes]) -> Words | None:
    try:
        found = panes(merge(parts))
    except Choked:
        return None
    return Words(
        words(found.notes),
        words(found.conclusions),
        has_notes=not is_empty(found.notes),
        has_conclusions=not is_empty(found.conclusions),
    )
