"""Making a note again what it was at an earlier position, by one edit on top (H3).

The log is not touched: what was written since stays in it, and can be come back to in the same way.
"""

from __future__ import annotations

from contextlib import suppress
from dataclasses import dataclass

from sqlalchemy import Connection

from server.bus.messages import Moved
from server.days.access import Role, require
from server.days.people import Visitor
from server.errors import Conflict, Unavailable
from server.export.restored import restoring
from server.sentences import sentence
from server.sync import updates
from server.sync.document import EMPTY_UPDATE, Choked
from server.sync.importing import Means
from server.sync.room import Room
from storage import checkpoints, journal, moments
from storage import log as storage_log
from storage.errors import StoreUnavailable
from storage.values import Accepted, ConnectionId, NoteId, Submission

ATTEMPTS = 4
"""Another moderator may be first."""


class Restoring:
    """Done by moderators, also in a locked note: a lock stops everybody else."""

    def __init__(self, means: Means) -> None:
        self._means = means

    async def restore(self, note: NoteId, seq: int, visitor: Visitor) -> int:
        """Make both panes what they were at a position; the position of the edit, durable and shown
        on return.

        What others write while it is worked out stays. Raises Conflict where nothing differs or the
        position is not behind the note's, NotAllowed, Unavailable or StoreError.
        """
        means = self._means
        require(visitor.role, Role.MODERATOR, day=visitor.day, of=visitor.day)
        for _ in range(ATTEMPTS):
            room = await means.rooms.open(note)
            means.require_writer(room, visitor)
            if not 1 <= seq < room.replica.seq:
                raise Conflict(
                    sentence("The note is at this moment now: there is nothing to go back to.")
                )
            edit = await self._work_out(room, seq)
            with suppress(_Overtaken):
                return await self._append(edit, visitor)
        raise Conflict(sentence("Others bring this note back at the same time; look again."))

    async def _work_out(self, room: Room, seq: int) -> _Edit:
        means, note, known = self._means, room.note, room.replica.seq
        client, now = means.unused_client(room), room.replica.document.full()
        past = await means.store.read(lambda db: checkpoints.parts_at(db, note, seq))
        try:
            update: bytes = await means.elsewhere(restoring, now, past.parts, client)
        except Choked as error:
            raise Unavailable("This note cannot be written now; try again soon.") from error
        if update == EMPTY_UPDATE:
            raise Conflict(sentence("The note is as it was then: there is nothing to bring back."))
        return _Edit(note, seq, known, client, update)

    async def _append(self, edit: _Edit, visitor: Visitor) -> int:
        means = self._means
        # The note may have been let go and opened again meanwhile.
        room = await means.rooms.open(edit.note)
        seqs: list[int] = []

        async def step() -> None:
            means.require_writer(room, visitor)
            room.idle_since = None  # it stays while its log moves
            await means.pump.follow(room)
            try:
                checked = updates.check(edit.update, room.replica.state)
            except updates.UpdateEarly as error:
                raise Conflict(
                    sentence("This note was loaded anew meanwhile; try again.")
                ) from error
            row = Submission(
                edit.note,
                visitor.person,
                ConnectionId(f"{moments.MARK}{means.new_connection_id()}"),
                means.clock(),
                checked.data,
                privileged=True,
                writers=(edit.client,),
            )
            seqs.append(await means.store.write(lambda db: _append(db, row, visitor, edit)))
            room.tell_others(Moved())
            await means.pump.follow(room)

        try:
            await means.pump.step(step)
        except StoreUnavailable:
            if not seqs:
                raise
            # It is in the log, and shown when that can be read again.
        return seqs[0]


@dataclass(frozen=True, slots=True)
class _Edit:
    """What makes a note what it was at `seq`, worked out where it was at `known`."""

    note: NoteId
    seq: int
    known: int
    client: int
    update: bytes


class _Overtaken(Exception):
    """The note was brought back by somebody else meanwhile: what differs is something else now."""


def _append(db: Connection, row: Submission, visitor: Visitor, edit: _Edit) -> int:
    """The row and its line of the journal, in one transaction."""
    storage_log.take_turn(db, [row.note])
    if moments.is_written_anew(db, row.note, after=edit.known):
        raise _Overtaken
    (outcome,) = storage_log.append(db, [row])
    if not isinstance(outcome, Accepted):
        raise Conflict(  # never: a lock lets it pass
            sentence("The note takes no edits now; try again.")
        )
    journal.write(
        db, visitor.day, at=row.at, who=row.author, what="restore", why=f"{edit.seq}", note=row.note
    )
    return outcome.seq
