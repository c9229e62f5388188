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

from server.errors import CalepinError, ProtocolError, TooMany, Unavailable
from server.sync import hocuspocus, ywebsocket
from server.sync.gate import Authenticate, Pace
from server.sync.member import Member
from server.sync.messages import Authenticate as Token
from server.sync.messages import CloseNote, Liveness, Message
from server.sync.room import Room
from server.sync.rooms import Rooms
from server.sync.transport import Socket, frame
from storage.errors import StoreError
from storage.values import ConnectionId, NoteId

MAX_NOTES = 100
MAX_WAITING_MESSAGES = 200

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
    def monotonic(self) -> Callable[[], float]: ...

    def pace(self) -> Pace: ...


@dataclass(slots=True)
class _Part:
    """One note on this socket: waiting for its room, in it, or ended."""

    waiting: list[Message] = field(default_factory=list)
    room: Room | None = None
    member: Member | None = None
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
        self._pace = around.pace()
        self._parts: dict[str, _Part] = {}
        self._recent: _Part | None = None
        """The note of the last message: most sockets have one."""
        self._tokens: asyncio.Queue[tuple[str, str]] = asyncio.Queue()

    async def run(self) -> None:
        """Serve the socket until it closes."""
        async with asyncio.TaskGroup() as tasks:
            arrivals = tasks.create_task(self._let_in())
            try:
                await self._socket.run(self)
            finally:
                arrivals.cancel()

    def message(self, data: bytes) -> None:
        try:
            if not self._is_typing(data):
                self._dispatch(*hocuspocus.decode(data))
        except ProtocolError as error:
            log.info("connection_ended", code=error.code)
            self._socket.close(error.close_code, str(error))
        self._pace.keep(self._socket)

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

    def _dispatch(self, name: str, message: Message) -> None:
        if isinstance(message, Liveness):
            return
        part = self._parts.get(name)
        if isinstance(message, Token):
            if part is None or part.is_over:
                if len(self._parts) >= MAX_NOTES and part is None:
                    raise ProtocolError(f"more than {MAX_NOTES} notes on one socket")
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
            member.end(error)
            room.leave(member)
            part.ended = True

    async def _let_in(self) -> None:
        """Look at tokens in the order of their arrival, and open the notes."""
        around = self._around
        while True:
            name, token = await self._tokens.get()
            part = self._parts.get(name)
            if part is None or part.ended:
                continue
            note = NoteId(hocuspocus.note_of(name))
            prefix = hocuspocus.prefix(name)
            try:
                visitor = await around.authenticate(note, token, self._connection)
                room = await around.rooms.open(note)
                if self._parts.get(name) is not part or part.ended:
                    continue  # the peer left while the note was opened
                member = Member(around.make_id(), visitor, self._socket, prefix, counts_saved=True)
                around.rooms.admit(room, member)
            except (CalepinError, StoreError) as error:
                if not isinstance(error, CalepinError):
                    error = Unavailable("The notes cannot be read now; try again soon.")
                if isinstance(error, TooMany | Unavailable):
                    self._socket.close(error.close_code, str(error))
                else:
                    denied = prefix + hocuspocus.permission_denied(str(error))
                    self._socket.write(frame(denied))
                part.ended = True
                part.waiting.clear()
                continue
            part.room, part.member = room, member
            waiting, part.waiting = part.waiting, []
            for message in waiting:
                if not part.ended:
                    self._receive_early(part, room, member, message)

    def _receive_early(self, part: _Part, room: Room, member: Member, message: Message) -> None:
        try:
            self._receive(part, room, member, message)
        except ProtocolError as error:
            self._socket.close(error.close_code, str(error))
            part.ended = True

    def _leave(self, name: str) -> None:
        part = self._parts.pop(name, None)
        if part is not None:
            part.ended = True
            if part.room is not None and part.member is not None:
                part.room.leave(part.member)
