"""Presence: who is in a note and where. Owned, bounded, and the last state wins.

An entry belongs to the connection that first spoke for its client id; nobody else can change or
silence it (A3). So the echoes that every y-websocket client makes of each change it hears are
swallowed here, instead of going round. What another process says of its people belongs to that
process in the same way. Pure; the clock and the ticking are the room's.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

import msgspec

from server.errors import ProtocolError
from server.sync.codec import MAX_INTEGER, Reader, var_bytes, var_uint
from storage.values import ConnectionId, PersonId

MAX_STATE_BYTES = 4096
MAX_ABSENT = 2_000
"""Client ids that nobody else can take while their person is away."""
MAX_ENTRIES_OWNED = 4
"""A provider speaks for one client id; a page that reloads in place may need a second."""
MAX_ENTRIES_ELSEWHERE = 4_000
"""Of one other process, which bounds its own connections; more than it lets into a note."""

_NOBODY = b"null"
_OBJECT = msgspec.json.Decoder(dict[str, msgspec.Raw])


Entry = tuple[int, int, bytes, PersonId]
"""Client id, clock, state as JSON, whose it is: as processes tell each other."""
Gone = tuple[int, int]
"""Client id, and the clock at which it left."""


@dataclass(slots=True)
class _Entry:
    clock: int
    state: bytes
    owner: ConnectionId
    person: PersonId

    def may_change(self, owner: ConnectionId, person: PersonId) -> bool:
        return self.owner == owner or self.person == person


@dataclass(slots=True)
class Presence:
    """The table of one note. `tells`: what is new of ours is kept for other processes."""

    tells: bool = False
    _entries: dict[int, _Entry] = field(default_factory=dict)
    _owned: dict[ConnectionId, set[int]] = field(default_factory=dict)
    _changed: dict[int, None] = field(default_factory=dict)
    _renewed: dict[int, None] = field(default_factory=dict)
    _gone: dict[int, int] = field(default_factory=dict)
    _absent: dict[int, PersonId] = field(default_factory=dict)
    """Whose the client ids were that are not here now, the latest last."""
    _untold: dict[int, None] = field(default_factory=dict)
    """Of ours, what other processes are to be told."""
    _untold_gone: dict[int, int] = field(default_factory=dict)
    _elsewhere: set[ConnectionId] = field(default_factory=set)
    """The owners that are processes."""

    def receive(self, data: bytes, owner: ConnectionId, person: PersonId) -> None:
        """Take an awareness update from a connection.

        The whole message is read before any of it counts. Raises ProtocolError for bytes that are
        no awareness update; entries that belong to others are echoes and are passed over. A person
        who comes back before the old socket is known to be dead takes the entry along.
        """
        entries = self._entries
        decoded = _decode(data)
        for client, _, state in decoded:
            entry = entries.get(client)
            if entry is None or (state != entry.state and entry.may_change(owner, person)):
                _refuse_no_object(state)
        for client, clock, state in decoded:
            entry = entries.get(client)
            if entry is None:
                if state != _NOBODY and self._absent.get(client, person) == person:
                    self._claim(client, _Entry(clock, state, owner, person))
            elif clock > entry.clock and entry.may_change(owner, person):
                if state == _NOBODY:
                    self._owned[entry.owner].discard(client)
                    self._remove(client, clock)
                    continue
                if entry.owner != owner:
                    self._owned[entry.owner].discard(client)
                    self._owned.setdefault(owner, set()).add(client)
                changed = state != entry.state
                entry.clock, entry.state, entry.owner = clock, state, owner
                (self._changed if changed else self._renewed)[client] = None
                self._will_tell(client)

    def leave(self, owner: ConnectionId) -> None:
        """A connection closed: all that it spoke for is gone."""
        for client in self._owned.pop(owner, ()):
            # A larger integer would throw in every browser; at the same clock, leaving wins.
            self._remove(client, min(self._entries[client].clock + 1, MAX_INTEGER))

    # Other processes

    def hear(
        self, process: ConnectionId, entries: Sequence[Entry], gone: Sequence[Gone], *, whole: bool
    ) -> None:
        """Take what another process says of its people. `whole`: of all of them.

        A person who went over to that process takes the entry along.
        """
        self._elsewhere.add(process)
        owned = self._owned.setdefault(process, set())
        if whole:
            left = owned - {client for client, *_ in entries}
            gone = [*gone, *((client, self._entries[client].clock + 1) for client in left)]
        for client, clock, state, person in entries:
            entry = self._entries.get(client)
            if entry is None:
                if len(owned) < MAX_ENTRIES_ELSEWHERE:
                    self._claim(client, _Entry(clock, state, process, person))
            elif clock > entry.clock and entry.may_change(process, person):
                self._owned[entry.owner].discard(client)
                owned.add(client)
                changed = state != entry.state
                entry.clock, entry.state, entry.owner = clock, state, process
                (self._changed if changed else self._renewed)[client] = None
        for client, clock in gone:
            if client in owned:
                owned.discard(client)
                self._remove(client, min(max(clock, self._entries[client].clock), MAX_INTEGER))

    def forget(self, process: ConnectionId) -> None:
        """Another process is gone, and all that it spoke for. They leave at the clock that they
        had: if it only stood still, what they say next is newer, and peers take it."""
        for client in self._owned.pop(process, ()):
            self._remove(client, self._entries[client].clock)
        self._elsewhere.discard(process)

    def processes(self) -> list[ConnectionId]:
        """The other processes that have people here."""
        return list(self._elsewhere)

    def ours(self) -> list[Entry]:
        """Everybody who is here by a connection of this process."""
        self._untold.clear()
        return [self._told(c) for c, e in self._entries.items() if e.owner not in self._elsewhere]

    def take_untold(self, budget_bytes: int) -> tuple[list[Entry], list[Gone]]:
        """What other processes have not heard of ours, oldest change first, within a budget."""
        gone = list(self._untold_gone.items())
        self._untold_gone.clear()
        entries: list[Entry] = []
        spent = 0
        while self._untold and spent < budget_bytes:
            client = next(iter(self._untold))
            del self._untold[client]
            if self._entries[client].owner not in self._elsewhere:
                entries.append(self._told(client))
                spent += len(entries[-1][2])
        return entries, gone

    def has_untold(self) -> bool:
        return bool(self._untold or self._untold_gone)

    def _will_tell(self, client: int) -> None:
        if self.tells:
            self._untold[client] = None
            self._untold_gone.pop(client, None)

    def _told(self, client: int) -> Entry:
        entry = self._entries[client]
        return client, entry.clock, entry.state, entry.person

    # Sending

    def everybody(self) -> bytes | None:
        """An awareness update with all who are here, or None when nobody is."""
        if not self._entries:
            return None
        return _encode([(c, e.clock, e.state) for c, e in self._entries.items()])

    def has_changes(self) -> bool:
        return bool(self._changed or self._gone)

    def has_renewals(self) -> bool:
        return bool(self._renewed)

    def take(self, budget_bytes: int, *, renewals: bool) -> bytes | None:
        """An awareness update with what changed, oldest change first, within a budget of bytes.

        Those who left always go. What does not fit waits for the next call.
        """
        out = [(client, clock, _NOBODY) for client, clock in self._gone.items()]
        self._gone.clear()
        if renewals:
            for client in self._renewed:
                self._changed.setdefault(client)
            self._renewed.clear()
        spent = 0
        while self._changed and spent < budget_bytes:
            client = next(iter(self._changed))
            del self._changed[client]
            entry = self._entries[client]
            out.append((client, entry.clock, entry.state))
            spent += len(entry.state)
        return _encode(out) if out else None

    def _claim(self, client: int, entry: _Entry) -> None:
        owned = self._owned.setdefault(entry.owner, set())
        if entry.owner not in self._elsewhere:
            if len(owned) >= MAX_ENTRIES_OWNED:
                return
            self._will_tell(client)
        owned.add(client)
        self._gone.pop(client, None)
        self._absent.pop(client, None)
        self._entries[client] = entry
        self._changed[client] = None

    def _remove(self, client: int, clock: int) -> None:
        entry = self._entries.pop(client)
        self._absent[client] = entry.person
        self._untold.pop(client, None)
        if self.tells and entry.owner not in self._elsewhere:
            self._untold_gone[client] = clock
        if len(self._absent) > MAX_ABSENT:
            del self._absent[next(iter(self._absent))]
        self._changed.pop(client, None)
        self._renewed.pop(client, None)
        self._gone[client] = clock


def _decode(data: bytes) -> list[tuple[int, int, bytes]]:
    reader = Reader(data)
    count = reader.var_uint()
    if count * 3 > reader.remaining:
        raise ProtocolError(
            f"awareness update declares {count} entries, more than its bytes can hold"
        )
    entries = []
    for _ in range(count):
        client = reader.var_uint()
        clock = reader.var_uint()
        state = reader.var_bytes()
        if len(state) > MAX_STATE_BYTES:
            raise ProtocolError(
                f"presence of {len(state)} bytes; at most {MAX_STATE_BYTES} are taken"
            )
        entries.append((client, clock, state))
    reader.end()
    return entries


def _refuse_no_object(state: bytes) -> None:
    """Refuse a state that is neither null nor a JSON object: peers parse it unguarded."""
    if state == _NOBODY:
        return
    try:
        state.decode("utf-8")
        _OBJECT.decode(state)
    except (ValueError, msgspec.DecodeError, RecursionError) as error:
        raise ProtocolError("presence is not a JSON object") from error


def _encode(entries: list[tuple[int, int, bytes]]) -> bytes:
    parts = [var_uint(len(entries))]
    for client, clock, state in entries:
        parts += (var_uint(client), var_uint(clock), var_bytes(state))
    return b"".join(parts)
