"""A note's document as values, and values as updates of it: where the export touches pycrdt.

A note is two shared texts, `notes` and `conclusions`. Positions in them count UTF-8 bytes. Reading
never changes a document; what is written is an update that goes into the log like any other.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any, Literal

import pycrdt

from server.export.lines import Line, delta, line_attributes, lines
from server.export.reader import PaneTexts, read_note
from server.sync.appending import Appending
from server.sync.codec import decode_state_vector
from server.sync.document import guarded, merge
from server.sync.shape import ANY_NUMBER, STRING, Id, Run, Struct, read

Pane = Literal["notes", "conclusions"]
NoteDocument = pycrdt.Doc[pycrdt.Text]
PaneText = pycrdt.Text

PIECE_BYTES = 8 * 1024
"""Of an import that enters a note at once: four pages. A phone draws it between two keys, and the
people in a note get it in one frame."""
_STRUCT_BYTES = 16
"""What an insert costs beside its text."""
_PROBE = 2**32 - 1
"""A client id that nothing is kept of."""


@dataclass(frozen=True, slots=True)
class Panes:
    """What stands in the two panes of a note."""

    notes: tuple[Line, ...]
    conclusions: tuple[Line, ...]


def panes(note: bytes | NoteDocument) -> Panes:
    """The lines of a note, from its state as one update or from its live document.

    Raises `server.sync.document.Choked` when the library cannot read it.
    """
    return guarded(lambda: _panes(document_of(note) if isinstance(note, bytes) else note))


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


@dataclass(frozen=True, slots=True)
class Piece:
    """A part of an import: an edit that comes after those before it, and how many lines of the
    import are in the note when it is."""

    update: bytes
    lines: int


def import_pieces(
    state: bytes, text: PaneTexts, *, client_id: int, pane: Pane = "notes"
) -> list[Piece]:
    """Edits that append a text to a note whose whole state is the update `state`, in their order.

    Each is small, ends with a line where lines are no longer than that, and builds on `state` and
    those before it alone; so it may enter whatever else has been written since, and stands behind
    them. What the text has for the conclusions goes there, whatever `pane` says. Empty when the
    text has nothing in it. `client_id` must be new to the note. Raises
    `server.sync.document.Choked` when the library cannot read the note.
    """
    appended: list[tuple[Pane, Sequence[Line]]] = [
        (pane, text.notes),
        ("conclusions", text.conclusions),
    ]
    return guarded(lambda: _import(state, appended, client_id))


def document_of(update: bytes, *, client_id: int | None = None) -> NoteDocument:
    doc: NoteDocument = pycrdt.Doc(client_id=client_id)
    doc.apply_update(update)
    return doc


def _panes(doc: NoteDocument) -> Panes:
    return Panes(
        tuple(lines(pane_of(doc, "notes").diff())),
        tuple(lines(pane_of(doc, "conclusions").diff())),
    )


def pane_of(doc: NoteDocument, pane: Pane) -> pycrdt.Text:
    return doc.get(pane, type=pycrdt.Text)


def _initial(client_id: int, notes: Sequence[Line], conclusions: Sequence[Line]) -> bytes:
    doc: NoteDocument = pycrdt.Doc(client_id=client_id)
    with doc.transaction():
        write_at(pane_of(doc, "notes"), 0, delta(notes))
        write_at(pane_of(doc, "conclusions"), 0, delta(conclusions))
    return doc.get_update()


def _import(
    state: bytes, appended: Sequence[tuple[Pane, Sequence[Line]]], client: int
) -> list[Piece]:
    doc = document_of(state, client_id=client)
    pieces: list[Piece] = []
    for pane, added in appended:
        if added:
            before = pieces[-1].lines if pieces else 0
            updates = _pane_updates(doc, pane, added, client)
            parts = [Piece(update, before + lines) for update, lines in updates]
            # The last line may have no newline of its own: one stood there.
            pieces += [*parts[:-1], Piece(parts[-1].update, before + len(added))]
    return pieces


def _pane_updates(
    doc: NoteDocument, pane: Pane, added: Sequence[Line], client: int
) -> Iterator[tuple[bytes, int]]:
    """The edits of one pane, each with how many newlines there are up to its end. All are in `doc`
    afterwards."""
    text = pane_of(doc, pane)
    at, inserts, end = _appending(text, added)
    left, right, is_plain = _around(doc, pane, at)
    if not is_plain:
        # A format of the last line goes on for ever: the text begins behind a newline that ends it.
        bridge = _update_of(doc, lambda: write_at(text, at, [("\n", {})]))
        left, right = _places(bridge, client)
        yield bridge, 0
    writer = Appending(pane, client, _clock(doc, client), left=left, right=right)
    newlines = 0
    written: list[bytes] = []
    for part in _parts(inserts):
        written.append(writer.update(part))
        newlines += sum(insert.count("\n") for insert, _ in part if isinstance(insert, str))
        yield written[-1], newlines
    doc.apply_update(merge(written))
    if end:
        yield _update_of(doc, lambda: text.format(len(text) - 1, len(text), end)), newlines


def _update_of(doc: NoteDocument, change: Callable[[], object]) -> bytes:
    made: list[bytes] = []
    listening = doc.observe(lambda event: made.append(event.update))
    with doc.transaction():
        change()
    doc.unobserve(listening)
    return made[0]


def _around(doc: NoteDocument, pane: Pane, at: int) -> tuple[Id | None, Id | None, bool]:
    """What a text at `at` stands between, and whether no format goes on there: as the library says,
    which is asked with one letter in another document."""
    probe: NoteDocument = document_of(doc.get_update(), client_id=_PROBE)
    update = _update_of(probe, lambda: write_at(pane_of(probe, pane), at, [("x", {})]))
    (run,) = (structs for run, structs in _runs(update) if run.client == _PROBE)
    return run[0].origin, run[0].right, len(run) == 1


def _places(bridge: bytes, client: int) -> tuple[Id, Id | None]:
    """What stands around the place behind the newline of a bridge."""
    (structs,) = (structs for run, structs in _runs(bridge) if run.client == client)
    index, newline = next(one for one in enumerate(structs) if one[1].kind == STRING)
    follows = structs[index + 1] if index + 1 < len(structs) else None
    right = newline.right if follows is None else (client, follows.clock)
    return (client, newline.clock), right


def _runs(update: bytes) -> Iterator[tuple[Run, list[Struct]]]:
    shape = read(update)
    return zip(shape.runs, shape.structs, strict=True)


def _clock(doc: NoteDocument, client: int) -> int:
    return decode_state_vector(doc.get_state(), at_most=ANY_NUMBER).get(client, 0)


_Inserts = list[tuple[Any, dict[str, Any]]]


def _appending(text: pycrdt.Text, added: Sequence[Line]) -> tuple[int, _Inserts, dict[str, Any]]:
    """Where lines are written at the end, what is written, and what the newline behind it gets; an
    empty line that stands there becomes the last of them."""
    present = lines(text.diff())
    end = len(text)
    if present and present[-1] == Line() and _ends_with_newline(text):
        if len(present) > 1 and _would_join(present[-2], added[0]):
            added = (Line(), *added)
        return end - 1, delta(added)[:-1], line_attributes(added[-1])
    ended: _Inserts = [("\n", {})] if present and not _ends_with_newline(text) else []
    if present and _would_join(present[-1], added[0]):
        added = (Line(), *added)
    return end, ended + delta(added), {}


def _parts(inserts: _Inserts) -> Iterator[_Inserts]:
    """The inserts in parts of about PIECE_BYTES, that end with a line where one ends in time."""
    part: _Inserts = []
    size = 0
    for insert, attributes in inserts:
        texts = [insert]
        if isinstance(insert, str):
            texts = [insert[at : at + PIECE_BYTES] for at in range(0, len(insert), PIECE_BYTES)]
        for each in texts:
            part.append((each, attributes))
            size += (len(each) if isinstance(each, str) else 1) + _STRUCT_BYTES
            is_end = each == "\n"
            if size >= PIECE_BYTES and (is_end or size >= 2 * PIECE_BYTES):
                yield part
                part, size = [], 0
    if part or not inserts:
        yield part


def _ends_with_newline(text: pycrdt.Text) -> bool:
    last = text.diff()[-1][0]
    return isinstance(last, str) and last.endswith("\n")


def _would_join(last: Line, first: Line) -> bool:
    """Whether what is appended would go on with what stands there: a list, code, a table."""
    return (last.kind == first.kind != "paragraph") or (last.quote and first.quote)


def write_at(text: pycrdt.Text, start: int, inserts: Sequence[tuple[Any, dict[str, Any]]]) -> int:
    """Write inserts at one place, the last one first; how long they are.

    So no position is counted, and the library finds the place at once: 20,000 words take 25 ms,
    but 1.3 s when each is written after the one before. Attributes are always given: without them
    those on the left go on.
    """
    before = len(text)
    for insert, attributes in reversed(_joined(inserts)):
        if isinstance(insert, str):
            text.insert(start, insert, attributes)
        else:
            text.insert_embed(start, insert, attributes)
    return len(text) - before


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
