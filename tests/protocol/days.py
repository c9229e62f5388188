"""One day on a running server: what a test needs to open its notes and to lock them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Self

from tests.peers.driver import Peer, Peers
from tests.running import Entrance, RunningServer


@dataclass(frozen=True, slots=True)
class Day:
    server: RunningServer
    entrance: Entrance

    @classmethod
    def make(cls, server: RunningServer, programme: str) -> Self:
        return cls(server, server.new_day(programme))

    @property
    def note(self) -> str:
        """The first note."""
        return self.entrance.notes[0]

    @property
    def notes(self) -> list[str]:
        return self.entrance.notes

    def token(self, role: str) -> str:
        return self.entrance.tokens[role]

    async def open(
        self,
        peers: Peers,
        id: str,
        kind: str,
        *,
        note: str | None = None,
        role: str = "writer",
        token: str | None = None,
        socket: str | None = None,
        synced: bool = True,
    ) -> Peer:
        """Open one replica of a note (the first) in a stock client, with a role's token."""
        return await peers.open(
            id,
            kind,
            self.server.ws_url,
            note or self.note,
            self.token(role) if token is None else token,
            socket=socket,
            synced=synced,
        )

    async def lock(self) -> None:
        """Lock the first note as a moderator. When this returns, the request was answered."""
        await self._post("lock", {"why": "compte rendu"})

    async def unlock(self) -> None:
        await self._post("unlock")

    async def held(self) -> list[int]:
        """The updates to the first note that are kept aside, as the moderator sees them."""
        async with self.server.http(self.token("moderator")) as api:
            answer = await api.get(f"/api/notes/{self.note}/held")
            assert answer.is_success, answer.text
            return [update["id"] for update in answer.json()["held"]]

    async def decide(self, held: int, decision: str) -> None:
        """Merge one, keep it as a late contribution, or discard it."""
        await self._post(f"held/{held}", {"do": decision})

    async def settled(self, peers: Peers, senders: Iterable[Peer]) -> None:
        """Wait until the server has judged all that these clients have sent to the first note.

        What one connection sends stays in order, and presence passes a lock.
        """
        watcher = await self.open(peers, f"watcher {len(peers.events)}", "y-websocket@3.1")
        for sender in senders:
            mark = {"sent": len(peers.events), "by": sender.id}
            await sender.set_presence(mark)
            await watcher.wait(person=mark)
        await watcher.close()

    async def _post(self, verb: str, body: Mapping[str, str] | None = None) -> None:
        async with self.server.http(self.token("moderator")) as api:
            answer = await api.post(f"/api/notes/{self.note}/{verb}", json=body)
            assert answer.is_success, answer.text
