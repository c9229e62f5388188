"""One Hocuspocus socket: many notes, each with its own membership, queue and end.

What arrives for a note before its token has been looked at waits, bounded, in order.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Protocol

import structlog
from starlette.requests import HTTPConnection

from server.days.people import Visitor
from server.errors import CalepinError, NotAuthenticated, ProtocolError, TooMany, Unavailable
from server.sync import hocuspocus, ywebsocket
from server.sync.gate import Authenticate
from server.sync.member import Member
from server.sync.messages import Authenticate as Token
from server.sync.messages import CloseNote, Liveness, Message
from server.sync.room import Room
from server.sync.rooms import Rooms
from server.sync.shares import Pace, Shares
from server.sync.transport import Pause, Socket, frame
from storage.errors import StoreError
from storage.values import ConnectionId, NoteId

MAX_NOTES = 100
MAX_WAITING_MESSAGES = 200
MAX_WAITING_BYTES = 1024 * 1024
"""What may wait for notes to open on one socket; above it, the socket is not read."""
NOTELESS_SECONDS = 30.0
"""A socket on which no note is open for so long is closed: it may be anybody's, and takes room."""

_TYPING = (bytes([ywebsocket.SYNC]), bytes([ywebsocket.AWARENESS]))

log = structlog.get_logger("calepin.sockets")


class Surroundings(Protocol):
    """What a socket needs of the endpoint."""

    @property
    def rooms(self) -> Rooms: ...
    @property
    def authenticate(self) -> Authenticate: ...
    @property
    def make_id(self) -> Callable[[], ConnectionId]: ...
    @property
    def shares(self) -> Shares: ...


@dataclass(slots=True)
class _Part:
    """One note on this socket: waiting for its room, in it, or ended."""

    waiting: list[Message] = field(default_factory=list)
    room: Room | None = None
    member: Member | None = None
    visitor: Visitor | None = None
    """Whose share of the server the note is counted in, as long as it is."""
    pace: Pace | None = None
    ended: bool = False

    @property
    def is_over(self) -> bool:
        """Nothing more is taken, be it that the room has let go of its member."""
        if self.room is not None and self.member is not None:
            return self.ended or self.member.id not in self.room.members
        return self.ended


