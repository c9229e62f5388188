"""A server with several workers, seen by what it logs and by the ports of its workers."""

from __future__ import annotations

import asyncio
import json
import os
import random
import re
import signal
import socket
from collections.abc import Callable
from contextlib import ExitStack, suppress
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

import httpx

from tests.running import RunningServer

WAIT_SECONDS = 120.0
"""For what must happen, on a machine that has much else to do."""


@dataclass(frozen=True, slots=True)
class Supervised:
    """Workers of a running server."""

    server: RunningServer
    first_port: int

    @classmethod
    def make(
        cls, folder: Path, redis: str, *, workers: int = 2, most_files: int | None = None
    ) -> Supervised:
        """Not started."""
        first_port = _free_ports(workers)
        settings = {"workers": str(workers), "worker_ports": str(first_port), "redis_url": redis}
        server = RunningServer(folder, settings, most_files=most_files)
        return cls(server, first_port)

    def url(self, worker: int) -> str:
        """The address of one worker alone."""
        return f"http://127.0.0.1:{self.first_port + worker - 1}"

    def events(self, name: str, **fields: Any) -> list[dict[str, Any]]:
        """What was logged so far, in order."""
        lines = [line for line in self.server.said().splitlines() if line.startswith("{")]
        found = [json.loads(line) for line in lines if f'"{name}"' in line]
        wanted = {"event": name, **fields}
        return [event for event in found if wanted.items() <= event.items()]

    def pid(self, worker: int) -> int:
        """The process of a worker; of the newest one under that number."""
        found: int = self.events("worker_started", worker=worker)[-1]["pid"]
        return found

    def signal(self, worker: int, how: signal.Signals) -> None:
        os.kill(self.pid(worker), how)

    async def until(self, holds: Callable[[], bool], seconds: float = WAIT_SECONDS) -> None:
        """Wait until something holds that has to be asked for again and again."""
        async with asyncio.timeout(seconds):
            while not holds():  # noqa: ASYNC110 - other processes set no event
                await asyncio.sleep(0.05)

    async def until_logged(self, name: str, count: int = 1, **fields: Any) -> dict[str, Any]:
        await self.until(lambda: len(self.events(name, **fields)) >= count)
        return self.events(name, **fields)[count - 1]

    async def until_all_serve(self) -> None:
        """Every worker has begun to serve as often as it was started."""

        def they_do() -> bool:
            started = self.events("worker_started")
            numbers = {event["worker"] for event in started}
            serving = self.events("serving")
            return len(numbers) == int(self.server.settings["workers"]) and all(
                len([e for e in serving if e["worker"] == number])
                == len([e for e in started if e["worker"] == number])
                for number in numbers
            )

        await self.until(they_do)
        for worker in range(1, int(self.server.settings["workers"]) + 1):
            await asyncio.to_thread(self.figure, worker, "calepin_worker_info")

    async def until_met(self, workers: set[int]) -> None:
        """Ask on the common port until these workers have answered."""
        told: set[int] = set()
        async with asyncio.timeout(WAIT_SECONDS):
            while not workers <= told:
                told |= await self.ask_who()

    async def ask_who(self) -> set[int]:
        """Which worker answers on the common port; each time on a connection of its own."""
        async with httpx.AsyncClient(trust_env=False, timeout=WAIT_SECONDS) as http:
            told = (await http.get(f"{self.server.base_url}/metrics")).text
        return set(map(int, re.findall(r'^calepin_worker_info{worker="(\d+)"} 1', told, re.M)))

    def figure(self, worker: int, name: str) -> float:
        """A metric of one worker."""
        told = httpx.get(f"{self.url(worker)}/metrics", trust_env=False, timeout=WAIT_SECONDS).text
        return next(float(line.split()[-1]) for line in told.splitlines() if line.startswith(name))


def _free_ports(count: int) -> int:
    """The first of so many ports in a row that nobody listens on now. They are below those that the
    system gives to whoever connects."""
    while True:
        first = random.randrange(20_000, 30_000)
        with ExitStack() as tried, suppress(OSError):
            for port in range(first, first + count):
                tried.enter_context(socket.create_server(("127.0.0.1", port)))
            return first


def moment(event: dict[str, Any]) -> float:
    """When something was logged, in seconds."""
    return datetime.fromisoformat(event["timestamp"]).timestamp()


def lives(pid: int) -> bool:
    """Whether a process runs; one that ended and was not waited for does not."""
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except (FileNotFoundError, ProcessLookupError):
        return False
