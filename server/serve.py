"""Running the server in one process: one loop, one store, and an end in order."""

from __future__ import annotations

import asyncio
import os
import signal
import socket
from collections.abc import Awaitable, Callable, Iterator
from contextlib import AbstractContextManager, contextmanager, nullcontext
from pathlib import Path

import structlog
import uvicorn
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from server.app import create_app
from server.bounded_http import MAX_CONNECTIONS, BoundedHttp
from server.listening import listen, make_room_for_sockets
from server.logs import configure_logs, log_loop_failure
from server.service import Service
from server.settings import Settings
from server.sync.transport import FrameProtocol
from storage.errors import StoreNotWritable
from storage.mounts import refuse_network
from storage.serve_lock import ServeLock

MAX_MESSAGE_BYTES = 1024 * 1024

log = structlog.get_logger("calepin")


class OrderlyServer(uvicorn.Server):
    """Stops in order (S7): no new connections, commit what is queued, 1012 to everybody, close.

    From the moment it is told to, readiness says no, and every answer ends its connection. With
    `leave_seconds` it goes on for so long before it stops, so that a load balancer can turn away
    first; being told again ends that.
    """

    def __init__(self, service: Service, *, leave_seconds: float = 0) -> None:
        super().__init__(
            uvicorn.Config(
                _LastAnswers(create_app(service), lambda: self.ends_connections),
                ws=FrameProtocol,
                http=BoundedHttp,
                lifespan="off",
                log_config=None,
                access_log=False,
                ws_max_size=MAX_MESSAGE_BYTES,
                ws_per_message_deflate=False,
                ws_ping_interval=20.0,
                ws_ping_timeout=20.0,
                timeout_graceful_shutdown=5,
                server_header=False,
                proxy_headers=True,
            )
        )
        self.ends_connections = False
        self._service = service
        self._leave_seconds = leave_seconds
        service.on_failure(self._stop)

    @contextmanager
    def capture_signals(self) -> Iterator[None]:
        """Stop on SIGTERM and SIGINT. uvicorn's own raises them again afterwards, which would end
        the process before the store is closed."""
        loop = asyncio.get_running_loop()
        for number in (signal.SIGTERM, signal.SIGINT):
            loop.add_signal_handler(number, self.told_to_stop, number)
        try:
            yield
        finally:
            for number in (signal.SIGTERM, signal.SIGINT):
                loop.remove_signal_handler(number)

    def told_to_stop(self, number: int) -> None:
        is_first = not self._service.is_leaving
        self.leave()
        if is_first and self._leave_seconds:
            asyncio.get_running_loop().call_later(self._leave_seconds, self._stop)
        else:
            self.handle_exit(number, None)

    def leave(self) -> None:
        """Say that nobody should be sent here any more, and go on."""
        self._service.is_leaving = True
        self.ends_connections = True

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        for server in self.servers:
            server.close()
        await self._service.settle()
        await super().shutdown(sockets)

    def _stop(self) -> None:
        self.should_exit = True


def _store_lock(settings: Settings) -> AbstractContextManager[object]:
    """What keeps a second server out of an embedded store. A database server has many clients, and
    servers on one machine may share the folder of the key."""
    return ServeLock(settings.data) if settings.is_embedded else nullcontext()


def prepare(settings: Settings, *, worker: int | None = None) -> None:
    """What comes before all else in a process that serves. Raises StoreError."""
    if settings.is_embedded:
        refuse_network(settings.data)
    else:
        _make_folder(settings.data)  # for the copies; the store and its key may be elsewhere
    # A backtrace of 6 KB for every panic of the document library would be a way to fill a disk.
    os.environ["RUST_BACKTRACE"] = "0"
    configure_logs(worker=worker)
    BoundedHttp.most_connections = make_room_for_sockets(MAX_CONNECTIONS)


def _make_folder(data: Path) -> None:
    try:
        data.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise StoreNotWritable(data, error.strerror or str(error)) from error


def serve(settings: Settings) -> int:
    """Serve until told to stop. Returns the exit status: 0, or 1 when the store failed.

    Raises CalepinError or StoreError, with one sentence, for whatever prevents the start.
    """
    prepare(settings)
    listener = listen(settings.host, settings.port)
    with listener, _store_lock(settings):
        return run(_serve(settings, listener))


def run(serving: Awaitable[int]) -> int:
    """Run what serves in the quickest loop that there is."""

    async def main() -> int:
        asyncio.get_running_loop().set_exception_handler(log_loop_failure)
        return await serving

    with asyncio.Runner(loop_factory=_loop_factory()) as runner:
        return runner.run(main())


async def _serve(settings: Settings, listener: socket.socket) -> int:
    async with Service.start(settings) as service:
        await show_admin_token(service)
        server = OrderlyServer(service, leave_seconds=settings.leave_seconds)
        log.info("serving", address=settings.address, port=listener.getsockname()[1])
        await server.serve(sockets=[listener])
        log.info("stopped", failed=service.has_failed)
        return 1 if service.has_failed else 0


async def show_admin_token(service: Service) -> None:
    """Print the admin token where this process made it: the first one of a store."""
    token = await service.ensure_admin_token()
    if token is not None:
        # Printed and not logged: logs are kept, and shown to others.
        print(f"The admin token, shown this once: {token}", flush=True)


class _LastAnswers:
    """Lets every answer end its connection from some moment on: the next request on it would come
    to a process that is gone."""

    def __init__(self, app: ASGIApp, are_last: Callable[[], bool]) -> None:
        self._app = app
        self._are_last = are_last

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        async def send_last(message: Message) -> None:
            if message["type"] == "http.response.start" and self._are_last():
                message = {**message, "headers": [*message["headers"], (b"connection", b"close")]}
            await send(message)

        await self._app(scope, receive, send_last if scope["type"] == "http" else send)


def _loop_factory() -> type[asyncio.AbstractEventLoop] | None:
    try:
        import uvloop
    except ImportError:  # not built for every platform; asyncio's own loop serves as well
        return None
    return uvloop.Loop
