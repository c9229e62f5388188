"""The load: writers who type and move their carets, over raw sockets, and observers who check.

Run as its own process on its own core. Each writer makes valid Yjs updates by itself: one string
after its own last one. An edit is *delivered* when another client of the note has it; a few writers
of each note read every frame they get, count the edits in it and time them, and the run fails when
one is missing at the end.
"""

from __future__ import annotations

import asyncio
import json
import random
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass, field

import uvloop
from websockets.asyncio.client import ClientConnection, connect

from server.sync.codec import var_bytes, var_uint
from server.sync.updates import check_shape

OBSERVERS = 3
"""Of each note, or one for each process. More would measure the load generator."""
SETTLE_SECONDS = 3.0
DRAIN_SECONDS = 2.0
_STEP_1 = b"\x00\x00"
_NOTHING_NEW = b"\x00\x01\x02\x00\x00"
"""A SyncStep2 with an empty update: what every provider answers when it has nothing to tell."""
_CARET = (
    b'{"user":{"name":"Participant %d","colour":"#106bc6"},"cursor":{"pane":"notes",'
    b'"anchor":{"tname":"notes","item":{"client":%d,"clock":%d},"assoc":0}}}'
)


@dataclass
class Plan:
    """What to do, as the bench hands it over."""

    framing: str
    urls: list[list[str]]
    """Of each note, at each of the processes that serve it; people take them in turns."""
    names: list[str]
    token: str
    writers: int
    keys_per_second: float
    seconds: float
    seed: int
    readers: int = 0
    """Of each note, besides its writers."""
    cookies: list[str] = field(default_factory=list)
    """One for each person; where there are none, everybody is the person of the token."""


@dataclass
class Note:
    """What was typed in one note: when each edit left, and how many each observer has."""

    sent_at: dict[tuple[int, int], float] = field(default_factory=dict)
    sent: dict[int, int] = field(default_factory=dict)


@dataclass
class Tally:
    """All that is counted. Latencies only while `measuring`."""

    here: asyncio.Semaphore = field(default_factory=lambda: asyncio.Semaphore(0))
    """Released by everybody who is connected."""
    measuring: bool = False
    edits: int = 0
    frames: int = 0
    missing: int = 0
    latencies: list[float] = field(default_factory=list)


