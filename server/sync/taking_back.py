"""Taking back what one person wrote and deleted in a note lately, and giving it back (H3).

What is taken back is reversed by one edit on top; no row of the log is touched, and what others
wrote stays where it is, also in the middle of what goes. The edit is worked out from the rows, in a
process aside, while people go on writing: it builds on nothing but what was there, so it enters
whatever came since. Giving back is the same again: the reversal of that edit.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from itertools import count
from typing import Any
from zlib import crc32

from sqlalchemy import Connection

from server.bus.messages import Moved
from server.errors import BadInput, Conflict, Unavailable
from server.sync import updates
from server.sync.document import EMPTY_UPDATE, Choked, take_back
from server.sync.pump import Pump
from server.sync.ranges import Ranges
from server.sync.room import Room
from server.sync.rooms import Rooms
from server.sync.shape import ANY_NUMBER, read
from server.sync.typed import text_at, typed_text, written_outside
from storage import catalogue, checkpoints, journal, people, recent
from storage import log as storage_log
from storage.store import Store
from storage.values import Accepted, Kind, Milliseconds, NoteId, PersonId, Row, Submission

MAX_MINUTES = 240
"""Longer ago is no slip and no prank any more, and others will have built on it."""
ATTEMPTS = 4
"""Another moderator may be first with the same person."""


@dataclass(frozen=True, slots=True)
class Reversal:
    """What taking back comes to: the edit, the text that goes and the text that comes again."""

    update: bytes
    removes: str
    restores: str


@dataclass(frozen=True, slots=True)
class _Rows:
    """The rows since the first that is to be taken back, and what was there before them."""

    before: Sequence[bytes]
    rows: Sequence[tuple[bytes, bool]]
    writers: frozenset[int]
    mark: int
    """Where something of this person was taken back or given back last."""
    gives: bool
    """It gives back what was taken, in place of taking."""
    undone: int
    """How many rows are to be taken back."""


class TakingBack:
    """`elsewhere` runs a function in a process aside."""

    def __init__(
        self,
        store: Store,
        pump: Pump,
        rooms: Rooms,
        *,
        clock: Callable[[], Milliseconds],
        elsewhere: Callable[..., Awaitable[Any]],
    ) -> None:
        self._store = store
        self._pump = pump
        self._rooms = rooms
        self._clock = clock
        self._elsewhere = elsewhere

    async def preview(self, note: NoteId, person: PersonId, minutes: int) -> tuple[int, Reversal]:
        """How many edits `take_back` would take back now, and what would go and come again."""
        since = self._since(minutes)
        rows = await self._store.read(lambda db: _of_person(db, note, person, since))
        return rows.undone, await self._work_out(note, rows)

    async def take_back(
        self, note: NoteId, person: PersonId, minutes: int, *, by: PersonId
    ) -> tuple[int, Reversal]:
        """Take back what a person typed in the last minutes, in the name of who does it.

        The position of the edit, durable and shown on return. Raises BadInput, Conflict where
        there is nothing to take back, NotFound, or StoreError.
        """
        since = self._since(minutes)
        return await self._carry_out(
            note,
            person,
            lambda db: _of_person(db, note, person, since),
            by=by,
            why=f"{minutes} min",
        )

    async def reverse(
        self, note: NoteId, person: PersonId, seq: int, *, by: PersonId
    ) -> tuple[int, Reversal]:
        """Reverse the edit at `seq`, which must be the last by which something of this person was
        taken back or given back. What they wrote comes again as theirs. Raises as `take_back`."""
        return await self._carry_out(
            note, person, lambda db: _at(db, note, person, seq), by=by, why=""
        )

    def _since(self, minutes: int) -> Milliseconds:
        if not 1 <= minutes <= MAX_MINUTES:
            raise BadInput(f"`minutes` is from 1 to {MAX_MINUTES}.", field="minutes")
        return Milliseconds(self._clock() - minutes * 60_000)

    async def _work_out(self, note: NoteId, rows: _Rows) -> Reversal:
        client = _unused(note, rows)
        try:
            found: Reversal = await self._elsewhere(work_out, rows.before, rows.rows, client)
        except Choked as error:
            raise Conflict(f"This cannot be taken back: {error}.") from error
        return found

    async def _carry_out(
        self,
        note: NoteId,
        person: PersonId,
        find: Callable[[Connection], _Rows],
        *,
        by: PersonId,
        why: str,
    ) -> tuple[int, Reversal]:
        for _ in range(ATTEMPTS):
            rows = await self._store.read(find)
            found = await self._work_out(note, rows)
            if found.update == EMPTY_UPDATE:
                raise Conflict("There is nothing to take back: it is not in the note any more.")
            room = await self._rooms.open(note)
            name = await self._store.read(lambda db: people.names(db, [person]))
            said = " ".join(part for part in (name.get(person, ""), why) if part)
            append = _Append(note, person, rows, by, self._clock(), said)
            with suppress(_Overtaken):
                return await self._append(room, found, append), found
        raise Conflict("Somebody else takes back edits of the same person; look again.")

    async def _append(self, room: Room, found: Reversal, append: _Append) -> int:
        seqs: list[int] = []

        async def step() -> None:
            if room.failed:
                raise Unavailable("This note is loaded anew; try again.")
            room.idle_since = None  # it stays while its log moves
            await self._pump.follow(room)
            try:
                checked = updates.check(found.update, room.replica.committed_state())
            except updates.UpdateEarly as error:
                raise Conflict(f"This cannot be taken back: {error}.") from error
            seqs.append(await self._store.write(lambda db: append.write(db, checked)))
            room.tell_others(Moved())
            await self._pump.follow(room)

        await self._pump.step(step)
        return seqs[0]


class _Overtaken(Exception):
    """Something of the same person was taken back elsewhere, or the client id is used by now."""


@dataclass(frozen=True, slots=True)
class _Append:
    """How the edit enters the log: in one transaction with its line of the journal."""

    note: NoteId
    person: PersonId
    rows: _Rows
    by: PersonId
    at: Milliseconds
    why: str

    def write(self, db: Connection, checked: updates.Checked) -> int:
        storage_log.take_turn(db, [self.note])
        if recent.newest_mark(db, self.note, self.person)[0] != self.rows.mark:
            raise _Overtaken
        used = storage_log.writers(db, self.note)
        if any(client in used for client in checked.writers):
            raise _Overtaken
        gives = self.rows.gives
        connection = recent.mark(self.person, given=gives)
        row = Submission(self.note, self.by, connection, self.at, checked.data, privileged=True)
        (outcome,) = storage_log.append(db, [row])
        if not isinstance(outcome, Accepted):
            raise _Overtaken  # never: who passes a lock is not held
        # What was taken and comes again is its author's.
        owner = self.person if gives else self.by
        storage_log.claim(db, ((self.note, client, owner) for client in checked.writers))
        ref = catalogue.find_note(db, self.note)
        if ref is not None:
            what = "give_back" if gives else "take_back"
            journal.write(
                db, ref.day, at=self.at, who=self.by, what=what, why=self.why, note=self.note
            )
        return outcome.seq


def work_out(
    before: Sequence[bytes], rows: Sequence[tuple[bytes, bool]], client_id: int
) -> Reversal:
    """The edit that takes back the rows which are marked. Raises Choked, also where it would
    delete a letter that they did not write."""
    note, update = take_back(before, rows, client_id=client_id)
    written: dict[int, Ranges] = {}
    for data, is_undone in rows:
        for run in read(data, at_most=ANY_NUMBER).runs if is_undone else ():
            written.setdefault(run.client, Ranges()).add(run.start, run.end)
    gone: dict[int, Ranges] = {}
    for client, start, end in read(update, at_most=ANY_NUMBER).deletes:
        gone.setdefault(client, Ranges()).add(start, end)
    if written_outside(note, gone, written):
        raise Choked("it would take along what others wrote")
    return Reversal(update, removes=text_at(note, gone), restores=typed_text([update]))


def _of_person(db: Connection, note: NoteId, person: PersonId, since: Milliseconds) -> _Rows:
    found = recent.of_person(db, note, person, since=since)
    if found is None:
        raise Conflict("This person has written nothing in this note in that time.")
    rows = storage_log.tail(db, note, found.first - 1)
    undone = [
        row.author == person
        and row.at >= since
        and row.connection != ""
        and not row.connection.startswith(recent.MARK)
        for row in rows
    ]
    mark, _ = recent.newest_mark(db, note, person)
    return _rows(db, note, rows, undone, mark=mark)


def _at(db: Connection, note: NoteId, person: PersonId, seq: int) -> _Rows:
    newest, given = recent.newest_mark(db, note, person)
    if seq < 1 or newest != seq:
        raise Conflict("This is not the last that was taken back of this person; look again.")
    rows = storage_log.tail(db, note, seq - 1)
    return _rows(db, note, rows, [row.seq == seq for row in rows], mark=seq, gives=not given)


def _rows(
    db: Connection,
    note: NoteId,
    rows: Sequence[Row],
    undone: Sequence[bool],
    *,
    mark: int,
    gives: bool = False,
) -> _Rows:
    return _Rows(
        before=checkpoints.parts_at(db, note, rows[0].seq - 1).parts,
        rows=[
            (row.data, is_undone)
            for row, is_undone in zip(rows, undone, strict=True)
            if row.kind is Kind.UPDATE
        ],
        writers=frozenset(storage_log.writers(db, note)),
        mark=mark,
        gives=gives,
        undone=sum(undone),
    )


def _unused(note: NoteId, rows: _Rows) -> int:
    """A client id that nobody has in this note, and that is hardly ever anybody's elsewhere."""
    begin = crc32(f"{note} {rows.mark} {len(rows.rows)}".encode())
    return next(id for id in count(begin) if id not in rows.writers)
