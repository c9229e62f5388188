"""Bringing a text into a live note: an edit by whoever brings it, in small transactions (X7).

What the file becomes is worked out in a process aside, against the note as it was then; each piece
builds on that and on the pieces before it, so it may enter whatever is written meanwhile. Between
two pieces goes all that people type, and a pause that gives the note most of its time.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection

from server.bus.messages import Moved
from server.days.people import Visitor
from server.errors import CalepinError, Conflict, NotAllowed, NoteLocked, TooMany, Unavailable
from server.export.panes import Pane, Piece
from server.incoming.edits import edits_of
from server.incoming.formats import Format
from server.sync import updates
from server.sync.document import Choked
from server.sync.pump import GAP_SECONDS, MAX_GAP_SECONDS, Pump
from server.sync.room import Room
from server.sync.rooms import Rooms
from storage import journal
from storage import log as storage_log
from storage.errors import StoreUnavailable
from storage.store import Store
from storage.values import (
    Accepted,
    ConnectionId,
    DayId,
    Milliseconds,
    NoteId,
    PersonId,
    Submission,
)

MAX_AT_ONCE = 4
"""Imports of one process, from the first byte of the file on: each may hold one in memory."""
PAUSE_PER_PIECE = 3.0
"""An import pauses so many times as long as its last piece took: a quarter of the time is its."""


@dataclass(frozen=True, slots=True)
class File:
    """What somebody brings: its bytes, what it is called, and what it is, if that was said."""

    data: bytes
    name: str
    format: Format | None


@dataclass(frozen=True, slots=True)
class Brought:
    """An import that is in the note: how many lines it has, and the position of the last row."""

    lines: int
    seq: int


@dataclass(frozen=True, slots=True)
class _Writer:
    """In whose name the rows are, and as whose connection and client id."""

    visitor: Visitor
    connection: ConnectionId
    client: int


@dataclass(frozen=True, slots=True)
class Means:
    """What it takes to bring a text into a live note."""

    store: Store
    pump: Pump
    rooms: Rooms
    clock: Callable[[], Milliseconds]
    elsewhere: Callable[..., Awaitable[Any]]
    """Runs a function in a process aside."""
    new_client_id: Callable[[], int]
    new_connection_id: Callable[[], ConnectionId]

    def unused_client(self, room: Room) -> int:
        """A client id that is new to the note."""
        while (client := self.new_client_id()) in room.replica.owners:
            pass
        return client

    def require_writer(self, room: Room, visitor: Visitor) -> None:
        """Pass when this visitor may write in the day, and the note can be written. Raises
        NotAuthenticated, NotAllowed or Unavailable."""
        refusal = self.rooms.barred.refusal(visitor)
        if refusal is not None:
            raise refusal
        if room.failed:
            raise Unavailable("This note is loaded anew; try again.")
        if visitor.person in self.rooms.mutes and not visitor.role.may_lock:
            raise NotAllowed("You may not write in this day for now: a moderator took it from you.")


class Importing:
    """One for the process: it counts what comes in at once."""

    def __init__(self, means: Means, *, monotonic: Callable[[], float]) -> None:
        self._means = means
        self._store = means.store
        self._pump = means.pump
        self._rooms = means.rooms
        self._monotonic = monotonic
        self._people: set[PersonId] = set()

    @asynccontextmanager
    async def turn(self, person: PersonId) -> AsyncIterator[None]:
        """Hold one of the places for an import, from before its file is read. Raises TooMany."""
        if person in self._people:
            raise TooMany("Another text of yours is still coming in; wait until it is there.")
        if len(self._people) >= MAX_AT_ONCE:
            raise TooMany("Several texts are coming in just now; try again in a moment.")
        self._people.add(person)
        try:
            yield
        finally:
            self._people.discard(person)

    def require(self, room: Room, visitor: Visitor) -> None:
        """Pass when what this visitor types is part of the note now; raise what it is else."""
        self._means.require_writer(room, visitor)
        if room.lock is not None and not visitor.role.may_lock:
            raise NoteLocked(_LOCKED)

    async def bring(self, note: NoteId, file: File, visitor: Visitor, *, pane: Pane) -> Brought:
        """Append a file to a pane of a note, durably and shown on return.

        Raises BadInput or TooLarge for the file, and what `require` raises; where that happens on
        the way, or the store cannot go on, the sentence says how much of the text is in the note.
        """
        room = await self._rooms.open(note)
        self.require(room, visitor)
        writer = _Writer(visitor, self._means.new_connection_id(), self._means.unused_client(room))
        try:
            pieces: list[Piece] = await self._means.elsewhere(
                edits_of,
                room.replica.document.full(),
                file.data,
                file.name,
                file.format,
                pane,
                writer.client,
            )
        except Choked as error:
            raise Unavailable("This note cannot be written now; try again soon.") from error
        seq = lines = 0
        for piece in pieces:
            began = self._monotonic()
            try:
                seq = await self._enter(note, piece, writer, is_first=piece is pieces[0])
            except (CalepinError, StoreUnavailable) as error:
                raise _stopped(error, lines, pieces[-1].lines) from error
            lines = piece.lines
            if piece is not pieces[-1]:
                took = self._monotonic() - began
                pause = max(GAP_SECONDS, PAUSE_PER_PIECE * took)
                await asyncio.sleep(min(MAX_GAP_SECONDS, pause))
        return Brought(lines, seq)

    async def _enter(self, note: NoteId, piece: Piece, writer: _Writer, *, is_first: bool) -> int:
        """Commit one piece, then show it. Its position."""
        seqs: list[int] = []
        room = await self._rooms.open(note)

        async def step() -> None:
            self.require(room, writer.visitor)
            room.idle_since = None  # it stays while its log moves
            try:
                checked = updates.check(piece.update, room.replica.state)
            except updates.UpdateEarly as error:
                raise Conflict("This note was loaded anew meanwhile; try again.") from error
            row = Submission(
                note,
                writer.visitor.person,
                writer.connection,
                self._means.clock(),
                checked.data,
                privileged=writer.visitor.role.may_lock,
                writers=(writer.client,) if is_first else (),
            )
            day = writer.visitor.day if is_first else None
            seqs.append(await self._store.write(lambda db: _append(db, row, day)))
            room.tell_others(Moved())
            await self._pump.follow(room)

        try:
            await self._pump.step(step)
        except StoreUnavailable:
            if not seqs:
                raise
            # It is in the log, and shown when that can be read again.
        return seqs[0]


_LOCKED = "The note is locked: nothing can be brought into it now."


def _append(db: Connection, row: Submission, day: DayId | None) -> int:
    """With a line in the journal of a day, for the first row of a text."""
    (outcome,) = storage_log.append(db, [row])
    if not isinstance(outcome, Accepted):
        # Leaving the transaction by an error gives it up: nothing is held either.
        raise NoteLocked(_LOCKED)
    if day is not None:
        journal.write(db, day, at=row.at, who=row.author, what="import", note=row.note)
    return outcome.seq


def _stopped(error: CalepinError | StoreUnavailable, lines: int, of: int) -> CalepinError:
    """The same error; where something is in the note already, it says how much."""
    said = error if isinstance(error, CalepinError) else Unavailable(_AWAY)
    if lines == 0:
        return said
    return type(said)(
        f"{said} The first {lines} of {of} lines are in the note; the others are not.",
        **said.fields,
        lines_in=lines,
        lines=of,
    )


_AWAY = "The notes cannot be written now; try again soon."
