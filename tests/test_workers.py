"""The process for exports and copies: replaced when it dies, gone when the server is."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from server.errors import Unavailable
from server.workers import Workers

KILLED = """
import asyncio, os, signal
from server.workers import Workers

async def main():
    workers = Workers()
    print(await workers.run(os.getpid), flush=True)
    os.kill(os.getpid(), signal.SIGKILL)

if __name__ == "__main__":
    asyncio.run(main())
"""


async def test_work_that_ends_the_process_is_an_error_and_the_next_has_a_new_one() -> None:
    workers = Workers()
    first = await workers.run(os.getpid)
    with pytest.raises(Unavailable):
        await workers.run(os._exit, 1)
    assert await workers.run(os.getpid) not in (first, os.getpid())
    workers.close()


async def test_a_process_that_was_ended_from_outside_is_replaced_unnoticed() -> None:
    workers = Workers()
    first = await workers.run(os.getpid)
    os.kill(first, signal.SIGTERM)
    for _ in range(3):
        assert await workers.run(os.getpid) != os.getpid()
    workers.close()


async def test_the_keyboard_does_not_end_it() -> None:
    workers = Workers()
    first = await workers.run(os.getpid)
    os.kill(first, signal.SIGINT)
    assert await workers.run(os.getpid) == first
    workers.close()


def test_it_does_not_outlive_a_server_that_was_killed(tmp_path: Path) -> None:
    """It holds the other end of this pipe, too: reading ends when both processes have."""
    script = tmp_path / "killed.py"
    script.write_text(KILLED)
    done = subprocess.run(
        [sys.executable, script],
        cwd=tmp_path,
        stdout=subprocess.PIPE,
        timeout=60,
        check=False,
    )
    assert done.returncode == -signal.SIGKILL
    assert int(done.stdout) > 0
