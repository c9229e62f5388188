"""Rooms on a real store, with sockets that tests read by hand. Nothing here sleeps."""

from __future__ import annotations

import asyncio
import itertools
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Self

import pycrdt
import pytest
from sqlalchemy import Connection

from server.days.access import Role
from server.days.people import Visitor
from server.sync import hocuspocus, ywebsocket
from server.sync.checkpoints import Checkpoints
from server.sync.codec import Reader
from server.sync.following import Following
from server.sync.member import Member
from server.sync.messages import Awareness, Stateless, SyncStep1, SyncStep2, Update
from server.sync.neighbours import Neighbours
from server.sync.pump import Pump
from server.sync.room import Room
from server.sync.rooms import Rooms
from server.sync.transport import Handler, Pause
from storage import catalogue, log
from storage.duties import nobody_else
from storage.records import Day, NoteRef
from storage.store import Store
from storage.values import (
    ConnectionId,
    DayId,
    LinkId,
    Milliseconds,
    NoteId,
    PersonId,
    Submission,
)
from tests.sync.wire import End

NOTE = NoteId("note-1")
SERVER_CLIENT = 7


def first_row() -> bytes:
    """What every note begins with: an empty line in each pane."""
    doc: pycrdt.Doc[pycrdt.Text] = pycrdt.Doc(client_id=SERVER_CLIENT)
    for root in ("notes", "conclusions"):
        doc[root] = text = pycrdt.Text()
        text += "\n"
    return doc.get_update()


def add_day_with_note(db: Connection, day: DayId, note: NoteId, at: Milliseconds) -> None:
    catalogue.add_day(db, Day(day, "A day", at))
    catalogue.add_note(db, NoteRef(note, day, None, at))
    row = Submission(note, PersonId("programme"), ConnectionId(""), at, first_row())
    log.append(db, [row])


Delta = list[tuple[object, dict[str, object]]]


def delta(doc: pycrdt.Doc[pycrdt.Text]) -> Delta:
    """Each letter and embed of both panes, with its formats."""
    return [
        (one, {name: value for name, value in (formats or {}).items() if value is not None})
        for root in ("notes", "conclusions")
        for insert, formats in doc.get(root, type=pycrdt.Text).diff()
        for one in (insert if isinstance(insert, str) else [insert])
    ]


async def right_here(call: Callable[..., Any], *values: Any) -> Any:
    """In place of another process."""
    return call(*values)


class HandSocket:
    """A socket whose frames wait until the test takes them, and which can be told to be slow."""

    def __init__(self) -> None:
        self.frames: list[bytes] = []
        self.closed: tuple[int, str] | None = None
        self.pauses: set[Pause] = set()
        self.behind = False

    def write(self, frame: bytes) -> None:
        if self.closed is None:
            self.frames.append(frame)

    def is_behind(self) -> bool:
        return self.behind

    def close(self, code: int, reason: str) -> None:
        self.closed = self.closed or (code, reason)

    def pause(self, why: Pause) -> None:
        self.pauses.add(why)

    def resume(self, why: Pause) -> None:
        self.pauses.discard(why)

    async def run(self, handler: Handler) -> None:
        raise NotImplementedError("tests hand messages over themselves")

    def take(self, at_most: int | None = None) -> list[bytes]:
        """The payloads of the frames that wait, or of the first of them."""
        frames, self.frames = self.frames[:at_most], self.frames[len(self.frames[:at_most]) :]
        out = []
        for data in frames:
            while data:
                size, start = data[1], 2
                if size == 126:
                    size, start = int.from_bytes(data[2:4], "big"), 4
                elif size == 127:
                    size, start = int.from_bytes(data[2:10], "big"), 10
                out.append(data[start : start + size])
                data = data[start + size :]
        return out


