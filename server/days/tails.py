"""The last lines of a note and its conclusions, as a screen in a hall shows them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import NamedTuple

from server.export.lines import HEADINGS, LISTS, Break, Cell, Line
from server.export.panes import panes
from server.sync.document import Choked, merge
from storage.values import NoteId

LAST_LINES = 10
"""More than a card of the wall shows."""
MAX_CONCLUSIONS = 8
MAX_LINE = 240
"""Characters of one line; what comes after them is beyond the card."""


class Shown(NamedTuple):
    """One line: `kind` is "p", "h" for a heading, "li" for a list, "done" or "todo" for a task."""

    kind: str
    text: str


class Tail(NamedTuple):
    notes: tuple[Shown, ...] = ()
    conclusions: tuple[Shown, ...] = ()
    is_readable: bool = True


def tails(contents: Mapping[NoteId, Sequence[bytes]]) -> dict[NoteId, Tail]:
    """Of each note, from the updates that make it. For a process that may take its time."""
    return {note: tail(updates) for note, updates in contents.items()}


def tail(updates: Sequence[bytes]) -> Tail:
    """Of one note. One that cannot be read says so."""
    try:
        found = panes(merge(updates))
    except Choked:
        return Tail(is_readable=False)
    return Tail(
        tuple(_shown(found.notes)[-LAST_LINES:]),
        tuple(_shown(found.conclusions)[:MAX_CONCLUSIONS]),
    )


def _shown(lines: Sequence[Line]) -> list[Shown]:
    return [Shown(_kind(line), _text(line)) for line in lines if not line.is_blank]


def _kind(line: Line) -> str:
    if line.kind in HEADINGS:
        return "h"
    if line.kind == "task":
        return "done" if line.checked else "todo"
    return "li" if line.kind in LISTS else "p"


def _text(line: Line) -> str:
    parts: list[str] = []
    for span in line.spans:
        if isinstance(span.text, str):
            parts.append(span.text)
        elif isinstance(span.text, Break):
            parts.append(" ")
        elif isinstance(span.text, Cell):
            parts.append(" | ")
    text = " ".join("".join(parts).split(" ")).strip()
    return text if len(text) <= MAX_LINE else text[:MAX_LINE].rstrip() + "…"
