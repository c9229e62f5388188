"""A person whose messages travel by hand: a document that outlives its connections."""

from __future__ import annotations

import random
from collections import deque
from dataclasses import dataclass, field

import pycrdt

from server.days.access import Role
from server.errors import CalepinError
from server.sync.codec import decode_state_vector
from server.sync.member import Member
from server.sync.messages import Message, SyncStep1, SyncStep2, Update
from storage.values import ConnectionId
from tests.sync.conftest import Hall, Peer
from tests.sync.sessions import Writer


@dataclass
class Person(Peer):
    """Says what a stock provider says, in its order; what is said waits in `wire`.

    A provider that counts what is unsynced says 0 only when all that its document has is durable:
    what it had then is `promised`. `exact` is false while something was done to the connection of
    which the provider knows nothing, so that its count means nothing.
    """

    role: Role = Role.WRITER
    resends_offline: bool = False
    """Like Hocuspocus, it sends what was made offline once more, after its greeting."""
    wire: deque[Message] = field(default_factory=deque)
    online: bool = True
    gone: bool = False
    unsynced: int = 1
    exact: bool = True
    skipped: bool = False
    promised: int = 0
    offline: list[bytes] = field(default_factory=list)
    said: dict[ConnectionId, list[bytes]] = field(default_factory=dict)
    """What reached the server on each connection, in order."""
    past: list[Member] = field(default_factory=list)

    def __post_init__(self) -> None:
        def made(event: pycrdt.TransactionEvent) -> None:
            if self._applying:
                return
            if self.online:
                self.unsynced += 1
                self.wire.append(Update(event.update))
            else:
                self.offline.append(event.update)

        self._listening = self.doc.observe(made)
        self.wire.append(SyncStep1(self.doc.get_state()))

    @property
    def name(self) -> str:
        return str(self.member.visitor.person)

    def edit(self, dice: random.Random) -> None:
        """One edit as people make them: somewhere, at the beginning like others, or undone."""
        if self.role is Role.READER:
            return
        writer = Writer(self.doc)
        match dice.randrange(8):
            case 0:
                self.type(dice.choice(["é", "😀", "début "]))
            case 1:
                words = dice.choice(["fausse piste ", "👩🏽‍🚒"])
                self.type(words)
                self.delete(0, len(words.encode()))
            case 2:
                with self.doc.transaction():
                    for _ in range(3):
                        writer.edit(dice)
            case _:
                writer.edit(dice)

    # The wire

    def send(self, count: int) -> None:
        """Let the first messages that wait reach the server."""
        for _ in range(min(count, len(self.wire))):
            if not self.online or self.member.id not in self.room.members:
                return
            message = self.wire.popleft()
            if isinstance(message, Update | SyncStep2):
                self.said.setdefault(self.member.id, []).append(message.update)
            try:
                self.room.receive(self.member, message)
            except CalepinError as error:
                raise AssertionError(f"{self.name} was honest and refused: {error}") from error

    def hear(self, count: int) -> None:
        """Take the first frames that wait; on a socket that was lost nobody hears them."""
        if not self.online:
            return
        for payload in self.socket.take(count):
            was = self.saved
            self._hear(payload)
            for _ in range(self.saved - was):
                self.unsynced = max(0, self.unsynced - 1)
                if self.unsynced == 0 and self.exact and self.counts:
                    self.promised = max(self.promised, self.clock)

    @property
    def counts(self) -> bool:
        """Whether a count of nothing unsynced means that all is durable. What was made offline and
        only deletes may be acknowledged a commit too early (`Session.is_counted`)."""
        return self.member.counts_saved and not self.resends_offline

    @property
    def clock(self) -> int:
        """How much its document has under its own client id."""
        return decode_state_vector(self.doc.get_state()).get(self.doc.client_id, 0)

    def _answer(self, state_vector: bytes, answers: list[bytes] | None) -> None:
        assert answers is None
        self.wire.append(SyncStep2(self.doc.get_update(state_vector)))

    def repeat(self, dice: random.Random) -> None:
        """Send once more what was sent on this connection."""
        if self.online and self.said.get(self.member.id):
            self.exact = False
            self.wire.append(Update(dice.choice(self.said[self.member.id])))

    def skip(self, dice: random.Random) -> None:
        """Lose an edit on the way, before another one."""
        edits = [i for i, message in enumerate(self.wire) if isinstance(message, Update)]
        if len(edits) > 1:
            self.exact, self.skipped = False, True
            del self.wire[dice.choice(edits[:-1])]

    # Connections

    def lose(self) -> None:
        """Lose the socket and all that was under way on it."""
        if self.online:
            self.past.append(self.member)
            self.online = False
            self.room.leave(self.member)
            self.wire.clear()
            self.socket.frames.clear()

    async def come_back(self, hall: Hall) -> None:
        """Connect anew with the same document, as providers do."""
        self.lose()
        self.room, self.member, self.socket = await hall.arrive(
            self.role, name=self.name, counts_saved=self.member.counts_saved
        )
        self.online = True
        self.unsynced, self.exact, self.skipped = 1, True, False
        self.wire.append(SyncStep1(self.doc.get_state()))
        offline, self.offline = self.offline, []
        if self.resends_offline:
            self.wire.extend(Update(update) for update in offline)