@dataclass
class Peer:
    """A person with a document, a socket and a room: says and hears only when told to."""

    room: Room
    member: Member
    socket: HandSocket
    doc: pycrdt.Doc[pycrdt.Text]
    outbox: list[bytes] = field(default_factory=list)
    saved: int = 0
    not_saved: int = 0
    scopes: list[str] = field(default_factory=list)
    notices: list[str] = field(default_factory=list)
    presence: list[bytes] = field(default_factory=list)
    updates_heard: int = 0
    _listening: object = None
    _applying: bool = False

    def __post_init__(self) -> None:
        def heard(event: pycrdt.TransactionEvent) -> None:
            if not self._applying:
                self.outbox.append(event.update)

        self._listening = self.doc.observe(heard)

    @property
    def text(self) -> str:
        return str(self.doc.get("notes", type=pycrdt.Text))

    @property
    def delta(self) -> Delta:
        return delta(self.doc)

    def type(self, words: str, *, at: int = 0) -> None:
        self.doc.get("notes", type=pycrdt.Text).insert(at, words)

    def delete(self, start: int, end: int) -> None:
        del self.doc.get("notes", type=pycrdt.Text)[start:end]

    def greet(self) -> None:
        """Say what we have, as every provider does first, and answer what comes."""
        self.room.receive(self.member, SyncStep1(self.doc.get_state()))
        self.listen()

    def say(self) -> None:
        """Send what was typed."""
        outbox, self.outbox = self.outbox, []
        for update in outbox:
            self.room.receive(self.member, Update(update))

    def listen(self) -> None:
        """Take all frames that wait, and answer questions."""
        for payload in self.socket.take():
            self._hear(payload)

    def answers(self) -> list[bytes]:
        """Like `listen`, but gives the answers to the caller in place of the room."""
        out: list[bytes] = []
        for payload in self.socket.take():
            self._hear(payload, answers=out)
        return out

    def _hear(self, payload: bytes, answers: list[bytes] | None = None) -> None:
        assert payload.startswith(self.member.prefix)
        body = payload[len(self.member.prefix) :]
        if self.member.counts_saved and body[0] in (2, 5, 8):
            self._hear_hocuspocus(body)
            return
        if body[0] == ywebsocket.AUTH:
            self.notices.append(body[2:].decode("utf-8", "replace"))
            return
        match ywebsocket.decode(body):
            case SyncStep1(state_vector):
                self._answer(state_vector, answers)
            case SyncStep2(update) | Update(update):
                self.updates_heard += 1
                self._applying = True
                self.doc.apply_update(update)
                self._applying = False
            case Awareness(data):
                self.presence.append(data)
            case other:
                raise AssertionError(other)

    def _answer(self, state_vector: bytes, answers: list[bytes] | None) -> None:
        answer = self.doc.get_update(state_vector)
        self.outbox.clear()  # the answer holds it all
        if answers is None:
            self.room.receive(self.member, SyncStep2(answer))
        else:
            answers.append(answer)

    def _hear_hocuspocus(self, body: bytes) -> None:
        reader = Reader(body)
        kind = reader.var_uint()
        if kind == hocuspocus.SYNC_STATUS:
            if reader.var_uint() == 1:
                self.saved += 1
            else:
                self.not_saved += 1
        elif kind == hocuspocus.AUTH:
            reader.var_uint()
            self.scopes.append(reader.var_string())
        else:
            self.notices.append(reader.var_string())

    def hello(self) -> None:
        self.room.receive(self.member, Stateless('{"type":"hello","schema":1}'))


