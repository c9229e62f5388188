"""The one path from rooms to the log: commit, then show, then acknowledge (decision 2).

One task per process. It takes all that is queued in all rooms that are due, commits it in one
transaction while the loop goes on receiving, then lets each room show its part. Locks and the
following of other processes' rows are steps of the same task, so a room's place in its log is moved
by nobody else. There is no timer that could stack: the commit is the tick.
"""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from itertools import islice

import structlog
from sqlalchemy import Connection

from server.bus.messages import Moved
from server.days.identity import SERVER
from server.errors import NotFound, Unavailable
from server.sync.cadence import send_presence
from server.sync.document import Choked
from server.sync.queued import Queued
from server.sync.room import Room
from server.sync.settling import acknowledge, committed, follow, show_heard, take
from storage import log as storage_log
from storage.errors import NoSuchNote, StoreUnavailable
from storage.held import decide, of_note
from storage.store import Store
from storage.values import (
    Head,
    HeldState,
    HeldUpdate,
    Milliseconds,
    NoteId,
    Outcome,
    PersonId,
    Row,
)

MAX_GAP_SECONDS = 0.1
GAP_SECONDS = 0.025
"""Between two commits. One person's keys are further apart, so a quiet note is committed and shown
at once; busy ones share their commits and fill their batches (decision 8 has the figures)."""
GAP_PER_FAN_OUT = 10.0
"""A note pauses so many times as long as its last fan-out took: a tenth of the time goes to it. One
that is due within half a gap goes with the commit that is made now, or it would wait for two."""

log = structlog.get_logger("calepin.pump")

LOOKS_AT_ONCE = 16
"""Rooms that are followed between two commits: the store reads four at a time, a few ms each."""

Step = Callable[[], Awaitable[None]]
Batch = tuple[Room, list[Queued]]


@dataclass(frozen=True, slots=True)
class _Beyond:
    """What is in the store of one note beyond a position, of one moment."""

    head: Head
    rows: Sequence[Row]
    writers: Mapping[int, PersonId]
    held: Sequence[HeldUpdate]


def _beyond(db: Connection, *, note: NoteId, after: int) -> _Beyond:
    head = storage_log.head(db, note)
    rows = storage_log.tail(db, note, after)
    writers = storage_log.writers(db, note) if rows else {}
    return _Beyond(head, rows, writers, of_note(db, note, state=HeldState.OPEN))


