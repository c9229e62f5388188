"""What processes tell each other. Hints and copies: whoever misses one finds it in the store.

Presence, warnings and announcements alone are nowhere else. The first two are said again, or worth
nothing a moment later; an announcement that a process misses, its people do not see.
A message of a newer version that is not understood is passed over, so that two versions can run
side by side while one replaces the other.
"""

from __future__ import annotations

import msgspec

from storage.values import DayId, Milliseconds, NoteId, PersonId

Entry = tuple[int, int, bytes, PersonId]
"""One entry of presence: client id, clock, its state as JSON, whose it is."""
Gone = tuple[int, int]
"""An entry that left: client id and the clock at which it did."""
Someone = tuple[PersonId, str, str]
"""A person, their name and their colour."""


class _Message(msgspec.Struct, frozen=True, tag_field="t", array_like=True):
    """Written as a list behind its tag: small, and open to more fields at the end."""


class Committed(_Message, frozen=True, tag="c", array_like=True):
    """Rows `first` … `last` of a note are in its log, all of them edits, appended by one process.

    `data` is their merge, empty where it is large: then the log is to be read. `writers` are the
    client ids that wrote for the first time, and whose they are.
    """

    first: int
    last: int
    data: bytes
    writers: list[tuple[int, PersonId]]


class Moved(_Message, frozen=True, tag="m", array_like=True):
    """Something else of a note changed in the store: a lock, an unlock, what is held."""


class Presence(_Message, frozen=True, tag="p", array_like=True):
    """The presence of those who are in a note in the process that says it, as far as it changed.

    `whole`: all of it, so that what is not in here is gone.
    """

    entries: list[Entry]
    gone: list[Gone]
    whole: bool


class People(_Message, frozen=True, tag="n", array_like=True):
    """The people who are in a note in the process that says it, each once; to all."""

    note: NoteId
    people: list[Someone]


class Locking(_Message, frozen=True, tag="l", array_like=True):
    """A lock falls in so many milliseconds."""

    in_ms: int
    by: str
    why: str


class Announcement(_Message, frozen=True, tag="s", array_like=True):
    """Somebody has something to say to the people of a day, or of one note of it; to all.

    `id` is its own: whoever gets it twice shows it once. `by` is a name, `at` when it was said.
    """

    id: str
    day: DayId
    note: NoteId | None
    by: str
    at: Milliseconds
    text: str


class Asking(_Message, frozen=True, tag="a", array_like=True):
    """Somebody has just begun to listen: whoever has people in the note, or in any, says so."""


class Changed(_Message, frozen=True, tag="w", array_like=True):
    """Something changed in the store that every process has to know: rights, plans, a day."""


class Alive(_Message, frozen=True, tag="h", array_like=True):
    """This process is there. Said every few seconds; silence means that it is gone."""


class Leaving(_Message, frozen=True, tag="x", array_like=True):
    """This process ends in order: its people are gone, or come back elsewhere."""


Message = (
    Committed
    | Moved
    | Presence
    | People
    | Locking
    | Announcement
    | Asking
    | Changed
    | Alive
    | Leaving
)
