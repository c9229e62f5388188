"""Cycle after cycle: people type, a moderator locks and unlocks, the server dies, the disk is read.

After every kill, before anybody comes back with a copy: what a client was told is saved is on the
disk, the lock of each note is the one that was answered last, no edit of a writer stands between a
lock and the next unlock. At the end, every word that anybody typed is in its note, once.
"""

from __future__ import annotations

import asyncio
import random
from collections import Counter
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass, field

import httpx
import pycrdt

from storage import log
from storage.database import Database
from storage.values import Kind, Lock, NoteId, Row
from tests.peers.driver import Peer, PeerError, Peers, until_same
from tests.running import Entrance, RunningServer

NOTES = 3
CLIENTS = ("y-websocket@3.1", "hocuspocus@4.8", "hocuspocus@4.0")
"""Of each note. The others are as old as they come; what they say on the wire is tested alone."""
LIFE_SECONDS = (0.0, 2.0)
"""How long a server lives: some die before anybody is back."""
UNKNOWN = "a request was under way"


@dataclass
class Typist:
    """A stock client whose words are all different."""

    peer: Peer
    note: str
    counts_saved: bool
    typed: list[str] = field(default_factory=list)
    saved: int = 0
    """How many of its words its provider has been told are saved."""

    async def run(self, chance: random.Random, stop: asyncio.Event) -> None:
        while not stop.is_set():
            word = f"⟨{self.peer.id} {len(self.typed)}{chance.choice(['', ' é', ' 🖊️'])}⟩"
            self.typed.append(word)
            await self.peer.type(word, at=0)
            if self.counts_saved:
                with suppress(PeerError):
                    count = len(self.typed)
                    await self.peer.wait(unsynced=False, seconds=chance.uniform(0.1, 8))
                    self.saved = count
            await asyncio.sleep(chance.uniform(0.005, 0.2))


@dataclass
class Crashes:
    """One run. `seed` decides who types what and when; the instants of death are chance's too."""

    server: RunningServer
    peers: Peers
    day: Entrance
    seed: int
    locks: dict[str, bool | str] = field(default_factory=dict)
    typists: list[Typist] = field(default_factory=list)
    lock_requests: int = 0
    problems: list[str] = field(default_factory=list)

    @property
    def notes(self) -> list[str]:
        return self.day.notes[:NOTES]

    async def play(self, cycles: int) -> None:
        """Kill the server so many times; then let everybody finish, and compare."""
        chance = random.Random(self.seed)
        for note in self.notes:
            self.locks[note] = False
            for kind in CLIENTS:
                id = f"{note[:3]} {kind}"
                token = self.day.tokens["writer"]
                peer = await self.peers.open(id, kind, self.server.ws_url, note, token)
                self.typists.append(Typist(peer, note, kind.startswith("hocuspocus")))
        stop = asyncio.Event()
        async with asyncio.TaskGroup() as tasks:
            for typist in self.typists:
                tasks.create_task(typist.run(random.Random(chance.random()), stop))
            tasks.create_task(self._lock_and_unlock(random.Random(chance.random()), stop))
            for _ in range(cycles):
                await asyncio.sleep(chance.uniform(*LIFE_SECONDS))
                told = [(typist, typist.saved) for typist in self.typists]
                answered = dict(self.locks)
                self.server.kill()
                self._look_at_disk(told, answered)
                await asyncio.to_thread(self.server.start)
            stop.set()
        await self._finish()

    async def _lock_and_unlock(self, chance: random.Random, stop: asyncio.Event) -> None:
        async with self.server.http(self.day.tokens["moderator"]) as http:
            while not stop.is_set():
                await asyncio.sleep(chance.uniform(0.05, 0.6))
                note = chance.choice(self.notes)
                verb = chance.choice(["lock", "unlock", "unlock"])
                self.locks[note] = UNKNOWN
                with suppress(httpx.TransportError):
                    answer = await http.post(f"/api/notes/{note}/{verb}", json={"why": "fini"})
                    if answer.is_success:
                        self.locks[note] = verb == "lock"
                        self.lock_requests += 1

    def _look_at_disk(
        self, told: list[tuple[Typist, int]], answered: Mapping[str, bool | str]
    ) -> None:
        with Database.open(self.server.data) as database, database.read() as db:
            rows = {note: log.tail(db, NoteId(note), 0) for note in self.notes}
            locks = {note: log.head(db, NoteId(note)).lock for note in self.notes}
        texts = {note: text_of(rows[note]) for note in self.notes}
        for note in self.notes:
            self._check_rows(note, rows[note], locks[note])
            if answered[note] not in (UNKNOWN, locks[note] is not None):
                self.problems.append(f"{note}: locked is {locks[note]}, not {answered[note]}")
        for typist, saved in told:
            for word in typist.typed[:saved]:
                if texts[typist.note].count(word) != 1:
                    self.problems.append(f"{typist.peer.id}: {word} was saved and is not on disk")

    def _check_rows(self, note: str, rows: list[Row], lock: Lock | None) -> None:
        if [row.seq for row in rows] != list(range(1, len(rows) + 1)):
            self.problems.append(f"{note}: positions are missing")
        is_locked = False
        for row in rows:
            if row.kind is Kind.UPDATE and is_locked:
                self.problems.append(f"{note}: row {row.seq} was accepted while locked")
            is_locked = row.kind is Kind.LOCK or (is_locked and row.kind is Kind.UPDATE)
        if is_locked != (lock is not None):
            self.problems.append(f"{note}: the head and the log disagree on the lock")

    async def _finish(self) -> None:
        async with self.server.http(self.day.tokens["moderator"]) as http:
            for note in self.notes:
                (await http.post(f"/api/notes/{note}/unlock")).raise_for_status()
        for note in self.notes:
            there = [typist for typist in self.typists if typist.note == note]
            words = [word for typist in there for word in typist.typed]
            last = [typist.typed[-1] for typist in there if typist.typed]
            shown, _ = await until_same(*(typist.peer for typist in there), containing=last)
            for typist in there:
                if typist.counts_saved:
                    await typist.peer.wait(unsynced=False)
            counted = Counter({word: shown.count(word) for word in words})
            wrong = [word for word in words if counted[word] != 1]
            if wrong or len(shown) != sum(map(len, words)) + 1:
                self.problems.append(f"{note}: not there once: {wrong[:5]} of {len(words)} words")
            with Database.open(self.server.data) as database, database.read() as db:
                rows = log.tail(db, NoteId(note), 0)
            if text_of(rows) != shown:
                self.problems.append(f"{note}: the rows and the clients show different texts")


def text_of(rows: list[Row]) -> str:
    """The notes' pane, from the rows alone."""
    doc: pycrdt.Doc[pycrdt.Text] = pycrdt.Doc()
    for row in rows:
        if row.kind is Kind.UPDATE:
            doc.apply_update(row.data)
    return str(doc.get("notes", type=pycrdt.Text))
