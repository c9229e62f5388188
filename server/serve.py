"""Running the server: one process, one loop, one store."""

from __future__ import annotations

import asyncio
import errno
import os
import resource
import signal
import socket
from collections.abc import Iterator
from contextlib import contextmanager

import structlog
import uvicorn

from server.app import create_app
from server.bounded_http import MAX_CONNECTIONS, BoundedHttp
from server.errors import BadInput, Unavailable
from server.logs import configure_logs, log_loop_failure
from server.service import Service
from server.settings import Settings
from server.sync.transport import FrameProtocol
from storage.mounts import refuse_network
from storage.serve_lock import ServeLock

MAX_MESSAGE_BYTES = 1024 * 1024
HANDSHAKE_BACKLOG = 2048
UNSENT_BYTES = 128 * 1024
"""What the kernel keeps of a socket that does not take more. Its own limit is some MiB, which a
peer that stopped reading would cost before it is noticed."""
OTHER_FILES = 100
"""The store, its readers, and what else is open. Without a file descriptor left to accept a
connection with, the loop would spin."""

log = structlog.get_logger("calepin")


class OrderlyServer(uvicorn.Server):
    """Stops in order (S7): no new connections, commit what is queued, 1012 to everybody, close."""

    def __init__(self, config: uvicorn.Config, service: Service) -> None:
        super().__init__(config)
        self._service = service

    @contextmanager
    def capture_signals(self) -> Iterator[None]:
        """Stop on SIGTERM and SIGINT. uvicorn's own raises them again afterwards, which would end
        the process before the store is closed."""
        loop = asyncio.get_running_loop()
        for number in (signal.SIGTERM, signal.SIGINT):
            loop.add_signal_handler(number, self.handle_exit, number, None)
        try:
            yield
        finally:
            for number in (signal.SIGTERM, signal.SIGINT):
                loop.remove_signal_handler(number)

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        for server in getattr(self, "servers", []):
            server.close()
        await self._service.settle()
        await super().shutdown(sockets)


def listen(host: str, port: int) -> socket.socket:
    """A listening socket. Raises Unavailable with one sentence when the address cannot be had."""
    try:
        family, kind, protocol, _, address = socket.getaddrinfo(
            host, port, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE
        )[0]
        listener = socket.socket(family, kind, protocol)
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        if hasattr(socket, "TCP_NOTSENT_LOWAT"):  # Linux and macOS; inherited by what is accepted
            listener.setsockopt(socket.IPPROTO_TCP, socket.TCP_NOTSENT_LOWAT, UNSENT_BYTES)
        listener.bind(address)
        listener.listen(HANDSHAKE_BACKLOG)
    except OSError as error:
        if error.errno == errno.EADDRINUSE:
            raise Unavailable(
                f"Port {port} on {host} is in use by another program; "
                "stop it, or choose another port with --port."
            ) from error
        raise Unavailable(f"Cannot listen on {host}, port {port}: {error.strerror}.") from error
    listener.setblocking(False)
    return listener


def make_room_for_sockets() -> int:
    """Raise the limit of open files as far as the system lets us; how many connections fit."""
    _, most = resource.getrlimit(resource.RLIMIT_NOFILE)
    wanted = MAX_CONNECTIONS + OTHER_FILES
    files = wanted if most == resource.RLIM_INFINITY else min(wanted, most)
    resource.setrlimit(resource.RLIMIT_NOFILE, (files, most))
    return max(1, files - OTHER_FILES)


def serve(settings: Settings) -> int:
    """Serve until told to stop. Returns the exit status: 0, or 1 when the store failed.

    Raises CalepinError or StoreError, with one sentence, for whatever prevents the start.
    """
    if settings.workers != 1:
        raise BadInput(f"CALEPIN_WORKERS is {settings.workers}; only 1 is taken in this version.")
    if settings.database_url is None:
        refuse_network(settings.data)
    # A backtrace of 6 KB for every panic of the document library would be a way to fill a disk.
    os.environ["RUST_BACKTRACE"] = "0"
    configure_logs()
    BoundedHttp.most_connections = make_room_for_sockets()
    listener = listen(settings.host, settings.port)
    with (
        listener,
        ServeLock(settings.data),
        asyncio.Runner(loop_factory=_loop_factory()) as runner,
    ):
        return runner.run(_serve(settings, listener))


async def _serve(settings: Settings, listener: socket.socket) -> int:
    asyncio.get_running_loop().set_exception_handler(log_loop_failure)
    async with Service.start(settings) as service:
        token = await service.ensure_admin_token()
        if token is not None:
            # Printed and not logged: logs are kept, and shown to others.
            print(f"The admin token, shown this once: {token}", flush=True)
        config = uvicorn.Config(
            create_app(service),
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
        server = OrderlyServer(config, service)
        service.on_failure(lambda: setattr(server, "should_exit", True))
        log.info("serving", address=settings.address, port=listener.getsockname()[1])
        await server.serve(sockets=[listener])
        log.info("stopped", failed=service.has_failed)
        return 1 if service.has_failed else 0


def _loop_factory() -> type[asyncio.AbstractEventLoop] | None:
    try:
        import uvloop
    except ImportError:  # not built for every platform; asyncio's own loop serves as well
        return None
    return uvloop.Loop
