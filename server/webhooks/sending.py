"""One request to an address that somebody else chose: bounded in every way, to a checked machine.

The name is resolved, each number is looked at, and the connection goes to a number that passed; so
a name that leads elsewhere a moment later leads nowhere. Nothing is followed, kept or read beyond
the status. Why this is not an HTTP client's is in docs/decisions/0022.
"""

from __future__ import annotations

import asyncio
import socket
import ssl
from collections.abc import Callable, Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from typing import Final

import h11

from server.webhooks.addresses import Address, is_public

ATTEMPT_SECONDS: Final = 15.0
"""For all of a request, from the name to the status. The specification recommends 15 to 30."""
CONNECT_SECONDS: Final = 5.0
"""For each number of a name: a machine without IPv6 tries the next one."""
REST_SECONDS: Final = 1.0
"""For the rest of an answer, once its status is there: whoever writes it shall not see a reset."""
MAX_HEAD_BYTES: Final = 32 * 1024
MAX_REST_BYTES: Final = 64 * 1024
_READ_BYTES: Final = 8 * 1024


class NotSent(Exception):
    """No status came back. `why` is a short fixed word: `unresolved`, `refused_address`,
    `unreachable`, `tls`, `timeout` or `no_answer`."""

    def __init__(self, why: str) -> None:
        super().__init__(why)
        self.why = why


def look_up(host: str, port: int) -> list[str]:
    """The numbers of a name, as the system tells them. Raises OSError."""
    found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    return list(dict.fromkeys(str(address[0]) for *_, address in found))


class Sender:
    """Sends requests from this process. Close it at the end."""

    def __init__(
        self,
        *,
        internal: bool,
        at_once: int,
        attempt_seconds: float = ATTEMPT_SECONDS,
        look_up: Callable[[str, int], list[str]] = look_up,
    ) -> None:
        """`internal`: also to machines that the Internet cannot reach. `at_once`: how many names
        are looked up at the same time; a slow one holds up no other part of the server."""
        self._internal = internal
        self._attempt_seconds = attempt_seconds
        self._look_up = look_up
        self._tls = ssl.create_default_context()
        self._names = ThreadPoolExecutor(at_once, thread_name_prefix="calepin-names")

    def close(self) -> None:
        self._names.shutdown(wait=False, cancel_futures=True)

    async def post(self, to: Address, body: bytes, headers: Mapping[str, str]) -> int:
        """The status of the answer, whatever it is. Raises NotSent."""
        connection = h11.Connection(h11.CLIENT, max_incomplete_event_size=MAX_HEAD_BYTES)
        writer: asyncio.StreamWriter | None = None
        try:
            async with asyncio.timeout(self._attempt_seconds):
                reader, writer = await self._connect(to, await self._resolve(to))
                for data in _request(connection, to, body, headers):
                    writer.write(data)
                await writer.drain()
                status = await _status(connection, reader)
            await _read_rest(connection, reader)
            return status
        except TimeoutError:
            raise NotSent("timeout") from None
        except (OSError, h11.RemoteProtocolError):
            raise NotSent("no_answer") from None
        finally:
            if writer is not None:
                writer.transport.abort()

    async def _resolve(self, to: Address) -> list[str]:
        """The numbers of a name that may be connected to, the system's choice first."""
        loop = asyncio.get_running_loop()
        try:
            found = await loop.run_in_executor(self._names, self._look_up, to.host, to.port)
        except OSError:
            raise NotSent("unresolved") from None
        allowed = [number for number in found if self._internal or is_public(number)]
        if not allowed:
            raise NotSent("refused_address")
        return allowed

    async def _connect(
        self, to: Address, numbers: list[str]
    ) -> tuple[asyncio.StreamReader, asyncio.StreamWriter]:
        for number in numbers:
            try:
                async with asyncio.timeout(CONNECT_SECONDS):
                    return await asyncio.open_connection(
                        number,
                        to.port,
                        ssl=self._tls if to.is_https else None,
                        server_hostname=to.host if to.is_https else None,
                    )
            except ssl.SSLError:
                raise NotSent("tls") from None
            except OSError:
                continue
        raise NotSent("unreachable")


def _request(
    connection: h11.Connection, to: Address, body: bytes, headers: Mapping[str, str]
) -> list[bytes]:
    request = h11.Request(
        method="POST",
        target=to.target,
        headers=[
            ("host", to.authority),
            ("content-type", "application/json"),
            ("content-length", str(len(body))),
            ("user-agent", "calepin"),
            ("connection", "close"),
            *headers.items(),
        ],
    )
    parts = [request, h11.Data(data=body), h11.EndOfMessage()]
    return [connection.send(part) or b"" for part in parts]


async def _status(connection: h11.Connection, reader: asyncio.StreamReader) -> int:
    """Of the final answer. Raises OSError or RemoteProtocolError where none comes."""
    read = 0
    while True:
        event = connection.next_event()
        if isinstance(event, h11.Response):
            return event.status_code
        if event is h11.NEED_DATA:
            data = await reader.read(_READ_BYTES)
            read += len(data)
            connection.receive_data(data)
        if isinstance(event, h11.ConnectionClosed) or read > MAX_HEAD_BYTES:
            raise NotSent("no_answer")


async def _read_rest(connection: h11.Connection, reader: asyncio.StreamReader) -> None:
    """Let whoever answers finish, within bounds; what comes changes nothing any more."""
    read = 0
    with suppress(OSError, TimeoutError, h11.RemoteProtocolError):
        async with asyncio.timeout(REST_SECONDS):
            while read < MAX_REST_BYTES:
                event = connection.next_event()
                if event is h11.NEED_DATA:
                    data = await reader.read(_READ_BYTES)
                    read += len(data)
                    connection.receive_data(data)
                elif not isinstance(event, h11.Data):
                    return
