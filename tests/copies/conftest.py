"""A real service, in this process, whose rounds of copies the test makes itself."""

from __future__ import annotations

import asyncio
import itertools
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path

import pycrdt
import pytest
from click.testing import CliRunner

from server.cli import main
from server.days.access import Role
from server.days.entrance import Entrance
from server.days.people import Visitor
from server.service import Service
from server.settings import Settings
from server.sync.member import Member
from storage.values import ConnectionId, DayId, LinkId, NoteId, PersonId
from tests.sync.conftest import HandSocket, Peer

PROGRAMME = """\
title: Une journée d’été
organiser: L’association
date: 2026-11-23
sections:
  - title: Rencontres
    kind: meeting
    items:
      - title: Le cœur du garage
        room: "101"
        start: "10:30"
        notes: |
          # Le garage
          - un « pont » : deux
      - {title: La cantine}
  - {title: Vote, kind: vote}
"""


@dataclass
class House:
    """A service without rounds of its own, and a day in it."""

    service: Service
    entrance: Entrance
    _numbers: itertools.count[int] = field(default_factory=itertools.count)

    @property
    def day(self) -> DayId:
        return self.entrance.day.id

    @property
    def notes(self) -> list[NoteId]:
        return [note.id for note in self.entrance.day.notes()]

    @property
    def root(self) -> Path:
        return self.service.settings.data / "copies"

    @property
    def folder(self) -> Path:
        """The one folder of the day's copies."""
        (found,) = self.root.glob(f"*-{self.day}")
        return found

    def copy(self, note: NoteId) -> Path:
        """The one copy of a note."""
        (found,) = self.folder.glob(f"*-{note}.md")
        return found

    def files(self) -> dict[str, tuple[int, bytes]]:
        """What is in the day's folder: a file that is replaced gets another inode."""
        return {one.name: (one.stat().st_ino, one.read_bytes()) for one in self.folder.iterdir()}

    async def step(self, now: float) -> None:
        await self.service.copies.step(now)

    async def join(self, note: NoteId, role: Role = Role.WRITER) -> Peer:
        """Somebody in a note, in step with it."""
        room = await self.service.rooms.open(note)
        name = f"person-{next(self._numbers)}"
        visitor = Visitor(self.day, LinkId("link"), PersonId(name), name, role, "#336699")
        member = Member(ConnectionId(name), visitor, HandSocket(), b"", counts_saved=False)
        room.join(member)
        assert isinstance(member.socket, HandSocket)
        peer = Peer(room, member, member.socket, pycrdt.Doc())
        peer.greet()
        await self.settled()
        peer.listen()
        return peer

    async def type(self, peer: Peer, words: str) -> None:
        """Type, and return when it is committed."""
        peer.type(words)
        peer.say()
        await self.settled()

    async def settled(self) -> None:
        async def nothing() -> None:
            return

        await self.service.pump.step(nothing)

    async def exported(self, note: NoteId) -> bytes:
        """What `calepin export NOTE` says, as the command line says it."""
        arguments = ["export", note, "--data", str(self.service.settings.data)]

        def run() -> bytes:
            done = CliRunner().invoke(main, arguments, catch_exceptions=False)
            assert done.exit_code == 0, done.stderr
            return done.stdout_bytes

        return await asyncio.to_thread(run)

    async def holds_what_exports_say(self) -> bool:
        return all(
            [self.copy(note).read_bytes() == await self.exported(note) for note in self.notes]
        )


@asynccontextmanager
async def open_house(data: Path, programme: str = PROGRAMME) -> AsyncIterator[House]:
    settings = Settings(data=data, drain_ms=0, copies="off")
    async with Service.start(settings) as service:
        yield House(service, await service.make_day(programme.encode()))


@pytest.fixture
async def house(tmp_path: Path) -> AsyncIterator[House]:
    async with open_house(tmp_path / "data") as house:
        yield house