class Collab:
    """The handler of one Hocuspocus socket."""

    def __init__(self, socket: Socket, around: Surroundings, connection: HTTPConnection) -> None:
        self._socket = socket
        self._around = around
        self._connection = connection
        self._pace = around.shares.pace()
        self._parts: dict[str, _Part] = {}
        self._recent: _Part | None = None
        """The note of the last message: most sockets have one."""
        self._tokens: asyncio.Queue[tuple[str, str]] = asyncio.Queue()
        self._waiting_bytes = 0
        self._watching: asyncio.TimerHandle | None = None

    async def run(self) -> None:
        """Serve the socket until it closes."""
        self._watch(was_noteless=True)
        async with asyncio.TaskGroup() as tasks:
            arrivals = tasks.create_task(self._let_in())
            try:
                await self._socket.run(self)
            finally:
                arrivals.cancel()
                if self._watching is not None:
                    self._watching.cancel()

    def message(self, data: bytes) -> None:
        try:
            if not self._is_typing(data):
                name, message = hocuspocus.decode(data)
                self._dispatch(name, message, len(data))
        except ProtocolError as error:
            log.info("connection_ended", code=error.code)
            self._around.rooms.tallies.end(error)
            self._socket.close(error.close_code, str(error))
        self.fragment()

    def fragment(self) -> None:
        """Count one frame for whose note was spoken to last; it counts for their other sockets,
        too."""
        recent = self._recent
        pace = self._pace if recent is None or recent.pace is None else recent.pace
        pace.keep(self._socket)

    def _is_typing(self, data: bytes) -> bool:
        """Whether this was an edit or presence for the same note as before: then it is done."""
        part = self._recent
        if part is None or part.is_over or part.room is None or part.member is None:
            return False
        prefix = part.member.prefix
        if not data.startswith(prefix) or data[len(prefix) : len(prefix) + 1] not in _TYPING:
            return False
        self._receive(part, part.room, part.member, ywebsocket.decode(data[len(prefix) :]))
        return True

    def drained(self) -> None:
        for part in self._parts.values():
            if part.room is not None and part.member is not None:
                part.room.caught_up(part.member)

    def leave_all(self) -> None:
        for name in list(self._parts):
            self._leave(name)

    def _dispatch(self, name: str, message: Message, size: int) -> None:
        if isinstance(message, Liveness):
            return
        part = self._parts.get(name)
        if isinstance(message, Token):
            if part is None or part.is_over:
                if len(self._parts) >= MAX_NOTES and part is None:
                    raise ProtocolError(f"more than {MAX_NOTES} notes on one socket")
                if self._tokens.qsize() >= MAX_NOTES:
                    raise ProtocolError("too many tokens before the first was looked at")
                self._parts[name] = _Part()
                self._tokens.put_nowait((name, message.token))
            return
        if part is None:
            raise ProtocolError("a message for a note before its token")
        if part.is_over:
            return
        if isinstance(message, CloseNote):
            self._leave(name)
        elif part.room is None or part.member is None:
            if len(part.waiting) >= MAX_WAITING_MESSAGES:
                raise ProtocolError("too many messages before the note was opened")
            part.waiting.append(message)
            self._waiting_bytes += size
            if self._waiting_bytes > MAX_WAITING_BYTES:
                self._socket.pause(Pause.OPENING)
        else:
            self._recent = part
            self._receive(part, part.room, part.member, message)

    def _receive(self, part: _Part, room: Room, member: Member, message: Message) -> None:
        try:
            room.receive(member, message)
        except ProtocolError:
            raise
        except CalepinError as error:
            log.info("note_ended", code=error.code, connection=member.id)
            room.tallies.end(error)
            member.end(error)
            self._end(part)

    async def _let_in(self) -> None:
        """Look at tokens in the order of their arrival, and open the notes."""
        while True:
            name, token = await self._tokens.get()
            part = self._parts.get(name)
            if part is not None and not part.ended:
                await self._open(name, token, part)
            if self._tokens.empty():
                # Every part that anything waited for is open, or has ended.
                self._waiting_bytes = 0
                self._socket.resume(Pause.OPENING)

    async def _open(self, name: str, token: str, part: _Part) -> None:
        around, socket = self._around, self._socket
        note = NoteId(hocuspocus.note_of(name))
        prefix = hocuspocus.prefix(name)
        try:
            visitor = await around.authenticate(note, token, self._connection)
            if self._is_gone(name, part):
                return
            part.pace = around.shares.enter(visitor, socket).pace
            part.visitor = visitor
            room = await around.rooms.open(note)
            if self._is_gone(name, part):
                return
            member = Member(around.make_id(), visitor, socket, prefix, counts_saved=True)
            around.rooms.admit(room, member)
        except (CalepinError, StoreError) as error:
            if not isinstance(error, CalepinError):
                log.error("note_unreadable", error=str(error))
                error = Unavailable("The notes cannot be read now; try again soon.")
            around.rooms.tallies.end(error)
            if isinstance(error, TooMany | Unavailable):
                socket.close(error.close_code, str(error))
            else:
                socket.write(frame(prefix + hocuspocus.permission_denied(str(error))))
            self._end(part)
            return
        part.room, part.member = room, member
        waiting, part.waiting = part.waiting, []
        for message in waiting:
            if not part.ended:
                self._receive_early(part, room, member, message)

    def _is_gone(self, name: str, part: _Part) -> bool:
        """Whether the peer left while it was waited for."""
        return part.ended or self._parts.get(name) is not part

    def _receive_early(self, part: _Part, room: Room, member: Member, message: Message) -> None:
        try:
            self._receive(part, room, member, message)
        except ProtocolError as error:
            log.info("connection_ended", code=error.code, connection=member.id)
            room.tallies.end(error)
            self._socket.close(error.close_code, str(error))
            self._end(part)

    def _leave(self, name: str) -> None:
        part = self._parts.pop(name, None)
        if part is not None:
            self._end(part)

    def _end(self, part: _Part) -> None:
        """End one note on this socket, once or more often."""
        part.ended = True
        part.waiting.clear()
        if part.room is not None and part.member is not None:
            part.room.leave(part.member)
        if part.visitor is not None:
            self._around.shares.leave(part.visitor, self._socket)
            part.visitor = None

    def _watch(self, *, was_noteless: bool) -> None:
        """Close the socket once no note was open on it, now and when it was looked at last."""

        def look() -> None:
            noteless = all(part.member is None or part.ended for part in self._parts.values())
            if noteless and was_noteless:
                error = NotAuthenticated("No note is open on this connection; open one at once.")
                self._socket.close(error.close_code, str(error))
            else:
                self._watch(was_noteless=noteless)

        loop = asyncio.get_running_loop()
        self._watching = loop.call_later(NOTELESS_SECONDS, look)
