"""The one place where the sync path touches pycrdt. A document here is a cache of the log's rows.

pycrdt's panics are `BaseException`s, and after one the Doc may be unusable (robustness). So every
call goes through one guard: when the library chokes, the Doc is thrown away and rebuilt from the
bytes; when even that fails, the note degrades to *bytes mode*: append, merge, relay, full joins.
The rows are always kept, so nothing is lost either way.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from contextlib import suppress
from typing import TypeVar

import pycrdt

from server.sync.codec import decode_state_vector

EMPTY_UPDATE = b"\x00\x00"
FAN_IN = 64
"""Merging 20,000 updates at once takes 7.4 s, as a tree 0.07 s."""
REPLAYED_AT_ONCE = 500
"""Rows in a transaction: what somebody typed in one run is joined at its end, not before."""

T = TypeVar("T")

_PANES = ("notes", "conclusions")
_UNDONE = "undone"
_ONE_STEP_MS = 24 * 60 * 60 * 1000


class Choked(Exception):
    """The library failed on a note's content. Says nothing of the content itself."""


def guarded(call: Callable[[], T]) -> T:
    """Run one pycrdt call. Raises Choked whatever comes out of it, panics included."""
    try:
        return call()
    except (asyncio.CancelledError, KeyboardInterrupt, SystemExit, MemoryError):
        raise
    except BaseException as error:  # noqa: BLE001 - pyo3's PanicException is no Exception
        raise Choked(f"the document library failed: {type(error).__name__}") from None


def merge(updates: Sequence[bytes]) -> bytes:
    """One update with the content of all, faithful to every byte (pending parts included)."""
    level = list(updates)
    if not level:
        return EMPTY_UPDATE
    while len(level) > 1:
        level = [
            guarded(lambda part=level[i : i + FAN_IN]: pycrdt.merge_updates(*part))  # type: ignore[misc]
            if len(level[i : i + FAN_IN]) > 1
            else level[i]
            for i in range(0, len(level), FAN_IN)
        ]
    return level[0]


def reversal(note: bytes, update: bytes, *, client_id: int) -> bytes:
    """An edit that takes back all that `update` does to the text of a note.

    What it wrote is deleted, what it deleted is written again, what it formatted is as it was; so
    the two together change nothing that anybody reads. `client_id` must be new to the note. Raises
    Choked.
    """
    return guarded(lambda: _reversal(note, update, client_id))


def _reversal(note: bytes, update: bytes, client_id: int) -> bytes:
    doc: pycrdt.Doc[pycrdt.Text] = pycrdt.Doc(client_id=client_id)
    doc.apply_update(note)
    panes = [doc.get(root, type=pycrdt.Text) for root in _PANES]
    before = [_marks(pane) for pane in panes]
    undoing = pycrdt.UndoManager(scopes=panes)  # type: ignore[arg-type]
    undoing.include_origin(_UNDONE)
    with doc.transaction(origin=_UNDONE):
        doc.apply_update(update)
    made: list[bytes] = []
    listening = doc.observe(lambda event: made.append(event.update))
    undoing.undo()
    doc.unobserve(listening)
    if [_marks(pane) for pane in panes] != before:
        raise Choked("the document library could not take an update back")
    return merge(made)


def take_back(
    before: Sequence[bytes], rows: Sequence[tuple[bytes, bool]], *, client_id: int
) -> tuple[bytes, bytes]:
    """An edit that takes back some rows of a note's log and leaves what others did since.

    `before` is what the note had before the first of `rows`, which come in the order of the log,
    each with whether it is to be taken back. What those wrote is deleted, what they deleted is
    written again, what they formatted is as it was. Gives the note with all rows, and that edit.
    `client_id` must be new to the note. Raises Choked.
    """
    return guarded(lambda: _take_back(before, rows, client_id))


def _take_back(
    before: Sequence[bytes], rows: Sequence[tuple[bytes, bool]], client_id: int
) -> tuple[bytes, bytes]:
    doc: pycrdt.Doc[pycrdt.Text] = pycrdt.Doc(client_id=client_id)
    doc.apply_update(merge(before))
    panes = [doc.get(root, type=pycrdt.Text) for root in _PANES]
    # One step of undoing, however long the rows take to apply.
    undoing = pycrdt.UndoManager(scopes=panes, capture_timeout_millis=_ONE_STEP_MS)  # type: ignore[arg-type]
    undoing.include_origin(_UNDONE)
    for data, is_undone in rows:
        if is_undone:
            with doc.transaction(origin=_UNDONE):
                doc.apply_update(data)
        else:
            doc.apply_update(data)
    note = doc.get_update()
    made: list[bytes] = []
    listening = doc.observe(lambda event: made.append(event.update))
    while undoing.can_undo():
        undoing.undo()
    doc.unobserve(listening)
    return note, merge(made)


def _marks(pane: pycrdt.Text) -> list[tuple[object, object]]:
    """Each letter or embed of a pane, with its formats."""
    return [
        (one, {name: value for name, value in (formats or {}).items() if value is not None})
        for insert, formats in pane.diff()
        for one in (insert if isinstance(insert, str) else [insert])
    ]


