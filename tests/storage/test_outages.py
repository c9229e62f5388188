"""PostgreSQL that dies, comes back, and is replaced by its standby, while rows are committed."""

from __future__ import annotations

import asyncio
import random
from collections.abc import Iterator
from contextlib import contextmanager

import pytest

from storage.errors import StoreUnavailable, StoreWentBack
from storage.store import Store
from storage.values import Accepted
from tests.postgres import USER, Postgres, new_folder, postgres
from tests.storage.seeding import NOTES, Told, assert_kept, edit, make_day, tell

pytestmark = [
    pytest.mark.promise("L2"),
    pytest.mark.promise("L4"),
    pytest.mark.promise("L8"),
]


@pytest.fixture
def server() -> Iterator[Postgres]:
    with postgres() as running:
        make_day(running.tcp_url)
        yield running


class Typists:
    """Stores as of several processes, whose rows follow each other without a rest."""

    def __init__(self, where: str, names: tuple[str, ...] = ("ada", "bo")) -> None:
        self.where = where
        self.told: Told = {}
        self.unsure = 0
        self._names = names
        # Opening a store is not tried again: nobody is disturbed before all have.
        self._all_open = asyncio.Barrier(len(names))
        self._ended = False
        self._grown = asyncio.Event()

    async def until(self, rows: int) -> None:
        """Wait until so many rows more were acknowledged."""
        wanted = len(self.told) + rows
        async with asyncio.timeout(60):
            while len(self.told) < wanted:
                self._grown.clear()
                await self._grown.wait()

    def begin(self, group: asyncio.TaskGroup) -> None:
        for name in self._names:
            group.create_task(self._type(name))

    def end(self) -> None:
        self._ended = True

    async def _type(self, name: str) -> None:
        async with await Store.open(self.where, clock=lambda: 1) as store:
            await self._all_open.wait()
            n = 0
            while not self._ended:
                n += 1
                batch = [edit(f"{name} {n} {k}".encode(), NOTES[(n + k) % 3]) for k in range(3)]
                try:
                    outcomes = await store.submit(batch)
                except StoreUnavailable:
                    self.unsure += len(batch)  # nothing was said of them: not sent again here
                else:
                    tell(self.told, batch, outcomes)
                    self._grown.set()


async def test_no_row_is_lost_or_twice_when_the_server_crashes_among_commits(server: Postgres):
    typing = Typists(server.tcp_url)
    async with asyncio.TaskGroup() as group:
        typing.begin(group)
        for _ in range(3):
            await typing.until(50)
            await asyncio.to_thread(server.stop, "immediate")
            await asyncio.to_thread(server.start)
        await typing.until(50)
        typing.end()
    # A start that takes longer than the writer waits leaves rows of which nothing was said.
    assert_kept(server.tcp_url, typing.told, unsure=typing.unsure)


async def test_no_row_is_lost_or_twice_when_connections_are_ended_at_random(server: Postgres):
    seed = random.randrange(2**32)
    print("seed", seed)
    chance = random.Random(seed)
    end_one = (
        "SELECT pg_terminate_backend(pid) FROM pg_stat_activity "
        "WHERE backend_type = 'client backend' AND pid <> pg_backend_pid() "
        "AND application_name = 'calepin' ORDER BY random() LIMIT 1"
    )
    typing = Typists(server.tcp_url)
    async with asyncio.TaskGroup() as group:
        typing.begin(group)
        for _ in range(40):
            await typing.until(chance.randrange(1, 12))
            await asyncio.to_thread(server.sql, end_one)
        typing.end()
    assert_kept(server.tcp_url, typing.told, unsure=typing.unsure)


@contextmanager
def standby_of(server: Postgres) -> Iterator[Postgres]:
    with new_folder() as folder:
        standby = server.standby(folder)
        standby.start()
        try:
            yield standby
        finally:
            if standby.is_running():
                standby.stop()


def either(first: Postgres, second: Postgres) -> str:
    return f"postgresql://{USER}@127.0.0.1:{first.port},127.0.0.1:{second.port}/postgres"


async def test_a_promoted_standby_is_found_and_has_all_that_was_acknowledged(server: Postgres):
    with standby_of(server) as standby:
        # The standby stands first in the address: it must be passed over until it takes writes.
        typing = Typists(either(standby, server))
        server.configure(synchronous_standby_names="'*'")
        async with asyncio.TaskGroup() as group:
            typing.begin(group)
            await typing.until(60)
            await asyncio.to_thread(server.stop, "immediate")
            await asyncio.to_thread(standby.promote)
            await typing.until(60)
            typing.end()
        assert_kept(standby.tcp_url, typing.told, unsure=typing.unsure)


async def test_a_promoted_standby_that_lagged_behind_is_noticed(server: Postgres):
    with standby_of(server) as standby:
        async with await Store.open(either(server, standby), clock=lambda: 1) as store:
            assert await store.submit([edit(b"one")]) == [Accepted(1)]
            await asyncio.to_thread(caught_up, server, standby)
            await asyncio.to_thread(standby.stop, "fast")
            assert await store.submit([edit(b"two")]) == [Accepted(2)]
            await asyncio.to_thread(server.stop, "immediate")
            await asyncio.to_thread(standby.start)
            await asyncio.to_thread(standby.promote)
            with pytest.raises(StoreWentBack, match="has gone back to an earlier moment"):
                await store.submit([edit(b"three")])
        # A new process takes what there is; who has more sends it again.
        async with await Store.open(either(server, standby), clock=lambda: 1) as again:
            assert await again.submit([edit(b"two")]) == [Accepted(2)]
        assert_kept(standby.tcp_url, {(NOTES[0], 1): b"one", (NOTES[0], 2): b"two"})


def caught_up(server: Postgres, standby: Postgres) -> None:
    position = server.sql("SELECT pg_current_wal_lsn()")
    while standby.sql(f"SELECT pg_last_wal_replay_lsn() >= '{position}'") != "True":
        pass


@pytest.mark.promise("O2")
async def test_a_backup_by_pg_dump_of_a_live_store_is_whole(server: Postgres):
    typing = Typists(server.tcp_url, ("ada",))
    with new_folder() as folder:
        server.own(folder)
        address = ("-h", "127.0.0.1", "-p", str(server.port), "-U", USER)
        file = str(folder / "dump")
        async with asyncio.TaskGroup() as group:
            typing.begin(group)
            await typing.until(60)
            before = dict(typing.told)
            await asyncio.to_thread(server.run, "pg_dump", *address, "-Fc", "-f", file, "postgres")
            typing.end()
        server.sql("CREATE DATABASE restored")
        server.run("pg_restore", *address, "-d", "restored", file)
    restored = f"postgresql://{USER}@127.0.0.1:{server.port}/restored"
    assert_kept(restored, before, unsure=len(typing.told) - len(before))