@dataclass
class Hall:
    """A store with one note, its rooms and its pump, running."""

    store: Store
    pump: Pump
    rooms: Rooms
    clock: Callable[[], Milliseconds]
    neighbours: Neighbours | None = None
    _count: itertools.count[int] = field(default_factory=itertools.count)

    @property
    def checkpoints(self) -> Checkpoints:
        """As of the only process on this store."""
        return Checkpoints(self.store, self.rooms, elsewhere=right_here, hold=nobody_else)

    @classmethod
    def on(
        cls,
        store: Store,
        clock: Callable[[], Milliseconds],
        monotonic: Callable[[], float],
        end: End | None = None,
    ) -> Self:
        """Over an open store; its pump does not run yet. `end`: its end of a wire to others."""
        pump = Pump(store, clock=clock, monotonic=monotonic)
        rooms = Rooms(
            store,
            pump,
            clock=clock,
            monotonic=monotonic,
            names=str,
            elsewhere=right_here,
            bus=end,
        )
        hall = cls(store, pump, rooms, clock)
        if end is not None:
            hall.neighbours = Neighbours(end, rooms, hall.following, monotonic=monotonic)
            end.neighbours = hall.neighbours
        return hall

    async def peer(
        self,
        role: Role = Role.WRITER,
        *,
        name: str = "",
        counts_saved: bool = True,
        doc: pycrdt.Doc[pycrdt.Text] | None = None,
        note: NoteId = NOTE,
    ) -> Peer:
        """Somebody new in the note, who has not said anything yet."""
        room, member, socket = await self.arrive(
            role, name=name, counts_saved=counts_saved, note=note
        )
        return Peer(room, member, socket, doc or pycrdt.Doc())

    async def arrive(
        self, role: Role, *, name: str = "", counts_saved: bool = True, note: NoteId = NOTE
    ) -> tuple[Room, Member, HandSocket]:
        """A new connection in the note; and what it is in the room, and on the wire."""
        room = await self.rooms.open(note)
        number = next(self._count)
        name = name or f"person-{number}"
        visitor = Visitor(DayId("day"), LinkId("link"), PersonId(name), name, role, "#336699")
        socket = HandSocket()
        prefix = hocuspocus.prefix(note) if counts_saved else b""
        member = Member(
            ConnectionId(f"c{number}"), visitor, socket, prefix, counts_saved=counts_saved
        )
        room.join(member)
        return room, member, socket

    async def joined(self, role: Role = Role.WRITER, **options: object) -> Peer:
        """Somebody who has greeted and is in step."""
        peer = await self.peer(role, **options)  # type: ignore[arg-type]
        peer.greet()
        await self.settled()
        peer.listen()
        return peer

    async def settled(self) -> None:
        """Return when everything that is queued now is committed and shown."""

        async def nothing() -> None:
            return

        await self.pump.step(nothing)

    async def follow_others(self) -> None:
        """Follow what other processes have committed by now."""

        await self.following.follow_all()
        await self.settled()

    @property
    def following(self) -> Following:
        async def heard() -> None:
            return

        return Following(self.store, self.pump, self.rooms, heard=heard)

    async def stored_text(self, note: NoteId = NOTE) -> str:
        """The note's text, replayed from the rows of the log alone."""
        return str((await self._replayed(note)).get("notes", type=pycrdt.Text))

    async def stored_delta(self, note: NoteId = NOTE) -> Delta:
        """The same with its formats, of both panes."""
        return delta(await self._replayed(note))

    async def _replayed(self, note: NoteId) -> pycrdt.Doc[pycrdt.Text]:
        doc: pycrdt.Doc[pycrdt.Text] = pycrdt.Doc()
        for row in await self.store.tail(note, 0):
            if row.kind == 0:
                doc.apply_update(row.data)
        return doc


@asynccontextmanager
async def open_hall(folder: Path, *, kind: type[Store] = Store) -> AsyncIterator[Hall]:
    times = itertools.count(1_700_000_000_000)
    ticks = itertools.count()

    def clock() -> Milliseconds:
        return Milliseconds(next(times))

    def monotonic() -> float:
        return next(ticks) * 0.001

    async with await kind.open(folder, clock=clock) as store:
        found = await store.heads([NOTE])
        if not found:
            await store.write(lambda db: add_day_with_note(db, DayId("day"), NOTE, clock()))
        hall = Hall.on(store, clock, monotonic)
        running = asyncio.create_task(hall.pump.run())
        yield hall
        hall.pump.stop()
        await running


@pytest.fixture
async def hall(tmp_path: Path) -> AsyncIterator[Hall]:
    async with open_hall(tmp_path) as hall:
        yield hall
