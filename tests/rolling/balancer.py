"""HAProxy with `deploy/haproxy.cfg` itself, in front of servers of a test."""

from __future__ import annotations

import asyncio
import csv
import os
import shutil
import socket
import subprocess
import time
from dataclasses import dataclass, field
from pathlib import Path
from typing import Self

import httpx
import pytest

from tests.running import free_port

CONFIGURATION = Path(__file__).resolve().parents[2] / "deploy" / "haproxy.cfg"
START_SECONDS = 60.0


@dataclass
class Balancer:
    """In front of two ports of this machine; lives inside `with`."""

    ports: tuple[int, int]
    folder: Path
    port: int = field(default_factory=free_port)

    @property
    def base_url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    @property
    def ws_url(self) -> str:
        return f"ws://127.0.0.1:{self.port}"

    def __enter__(self) -> Self:
        program = shutil.which("haproxy") or shutil.which("haproxy", path="/usr/sbin")
        if program is None:
            pytest.skip("HAProxy is not installed (Debian and Ubuntu: apt-get install haproxy)")
        addresses = {
            "CALEPIN_BIND": f"127.0.0.1:{self.port}",
            "CALEPIN_1": f"127.0.0.1:{self.ports[0]}",
            "CALEPIN_2": f"127.0.0.1:{self.ports[1]}",
        }
        # The file itself, and beside it a way to ask what its checks have found.
        more = self.folder / "more.cfg"
        more.write_text(f"global\n    stats socket {self._socket}\n")
        with (self.folder / "haproxy.log").open("ab") as log:
            self._process = subprocess.Popen(
                [program, "-db", "-f", CONFIGURATION, "-f", more],
                env=os.environ | addresses,
                stdout=log,
                stderr=log,
            )
        self.wait_until_ready()
        return self

    def __exit__(self, *_: object) -> None:
        self._process.kill()
        self._process.wait()
        Path(self._socket).unlink()

    @property
    def _socket(self) -> str:
        return f"/tmp/calepin-haproxy-{self.port}"  # noqa: S108 - a test's folder is too long

    def up(self) -> list[bool]:
        """Whether its checks find each of the servers ready."""
        with socket.socket(socket.AF_UNIX) as asking:
            asking.connect(self._socket)
            asking.sendall(b"show stat\n")
            told = asking.makefile().read()
        rows = list(csv.DictReader(told.removeprefix("# ").splitlines()))
        found = {row["svname"]: row["status"] for row in rows}
        return [found["calepin1"].startswith("UP"), found["calepin2"].startswith("UP")]

    async def until_all_up(self) -> None:
        async with asyncio.timeout(START_SECONDS):
            while not all(self.up()):  # noqa: ASYNC110 - another process sets no event
                await asyncio.sleep(0.1)

    def wait_until_ready(self) -> None:
        """It passes requests on to somebody who is ready."""
        deadline = time.monotonic() + START_SECONDS
        while time.monotonic() < deadline:
            try:
                if httpx.get(f"{self.base_url}/health/ready", trust_env=False).is_success:
                    return
            except httpx.TransportError:
                assert self._process.poll() is None, (self.folder / "haproxy.log").read_text()
            time.sleep(0.05)  # between two questions, until the deadline
        raise AssertionError("HAProxy did not find a server that is ready")
