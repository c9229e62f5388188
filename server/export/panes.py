"""A note's document as values, and values as updates of it: where the export touches pycrdt.

A note is two shared texts, `notes` and `conclusions`. Positions in them count UTF-8 bytes. Reading
never changes a document; what is written is an update that goes into the log like any other.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Literal

import pycrdt

from server.export.lines import Line, delta, line_attributes, lines
from server.export.reader import read_note
from server.sync.document import guarded

Pane = Literal["notes", "conclusions"]
NoteDocument = pycrdt.Doc[pycrdt.Text]


@dataclass(frozen=True, slots=True)
class Panes:
    """What stands in the two panes of a note."""

    notes: tuple[Line, ...]
    conclusions: tuple[Line, ...]


def panes(note: bytes | NoteDocument) -> Panes:
    """The lines of a note, from its state as one update or from its live document.

    Raises `server.sync.document.Choked` when the library cannot read it.
    """
    return guarded(lambda: _panes(_document(note) if isinstance(note, bytes) else note))


def initial_update(notes_md: str, conclusions_md: str, *, client_id: int) -> bytes:
    """The update that is row 1 of a note: both panes, each at least one empty line.

    `client_id` is the Yjs client that writes it, and that nobody else may ever be.
    """
    notes = read_note(notes_md)
    conclusions = read_note(conclusions_md)
    return guarded(
        lambda: _initial(
            client_id,
            notes.notes or (Line(),),
            notes.conclusions + conclusions.notes + conclusions.conclusions or (Line(),),
        )
    )


def import_update(
    state: bytes, markdown: str, *, client_id: int, pane: Pane = "notes"
) -> bytes | None:
    """An edit that appends a text to a note whose whole state is the update `state`.

    What follows the marker of the conclusions in the file of a whole note goes there, whatever
    `pane` says. None when the text has nothing in it. `client_id` must be new to the note. Raises
    `server.sync.document.Choked` when the library cannot read the note.
    """
    text = read_note(markdown)
    appended: list[tuple[Pane, Sequence[Line]]] = [
        (pane, text.notes),
        ("conclusions", text.conclusions),
    ]
    if not (text.notes or text.conclusions):
        return None
    return guarded(lambda: _import(state, appended, client_id))


def _document(update: bytes, *, client_id: int | None = None) -> NoteDocument:
    doc: NoteDocument = pycrdt.Doc(client_id=client_id)
    doc.apply_update(update)
    return doc


def _panes(doc: NoteDocument) -> Panes:
    return Panes(
        tuple(lines(_pane(doc, "notes").diff())),
        tuple(lines(_pane(doc, "conclusions").diff())),
    )


def _pane(doc: NoteDocument, pane: Pane) -> pycrdt.Text:
    return doc.get(pane, type=pycrdt.Text)


def _initial(client_id: int, notes: Sequence[Line], conclusions: Sequence[Line]) -> bytes:
    doc: NoteDocument = pycrdt.Doc(client_id=client_id)
    with doc.transaction():
        _write(_pane(doc, "notes"), 0, delta(notes))
        _write(_pane(doc, "conclusions"), 0, delta(conclusions))
    return doc.get_update()


def _import(state: bytes, appended: Sequence[tuple[Pane, Sequence[Line]]], client: int) -> bytes:
    doc = _document(state, client_id=client)
    before = doc.get_state()
    with doc.transaction():
        for pane, added in appended:
            if added:
                _append(_pane(doc, pane), added)
    return doc.get_update(before)


def _append(text: pycrdt.Text, added: Sequence[Line]) -> None:
    """Write lines at the end; an empty line that stands there becomes the last of them."""
    present = lines(text.diff())
    end = len(text)
    if present and present[-1] == Line() and _ends_with_newline(text):
        if len(present) > 1 and _would_join(present[-2], added[0]):
            added = (Line(), *added)
        _write(text, end - 1, delta(added)[:-1])
        if found := line_attributes(added[-1]):
            text.format(len(text) - 1, len(text), found)
        return
    if present and not _ends_with_newline(text):
        _write(text, end, [("\n", {})])
    if present and _would_join(present[-1], added[0]):
        added = (Line(), *added)
    _write(text, len(text), delta(added))


def _ends_with_newline(text: pycrdt.Text) -> bool:
    last = text.diff()[-1][0]
    return isinstance(last, str) and last.endswith("\n")


def _would_join(last: Line, first: Line) -> bool:
    """Whether what is appended would go on with what stands there: a list, code, a table."""
    return (last.kind == first.kind != "paragraph") or (last.quote and first.quote)


def _write(text: pycrdt.Text, start: int, inserts: Sequence[tuple[Any, dict[str, Any]]]) -> None:
    """Write inserts at one place, the last one first.

    So no position is counted, and the library finds the place at once: 20,000 words take 25 ms,
    but 1.3 s when each is written after the one before. Attributes are always given: without them
    those on the left go on.
    """
    for insert, attributes in reversed(_joined(inserts)):
        if isinstance(insert, str):
            text.insert(start, insert, attributes)
        else:
            text.insert_embed(start, insert, attributes)


def _joined(inserts: Sequence[tuple[Any, dict[str, Any]]]) -> list[tuple[Any, dict[str, Any]]]:
    out: list[tuple[Any, dict[str, Any]]] = []
    for insert, attributes in inserts:
        if (
            out
            and out[-1][1] == attributes
            and isinstance(out[-1][0], str)
            and isinstance(insert, str)
        ):
            out[-1] = (out[-1][0] + insert, attributes)
        else:
            out.append((insert, attributes))
    return out
