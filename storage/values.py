"""The values that storage takes and gives. Frozen; ids are opaque; times are UTC milliseconds.

Nothing here knows what an update means: `data` is bytes that must survive.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from enum import IntEnum
from typing import NamedTuple, NewType

DayId = NewType("DayId", str)
SectionId = NewType("SectionId", str)
ItemId = NewType("ItemId", str)
NoteId = NewType("NoteId", str)
LinkId = NewType("LinkId", str)
PersonId = NewType("PersonId", str)
WebhookId = NewType("WebhookId", str)
ConnectionId = NewType("ConnectionId", str)

Milliseconds = NewType("Milliseconds", int)
"""Milliseconds since 1970-01-01T00:00:00Z."""


class Kind(IntEnum):
    """What a row of the log is."""

    UPDATE = 0
    LOCK = 1
    UNLOCK = 2


@dataclass(frozen=True, slots=True)
class Row:
    """One row of a note's log. `seq` starts at 1 and has no gap and no double (L4)."""

    note: NoteId
    seq: int
    kind: Kind
    author: PersonId
    connection: ConnectionId
    at: Milliseconds
    data: bytes


@dataclass(frozen=True, slots=True)
class Lock:
    """A lock that stands: the position of its LOCK row, who, when and why (K5)."""

    seq: int
    by: PersonId
    at: Milliseconds
    why: str


@dataclass(frozen=True, slots=True)
class Head:
    """Where a note's log ends, and whether it is locked."""

    note: NoteId
    seq: int
    lock: Lock | None


class Submission(NamedTuple):
    """One checked update on its way into the log.

    `privileged` passes a lock (a moderator's edit). `hold` never enters the log and goes to the
    held updates at once: its connection must resynchronise first. `writers` are the client ids
    that write here for the first time; they belong to `author` from now on (A3).

    `after` is the position up to which the sender had followed the note when it checked this:
    what it could not see of the same person makes the submission `Stale`. None asks nothing.
    `meets` tells, from the data of such a row, whether it is in the way; without it, each is. It is
    called in the thread that writes, inside the transaction.
    """

    note: NoteId
    author: PersonId
    connection: ConnectionId
    at: Milliseconds
    data: bytes
    privileged: bool = False
    hold: bool = False
    writers: Sequence[int] = ()
    after: int | None = None
    meets: Callable[[bytes], bool] | None = None


@dataclass(frozen=True, slots=True)
class Accepted:
    """The submission is row `seq` of its note's log."""

    seq: int


@dataclass(frozen=True, slots=True)
class Held:
    """The submission was kept aside as held update `id`; it is not part of the note."""

    id: int


@dataclass(frozen=True, slots=True)
class Stale:
    """Nothing of the submission was kept: since `after`, its author wrote in this note through
    another process, or one of its `writers` became somebody else's. Follow the log, check it
    again, and submit it again."""


Outcome = Accepted | Held | Stale


class HeldState(IntEnum):
    OPEN = 0
    MERGED = 1
    LATE = 2
    """Kept as a late contribution, shown apart in the export."""
    DISCARDED = 3


@dataclass(frozen=True, slots=True)
class HeldUpdate:
    id: int
    note: NoteId
    author: PersonId
    connection: ConnectionId
    at: Milliseconds
    data: bytes
    state: HeldState
    decided_by: PersonId | None


@dataclass(frozen=True, slots=True)
class Checkpoint:
    """The merge of rows 1 … `seq` of a note, read back and verified before it is depended on."""

    note: NoteId
    seq: int
    data: bytes
    sha256: str


@dataclass(frozen=True, slots=True)
class Loaded:
    """What a room needs to begin: newest checkpoint, the rows after it, the head, the writers."""

    head: Head
    checkpoint: Checkpoint | None
    rows: Sequence[Row]
    writers: dict[int, PersonId]

    @property
    def parts(self) -> list[bytes]:
        """What merges to the note's content, in order."""
        parts = [self.checkpoint.data] if self.checkpoint else []
        return parts + [row.data for row in self.rows if row.kind is Kind.UPDATE]
