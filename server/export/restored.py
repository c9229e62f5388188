"""The edit that makes a note again what it was (H3): where that touches the document library.

Lines that are the same stay, with whoever wrote them; the others are deleted and written anew. It
builds on the note as it is now, so what others write meanwhile merges with it.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from itertools import accumulate
from typing import Any, Final

from server.export.panes import Pane, PaneText, document_of, pane_of, write_at
from server.sync.document import EMPTY_UPDATE, Choked, guarded, merge, replay

_PANES: Final[tuple[Pane, ...]] = ("notes", "conclusions")
_MOST_COMPARED: Final = 5_000
"""Lines that differ somewhere in the middle of a pane; more are written anew as one."""


@dataclass(frozen=True, slots=True)
class _Line:
    """What stands up to a newline and with it, as inserts; `key` is the same for equal lines."""

    key: str
    inserts: tuple[tuple[Any, dict[str, Any]], ...]
    length: int
    """In the units of the library: bytes of text, and one for an embed."""


def restoring(now: bytes, then: Sequence[bytes], client: int) -> bytes:
    """The update, EMPTY_UPDATE where nothing differs. `then` are the updates of the note as it
    was; `client` must be new to it. Raises Choked."""
    return guarded(lambda: _restoring(now, then, client))


def _restoring(now: bytes, then: Sequence[bytes], client: int) -> bytes:
    doc, was = document_of(now, client_id=client), document_of(replay(then))
    made: list[bytes] = []
    listening = doc.observe(lambda event: made.append(event.update))
    with doc.transaction():
        for pane in _PANES:
            _bring_back(pane_of(doc, pane), _lines(pane_of(was, pane)))
    doc.unobserve(listening)
    for pane in _PANES:
        if _lines(pane_of(doc, pane)) != _lines(pane_of(was, pane)):
            raise Choked("the document library could not make the note what it was")
    return merge(made) if made else EMPTY_UPDATE


def _bring_back(text: PaneText, wanted: Sequence[_Line]) -> None:
    """From the end on, so that no place before it moves."""
    present = _lines(text)
    starts = [0, *accumulate(line.length for line in present)]
    for left, right, start, end in reversed(_differing(present, wanted)):
        if right > left:
            del text[starts[left] : starts[right]]
        write_at(text, starts[left], [one for line in wanted[start:end] for one in line.inserts])


def _differing(
    present: Sequence[_Line], wanted: Sequence[_Line]
) -> list[tuple[int, int, int, int]]:
    """Which lines of the one give way to which of the other."""
    was, now = [line.key for line in present], [line.key for line in wanted]
    shorter = min(len(was), len(now))
    first = next((at for at in range(shorter) if was[at] != now[at]), shorter)
    most = shorter - first
    last = next((at for at in range(most) if was[-1 - at] != now[-1 - at]), most)
    was, now = was[first : len(was) - last], now[first : len(now) - last]
    if max(len(was), len(now)) > _MOST_COMPARED:
        return [(first, first + len(was), first, first + len(now))]
    # Lines that come often, as empty ones do, are no place to begin at: where all others differ,
    # 1,500 lines take 9 s else, and 3,000 two minutes.
    steps = SequenceMatcher(None, was, now, autojunk=True).get_opcodes()
    return [
        (first + left, first + right, first + start, first + end)
        for step, left, right, start, end in steps
        if step != "equal"
    ]


def _lines(text: PaneText) -> list[_Line]:
    found: list[_Line] = []
    inserts: list[tuple[Any, dict[str, Any]]] = []
    for insert, formats in text.diff():
        attributes = {name: value for name, value in (formats or {}).items() if value is not None}
        for part in _parts(insert):
            if inserts and inserts[-1][1] == attributes and _are_text(inserts[-1][0], part):
                inserts[-1] = (inserts[-1][0] + part, attributes)
            else:
                inserts.append((part, attributes))
            if isinstance(part, str) and part.endswith("\n"):
                found.append(_line(inserts))
                inserts = []
    return [*found, _line(inserts)] if inserts else found


def _are_text(*inserts: object) -> bool:
    return all(isinstance(one, str) for one in inserts)


def _parts(insert: Any) -> list[Any]:
    """A text cut behind each newline, or an embed alone."""
    if not isinstance(insert, str):
        return [insert]
    *ended, last = insert.split("\n")
    return [*(f"{one}\n" for one in ended), *([last] if last else [])]


def _line(inserts: Sequence[tuple[Any, dict[str, Any]]]) -> _Line:
    length = sum(len(one.encode()) if isinstance(one, str) else 1 for one, _ in inserts)
    return _Line(json.dumps(inserts, sort_keys=True), tuple(inserts), length)
