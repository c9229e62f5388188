"""What Redis uses to carry one message to so many processes that listen."""

from __future__ import annotations

import selectors
import socket
import threading
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass

from hiredis import pack_command

from bench.processes import usage
from tests.redis_server import RedisServer

MESSAGE_BYTES = 500
AT_ONCE = 50
"""Published in one write: about as many notes as a busy process commits together."""


@dataclass(frozen=True, slots=True)
class FanOut:
    listeners: int
    us_per_message: float
    """Of Redis' processor time."""


def fan_out(redis: RedisServer, listeners: int, messages: int = 40_000) -> FanOut:
    publish = pack_command(("PUBLISH", "busy", b"x" * MESSAGE_BYTES)) * AT_ONCE
    with ExitStack() as stack:
        sockets = [stack.enter_context(_connected(redis)) for _ in range(listeners)]
        for one in sockets:
            one.sendall(pack_command(("SUBSCRIBE", "busy")))
            one.recv(4096)
        stack.enter_context(_read_by_somebody(sockets))
        publisher = stack.enter_context(_connected(redis))
        before = usage(redis.pid).cpu_seconds
        for _ in range(messages // AT_ONCE):
            publisher.sendall(publish)
            answered = 0
            while answered < AT_ONCE:
                answered += publisher.recv(65536).count(b"\r\n")
        used = usage(redis.pid).cpu_seconds - before
    return FanOut(listeners, used / messages * 1e6)


def _connected(redis: RedisServer) -> socket.socket:
    return socket.create_connection(("127.0.0.1", redis.port), timeout=30)


@contextmanager
def _read_by_somebody(sockets: list[socket.socket]) -> Iterator[None]:
    stopping = threading.Event()

    def read() -> None:
        with selectors.DefaultSelector() as waiting:
            for one in sockets:
                waiting.register(one, selectors.EVENT_READ, one.recv)
            while not stopping.is_set():
                for key, _ in waiting.select(timeout=0.1):
                    key.data(1 << 20)

    reader = threading.Thread(target=read)
    reader.start()
    try:
        yield
    finally:
        stopping.set()
        reader.join()
