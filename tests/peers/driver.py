"""Stock clients of other makers, in one Node process, driven from Python."""

from __future__ import annotations

import asyncio
import base64
import itertools
import json
import subprocess
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from types import TracebackType
from typing import Any, Self

FOLDER = Path(__file__).resolve().parent
WAIT_SECONDS = 15.0
"""How long a test waits for what must happen, before it fails."""
LINE_BYTES = 64 * 1024 * 1024

Y_WEBSOCKET = ("y-websocket@1.5", "y-websocket@2.1", "y-websocket@3.0", "y-websocket@3.1")
HOCUSPOCUS = ("hocuspocus@4.0", "hocuspocus@4.4", "hocuspocus@4.7", "hocuspocus@4.8")
KINDS = (*Y_WEBSOCKET, *HOCUSPOCUS)

Event = Mapping[str, Any]


class PeerError(AssertionError):
    """A client could not do what it was told, or what it waited for did not happen in time."""


@dataclass(frozen=True, slots=True)
class State:
    """What one client shows at one moment."""

    notes: str
    conclusions: str
    synced: bool
    connected: bool
    unsynced: int
    scope: str | None

    @property
    def panes(self) -> tuple[str, str]:
        return self.notes, self.conclusions


class PeerProcess:
    """The Node process that plays stock clients. A context manager."""

    def __enter__(self) -> Self:
        self._process = subprocess.Popen(
            ["node", FOLDER / "peer.mjs"], stdin=subprocess.PIPE, stdout=subprocess.PIPE
        )
        assert self._process.stdout is not None
        self.port = int(self._process.stdout.readline())
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        try:
            self._process.communicate(timeout=5)  # it ends with its standard input
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.communicate()


class Peers:
    """Any number of stock clients, which end with this. An async context manager."""

    def __init__(self, process: PeerProcess) -> None:
        self._port = process.port
        self._answers: dict[int, asyncio.Future[Any]] = {}
        self._numbers = itertools.count(1)
        self._happened = asyncio.Condition()
        self.events: list[Event] = []

    async def __aenter__(self) -> Self:
        reader, self._writer = await asyncio.open_connection(
            "127.0.0.1", self._port, limit=LINE_BYTES
        )
        self._reading = asyncio.create_task(self._read(reader))
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._writer.close()
        await self._writer.wait_closed()
        await self._reading

    def reported(self) -> str:
        """The last events of all clients, for the report of a failed test."""
        return "\n".join(json.dumps(event, ensure_ascii=False) for event in self.events[-60:])

    async def open(
        self,
        id: str,
        kind: str,
        url: str,
        note: str,
        token: str,
        *,
        socket: str | None = None,
        synced: bool = True,
    ) -> Peer:
        """Open one replica. `synced`: return when it has the note. `socket`: the name of a
        connection that several Hocuspocus replicas share."""
        client_id = await self.do(
            "open", id=id, kind=kind, url=url, note=note, token=token, socket=socket
        )
        peer = Peer(self, id, client_id)
        if synced:
            await peer.wait(synced=True)
        return peer

    async def replay(self, updates: Iterable[bytes]) -> tuple[str, str]:
        """Both panes of a fresh document in JavaScript to which these updates were applied."""
        encoded = [base64.b64encode(update).decode() for update in updates]
        panes = await self.do("replay", updates=encoded)
        return panes["notes"], panes["conclusions"]

    async def do(self, what: str, **how: Any) -> Any:
        """Send one command and return its answer. Raises PeerError."""
        number = next(self._numbers)
        answer = self._answers[number] = asyncio.get_running_loop().create_future()
        self._writer.write(json.dumps({"n": number, "do": what, **how}).encode() + b"\n")
        await self._writer.drain()
        return await answer

    async def _event_after(self, mark: int, wanted: Any) -> Event:
        async with asyncio.timeout(WAIT_SECONDS), self._happened:
            while True:
                for event in self.events[mark:]:
                    if wanted(event):
                        return event
                mark = len(self.events)
                await self._happened.wait()

    async def _read(self, reader: asyncio.StreamReader) -> None:
        async for line in reader:
            said = json.loads(line)
            if "event" in said:
                async with self._happened:
                    self.events.append(said)
                    self._happened.notify_all()
                continue
            answer = self._answers.pop(said["n"])
            if answer.done():
                continue  # the test gave up waiting for it
            if "error" in said:
                answer.set_exception(PeerError(said["error"]))
            else:
                answer.set_result(said["ok"])
        for answer in self._answers.values():
            if not answer.done():
                answer.set_exception(PeerError("the Node process ended"))


