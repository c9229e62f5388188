"""A process beside this one, for work that would hold the interpreter for long.

There is one; what is asked of it is done in turn. It ends with the server, however that ends, and
one that died is replaced.
"""

from __future__ import annotations

import asyncio
import os
import signal
from collections.abc import Callable
from concurrent.futures import BrokenExecutor, ProcessPoolExecutor
from multiprocessing import get_context, parent_process
from threading import Thread
from typing import TypeVar

from server.errors import Unavailable

LIMIT_SECONDS = 120
"""What takes longer hangs: the document library can, and holds the interpreter while it does."""

T = TypeVar("T")


class Workers:
    """Owned by one event loop. The process is started by the first call, and takes 0.3 s for it."""

    def __init__(self) -> None:
        self._pool = _new_pool()

    async def run(self, work: Callable[..., T], *values: object) -> T:
        """Run a module's function on plain values, there, and give or raise what it does.

        When the process dies of it or meanwhile, it is tried once more in a new one; then
        Unavailable is raised.
        """
        try:
            return await self._run(work, *values)
        except BrokenExecutor:
            # Not always the work's fault: a service manager may end all processes of a service.
            try:
                return await self._run(work, *values)
            except BrokenExecutor as error:
                raise Unavailable(
                    "This could not be finished; nothing is lost. Try again."
                ) from error

    def close(self) -> None:
        """Take nothing more, and wait for nothing."""
        self._pool.shutdown(wait=False, cancel_futures=True)

    async def _run(self, work: Callable[..., T], *values: object) -> T:
        pool = self._pool
        try:
            loop = asyncio.get_running_loop()
            return await loop.run_in_executor(pool, _limited, work, *values)
        except BrokenExecutor:
            if self._pool is pool:
                self._pool = _new_pool()
            raise


def _new_pool() -> ProcessPoolExecutor:
    # Spawned, by a fresh interpreter: a fork would copy our threads' locks.
    return ProcessPoolExecutor(1, mp_context=get_context("spawn"), initializer=_begin)


# In the process


def _begin() -> None:
    # Ctrl-C reaches every process of a terminal; the server's last copies are still to be made.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    Thread(target=_leave_with_parent, name="leave with parent", daemon=True).start()


def _leave_with_parent() -> None:
    """End when the server was killed: a pool's process would otherwise wait for work for ever."""
    parent = parent_process()
    if parent is not None:
        parent.join()
        os._exit(1)


def _limited(work: Callable[..., T], *values: object) -> T:
    # By the kernel, as nothing in a process that hangs in the library can end it.
    signal.alarm(LIMIT_SECONDS)
    try:
        return work(*values)
    finally:
        signal.alarm(0)
