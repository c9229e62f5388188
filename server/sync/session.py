"""What one connection may do in one note, and what it is owed. Pure: no socket, clock or CRDT.

Three outcomes for a received update and never a fourth: accepted (a no-op is a kind of accepted
that appends nothing), held, refused. A connection with anything held must resynchronise: nothing
more from it is accepted until it has answered a *fresh* SyncStep1, whose answer, by the protocol,
holds everything that we lack. That one rule covers unlock, gaps and lost races (decision 4).
"""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from enum import Enum

from server.days.access import Role


class Found(Enum):
    """What the structural check found in an update."""

    NEW = "new"
    NOTHING = "nothing"
    """The note has all of it."""
    EARLY = "early"
    """It depends on something that the note does not have yet."""


class Verdict(Enum):
    ACCEPT = "accept"
    NOTHING = "nothing"
    HOLD = "hold"
    REFUSE = "refuse"


@dataclass(slots=True)
class Counts:
    """received = accepted + nothing + held + refused, always (L5)."""

    received: int = 0
    accepted: int = 0
    nothing: int = 0
    held: int = 0
    refused: int = 0

    def add(self, other: Counts) -> None:
        self.received += other.received
        self.accepted += other.accepted
        self.nothing += other.nothing
        self.held += other.held
        self.refused += other.refused


@dataclass(slots=True)
class Session:
    """The protocol state of one connection in one note.

    `saved_owed` is how many of the peer's changes wait for their "saved": a provider that counts
    its unsynced changes must get exactly one for each, or its count sticks.
    """

    role: Role
    may_write: bool = field(init=False)
    privileged: bool = field(init=False)
    """Passes a lock."""
    muted: bool = False
    """A lock for this person alone: what they send is held."""
    synced: bool = False
    """It has said what it has and was sent the rest: it gets updates from now on."""
    must_resync: bool = False
    saved_owed: int = 0
    counts: Counts = field(default_factory=Counts)
    greeted: Mapping[int, int] = field(default_factory=dict)
    """What the peer had when it last said so: its latest state vector."""
    _asked: deque[bool] = field(default_factory=deque)
    _questions: int = 0
    _answers: int = 0
    _fresh_from: int = 0

    def __post_init__(self) -> None:
        self.may_write = self.role.may_write
        self.privileged = self.role.may_lock

    def asked(self, *, counted: bool) -> None:
        """We sent a SyncStep1. `counted`: the peer counts its answer as an unsynced change.

        Providers count the answer that their own SyncStep1 provoked, and no other.
        """
        self._questions += 1
        self._asked.append(counted)

    def asked_afresh(self) -> None:
        """We sent the SyncStep1 that ends a resynchronisation; its answer is never counted."""
        self.asked(counted=False)
        self._fresh_from = self._questions

    def answered(self) -> tuple[bool, int]:
        """A SyncStep2 arrived. Does it end a resync, and how many "saved" is it worth?"""
        self._answers += 1
        counted = self._asked.popleft() if self._asked else False
        fresh = bool(self._fresh_from) and self._answers >= self._fresh_from
        return fresh, int(counted)

    @property
    def is_greeting(self) -> bool:
        """The peer has not yet sent what we lack of what it had when it said so."""
        return any(self._asked)

    def is_counted(self, ends: Iterable[tuple[int, int]]) -> bool:
        """Whether a provider counts this update, of which `ends` are the client ids and clocks.

        A provider begins to count anew with its SyncStep1. What it sends later and made earlier,
        while it was offline, is in its answer to our question too and is counted there alone. An
        update that only deletes does not show its age and is taken as counted: one "saved" too many
        comes early by a commit, one too few would never come.
        """
        ends = list(ends)
        return not ends or any(end > self.greeted.get(client, 0) for client, end in ends)

    def promise_again(self, saved: int) -> None:
        """What made this peer's update redundant was not accepted after all: it is asked again."""
        self.saved_owed += saved
        self.must_resync = True
        self._fresh_from = 0

    def owed_if_settled(self) -> int:
        """Take what is owed, once nothing has to be asked again."""
        if self.must_resync:
            return 0
        owed, self.saved_owed = self.saved_owed, 0
        return owed

    def judge(self, found: Found, *, fresh: bool, locked: bool) -> Verdict:
        """Decide on one update. `fresh`: it answers our latest resync question."""
        self.counts.received += 1
        locked = locked or self.muted
        ends_resync = self.must_resync and fresh and not (locked and not self.privileged)
        if found is Found.NOTHING:
            self.counts.nothing += 1
            if ends_resync:
                self._settle()
            return Verdict.NOTHING
        if not self.may_write:
            self.counts.refused += 1
            return Verdict.REFUSE
        if locked and not self.privileged:
            return self._hold(ask_again=True)
        if self.must_resync and not fresh:
            # Sent before our question arrived there: the answer under way holds it too.
            return self._hold(ask_again=False)
        if found is Found.EARLY:
            return self._hold(ask_again=True)
        if ends_resync:
            self._settle()
        self.counts.accepted += 1
        return Verdict.ACCEPT

    def was_repeated(self) -> None:
        """What was accepted is in the log already: it came in by another way."""
        self.counts.accepted -= 1
        self.counts.nothing += 1

    def lost_race(self) -> None:
        """What was accepted met a lock in the log, and was held there."""
        self.counts.accepted -= 1
        self._hold(ask_again=True)

    def refused(self) -> None:
        """An update that the structural check refused, or that was above a cap."""
        self.counts.received += 1
        self.counts.refused += 1

    def held_was_refused(self) -> None:
        """A held update above the person's cap: refused after all, visibly."""
        self.counts.held -= 1
        self.counts.refused += 1

    @property
    def question_open(self) -> bool:
        """A fresh SyncStep1 is on its way and its answer will end the resynchronisation."""
        return bool(self._fresh_from)

    def _hold(self, *, ask_again: bool) -> Verdict:
        self.counts.held += 1
        self.must_resync = True
        if ask_again:
            self._fresh_from = 0
        return Verdict.HOLD

    def _settle(self) -> None:
        self.must_resync = False
        self._fresh_from = 0
