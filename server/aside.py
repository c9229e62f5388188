"""A process aside of this one, for work that would hold the interpreter for long.

What is asked of one is done in turn. It can be stopped in the middle of its work, it ends with the
server, however that ends, and one that died is replaced.
"""

from __future__ import annotations

import asyncio
import os
import signal
from collections.abc import AsyncIterator, Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import asynccontextmanager, suppress
from functools import partial
from multiprocessing import get_context, parent_process
from multiprocessing.connection import Connection
from multiprocessing.process import BaseProcess
from threading import Lock, Thread
from typing import Any, Final, TypeVar

from server.errors import Unavailable

LIMIT_SECONDS = 120
"""What takes longer hangs: the document library can, and holds the interpreter while it does."""
MOST_AT_ONCE: Final = 2
"""Exports that are made at the same time: a long one does not keep a short one waiting. Each has a
process, of 60 MB and what its day takes."""
MOST_WAITING: Final = 20
"""Exports that wait for one of these processes, and hold a connection meanwhile."""
NICENESS: Final = 10
"""Of an export: where processors are short, whoever types goes first."""
ATTEMPTS: Final = 2
"""At a work whose process died."""

T = TypeVar("T")

Tell = Callable[[int, int], None]
"""Told how much of the work is done, of how much."""


class Aside:
    """Owned by one event loop. The process is started by the first call, and takes 0.3 s for it.

    `niceness` is that of the process, more than that of this one.
    """

    def __init__(self, *, niceness: int = 0) -> None:
        self._niceness = niceness
        self._is_closed = False
        self._turn = asyncio.Lock()
        self._thread = ThreadPoolExecutor(1, thread_name_prefix="aside")
        self._process = _Process(self._niceness)

    async def run(self, work: Callable[..., T], *values: object, told: Tell | None = None) -> T:
        """Run a module's function on plain values, there, and give or raise what it does.

        With `told`, the function is given a `tell` as well, and what it tells is told here. Whoever
        cancels the call ends the work, at once. When the process dies of it or meanwhile, it is
        tried once more in a new one; then Unavailable is raised.
        """
        async with self._turn:
            # Not always the work's fault: a service manager may end all processes of a service.
            for _ in range(ATTEMPTS):
                if self._is_closed:
                    break
                with suppress(_Died):
                    return await self._run(work, values, told)
        raise Unavailable("This could not be finished; nothing is lost. Try again.")

    def close(self) -> None:
        """Take nothing more, end what is done, and wait for nothing."""
        self._is_closed = True
        self._process.end()
        self._thread.shutdown(wait=False, cancel_futures=True)

    async def _run(
        self, work: Callable[..., T], values: tuple[object, ...], told: Tell | None
    ) -> T:
        loop, process = asyncio.get_running_loop(), self._process
        heard: Tell | None = None
        if told is not None:
            heard = partial(_tell_from_thread, loop, told)
        done = loop.run_in_executor(self._thread, process.ask, work, values, heard)
        try:
            result: T = await done
        except (asyncio.CancelledError, _Died):
            process.end()
            self._process = _Process(self._niceness)
            raise
        return result


class Exports:
    """The processes for whole days, which may take long. Owned by one event loop."""

    def __init__(self) -> None:
        self._all = [Aside(niceness=NICENESS) for _ in range(MOST_AT_ONCE)]
        self._free = list(self._all)
        self._places = asyncio.Semaphore(MOST_AT_ONCE)
        self.waiting = 0
        """How many wait for a place."""

    @asynccontextmanager
    async def place(self) -> AsyncIterator[Aside]:
        """A process that is nobody else's in the block; who asked first has the first that is free.

        Raises Unavailable where too many wait.
        """
        if self._places.locked() and self.waiting >= MOST_WAITING:
            raise Unavailable("Many exports are being made just now: try again in a minute.")
        self.waiting += 1
        try:
            await self._places.acquire()
        finally:
            self.waiting -= 1
        # The last one that was used: where one is enough, there is one.
        aside = self._free.pop()
        try:
            yield aside
        finally:
            self._free.append(aside)
            self._places.release()

    def close(self) -> None:
        """Of all processes, also those that somebody has."""
        for aside in self._all:
            aside.close()


def _tell_from_thread(loop: asyncio.AbstractEventLoop, told: Tell, done: int, of: int) -> None:
    loop.call_soon_threadsafe(told, done, of)


class _Died(Exception):
    """The process ended before it answered."""


class _Process:
    """One process and the way to it. Started and asked in one thread, ended from any."""

    def __init__(self, niceness: int) -> None:
        self._niceness = niceness
        self._lock = Lock()
        self._process: BaseProcess | None = None
        self._way: Connection[Any, Any] | None = None
        self._is_ended = False

    def ask(
        self,
        work: Callable[..., Any],
        values: tuple[object, ...],
        heard: Tell | None,
    ) -> Any:
        """What the work gives or raises. Raises _Died."""
        way = self._start()
        try:
            way.send((work, values, heard is not None))
            while True:
                kind, value = way.recv()
                if kind != _TOLD:
                    break
                if heard is not None:
                    heard(*value)
        except (EOFError, OSError) as error:  # an OSError in the middle of an answer
            self.end()
            way.close()
            if self._process is not None:
                self._process.join()
            raise _Died from error
        if kind == _RAISED:
            raise value
        return value

    def end(self) -> None:
        """End it now, whatever it does."""
        with self._lock:
            self._is_ended = True
            if self._process is not None:
                self._process.kill()

    def _start(self) -> Connection[Any, Any]:
        with self._lock:
            if self._is_ended:
                raise _Died
            if self._way is None:
                # By a fresh interpreter: a fork would copy our threads' locks.
                context = get_context("spawn")
                self._way, theirs = context.Pipe()
                values = (theirs, self._niceness)
                self._process = context.Process(target=_serve, args=values, daemon=True)
                self._process.start()
                theirs.close()
            return self._way


_TOLD, _GAVE, _RAISED = 0, 1, 2


# In the process


def _serve(way: Connection[Any, Any], niceness: int) -> None:
    os.nice(niceness)
    # Ctrl-C reaches every process of a terminal; the server's last copies are still to be made.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    Thread(target=_leave_with_parent, name="leave with parent", daemon=True).start()
    while True:
        try:
            work, values, tells = way.recv()
        except EOFError:
            return
        named = {"tell": lambda done, of: way.send((_TOLD, (done, of)))} if tells else {}
        # By the kernel, as nothing in a process that hangs in the library can end it.
        signal.alarm(LIMIT_SECONDS)
        try:
            said = (_GAVE, work(*values, **named))
        except Exception as error:  # noqa: BLE001 - raised again where it was asked for
            said = (_RAISED, error)
        finally:
            signal.alarm(0)
        way.send(said)


def _leave_with_parent() -> None:
    """End when the server was killed: what goes on in the library would notice nothing."""
    parent = parent_process()
    if parent is not None:
        parent.join()
        os._exit(1)
