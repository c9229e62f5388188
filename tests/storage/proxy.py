"""A TCP proxy in front of PostgreSQL that cuts a connection at its COMMIT, in some way."""

from __future__ import annotations

import socket
import threading
from collections import deque
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from enum import Enum, auto


class Fate(Enum):
    """What becomes of a COMMIT and of the connection that it came on."""

    PASSES = auto()
    IS_LOST = auto()
    """Cut before it reaches the server."""
    UNANSWERED = auto()
    """Carried out by the server; cut before its answer reaches who waits for it."""
    COMES_LATE = auto()
    """Cut for who waits for it; it reaches the server at `Proxy.release`."""


class Proxy:
    """Each COMMIT takes the next of `fates`; without one it passes."""

    def __init__(self, port: int) -> None:
        self.fates: deque[Fate] = deque()
        self.commits = 0
        self.is_held = threading.Event()
        """Set when a COMMIT waits for `release`."""
        self._released = threading.Event()
        self.target = ("127.0.0.1", port)
        """Where new connections lead."""
        self._listening = socket.create_server(("127.0.0.1", 0))
        self.port: int = self._listening.getsockname()[1]
        self._sockets: list[socket.socket] = []
        self._clients: list[socket.socket] = []
        self._threads = [threading.Thread(target=self._accept, daemon=True)]
        self._threads[0].start()

    def release(self) -> None:
        """Let a COMMIT through that was held."""
        self._released.set()

    def cut(self) -> None:
        """Cut all connections for who uses them; the server does not hear of it."""
        for client in self._clients:
            _cut(client)

    def close(self) -> None:
        self.release()
        for one in (self._listening, *self._sockets):
            _cut(one)
        for thread in self._threads:
            thread.join()

    def _accept(self) -> None:
        with suppress(OSError):
            while True:
                client, _ = self._listening.accept()
                try:
                    server = socket.create_connection(self.target)
                except OSError:
                    _cut(client)
                    continue
                for one in (client, server):
                    one.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
                self._sockets += [client, server]
                self._clients.append(client)
                silent = threading.Event()
                for work in (self._to_server, self._to_client):
                    thread = threading.Thread(
                        target=work, args=(client, server, silent), daemon=True
                    )
                    self._threads.append(thread)
                    thread.start()

    def _to_server(
        self, client: socket.socket, server: socket.socket, silent: threading.Event
    ) -> None:
        with suppress(OSError):
            while data := client.recv(65536):
                fate = Fate.PASSES
                # At the end of a message, and alone on its way: the driver waits for each answer.
                if data.endswith(b"COMMIT\0"):
                    self.commits += 1
                    if self.fates:
                        fate = self.fates.popleft()
                match fate:
                    case Fate.IS_LOST:
                        break
                    case Fate.UNANSWERED:
                        silent.set()
                    case Fate.COMES_LATE:
                        silent.set()
                        _cut(client)
                        self.is_held.set()
                        self._released.wait(60)
                server.sendall(data)
        if not silent.is_set():
            _cut(client)
            _cut(server)

    def _to_client(
        self, client: socket.socket, server: socket.socket, silent: threading.Event
    ) -> None:
        with suppress(OSError):
            while data := server.recv(65536):
                if silent.is_set():  # the answer to the COMMIT: it has been carried out
                    break
                client.sendall(data)
        _cut(client)
        _cut(server)


@contextmanager
def proxy(port: int) -> Iterator[Proxy]:
    """A proxy in front of the server at a loopback port; it ends with the block."""
    found = Proxy(port)
    try:
        yield found
    finally:
        found.close()


def _cut(one: socket.socket) -> None:
    with suppress(OSError):
        one.shutdown(socket.SHUT_RDWR)
    one.close()