@dataclass(slots=True)
class Peer:
    """One replica of one note in a stock client."""

    _peers: Peers
    id: str
    client_id: int
    _seen: dict[str, int] = field(default_factory=dict)

    async def type(
        self, text: str, *, pane: str = "notes", at: int | str = "end", keys_per_second: float = 0
    ) -> None:
        """Insert text: at once, or key by key, in which case this returns after the last key."""
        await self._do("type", text=text, pane=pane, at=at, rate=keys_per_second)

    async def delete(self, at: int, length: int, *, pane: str = "notes") -> None:
        """Positions and lengths are in UTF-16 units, as everywhere in JavaScript."""
        await self._do("delete", pane=pane, at=at, length=length)

    async def format(
        self, at: int, length: int, attributes: Mapping[str, Any], *, pane: str = "notes"
    ) -> None:
        await self._do("format", pane=pane, at=at, length=length, attributes=dict(attributes))

    async def map_set(self, root: str, key: str, value: Any) -> None:
        """Write to a root that a note does not have."""
        await self._do("map_set", root=root, key=key, value=value)

    async def state(self) -> State:
        return State(**await self._do("state"))

    async def panes(self) -> tuple[str, str]:
        return (await self.state()).panes

    async def delta(self, *, pane: str = "notes") -> list[dict[str, Any]]:
        found: list[dict[str, Any]] = await self._do("delta", pane=pane)
        return found

    async def update(self) -> bytes:
        """The whole replica as one update."""
        return base64.b64decode(await self._do("update"))

    async def people(self) -> dict[int, Any]:
        """Presence, by client id, as this client sees it."""
        return dict(await self._do("awareness"))

    async def set_presence(self, value: Mapping[str, Any] | None) -> None:
        await self._do("set_awareness", value=value)

    async def say(self, payload: str) -> None:
        """Send a stateless message (Hocuspocus alone)."""
        await self._do("stateless", payload=payload)

    async def wait(
        self, *, seconds: float = WAIT_SECONDS, pane: str = "notes", **until: Any
    ) -> None:
        """Wait until all hold: `synced`, `connected`, `unsynced` (a bool), `scope`, `people` equal
        the given value, the pane `contains` a text, or `equals` it."""
        await self._do("wait", until={"pane": pane, **until}, timeout_ms=seconds * 1000)

    async def event(self, name: str, **fields: Any) -> Event:
        """The first event of this name with these fields since the last one asked for by name."""
        wanted = {"id": self.id, "event": name, **fields}
        mark = self._seen.get(name, 0)
        event = await self._peers._event_after(mark, lambda e: wanted.items() <= e.items())
        self._seen[name] = self._peers.events.index(event, mark) + 1
        return event

    async def printed(self, *words: str) -> Event:
        """What a provider only prints. It does not say for which replica: the words must."""
        return await self._peers._event_after(
            0, lambda e: e["event"] == "printed" and all(word in e["text"] for word in words)
        )

    def events(self, name: str) -> list[Event]:
        """All events of this name so far."""
        return [e for e in self._peers.events if e.get("id") == self.id and e["event"] == name]

    async def disconnect(self) -> None:
        """Close its connection, and return when that is closed; it does not come back by itself."""
        await self._do("disconnect")
        await self.wait(connected=False)

    async def connect(self) -> None:
        await self._do("connect")

    async def close(self) -> None:
        await self._do("close")

    async def _do(self, what: str, **how: Any) -> Any:
        return await self._peers.do(what, id=self.id, **how)


async def until_same(*peers: Peer, containing: Iterable[str] = ()) -> tuple[str, str]:
    """Wait until all replicas show the same two panes, the notes with all of `containing`.

    Each wait is for the text that another replica shows now, so a difference that stays fails.
    """
    for text in containing:
        for peer in peers:
            await peer.wait(contains=text)
    async with asyncio.timeout(WAIT_SECONDS):
        while True:
            notes, conclusions = await peers[0].panes()
            for peer in peers[1:]:
                await peer.wait(equals=notes)
                await peer.wait(equals=conclusions, pane="conclusions")
            if all([await peer.panes() == (notes, conclusions) for peer in peers]):
                return notes, conclusions
