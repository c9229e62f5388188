"""The real server as a process of its own, that a test may kill at any instant and start again."""

from __future__ import annotations

import os
import secrets
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from types import TracebackType
from typing import Any, Self

import httpx

COMMAND = Path(sys.executable).with_name("calepin")
START_SECONDS = 60.0
STOP_SECONDS = 40.0


@dataclass(frozen=True, slots=True)
class Entrance:
    """How a test gets into a day that it made."""

    day: str
    tokens: Mapping[str, str]
    """Role → token."""
    notes: list[str]
    """One per item, in the order of the programme."""


def programme(notes: int, *, title: str = "Une journée") -> str:
    """A programme with so many items, each of which has an empty note."""
    items = "".join(f"      - title: Note {number}\n" for number in range(1, notes + 1))
    return f"title: {title}\nsections:\n  - title: Débats\n    kind: debate\n    items:\n{items}"


@dataclass(slots=True)
class RunningServer:
    """`calepin serve` on a folder and a port of its own.

    `with` starts it and ends it; in between a test may `kill`, `stop`, `start` and `restart`.
    Its port stays the same, so that clients find it again. Everything here blocks: what must go on
    meanwhile in the test's loop is to be called through `asyncio.to_thread`.
    """

    folder: Path
    settings: Mapping[str, str] = field(default_factory=dict)
    port: int = field(default_factory=lambda: free_port())
    admin_token: str = field(default_factory=lambda: secrets.token_hex(16))
    command: tuple[str | Path, ...] = (COMMAND,)
    most_files: int | None = None
    """How many files the process may have open, where that is not the system's affair."""
    start_seconds: float = START_SECONDS
    """How long it may take to be ready."""
    _process: subprocess.Popen[bytes] | None = None

    def __enter__(self) -> Self:
        self.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        if self._process is not None:
            self.kill()

    @property
    def pid(self) -> int:
        assert self._process is not None, "the server does not run"
        return self._process.pid

    @property
    def is_running(self) -> bool:
        return self._process is not None

    @property
    def base_url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    @property
    def ws_url(self) -> str:
        return f"ws://127.0.0.1:{self.port}"

    @property
    def data(self) -> Path:
        return self.folder / "data"

    def ended(self) -> int:
        """Wait until it has ended by itself; its exit status."""
        process, self._process = self._process, None
        assert process is not None, "the server does not run"
        return process.wait(STOP_SECONDS)

    def said(self) -> str:
        """All that the server wrote, over its restarts."""
        log = self.folder / "server.log"
        return log.read_text(errors="replace") if log.exists() else ""

    def resident_bytes(self) -> int:
        """The memory that the process has now, as Linux counts it."""
        assert self._process is not None, "the server does not run"
        pages = Path(f"/proc/{self._process.pid}/statm").read_text().split()[1]
        return int(pages) * os.sysconf("SC_PAGE_SIZE")

    def start(self) -> None:
        """Start it; it answers when this returns."""
        assert self._process is None, "the server runs already"
        limit = [] if self.most_files is None else ["prlimit", f"--nofile={self.most_files}"]
        with (self.folder / "server.log").open("ab") as log:
            self._process = subprocess.Popen(
                [*limit, *self.command, "serve", "--port", str(self.port), "--data", self.data],
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                env=self._environ(),
                cwd=self.folder,
            )
        try:
            self._wait_until_ready()
        except BaseException:
            self.kill()
            raise

    def kill(self) -> None:
        """End it with SIGKILL: nothing of it runs any more, no shutdown of any kind."""
        self._end(signal.SIGKILL)

    def pause(self) -> None:
        """It keeps its connections, and does nothing any more (SIGSTOP)."""
        os.kill(self.pid, signal.SIGSTOP)

    def resume(self) -> None:
        os.kill(self.pid, signal.SIGCONT)

    def stop(self) -> int:
        """Ask it to stop (SIGTERM) and return its exit status."""
        return self._end(signal.SIGTERM)

    def restart(self) -> None:
        """SIGKILL, then start again on the same port and folder."""
        self.kill()
        self.start()

    def calepin(self, *arguments: str, fails: bool = False) -> str:
        """Run one `calepin` command on this server's store and return what it printed; of one that
        must fail, its errors."""
        done = subprocess.run(
            [COMMAND, *arguments, "--data", self.data],
            stdin=subprocess.DEVNULL,
            capture_output=True,
            env=self._environ(),
            cwd=self.folder,
            check=False,
            timeout=START_SECONDS,
        )
        assert (done.returncode != 0) == fails, done.stderr.decode()
        return (done.stderr if fails else done.stdout).decode()

    def new_day(self, text: str) -> Entrance:
        """Make a day out of a programme in YAML, through the API."""
        answer = httpx.post(
            f"{self.base_url}/api/days",
            content=text.encode(),
            headers={"Authorization": f"Bearer {self.admin_token}"},
            trust_env=False,
            timeout=START_SECONDS,
        )
        assert answer.is_success, answer.text
        made: dict[str, Any] = answer.json()
        return Entrance(made["day"], made["tokens"], [item["note"] for item in made["items"]])

    def http(self, token: str) -> httpx.AsyncClient:
        """A client of the HTTP API with a link's token."""
        headers = {"Authorization": f"Bearer {token}"}
        return httpx.AsyncClient(
            base_url=self.base_url, headers=headers, timeout=15, trust_env=False
        )

    def _wait_until_ready(self) -> None:
        assert self._process is not None
        deadline = time.monotonic() + self.start_seconds
        with httpx.Client(base_url=self.base_url, trust_env=False) as client:
            while time.monotonic() < deadline:
                if self._process.poll() is not None:
                    raise AssertionError(f"the server ended while starting:\n{self.said()}")
                try:
                    if client.get("/health/ready").is_success:
                        return
                except httpx.TransportError:
                    pass  # nobody listens yet
                time.sleep(0.02)  # between two questions, until the deadline
        raise AssertionError(f"the server was not ready in time:\n{self.said()}")

    def _end(self, how: signal.Signals) -> int:
        process, self._process = self._process, None
        assert process is not None, "the server does not run"
        process.send_signal(how)
        return process.wait(STOP_SECONDS)

    def _environ(self) -> dict[str, str]:
        environ = {
            key: value for key, value in os.environ.items() if not key.startswith("CALEPIN_")
        }
        settings = {"admin_token": self.admin_token, **self.settings}
        return environ | {f"CALEPIN_{key.upper()}": value for key, value in settings.items()}


def free_port() -> int:
    """A port that nobody listens on now."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port
