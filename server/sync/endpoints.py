"""The two WebSocket addresses: `/sync/{note}` (y-websocket) and `/collab` (Hocuspocus).

Each accepts a socket, finds out who it is, and hands its messages to rooms. One task per socket;
an error on one ends that one, with a listed code and a sentence.
"""

from __future__ import annotations

from collections.abc import Callable, Collection
from dataclasses import dataclass

import structlog
from starlette.requests import HTTPConnection
from starlette.types import Receive, Scope, Send

from server.errors import CalepinError, NotAllowed, TooMany, Unavailable
from server.sync import ywebsocket
from server.sync.collab import Collab
from server.sync.gate import Authenticate, Doors, admit, refuse
from server.sync.member import Member
from server.sync.plain_socket import socket_of
from server.sync.room import Room
from server.sync.rooms import Rooms
from server.sync.shares import Pace, Shares
from server.sync.transport import Socket
from storage.errors import StoreError
from storage.values import ConnectionId, NoteId

log = structlog.get_logger("calepin.sockets")


@dataclass(frozen=True, slots=True)
class Endpoints:
    """What both endpoints need. `make_id` gives a fresh connection id."""

    rooms: Rooms
    authenticate: Authenticate
    make_id: Callable[[], ConnectionId]
    public_origins: Collection[str]
    doors: Doors
    shares: Shares

    async def sync(self, scope: Scope, receive: Receive, send: Send) -> None:
        """y-websocket: one note, named in the address; its token is a query parameter."""
        if not await self._enter(scope, receive, send):
            return
        try:
            connection = await self._admit(scope, receive, send)
            if connection is None:
                return
            note = NoteId(scope["path_params"]["note"])
            socket = socket_of(scope, receive, send)
            try:
                visitor = await self.authenticate(
                    note, connection.query_params.get("token", ""), connection
                )
                share = self.shares.enter(visitor, socket)
            except (CalepinError, StoreError) as error:
                await self._turn_away(socket, error)
                return
            try:
                await self._serve(
                    note,
                    Member(self.make_id(), visitor, socket, b"", counts_saved=False),
                    share.pace,
                )
            finally:
                self.shares.leave(visitor, socket)
        finally:
            self.doors.leave()

    async def _serve(self, note: NoteId, member: Member, pace: Pace) -> None:
        """Be in one note until the socket closes."""
        try:
            room = await self.rooms.open(note)
            self.rooms.admit(room, member)
        except (CalepinError, StoreError) as error:
            await self._turn_away(member.socket, error)
            return
        try:
            await member.socket.run(_OneNote(room, member, pace))
        finally:
            room.leave(member)

    async def collab(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Hocuspocus: many notes on one socket; each begins with a message that has its token."""
        if not await self._enter(scope, receive, send):
            return
        try:
            connection = await self._admit(scope, receive, send)
            if connection is None:
                return
            socket = socket_of(scope, receive, send)
            collab = Collab(socket, self, connection)
            try:
                await collab.run()
            finally:
                collab.leave_all()
        finally:
            self.doors.leave()

    async def _enter(self, scope: Scope, receive: Receive, send: Send) -> bool:
        try:
            self.doors.enter()
        except TooMany as error:
            self.rooms.tallies.end(error)
            await receive()
            await refuse(scope, send, error)
            return False
        return True

    async def _admit(self, scope: Scope, receive: Receive, send: Send) -> HTTPConnection | None:
        try:
            return await admit(scope, receive, send, public_origins=self.public_origins)
        except NotAllowed as error:
            self.rooms.tallies.end(error)
            await refuse(scope, send, error)
            return None

    async def _turn_away(self, socket: Socket, error: CalepinError | StoreError) -> None:
        if not isinstance(error, CalepinError):
            log.error("note_unreadable", error=str(error))
            error = Unavailable("The notes cannot be read now; try again soon.")
        self.rooms.tallies.end(error)
        socket.close(error.close_code, str(error))
        await socket.run(_Deaf())


class _OneNote:
    """The handler of a y-websocket socket."""

    def __init__(self, room: Room, member: Member, pace: Pace) -> None:
        self._room = room
        self._member = member
        self._pace = pace

    def message(self, data: bytes) -> None:
        member = self._member
        if member.id not in self._room.members:
            return  # its part has ended; the close is under way
        try:
            self._room.receive(member, ywebsocket.decode(data))
        except CalepinError as error:
            log.info("connection_ended", code=error.code, connection=member.id)
            self._room.tallies.end(error)
            member.end(error)
            self._room.leave(member)
        self._pace.keep(member.socket)

    def fragment(self) -> None:
        self._pace.keep(self._member.socket)

    def drained(self) -> None:
        self._room.caught_up(self._member)


class _Deaf:
    def message(self, data: bytes) -> None:
        del data

    def fragment(self) -> None:
        return

    def drained(self) -> None:
        return
