"""One other process, for work that would hold this one's interpreter for more than milliseconds."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from concurrent.futures import Executor, ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from multiprocessing import get_context
from typing import Any, TypeVar

import structlog

from server.errors import Unavailable

T = TypeVar("T")

log = structlog.get_logger("calepin")


class Elsewhere:
    """Runs plain functions of plain values, one after the other. Replaced when it dies.

    Started on first need, by a fresh interpreter: a fork would copy our threads' locks.
    """

    def __init__(self) -> None:
        self._process = _process()

    async def run(self, call: Callable[..., T], *values: Any) -> T:
        """What `call(*values)` returns or raises there.

        Raises Unavailable when the process ends meanwhile, by this work or by what was before it.
        """
        process = self._process
        try:
            return await asyncio.get_running_loop().run_in_executor(process, call, *values)
        except BrokenProcessPool as error:
            log.error("other_process_died", work=call.__name__)
            if self._process is process:
                self._process = _process()
            raise Unavailable("This could not be finished; nothing is lost. Try again.") from error

    def close(self) -> None:
        """End it without waiting for what is under way."""
        self._process.shutdown(wait=False, cancel_futures=True)


def _process() -> Executor:
    return ProcessPoolExecutor(1, mp_context=get_context("spawn"))
