"""What a moderator sees of all notes of a day at a glance, and what it costs to know.

Figures are made at most once a second for each day, however many look at them, from memory and from
a few short queries. How much is written is counted row by row, each row once. Words are counted in
the process aside, of notes that have moved since; until then the last figures stand.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Iterable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from functools import partial
from typing import Any

from sqlalchemy import Connection

from server.board.words import Words, count_words
from server.days.view import DayView, load_day
from server.errors import CalepinError
from server.sync.rooms import Rooms
from storage import checkpoints, held, log, recent
from storage.errors import NoSuchNote, StoreError
from storage.store import Store
from storage.values import DayId, Milliseconds, NoteId

FRESH_SECONDS = 1.0
"""Whoever asks within so long is given the same."""
PIECE_MS = 30_000
PIECES = 10
"""Activity is of the last five minutes, in pieces of half a minute."""
COUNT_SECONDS = 5.0
"""Words are counted so often at most. A note of 4,000 words takes 0.3 ms of the loop to be handed
over, and 2 ms of the process aside."""
NOTES_AT_ONCE = 16
"""So many are handed to it together: it has other work too."""
MAX_DAYS = 50
"""Whose figures are kept; of the one that was looked at longest ago they are made anew."""


@dataclass(frozen=True, slots=True)
class NoteFigures:
    """`activity`: edits in each piece of the last five minutes, the newest last."""

    activity: tuple[int, ...]
    words: Words | None
    held: int
    """Texts that wait for a decision."""


@dataclass(frozen=True, slots=True)
class Figures:
    """A day as it was at a moment."""

    day: DayView
    at: Milliseconds
    notes: Mapping[NoteId, NoteFigures]


@dataclass(eq=False)
class _Known:
    """What is remembered of one day."""

    making: asyncio.Lock = field(default_factory=asyncio.Lock)
    figures: Figures | None = None
    made_at: float = 0.0
    counted: dict[NoteId, int] = field(default_factory=dict)
    """Up to which position the rows of a note are counted."""
    pieces: dict[NoteId, dict[int, int]] = field(default_factory=dict)
    words: dict[NoteId, tuple[int, Words | None]] = field(default_factory=dict)
    """At which position the words of a note were counted, and how many."""
    counting: asyncio.Task[None] | None = None
    counted_words_at: float = 0.0


class Board:
    """`elsewhere` runs a function in a process aside; `monotonic` is in seconds."""

    def __init__(
        self,
        store: Store,
        rooms: Rooms,
        *,
        clock: Callable[[], Milliseconds],
        monotonic: Callable[[], float],
        elsewhere: Callable[..., Awaitable[Any]],
    ) -> None:
        self._store = store
        self._rooms = rooms
        self._clock = clock
        self._monotonic = monotonic
        self._elsewhere = elsewhere
        self._days: dict[DayId, _Known] = {}

    async def figures(self, day: DayId, *, fresh: bool = False) -> Figures:
        """The figures of a day, at most a second old, or `fresh`: the same value to all who ask
        meanwhile. Raises NotFound or StoreError."""
        known = self._days.pop(day, None) or _Known()
        self._days[day] = known
        if len(self._days) > MAX_DAYS:
            self._forget(next(iter(self._days)))
        async with known.making:
            now = self._monotonic()
            if fresh or known.figures is None or now - known.made_at >= FRESH_SECONDS:
                known.figures = await self._make(day, known)
                known.made_at = now
            return known.figures

    def close(self) -> None:
        """Count no more words."""
        for day in list(self._days):
            self._forget(day)

    def _forget(self, day: DayId) -> None:
        known = self._days.pop(day)
        if known.counting is not None:
            known.counting.cancel()

    async def _make(self, day: DayId, known: _Known) -> Figures:
        at = self._clock()
        first = at // PIECE_MS - PIECES + 1

        def read(
            db: Connection,
        ) -> tuple[DayView, dict[NoteId, int], dict[NoteId, dict[int, int]]]:
            view = load_day(db, day)
            # Of a note that was not looked at before, the end: five minutes have no more rows.
            moved = {
                note.id: max(known.counted.get(note.id, 0), note.head - recent.MAX_ROWS)
                for note in view.notes()
                if note.head > max(1, known.counted.get(note.id, 0))
            }
            since = Milliseconds(first * PIECE_MS)
            counts = recent.counts(db, moved, since=since, every_ms=PIECE_MS)
            return view, held.texts(db, day), counts

        view, waiting, counts = await self._store.read(read)
        for note in view.notes():
            known.counted[note.id] = note.head
            pieces = known.pieces.setdefault(note.id, {})
            for piece, count in counts.get(note.id, {}).items():
                pieces[piece] = pieces.get(piece, 0) + count
            for old in [piece for piece in pieces if piece < first]:
                del pieces[old]
        self._count_words(view, known)
        return Figures(
            view,
            at,
            {
                note.id: NoteFigures(
                    tuple(known.pieces[note.id].get(first + i, 0) for i in range(PIECES)),
                    known.words.get(note.id, (0, None))[1],
                    waiting.get(note.id, 0),
                )
                for note in view.notes()
            },
        )

    def _count_words(self, view: DayView, known: _Known) -> None:
        """Have the words counted of notes that moved, unless that is under way, or was just now."""
        now = self._monotonic()
        stale = [n.id for n in view.notes() if known.words.get(n.id, (0, None))[0] < n.head]
        is_counting = known.counting is not None and not known.counting.done()
        is_early = bool(known.words) and now - known.counted_words_at < COUNT_SECONDS
        if stale and not is_counting and not is_early:
            known.counted_words_at = now
            known.counting = asyncio.create_task(self._count(stale, known), name="words")

    async def _count(self, notes: Sequence[NoteId], known: _Known) -> None:
        """Count, some notes at a time. What fails is left as it was, and tried again."""
        with suppress(StoreError, CalepinError):
            for start in range(0, len(notes), NOTES_AT_ONCE):
                some = notes[start : start + NOTES_AT_ONCE]
                parts = [part async for part in self._parts(some)]
                found = await self._elsewhere(count_words, [one for _, _, one in parts])
                for (note, seq, _), words in zip(parts, found, strict=True):
                    known.words[note] = (seq, words)

    async def _parts(
        self, notes: Iterable[NoteId]
    ) -> AsyncIterator[tuple[NoteId, int, Sequence[bytes]]]:
        """Each note with its position and its content: of a live one from memory."""
        for note in notes:
            room = self._rooms.find(note)
            if room is not None:
                yield note, room.replica.seq, [room.replica.document.full()]
                await asyncio.sleep(0)  # other work of the loop comes between two notes
                continue
            with suppress(NoSuchNote):
                seq, parts = await self._store.read(partial(_stored, note=note))
                yield note, seq, parts


def _stored(db: Connection, *, note: NoteId) -> tuple[int, Sequence[bytes]]:
    seq = log.head(db, note).seq
    return seq, checkpoints.parts_at(db, note, seq).parts
