"""What becomes of text typed too late: merged, kept as late contribution, or discarded by name.

A decision is an edit of the note, whichever it is. Its author's document has the text and will say
it again for ever, and what they write next builds on it; so it enters the log in any case. What
is kept apart or discarded enters together with its reversal, in one row: nothing of it is to be
read in the note, in whatever client, its author's too (decision 9).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from enum import Enum
from itertools import count
from zlib import crc32

import structlog
from sqlalchemy import Connection

from server.bus.messages import Moved
from server.errors import Conflict, NotFound, Unavailable, UpdateRefused
from server.sync import updates
from server.sync.document import Choked, merge, reversal
from server.sync.notices import decided_notice
from server.sync.pump import Pump
from server.sync.room import Room
from server.sync.typed import typed_text
from storage import held as storage_held
from storage import log as storage_log
from storage.store import Store
from storage.values import (
    Accepted,
    ConnectionId,
    HeldState,
    HeldUpdate,
    Milliseconds,
    NoteId,
    PersonId,
    Submission,
)

log = structlog.get_logger("calepin.held")

ATTEMPTS = 8
"""Where other processes append to the note, one in ten decisions comes between two of theirs."""

_LOCKED = "The note is locked: unlock it first, or keep this as a late contribution."


class Decision(Enum):
    MERGE = "merge"
    KEEP = "keep"
    DISCARD = "discard"


_STATES = {
    Decision.MERGE: HeldState.MERGED,
    Decision.KEEP: HeldState.LATE,
    Decision.DISCARD: HeldState.DISCARDED,
}


async def decide_held(
    store: Store,
    pump: Pump,
    room: Room,
    id: int,
    decision: Decision,
    *,
    by: PersonId,
    at: Milliseconds,
) -> None:
    """Decide one held update, once, and with it all of its connection's: they build on each other.

    The decision and its row of the log are durable together, and shown, on return. Raises NotFound,
    Conflict where it cannot be merged now, or StoreError: nothing was decided then.
    """

    async def step() -> None:
        if room.failed:
            raise Unavailable("This note is loaded anew; try again.")
        if id not in room.replica.held:
            await pump.follow(room)  # another process may have kept it aside just now
        held = room.replica.held.get(id)
        if held is None:
            raise NotFound(f"No held update {id} waits in this note.", held=id)
        if decision is Decision.MERGE and room.lock is not None:
            raise Conflict(_LOCKED)
        room.idle_since = None  # it stays while its log moves
        plan = _plan(room, held, decision, by=by, at=at)
        try:
            await store.write(plan.carry_out)
        except _Moved:
            await pump.follow(room)  # and then once more, by what is there now
            raise
        room.tell_others(Moved())
        for one in plan.together:
            room.replica.release(one.id)
        if plan.row is not None:
            room.replica.owners.update(plan.owners)
            await pump.follow(room)
        text = typed_text([one.data for one in plan.together])
        notice = decided_notice(decision.value, by=room.names(by), held=plan.ids, text=text)
        for member in list(room.members.values()):
            room.tell_state(member)
            if member.visitor.person == held.author:
                member.notify(notice)

    for _ in range(ATTEMPTS):
        with suppress(_Moved):
            return await pump.step(step)
    raise Conflict("Much is being written in this note just now; try again in a moment.")


class _Moved(Exception):
    """Another process has appended to the note or decided, after it was looked at here."""


@dataclass(frozen=True, slots=True)
class _Plan:
    """What a decision writes: its row of the log, if it needs one, and the decision."""

    note: NoteId
    together: Sequence[HeldUpdate]
    row: Submission | None
    after: int
    """Where the log was when this was made."""
    owners: dict[int, PersonId]
    decision: Decision
    by: PersonId
    at: Milliseconds

    @property
    def ids(self) -> list[int]:
        return [one.id for one in self.together]

    def carry_out(self, db: Connection) -> None:
        """Write all of it, in the transaction of `db`."""
        if self.row is not None:
            (outcome,) = storage_log.append(db, [self.row])
            if not isinstance(outcome, Accepted):
                raise Conflict(_LOCKED)  # by another process, just now
            if outcome != Accepted(self.after + 1):
                raise _Moved
            storage_log.claim(db, ((self.note, *owner) for owner in self.owners.items()))
        decided = storage_held.decide(
            db, self.ids, state=_STATES[self.decision], by=self.by, at=self.at, only_open=True
        )
        if decided != sorted(self.ids):
            raise _Moved


def _plan(
    room: Room, held: HeldUpdate, decision: Decision, *, by: PersonId, at: Milliseconds
) -> _Plan:
    replica = room.replica
    state = replica.committed_state()
    row: Submission | None = None
    owners: dict[int, PersonId] = {}
    together, checked = _placed(room, held, state)
    if isinstance(checked, Exception):
        if decision is Decision.MERGE:
            raise Conflict(f"This cannot be merged: {checked}.") from checked
        # It builds on what never came: nobody can show it, and nobody can build on it.
        log.info("held_not_placed", note=room.note, held=held.id, reason=str(checked))
    elif not checked.noop:
        owners = dict.fromkeys(checked.writers, held.author)
        data = checked.data
        if decision is Decision.MERGE:
            row = Submission(room.note, held.author, held.connection, held.at, data)
        else:
            try:
                back = reversal(
                    replica.document.full(), data, client_id=_unused(held, owners, replica.owners)
                )
            except Choked as error:
                raise Conflict(f"This cannot be taken out of the note: {error}.") from error
            with_both = updates.check(merge([data, back]), state)
            owners |= {one: by for one in with_both.writers if one not in owners}
            # In the name of who decides, so that it may pass a lock; no row of a writer does (K1).
            row = Submission(room.note, by, ConnectionId(""), at, with_both.data, privileged=True)
    return _Plan(room.note, together, row, replica.seq, owners, decision, by, at)


def _unused(held: HeldUpdate, *owned: Mapping[int, PersonId]) -> int:
    """A client id that nobody has in this note, and that is hardly ever anybody's elsewhere."""
    begin = crc32(f"{held.note} {held.id}".encode())
    return next(id for id in count(begin) if not any(id in ids for ids in owned))


def _placed(
    room: Room, held: HeldUpdate, state: updates.NoteState
) -> tuple[list[HeldUpdate], updates.Checked | Exception]:
    """What is decided together, and what of it is new to the note or why it has no place there.

    All of the connection; where that builds on what its author had held on another connection,
    all of the author.
    """
    theirs = [one for one in room.replica.held.values() if one.author == held.author]
    together = [one for one in theirs if one.connection == held.connection]
    found = _check(room, together, held.author, state)
    if isinstance(found, updates.UpdateEarly) and len(theirs) > len(together):
        of_all = _check(room, theirs, held.author, state)
        if not isinstance(of_all, Exception):
            return theirs, of_all
    return together, found


def _check(
    room: Room, together: Sequence[HeldUpdate], author: PersonId, state: updates.NoteState
) -> updates.Checked | Exception:
    try:
        checked = updates.check(merge([one.data for one in together]), state)
        room.replica.claims(checked, author)
    except (UpdateRefused, updates.UpdateEarly, Choked) as error:
        return error
    return checked
