"""What becomes of text typed too late: merged, kept as late contribution, or discarded by name."""

from __future__ import annotations

from enum import Enum

from server.errors import Conflict, NotFound, UpdateRefused
from server.sync import updates
from server.sync.document import merge
from server.sync.pump import Pump
from server.sync.queued import Queued
from server.sync.room import Room
from storage import held as storage_held
from storage.store import Store
from storage.values import HeldState, HeldUpdate, Milliseconds, PersonId, Submission


class Decision(Enum):
    MERGE = "merge"
    KEEP = "keep"
    DISCARD = "discard"


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
    """Decide one held update, once. Raises NotFound, or Conflict where it cannot be merged now."""
    held = room.replica.held.get(id)
    if held is None:
        raise NotFound(f"No held update {id} waits in this note.", held=id)
    state = {
        Decision.MERGE: HeldState.MERGED,
        Decision.KEEP: HeldState.LATE,
        Decision.DISCARD: HeldState.DISCARDED,
    }[decision]
    if decision is Decision.MERGE:
        ids = await _merge(pump, room, held)
    else:
        ids = [id]
        room.replica.release(id)
    await store.write(lambda db: storage_held.decide(db, ids, state=state, by=by, at=at))
    for member in list(room.members.values()):
        room.tell_state(member)


async def _merge(pump: Pump, room: Room, held: HeldUpdate) -> list[int]:
    """Bring what a connection had held into the note, as its author's edit; which ids it was.

    One connection's held updates build on each other, so they come in together.
    """
    if room.lock is not None:
        raise Conflict("The note is locked: unlock it first, or keep this as a late contribution.")
    together = [
        one
        for one in room.replica.held.values()
        if one.connection == held.connection and one.author == held.author
    ]
    replica = room.replica
    try:
        checked = updates.check(merge([one.data for one in together]), replica.state)
        writers = replica.claims(checked, held.author)
    except (UpdateRefused, updates.UpdateEarly) as error:
        raise Conflict(f"This cannot be merged: {error}.") from error
    if not checked.noop:
        replica.run_ahead(checked, held.author, writers)
        submission = Submission(
            note=held.note,
            author=held.author,
            connection=held.connection,
            at=held.at,
            data=checked.data,
            writers=writers,
        )
        room.queue.append(Queued(submission, None, 0))
        pump.wake(room)
    for one in together:
        # Decided now, by a person: not to be found covered later, by nobody.
        replica.release(one.id)
    await pump.step(_nothing)  # returns when what is queued is committed
    return [one.id for one in together]


async def _nothing() -> None:
    return
