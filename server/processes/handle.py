"""One worker, as its supervisor sees it."""

from __future__ import annotations

import asyncio
import signal
import socket
import sys
from collections import deque
from contextlib import suppress
from multiprocessing import get_context
from multiprocessing.process import BaseProcess

from server.processes.wire import Order, Reports, send_connection
from server.settings import Settings

SILENT_SECONDS = 2.0
"""A worker of which nothing was heard for so long gets no new connections. It says something four
times a second, and on a machine that has too much to do a little less often."""
HANGING_SECONDS = 20.0
"""One that is silent for so long is killed: before its people's clients give up by themselves,
which y-websocket does after 30 s."""
MAX_UNTAKEN = 64
"""Connections that one worker was handed and has not taken. They wait with it if it hangs."""


class Handle:
    """Owned by the supervisor's loop."""

    def __init__(
        self, settings: Settings, number: int, own: socket.socket | None, *, now: float
    ) -> None:
        """Start the process. It is ready when it has reported for the first time."""
        self.number = number
        self.started = self.heard = now
        self.handed = 0
        self.is_silent = False
        self.is_leaving = False
        self.ready = asyncio.Event()
        """It has reported, or ended."""
        self.ended = asyncio.Event()
        self._open = 0
        self._taken = 0
        self._untaken: deque[socket.socket] = deque()
        """Our copies of what it was handed: should it die, another one gets them."""
        self._reports = Reports()
        self.pair, theirs = socket.socketpair()
        self.pair.setblocking(False)
        with theirs:
            # Spawned, by a fresh interpreter: one without our loop, and with new code if there is.
            self.process: BaseProcess = get_context("spawn").Process(
                target=_begin, args=(settings, number, theirs, own), name=f"worker {number}"
            )
            self.process.start()

    @property
    def connections(self) -> int:
        """How many are open there, those on the way included."""
        return self._open + len(self._untaken)

    @property
    def is_serving(self) -> bool:
        return self.ready.is_set() and not self.is_leaving and not self.ended.is_set()

    def can_take(self, now: float) -> bool:
        return (
            self.is_serving
            and now - self.heard <= SILENT_SECONDS
            and len(self._untaken) < MAX_UNTAKEN
        )

    def hand(self, connection: socket.socket) -> bool:
        """Hand a connection over, which is ours no more; False, and it still is, where that cannot
        be now."""
        try:
            send_connection(self.pair, connection)
        except OSError:  # it reads no more, it died, or too much is on the way in the system
            return False
        self._untaken.append(connection)
        return True

    def order(self, order: Order) -> None:
        """Tell it something. One that is dead, or does not read, is seen to otherwise."""
        if order in (Order.RETIRE, Order.STOP):
            self.is_leaving = True
        with suppress(OSError):
            self.pair.send(order.value)

    def read(self, now: float) -> bool:
        """Take what it reported; False when it will report no more."""
        try:
            data = self.pair.recv(65536)
        except BlockingIOError:
            return True
        except OSError:
            data = b""
        for report in self._reports.feed(data):
            self.heard, self._open = now, report.open
            self.is_leaving |= report.is_leaving
            while self._taken < report.taken:
                self._untaken.popleft().close()
                self._taken += 1
            self.ready.set()
        return bool(data)

    def surrender(self) -> list[socket.socket]:
        """What it was handed and never took. Only once it is dead: it could still take them."""
        untaken = list(self._untaken)
        self._untaken.clear()
        return untaken


def _begin(settings: Settings, number: int, pair: socket.socket, own: socket.socket | None) -> None:
    # Both reach every process of a terminal, and are the supervisor's affair.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    signal.signal(signal.SIGHUP, signal.SIG_IGN)
    # The supervisor does not load what serves.
    from server.processes.worker import work

    sys.exit(work(settings, number, pair, own))