class Document:
    """The committed content of one note."""

    def __init__(self, updates: Sequence[bytes]) -> None:
        self._kept: list[bytes] = list(updates)
        self._doc: pycrdt.Doc[pycrdt.Text] | None = None
        self._full: bytes | None = None
        self._state: bytes | None = None
        with suppress(Choked):
            self._kept = [merge(updates)]
        self._rebuild()

    @property
    def is_whole(self) -> bool:
        """False in bytes mode, in which a note stays until it is loaded anew."""
        return self._doc is not None

    def size(self) -> int:
        """About how many bytes the whole note has; nothing is encoded for it."""
        return sum(map(len, self._kept))

    def apply(self, update: bytes) -> None:
        """Take one committed update. Never raises: what the library cannot hold stays bytes."""
        self._kept.append(update)
        self._full = self._state = None
        doc = self._doc
        if doc is not None:
            try:
                guarded(lambda: doc.apply_update(update))
            except Choked:
                self._rebuild()
        if len(self._kept) >= FAN_IN:
            self._compact()

    def full(self) -> bytes:
        """The whole note as one update; encoded once per version (S5).

        In bytes mode all that can be merged: what the library cannot even read is left out.
        """
        if self._full is None:
            doc = self._doc
            if doc is not None:
                try:
                    self._full = guarded(doc.get_update)
                except Choked:
                    self._rebuild()
            if self._full is None:
                self._compact()
                self._full = self._kept[0] if self._kept else EMPTY_UPDATE
        return self._full

    def state_vector(self) -> bytes:
        """What the note has, as a state vector; encoded once per version."""
        if self._state is None:
            doc = self._doc
            try:
                if doc is not None:
                    self._state = guarded(doc.get_state)
                else:
                    full = self.full()
                    self._state = guarded(lambda: pycrdt.get_state(full))
            except Choked:
                self._state = b"\x00"
        return self._state

    def since(self, state_vector: bytes) -> bytes:
        """What somebody with that state vector lacks. Too much rather than too little.

        Raises ProtocolError when it is none: the library would believe its count.
        """
        if not decode_state_vector(state_vector):
            return self.full()
        return self._lacking(state_vector)

    def deletes(self) -> bytes:
        """An update with the whole delete set and, but in bytes mode, no structs."""
        return self._lacking(self.state_vector())

    def _lacking(self, state_vector: bytes) -> bytes:
        doc = self._doc
        if doc is None:
            return self.full()
        try:
            return guarded(lambda: doc.get_update(state_vector))
        except Choked:
            return self.full()

    def _rebuild(self) -> None:
        self._full = self._state = None
        self._doc = None
        doc: pycrdt.Doc[pycrdt.Text] = pycrdt.Doc()
        try:
            for update in self._kept:
                guarded(lambda update=update: doc.apply_update(update))  # type: ignore[misc]
            guarded(doc.get_update)
        except Choked:
            return
        self._doc = doc

    def _compact(self) -> None:
        doc = self._doc
        if doc is not None:
            # The structural check lets nothing pend, so the Doc's own encoding is whole, and
            # far shorter than the merge of its keystrokes.
            try:
                self._kept = [guarded(doc.get_update)]
            except Choked:
                self._rebuild()
        if self._doc is None:
            self._kept = [merge_what_can(self._kept)]


def condense(updates: Sequence[bytes]) -> bytes:
    """One update with the content of all, as short as the library writes it.

    A day's keystrokes, merged, are a struct each; condensed, a struct for each run that somebody
    typed: a tenth of the bytes and a hundredth of the time to load. What has been deleted is no
    more in it: the rows have that. Raises Choked where not all of it can be read.
    """
    document = Document(updates)
    if not document.is_whole:
        raise Choked("the document library cannot read all of a note")
    return document.full()


def replay(updates: Sequence[bytes]) -> bytes:
    """What the rows of a log make in their order, as short as the library writes it.

    For many rows, none of which waits for a later one: 154,000 keystrokes take 0.2 s, and 23 s when
    they are one update first. Raises Choked.
    """
    return guarded(lambda: _replay(updates))


def _replay(updates: Sequence[bytes]) -> bytes:
    doc: pycrdt.Doc[pycrdt.Text] = pycrdt.Doc()
    for at in range(0, len(updates), REPLAYED_AT_ONCE):
        with doc.transaction():
            for update in updates[at : at + REPLAYED_AT_ONCE]:
                doc.apply_update(update)
    return doc.get_update()


def covers(merged: bytes, parts: Sequence[bytes]) -> bool:
    """Whether merged bytes hold all that the parts hold, by an independent reading of both."""
    try:
        whole = Document([merged])
        before, state = whole.full(), whole.state_vector()
        for part in parts:
            whole.apply(part)
        return whole.is_whole and (whole.full(), whole.state_vector()) == (before, state)
    except Choked:
        return False


def merge_what_can(updates: Sequence[bytes]) -> bytes:
    """The merge without those on which the library chokes; of two that do not go together, the
    first. Halves the list until each is found: the time of some ten merges for a thousand."""
    try:
        if len(updates) == 1:
            return guarded(lambda: pycrdt.merge_updates(updates[0]))
        return merge(updates)
    except Choked:
        if len(updates) == 1:
            return EMPTY_UPDATE
    half = len(updates) // 2
    first, second = merge_what_can(updates[:half]), merge_what_can(updates[half:])
    try:
        return merge([first, second])
    except Choked:
        return first