class Writer:
    """One socket of one person; the last of a note only read."""

    def __init__(self, plan: Plan, place: int, number: int, note: Note, tally: Tally) -> None:
        self._plan = plan
        self._note = note
        self._tally = tally
        urls = plan.urls[place]
        self._url = urls[number % len(urls)]
        self._observes = number < min(max(OBSERVERS, len(urls)), plan.writers)
        self._writes = number < plan.writers
        self._headers = {}
        if plan.cookies:
            everybody = place * (plan.writers + plan.readers) + number
            self._headers = {"Cookie": plan.cookies[everybody % len(plan.cookies)]}
        self._prefix = b""
        if plan.framing == "hocuspocus":
            self._prefix = var_bytes(plan.names[place].encode())
        self._client = random.getrandbits(32)
        self._clock = 0
        self._seen: dict[int, int] = {}

    async def run(self, stop: asyncio.Event) -> None:
        """Type until told to stop, wait for the rest to arrive, and count what is missing."""
        async with connect(
            self._url,
            additional_headers=self._headers,
            compression=None,
            max_queue=None,
            max_size=None,
        ) as socket:
            if self._prefix:
                token = var_bytes(self._plan.token.encode())
                await socket.send(self._prefix + b"\x02\x00" + token + var_bytes(b"4.8.0"))
            await socket.send(self._prefix + b"\x00\x00\x01\x00")
            listening = asyncio.create_task(self._listen(socket))
            self._tally.here.release()
            await (self._type(socket, stop) if self._writes else stop.wait())
            await asyncio.sleep(DRAIN_SECONDS)
            listening.cancel()
        if self._observes:
            for client, clock in self._note.sent.items():
                if client != self._client:
                    self._tally.missing += max(0, clock - self._seen.get(client, 0))

    async def _type(self, socket: ClientConnection, stop: asyncio.Event) -> None:
        gap = 1 / self._plan.keys_per_second
        due = time.perf_counter() + random.random() * gap + 0.5
        number = 0
        while not stop.is_set():
            await asyncio.sleep(max(0.0, due - time.perf_counter()))
            due += gap
            number += 1
            update = self._next_update()
            self._note.sent_at[self._client, self._clock] = time.perf_counter()
            self._note.sent[self._client] = self._clock
            await socket.send(self._prefix + b"\x00\x02" + var_bytes(update))
            state = _CARET % (number, self._client, self._clock)
            presence = b"\x01" + var_uint(self._client) + var_uint(number) + var_bytes(state)
            await socket.send(self._prefix + b"\x01" + var_bytes(presence))
            self._tally.edits += self._tally.measuring

    def _next_update(self) -> bytes:
        """One letter after our own last one (Yjs's encoding, version 1)."""
        client = var_uint(self._client)
        if self._clock == 0:
            struct = b"\x04\x01\x05notes\x01a"
        else:
            struct = b"\x84" + client + var_uint(self._clock - 1) + b"\x01a"
        update = b"\x01\x01" + client + var_uint(self._clock) + struct + b"\x00"
        self._clock += 1
        return update

    async def _listen(self, socket: ClientConnection) -> None:
        size = len(self._prefix)
        async for frame in socket:
            now = time.perf_counter()
            self._tally.frames += self._tally.measuring
            if frame[size : size + 2] == _STEP_1:
                await socket.send(self._prefix + _NOTHING_NEW)
            elif self._observes and isinstance(frame, bytes):
                for update in _updates_in(frame[size:]):
                    self._note_arrivals(update, now)

    def _note_arrivals(self, update: bytes, now: float) -> None:
        for run in check_shape(update).runs:
            seen = self._seen.get(run.client, 0)
            for clock in range(max(seen, run.start) + 1, run.end + 1):
                sent = self._note.sent_at.get((run.client, clock))
                if sent is not None and self._tally.measuring:
                    self._tally.latencies.append(now - sent)
            self._seen[run.client] = max(seen, run.end)


def _updates_in(body: bytes) -> Iterator[bytes]:
    if body[:2] in (b"\x00\x01", b"\x00\x02"):
        size, shift, at = 0, 0, 2
        while True:
            size |= (body[at] & 0x7F) << shift
            shift += 7
            at += 1
            if body[at - 1] < 0x80:
                break
        yield body[at : at + size]


async def drive(plan: Plan) -> dict[str, object]:
    """Carry out the plan. Prints `begin` and `end` around what is to be measured."""
    random.seed(plan.seed)
    tally = Tally()
    stop = asyncio.Event()
    people = plan.writers + plan.readers
    async with asyncio.TaskGroup() as tasks:
        for place in range(len(plan.urls)):
            note = Note()
            for number in range(people):
                tasks.create_task(Writer(plan, place, number, note, tally).run(stop))
        for _ in range(people * len(plan.urls)):
            await tally.here.acquire()
        await asyncio.sleep(SETTLE_SECONDS)
        tally.measuring = True
        print("begin", flush=True)
        began = time.process_time()
        await asyncio.sleep(plan.seconds)
        tally.measuring = False
        print("end", flush=True)
        load_cpu = (time.process_time() - began) / plan.seconds
        stop.set()
    latencies = sorted(tally.latencies)

    def percentile(share: float) -> float:
        if not latencies:
            return 0.0
        return latencies[min(len(latencies) - 1, int(len(latencies) * share))] * 1000

    return {
        "edits": tally.edits,
        "frames": tally.frames,
        "missing": tally.missing,
        "p50_ms": percentile(0.50),
        "p95_ms": percentile(0.95),
        "p99_ms": percentile(0.99),
        "load_cpu": load_cpu,
    }


if __name__ == "__main__":
    uvloop.install()
    print(json.dumps(asyncio.run(drive(Plan(**json.loads(sys.argv[1]))))), flush=True)
