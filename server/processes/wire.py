"""What a supervisor and a worker tell each other, over a pair of sockets.

Down go accepted connections and orders, one byte each. Up go reports, all of one size, each of
which says everything: one that is left out is made good by the next.
"""

from __future__ import annotations

import socket
import struct
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from enum import Enum

REPORT_SECONDS = 0.25
"""Between two reports of a worker that has nothing new to say: it lives."""

_RECORD = struct.Struct("!?QI")


class Order(Enum):
    """What a byte from the supervisor means."""

    TAKE = b"t"
    """A connection comes with it."""
    LEAVE = b"l"
    """Say that the server is not ready any more; go on."""
    RETIRE = b"r"
    """Another one is in your place: let requests end, then stop."""
    STOP = b"s"
    """Stop in order."""


@dataclass(frozen=True, slots=True)
class Report:
    is_leaving: bool
    """It wants no more connections."""
    taken: int
    """How many connections it has taken from the supervisor since it began."""
    open: int
    """How many are open now, whoever accepted them."""


class Reporter:
    """The worker's end of what goes up. Never waits: where nobody reads, a report is left out."""

    def __init__(self, pair: socket.socket) -> None:
        self._pair = pair
        self._rest = b""
        """Of a report of which the system took the beginning."""

    def report(self, said: Report) -> None:
        record = self._rest or _RECORD.pack(said.is_leaving, said.taken, said.open)
        # The supervisor's death is noticed where its orders are read.
        with suppress(OSError):
            self._rest = record
            self._rest = record[self._pair.send(record) :]


class Reports:
    """The supervisor's end of it: bytes in, whole reports out."""

    def __init__(self) -> None:
        self._rest = b""

    def feed(self, data: bytes) -> Iterator[Report]:
        data = self._rest + data
        whole = len(data) - len(data) % _RECORD.size
        self._rest = data[whole:]
        for fields in _RECORD.iter_unpack(data[:whole]):
            yield Report(*fields)


def send_connection(pair: socket.socket, connection: socket.socket) -> None:
    """Hand a connection down. The caller's own copy stays open. Raises OSError, BlockingIOError
    where the worker has not taken what it was handed before."""
    socket.send_fds(pair, [Order.TAKE.value], [connection.fileno()])


def receive(pair: socket.socket) -> tuple[Order, socket.socket | None] | None:
    """The next order, with its connection; None when the supervisor is gone. Raises
    BlockingIOError when there is none now."""
    try:
        data, descriptors, _, _ = socket.recv_fds(pair, 1, 1)
    except ConnectionError:
        return None
    if not data:
        return None
    connection = socket.socket(fileno=descriptors[0]) if descriptors else None
    return Order(data), connection