class Pump:
    """Owns the order of everything that reaches the log from this process."""

    def __init__(
        self,
        store: Store,
        *,
        clock: Callable[[], Milliseconds],
        monotonic: Callable[[], float],
    ) -> None:
        self._store = store
        self._clock = clock
        self._monotonic = monotonic
        self._waiting: dict[NoteId, Room] = {}
        self._steps: deque[tuple[Step, asyncio.Future[None]]] = deque()
        self._looking: dict[NoteId, Room] = {}
        """Rooms whose log is to be read between two commits."""
        self._wake = asyncio.Event()
        self._stopping = False
        self._next_commit_at = 0.0
        self._ended = asyncio.Event()
        self._committing_since: float | None = None
        self.commits = 0
        self.rows = 0

    def wake(self, room: Room) -> None:
        """A room has something queued."""
        if self._waiting.get(room.note) is not room:
            self._waiting[room.note] = room
            room.waiting_since = self._monotonic()
            self._wake.set()

    def look(self, room: Room) -> None:
        """Follow a room's log soon, between two commits: something was appended elsewhere.

        Where it could not be read last time, that waits until the store can be asked again.
        """
        if not room.is_unread:
            self._looking[room.note] = room
            self._wake.set()

    def oldest_unsaved_seconds(self) -> float:
        """For how long the oldest update has waited that is received and not yet durable."""
        since = [room.waiting_since for room in self._waiting.values() if room.queue]
        if self._committing_since is not None:
            since.append(self._committing_since)
        return max(0.0, self._monotonic() - min(since)) if since else 0.0

    async def step(self, step: Step) -> None:
        """Run `step` between two commits; returns when it is done, raises what it raises.

        What was queued before this call is committed before the step runs.
        """
        if self._ended.is_set():
            raise Unavailable("The server is stopping; try again.")
        done = asyncio.get_running_loop().create_future()
        self._steps.append((step, done))
        self._wake.set()
        await done

    async def run(self) -> None:
        """Pump until `stop`; then commit what is still queued, and return.

        Raises StoreError when the store is broken; nothing of that batch was shown or acknowledged.
        """
        try:
            while self._waiting or self._steps or self._looking or not self._stopping:
                await self._wait_until_due()
                await self._commit(all_rooms=self._stopping or bool(self._steps))
                await self._look()
                for _ in range(len(self._steps)):
                    await self._run_step(*self._steps.popleft())
        finally:
            self._stopping = True
            self._ended.set()
            for _, done in self._steps:
                if not done.done():
                    done.set_exception(Unavailable("The server is stopping; try again."))

    def stop(self) -> None:
        self._stopping = True
        self._wake.set()

    async def stopped(self) -> None:
        """Return when everything that was queued at `stop` is committed."""
        await self._ended.wait()

    async def _wait_until_due(self) -> None:
        """Return when a room is due, a log is to be read, a step waits, or the pump stops."""
        while not (self._steps or self._looking or self._stopping):
            self._wake.clear()
            if not self._waiting:
                await self._wake.wait()
                continue
            due_at = min(room.next_tick_at for room in self._waiting.values())
            delay = max(due_at, self._next_commit_at) - self._monotonic()
            if delay <= 0:
                return
            try:
                async with asyncio.timeout(delay):
                    await self._wake.wait()
            except TimeoutError:
                return

    async def _commit(self, *, all_rooms: bool) -> None:
        now = self._monotonic()
        soon = now + GAP_SECONDS / 2
        if self._next_commit_at > soon and not all_rooms:
            return
        due = [r for r in self._waiting.values() if all_rooms or r.next_tick_at <= soon]
        batches: list[Batch] = []
        for room in due:
            del self._waiting[room.note]
            if not room.failed and (room.queue or room.sweep_due):
                batches.append((room, take(room)))
            elif not room.failed and room.ahead:
                await self._tick(room)
        self._committing_since = min((room.waiting_since for room, _ in batches), default=None)
        batches, outcomes = await self._submit(batches)
        self._committing_since = None
        if not batches:
            return
        self._next_commit_at = self._monotonic() + GAP_SECONDS
        self.commits += 1
        self.rows += len(outcomes)
        start = 0
        for room, batch in batches:
            await self._tick(room, batch, outcomes[start : start + len(batch)])
            start += len(batch)

    async def _tick(
        self, room: Room, batch: Sequence[Queued] | None = None, outcomes: Sequence[Outcome] = ()
    ) -> None:
        """Show what of a room was committed, here and elsewhere; then it pauses."""
        began = self._monotonic()
        try:
            if batch is None:
                show_heard(room)
            else:
                if not committed(room, batch, outcomes):
                    await self.follow(room)
                acknowledge(room, batch, outcomes)
            if room.sweep_due:
                await self._sweep(room)
            send_presence(room, began)
        except (Choked, StoreUnavailable, NoSuchNote) as error:
            self._end(room, error)
        ended = self._monotonic()
        gap = max(GAP_SECONDS, GAP_PER_FAN_OUT * (ended - began))
        room.next_tick_at = ended + min(MAX_GAP_SECONDS, gap)

    async def _submit(self, batches: list[Batch]) -> tuple[list[Batch], list[Outcome]]:
        """Commit what can be committed: the batches that were, and the outcomes of all of them."""
        while batches:
            try:
                outcomes = await self._store.submit(
                    [queued.submission for _, batch in batches for queued in batch]
                )
            except NoSuchNote as error:
                # Deleted under its writers' hands; the other notes' edits are as good as before.
                for room, _ in batches:
                    if room.note == error.note:
                        room.end(NotFound(str(error), note=room.note))
                batches = [batch for batch in batches if batch[0].note != error.note]
            except StoreUnavailable as error:
                # Nothing was kept, so nothing is shown or acknowledged (L8). What the rooms have
                # ahead of the log is worth nothing now: everybody comes back and sends it again.
                log.error("commit_failed", error=str(error), rows=sum(len(b) for _, b in batches))
                for room, _ in batches:
                    room.end(Unavailable("Edits cannot be stored now; they stay with you."))
                return [], []
            else:
                return batches, outcomes
        return [], []

    async def _look(self) -> None:
        """Follow the rooms that somebody has asked to be followed."""
        rooms = list(islice(self._looking.values(), LOOKS_AT_ONCE))
        for room in rooms:
            del self._looking[room.note]
        await asyncio.gather(*(self._look_at(room) for room in rooms if not room.failed))

    async def _look_at(self, room: Room) -> None:
        try:
            await self.follow(room)
        except StoreUnavailable as error:
            log.warning("follow_failed", error=str(error))
        except (Choked, NoSuchNote) as error:
            self._end(room, error)

    def _end(self, room: Room, error: Exception) -> None:
        """What it shows may lag behind the log: everybody comes back and loads it anew."""
        if isinstance(error, NoSuchNote):
            room.end(NotFound(str(error), note=room.note))
        else:
            log.error("room_failed", note=room.note, error=str(error))
            room.end(Unavailable("This note is loaded anew."))

    async def follow(self, room: Room) -> None:
        """Bring a room to where its log is, from the database: rows, lock, what is held.

        Raises StoreUnavailable. The room is as it was then, and is behind for as long as the store
        is away: it is followed when that answers again.
        """
        after = room.replica.seq
        try:
            # Of one moment: a row between two reads would be passed over.
            found = await self._store.read(partial(_beyond, note=room.note, after=after))
        except StoreUnavailable:
            room.is_unread = True
            raise
        if found.head.seq < after:
            # A standby that lagged behind was promoted, or a dump put back: what is shown here is
            # not in the log, and its authors send it again.
            log.error("log_went_back", note=room.note, head=found.head.seq, shown=after)
            room.end(Unavailable("This note is loaded anew."))
            return
        follow(room, found.rows, found.writers)
        room.set_held(found.held)
        room.set_lock(found.head.lock, found.head.seq)
        room.followed()

    async def _sweep(self, room: Room) -> None:
        """Mark the held updates that have come into the note after all."""
        room.sweep_due = bool(room.queue) and bool(room.replica.held)
        covered = room.covered_held()
        if covered:
            at = self._clock()
            await self._store.write(
                lambda db: decide(
                    db, covered, state=HeldState.MERGED, by=SERVER, at=at, only_open=True
                )
            )
            room.tell_others(Moved())
            for held in covered:
                room.replica.release(held)
            for member in room.members.values():
                room.tell_state(member)

    async def _run_step(self, step: Step, done: asyncio.Future[None]) -> None:
        try:
            await step()
        except Exception as error:  # noqa: BLE001 - the caller of `step` gets it
            if not done.done():
                done.set_exception(error)
        else:
            if not done.done():
                done.set_result(None)
