"""A worker: a process that serves the connections that its supervisor hands it."""

from __future__ import annotations

import asyncio
import signal
import socket
import sys
from collections.abc import Coroutine, Iterator
from contextlib import contextmanager, suppress
from dataclasses import replace

import structlog

from server.bounded_http import BoundedHttp
from server.errors import BadInput, CalepinError
from server.processes.wire import REPORT_SECONDS, Order, Report, Reporter, receive
from server.serve import OrderlyServer, prepare, run, show_admin_token
from server.service import Service
from server.settings import Settings, read_settings
from storage.errors import StoreError

RETIRING_SECONDS = 5.0
"""For requests that are under way when another worker has taken over, and for the next one on a
connection that a browser keeps: it learns with the answer that there is no further one. uvicorn
ends a kept connection after as long."""
ENDING_SECONDS = 15
"""From then to the end: 5 s for requests, 3 s for copies, and time for a slow disk."""

log = structlog.get_logger("calepin")


def work(fixed: Settings, number: int, pair: socket.socket, own: socket.socket | None) -> int:
    """Serve as worker `number`, connections from `pair` and those that `own` accepts, until told
    to stop. Returns the exit status; what prevents the start is one sentence on standard error.

    Settings are read anew, so that a rolling restart takes what was changed. Where the server
    listens and where its store is remain as they were when the supervisor started.
    """
    try:
        settings = replace(
            read_settings(),
            host=fixed.host,
            port=fixed.port,
            data=fixed.data,
            database_url=fixed.database_url,
            redis_url=fixed.redis_url,
            workers=fixed.workers,
            worker_ports=fixed.worker_ports,
        )
        prepare(settings, worker=number)
        return run(_work(settings, number, pair, own))
    except BadInput as error:
        status, sentence = 2, str(error)
    except (CalepinError, StoreError) as error:
        status, sentence = 1, str(error)
    print(f"calepin: {' '.join(sentence.split())}", file=sys.stderr, flush=True)
    return status


async def _work(
    settings: Settings, number: int, pair: socket.socket, own: socket.socket | None
) -> int:
    async with Service.start(settings) as service:
        service.worker = number
        await show_admin_token(service)
        server = HandedServer(service, pair)
        log.info("serving", address=settings.address, port=settings.port)
        await server.serve(sockets=[own] if own else [])
        log.info("stopped", failed=service.has_failed)
        return 1 if service.has_failed else 0


class HandedServer(OrderlyServer):
    """An orderly server that is handed its connections, and reports how many it has."""

    def __init__(self, service: Service, pair: socket.socket) -> None:
        super().__init__(service)
        self._pair = pair
        self._pair.setblocking(False)
        self._reporter = Reporter(pair)
        self._taken = 0
        self._tasks: set[asyncio.Task[None]] = set()
        """What goes on besides the server's own loop; held here, as the loop itself does not."""

    @contextmanager
    def capture_signals(self) -> Iterator[None]:
        """SIGTERM from somebody else than the supervisor: make place for another worker."""
        loop = asyncio.get_running_loop()
        loop.add_signal_handler(signal.SIGTERM, self._retire)
        try:
            yield
        finally:
            loop.remove_signal_handler(signal.SIGTERM)

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        await super().startup(sockets)
        asyncio.get_running_loop().add_reader(self._pair, self._read)
        self._begin(self._report_regularly())

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        # What is still in the pair is the supervisor's to hand to another.
        asyncio.get_running_loop().remove_reader(self._pair)
        self.ends_connections = True
        self._report()
        await super().shutdown(sockets)
        for task in self._tasks:
            task.cancel()

    def _read(self) -> None:
        before = self._taken
        while not self.should_exit:
            try:
                received = receive(self._pair)
            except BlockingIOError:
                break
            match received:
                case None | (Order.STOP, _):
                    self._stop()
                case Order.RETIRE, _:
                    self._retire()
                case Order.LEAVE, _:
                    self.leave()
                case Order.TAKE, connection:
                    self._taken += 1
                    if connection is not None:  # else there was no file descriptor left for it
                        self._begin(self._take(connection))
        if self._taken != before:
            self._report()

    async def _take(self, connection: socket.socket) -> None:
        connection.setblocking(False)
        # The other end may have gone already.
        with suppress(OSError):
            await asyncio.get_running_loop().connect_accepted_socket(
                lambda: BoundedHttp(
                    config=self.config,
                    server_state=self.server_state,
                    app_state=self.lifespan.state,
                ),
                connection,
            )

    def _retire(self) -> None:
        if not self.ends_connections:
            self.ends_connections = True
            self._report()
            self._begin(self._stop_when_answered())

    async def _stop_when_answered(self) -> None:
        """Requests first, while all works as ever; then WebSockets are told to come back."""
        for server in self.servers:
            server.close()
        for _ in range(int(RETIRING_SECONDS / REPORT_SECONDS)):
            if not any(isinstance(one, BoundedHttp) for one in self.server_state.connections):
                break
            await asyncio.sleep(REPORT_SECONDS)
        self._stop()

    def _stop(self) -> None:
        super()._stop()
        # By the kernel: there may be nobody left to end a process that hangs while it stops.
        signal.alarm(ENDING_SECONDS)

    async def _report_regularly(self) -> None:
        while True:
            self._report()
            await asyncio.sleep(REPORT_SECONDS)

    def _report(self) -> None:
        is_leaving = self.should_exit or (self.ends_connections and not self._service.is_leaving)
        self._reporter.report(Report(is_leaving, self._taken, len(self.server_state.connections)))

    def _begin(self, work: Coroutine[None, None, None]) -> None:
        task = asyncio.create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)
