"""People who type, requests that are made and a page that is open, while processes are restarted.

At the end every word that was typed is in its note, once; no request failed; and no client was told
anything but to come back.
"""

from __future__ import annotations

import asyncio
import random
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field

import httpx

from tests.peers.driver import Peer, Peers, until_same
from tests.running import Entrance

CLIENTS = ("y-websocket@3.1", "hocuspocus@4.8", "y-websocket@1.5", "hocuspocus@4.0")
PATIENCE_SECONDS = 120.0
COME_BACK = {1001, 1012}
"""Close codes that say to come back, and nothing else."""


@dataclass
class Typist:
    """A stock client whose words are all different."""

    peer: Peer
    note: str
    typed: list[str] = field(default_factory=list)

    async def run(self, chance: random.Random, stop: asyncio.Event) -> None:
        """Type word after word, until told to stop and the last one is whole."""
        while not stop.is_set():
            word = f"⟨{self.peer.id} {len(self.typed)} é🖊️⟩"
            await self.peer.type(word, at=0, keys_per_second=chance.choice([8, 15, 40]))
            self.typed.append(word)


@dataclass
class Load:
    """Everything that goes on at an address: `gather`, then `go_on` beside what is done to the
    processes, then `finish`."""

    base_url: str
    day: Entrance
    seed: int
    typists: list[Typist] = field(default_factory=list)
    answers: Counter[tuple[str, int]] = field(default_factory=Counter)
    """How many, by path and status."""
    problems: list[str] = field(default_factory=list)

    @property
    def ws_url(self) -> str:
        return self.base_url.replace("http", "ws", 1)

    async def gather(self, peers: Peers, *, in_each: int) -> None:
        """So many stock clients into each note."""
        token = self.day.tokens["writer"]
        for number, note in enumerate(self.day.notes):
            for place in range(in_each):
                kind = CLIENTS[(number + place) % len(CLIENTS)]
                id = f"{number}{chr(97 + place)} {kind}"
                self.typists.append(
                    Typist(await peers.open(id, kind, self.ws_url, note, token), note)
                )

    async def go_on(self, stop: asyncio.Event) -> None:
        """Type and ask until told to stop."""
        print(f"seed {self.seed}")
        chance = random.Random(self.seed)
        async with asyncio.TaskGroup() as tasks:
            for typist in self.typists:
                tasks.create_task(typist.run(random.Random(chance.random()), stop))
            for keeps in (True, False):
                tasks.create_task(self._ask(stop, keeps_connection=keeps))

    async def grows(self, words: int) -> None:
        """Wait until everybody has typed so many words more."""
        wanted = [len(typist.typed) + words for typist in self.typists]
        async with asyncio.timeout(PATIENCE_SECONDS):
            for typist, count in zip(self.typists, wanted, strict=True):
                while len(typist.typed) < count:  # noqa: ASYNC110 - it is another process' doing
                    await asyncio.sleep(0.05)

    async def finish(self) -> None:
        """Wait until what was typed has arrived everywhere, and look at all of it."""
        for note in self.day.notes:
            there = [typist for typist in self.typists if typist.note == note]
            words = [word for typist in there for word in typist.typed]
            last = [typist.typed[-1] for typist in there]
            shown, _ = await until_same(*(typist.peer for typist in there), containing=last)
            self._look_at(note, shown, words)
            async with self._http(keeps_connection=False) as http:
                stored = (await http.get(f"/api/notes/{note}/export?format=md")).text
                # Markdown ends each text with an end of line, and escapes none of our words.
                self._look_at(f"{note}, exported", stored, words)
        for typist in self.typists:
            codes = {event["code"] for event in typist.peer.events("close")}
            if not codes <= COME_BACK:
                self.problems.append(f"{typist.peer.id} was closed with {codes}")
            for event in ("error", "authenticationFailed"):
                self.problems += [f"{typist.peer.id}: {e}" for e in typist.peer.events(event)]
        self.problems += [
            f"{path} was answered {status}" for path, status in self.answers if status != 200
        ]

    def _look_at(self, where: str, text: str, words: Sequence[str]) -> None:
        wrong = [word for word in words if text.count(word) != 1]
        if wrong:
            self.problems.append(f"{where}: not there once: {wrong[:5]} of {len(words)} words")

    async def _ask(self, stop: asyncio.Event, *, keeps_connection: bool) -> None:
        note, day = self.day.notes[0], self.day.day
        # Readiness is one process' own, and is what tells a balancer that it leaves.
        paths = ("/health/live", "/", f"/api/notes/{note}", f"/d/{day}", f"/d/{day}/n/{note}")
        async with self._http(keeps_connection=keeps_connection) as http:
            joined = await http.post(
                f"/join/{self.day.tokens['reader']}",
                data={"name": "Lou"},
                headers={"Origin": self.base_url},
            )
            assert joined.status_code == 303, joined.text
            while not stop.is_set():
                for path in paths:
                    try:
                        self.answers[path, (await http.get(path)).status_code] += 1
                    except httpx.TransportError as error:
                        self.problems.append(f"{path} failed: {error!r}")
                await asyncio.sleep(0.02)

    def _http(self, *, keeps_connection: bool) -> httpx.AsyncClient:
        headers = {"Authorization": f"Bearer {self.day.tokens['moderator']}"}
        if not keeps_connection:
            headers["Connection"] = "close"
        return httpx.AsyncClient(
            base_url=self.base_url, headers=headers, timeout=30, trust_env=False
        )
