"""A Redis server of the tests' own, on a free loopback port."""

from __future__ import annotations

import shutil
import socket
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from tempfile import TemporaryDirectory

import pytest

START_SECONDS = 15.0


@contextmanager
def redis_server() -> Iterator[str]:
    """Its address, while it runs; skips the test where none is installed."""
    if shutil.which("redis-server") is None:
        pytest.skip("Redis is not installed (Debian and Ubuntu: apt-get install redis-server)")
    with socket.create_server(("127.0.0.1", 0)) as probe:
        port = probe.getsockname()[1]
    with TemporaryDirectory(prefix="calepin-redis-") as folder:
        options = ["--port", str(port), "--bind", "127.0.0.1", "--save", "", "--dir", folder]
        running = subprocess.Popen(
            ["redis-server", *options], stdout=subprocess.DEVNULL, stdin=subprocess.DEVNULL
        )
        try:
            _wait_until_it_answers(port)
            yield f"redis://127.0.0.1:{port}"
        finally:
            running.kill()
            running.wait()


def _wait_until_it_answers(port: int) -> None:
    deadline = time.monotonic() + START_SECONDS
    while True:
        try:
            with socket.create_connection(("127.0.0.1", port)) as asking:
                asking.sendall(b"PING\r\n")
                assert asking.recv(7) == b"+PONG\r\n"
                return
        except OSError:
            assert time.monotonic() < deadline, "Redis did not start"
            time.sleep(0.02)  # between two questions, until the deadline
