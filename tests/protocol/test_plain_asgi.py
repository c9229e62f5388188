"""Under a server that knows nothing of prebuilt frames the protocol is the same (W1)."""

from __future__ import annotations

import asyncio
import socket
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest
import uvicorn
from uvicorn.protocols.websockets.websockets_sansio_impl import WebSocketsSansIOProtocol
from websockets.asyncio.client import connect

from server.app import create_app
from server.days.access import Role
from server.service import Service
from server.settings import Settings
from server.sync.codec import var_bytes
from tests.peers.driver import Peers, until_same
from tests.protocol.raw import closed
from tests.running import programme


@dataclass(frozen=True, slots=True)
class Plain:
    """A running server, and a note on it."""

    service: Service
    url: str
    note: str
    token: str


@asynccontextmanager
async def plain_server(folder: Path) -> AsyncIterator[Plain]:
    async with Service.start(Settings(data=folder)) as service:
        made = await service.make_day(programme(1).encode())
        config = uvicorn.Config(
            create_app(service), ws=WebSocketsSansIOProtocol, lifespan="off", log_config=None
        )
        server = uvicorn.Server(config)
        with socket.create_server(("127.0.0.1", 0)) as listener:
            serving = asyncio.create_task(server.serve(sockets=[listener]))
            note = made.day.sections[0].items[0].note.id
            url = f"ws://127.0.0.1:{listener.getsockname()[1]}"
            yield Plain(service, url, note, made.tokens[Role.WRITER])
            server.should_exit = True
            await serving


@pytest.mark.promise("W1")
async def test_stock_clients_of_both_framings_write_together(tmp_path: Path, peers: Peers) -> None:
    async with plain_server(tmp_path) as plain:
        first = await peers.open("a", "y-websocket@3.1", plain.url, plain.note, plain.token)
        second = await peers.open("b", "hocuspocus@4.8", plain.url, plain.note, plain.token)
        await first.type("Bonjour ", at=0)
        await second.type("à toutes et à tous", at=0)
        await until_same(first, second, containing=["Bonjour ", "à toutes et à tous"])
        await second.wait(unsynced=False)
        await first.close()
        await second.close()


@pytest.mark.promise("W4")
async def test_bad_messages_end_with_their_code(tmp_path: Path) -> None:
    async with plain_server(tmp_path) as plain:
        url = f"{plain.url}/sync/{plain.note}?token={plain.token}"
        for message, code in (
            ("bonjour", 1003),
            (b"\x09", 1002),
            (b"\x00\x02" + var_bytes(b"\xfe\xfe"), 4422),
        ):
            async with connect(url, proxy=None) as peer:
                await peer.send(message)
                assert (await closed(peer))[0] == code
