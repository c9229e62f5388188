"""Several `calepin serve` on one PostgreSQL and one Redis, which a test may take away."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

import httpx

from server.days.secrets import SECRET_BYTES
from server.settings import KEY_NAME
from storage import log
from storage.database import Database
from storage.values import Kind, NoteId, Row
from tests.cluster.balancer import Balancer
from tests.peers.driver import Peer, Peers
from tests.postgres import USER, Postgres
from tests.proxy import Proxy
from tests.redis_server import RedisServer
from tests.running import Entrance, RunningServer, programme

NOTES = 3
LOOK_SECONDS = 0.05


@dataclass(eq=False)
class Cluster:
    """Everything in it runs when a test gets it, and is ended after the test.

    `ways` are the networks between each server and Redis, `stores` those between each server and
    PostgreSQL: a test may cut, delay or block them. `balancer` stands in front of all servers.
    """

    servers: Sequence[RunningServer]
    postgres: Postgres
    redis: RedisServer
    ways: Sequence[Proxy]
    stores: Sequence[Proxy]
    balancer: Balancer
    day: Entrance

    @property
    def note(self) -> str:
        return self.day.notes[0]

    async def person(
        self,
        peers: Peers,
        name: str,
        server: int | None,
        *,
        kind: str = "hocuspocus@4.8",
        note: int = 0,
        role: str = "writer",
    ) -> Peer:
        """A stock client at one of the servers, or at whichever the balancer gives it."""
        url = self.balancer.ws_url if server is None else self.servers[server].ws_url
        return await peers.open(name, kind, url, self.day.notes[note], self.day.tokens[role])

    async def lock(
        self, server: int, *, why: str = "", note: int = 0, unlock: bool = False
    ) -> None:
        """Lock a note, or unlock it, by one of the servers."""
        async with self.servers[server].http(self.day.tokens["moderator"]) as http:
            what = "unlock" if unlock else "lock"
            answer = await http.post(
                f"/api/notes/{self.day.notes[note]}/{what}",
                json=None if unlock else {"why": why},
            )
            assert answer.is_success, answer.text

    def rows(self, note: int = 0) -> list[Row]:
        """The log of a note, as the database has it."""
        with Database.open(self.postgres.url) as database, database.read() as db:
            return log.tail(db, NoteId(self.day.notes[note]), 0)

    async def replayed(self, peers: Peers, note: int = 0) -> str:
        """The text of a note, from its rows, in JavaScript."""
        rows = await asyncio.to_thread(self.rows, note)
        text, _ = await peers.replay([row.data for row in rows if row.kind is Kind.UPDATE])
        return text

    async def shown(self, server: int, note: int = 0) -> str:
        """The Markdown of a note, as one of the servers exports it."""
        async with self.servers[server].http(self.day.tokens["moderator"]) as http:
            answer = await http.get(f"/api/notes/{self.day.notes[note]}/export?format=md")
            assert answer.is_success, answer.text
            return answer.text

    async def metric(self, server: int, name: str) -> float:
        """One metric without labels, of one of the servers."""
        async with httpx.AsyncClient(trust_env=False) as http:
            told = (await http.get(f"{self.servers[server].base_url}/metrics")).text
        return next(
            float(row.split()[1]) for row in told.splitlines() if row.startswith(f"{name} ")
        )

    async def mend(self) -> None:
        """End every fault: all runs and is connected when this returns."""
        for way in (*self.ways, *self.stores):
            way.delay_seconds = 0.0
            way.heal()
            if not way.listens:
                await way.listen()
        if not self.redis.is_running:
            await asyncio.to_thread(self.redis.start)
        self.redis.resume()
        if not await asyncio.to_thread(self.postgres.is_running):
            await asyncio.to_thread(self.postgres.start)
        for server in self.servers:
            if server.is_running:
                server.resume()
            else:
                await asyncio.to_thread(server.start)
        for number in range(len(self.servers)):
            await until(lambda n=number: self.has_bus(n))

    async def has_bus(self, server: int) -> bool:
        """Whether one of the servers hears the others at once."""
        return await self.metric(server, "calepin_bus_up") == 1

    async def new_day(self) -> None:
        self.day = await asyncio.to_thread(self.servers[0].new_day, programme(NOTES))


@asynccontextmanager
async def cluster(
    folder: Path,
    postgres: Postgres,
    redis: RedisServer,
    *,
    servers: int = 2,
    settings: Mapping[str, str] = {},
) -> AsyncIterator[Cluster]:
    """So many servers, with a data folder and a port each, and a day of three empty notes."""
    key = bytes(range(SECRET_BYTES))  # the same for every cluster on one database
    async with AsyncExitStack() as stack:
        ways, stores, running = [], [], []
        for number in range(servers):
            way = await stack.enter_async_context(Proxy(redis.port))
            store = await stack.enter_async_context(Proxy(postgres.port))
            own = folder / f"server{number}"
            (own / "data").mkdir(parents=True)
            (own / "data" / KEY_NAME).write_bytes(key)
            server = RunningServer(
                own,
                {
                    "database_url": f"postgresql://{USER}@127.0.0.1:{store.port}/postgres",
                    "redis_url": f"redis://127.0.0.1:{way.port}",
                    "drain_ms": "0",
                    **settings,
                },
                admin_token="one for all of them",
            )
            ways.append(way)
            stores.append(store)
            running.append(server)
            stack.callback(server.__exit__, None, None, None)
        await asyncio.to_thread(running[0].start)  # it alone makes the tables
        await asyncio.gather(*(asyncio.to_thread(server.start) for server in running[1:]))
        balancer = await stack.enter_async_context(Balancer([one.port for one in running]))
        day = await asyncio.to_thread(running[0].new_day, programme(NOTES))
        yield Cluster(running, postgres, redis, ways, stores, balancer, day)


async def until(holds: Callable[[], Awaitable[bool]], *, seconds: float = 15.0) -> None:
    """Look until it is so."""
    async with asyncio.timeout(seconds):
        while not await holds():  # noqa: ASYNC110 - what is looked at tells nobody
            await asyncio.sleep(LOOK_SECONDS)
