"""People at every server who type all the while, and what must hold when it is quiet again."""

from __future__ import annotations

import asyncio
import itertools
import random
import time
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field

from storage.values import Kind, Row
from tests.cluster.cluster import Cluster, until
from tests.crash.run import Typist, text_of
from tests.peers.driver import Peers, until_same

KINDS = ("hocuspocus@4.8", "hocuspocus@4.0", "y-websocket@3.1", "y-websocket@1.5")
CROSSING_SECONDS = 8.0
"""An edit is at the other server within two; the rest is for machines that do much else."""


@dataclass(eq=False)
class Crowd:
    """Typists by the server that they are at; all of them at any, with a balancer."""

    cluster: Cluster
    peers: Peers
    note: int
    at: dict[int | None, list[Typist]]
    crossings: list[float] = field(default_factory=list)
    """How many seconds each word took from server to server."""
    _numbers: itertools.count[int] = field(default_factory=itertools.count)

    @property
    def typists(self) -> list[Typist]:
        return [typist for there in self.at.values() for typist in there]

    async def says(self, typist: Typist) -> str:
        """Have somebody write a word that is nowhere else; which it is."""
        word = f"⟨{typist.peer.id} dit {next(self._numbers)}⟩"
        typist.typed.append(word)
        await typist.peer.type(word, at=0)
        return word

    async def crosses(self, seconds: float = CROSSING_SECONDS) -> None:
        """A word from each server is read at every other in time."""
        for here, there in itertools.permutations(self.at, 2):
            word = await self.says(self.at[here][0])
            began = time.monotonic()
            await asyncio.gather(
                *(one.peer.wait(contains=word, seconds=seconds) for one in self.at[there])
            )
            self.crossings.append(time.monotonic() - began)

    async def locks(self, here: int = 0, there: int = 1) -> None:
        """A lock by one server holds at the other at once, and what is typed meanwhile enters at
        the unlock by that other."""
        cluster, late = self.cluster, self.at[there][0]
        await cluster.lock(here, why="fin", note=self.note)
        locked = await asyncio.to_thread(cluster.rows, self.note)
        assert locked[-1].kind is Kind.LOCK, "an edit was accepted behind the lock"
        word = await self.says(late)
        if late.counts_saved:
            await late.peer.wait(unsynced=True)
        async with cluster.servers[there].http(cluster.day.tokens["moderator"]) as http:
            path = f"/api/notes/{cluster.day.notes[self.note]}/held"

            async def is_held() -> bool:
                return word in (await http.get(path)).text

            await until(is_held)
        assert word not in text_of(await asyncio.to_thread(cluster.rows, self.note))
        await cluster.lock(there, unlock=True, note=self.note)
        await asyncio.gather(*(one.peer.wait(contains=word) for one in self.typists))

    async def agrees(self) -> None:
        """After quiet: every client, both servers' exports and the rows are the same, with every
        word once and nothing behind a lock."""
        words = [word for typist in self.typists for word in typist.typed]
        peers = [typist.peer for typist in self.typists]
        shown, _ = await until_same(*peers, containing=[t.typed[-1] for t in self.typists])
        for typist in self.typists:
            if typist.counts_saved:
                await typist.peer.wait(unsynced=False)
        wrong = {word: shown.count(word) for word in words if shown.count(word) != 1}
        assert not wrong, f"not there once: {wrong}"
        assert len(shown) == sum(map(len, words)) + 1
        assert await self.cluster.replayed(self.peers, self.note) == shown
        exports = [
            await self.cluster.shown(number, self.note)
            for number in range(len(self.cluster.servers))
        ]
        assert set(exports) == {exports[0]}
        assert all(word in exports[0] for word in words)
        check_rows(await asyncio.to_thread(self.cluster.rows, self.note))


@asynccontextmanager
async def crowd(
    cluster: Cluster,
    peers: Peers,
    *,
    servers: Sequence[int | None] = (0, 1),
    kinds: Sequence[str] = KINDS,
    note: int = 0,
    seed: int = 1,
) -> AsyncIterator[Crowd]:
    """So many people who type until the block ends, in turn at these servers; then all agrees.

    `None` in place of a server is the balancer, which sends people where it likes.
    """
    found = Crowd(cluster, peers, note, {server: [] for server in servers})
    for number, kind in enumerate(kinds):
        server = servers[number % len(servers)]
        counts = kind.startswith("hocuspocus")
        peer = await cluster.person(peers, f"personne{note}{number}", server, kind=kind, note=note)
        found.at[server].append(Typist(peer, cluster.day.notes[note], counts))
    for typists in found.at.values():  # who counts what is saved speaks for their server
        typists.sort(key=lambda typist: not typist.counts_saved)
    stop, dice = asyncio.Event(), random.Random(seed)
    async with asyncio.TaskGroup() as tasks:
        for typist in found.typists:
            tasks.create_task(typist.run(random.Random(dice.random()), stop))
        yield found
        stop.set()
    await found.agrees()


def check_rows(rows: Sequence[Row]) -> None:
    """No gap, no double, and nothing of a writer between a lock and the next unlock (L4, K1)."""
    assert [row.seq for row in rows] == list(range(1, len(rows) + 1))
    is_locked = False
    for row in rows:
        assert not (is_locked and row.kind is Kind.UPDATE), f"row {row.seq} stands behind a lock"
        is_locked = row.kind is Kind.LOCK or (is_locked and row.kind is not Kind.UNLOCK)
