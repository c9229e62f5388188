"""What one process does wrong must not hold up the others: bounds, rights, and their sentences."""

from __future__ import annotations

import asyncio
import os
import random
import signal
import subprocess
import sys
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from sqlalchemy import Connection, text

from storage import log, verify
from storage.database import Database
from storage.engines import POSTGRES_WRITE_BOUNDS_MS
from storage.errors import (
    StoreBusy,
    StoreForbidden,
    StoreFull,
    StoreUnreachable,
)
from storage.store import Store
from storage.values import Accepted, ConnectionId, Milliseconds, NoteId, PersonId, Submission
from tests.postgres import USER, Postgres, new_folder, postgres
from tests.storage.seeding import NOTES, Told, assert_kept, edit, make_day, tell

ROOT = Path(__file__).parents[2]


@pytest.fixture(scope="module")
def running() -> Iterator[Postgres]:
    with postgres() as server:
        yield server


@pytest.fixture
def server(running: Postgres) -> Postgres:
    make_day(running.tcp_url)
    return running


def with_bound(server: Postgres, name: str, milliseconds: int) -> str:
    return f"{server.tcp_url}?options=-c%20{name}%3D{milliseconds}"


def test_every_bound_holds_on_every_connection_and_the_address_may_say_other(server: Postgres):
    def bounds(where: str) -> dict[str, str]:
        with Database.open(where) as database, database.write() as db:
            query = "SELECT name, setting FROM pg_settings WHERE name LIKE '%timeout'"
            return {str(row.name): str(row.setting) for row in db.execute(text(query))}

    found = bounds(server.tcp_url)
    assert {n: int(found[n]) for n in POSTGRES_WRITE_BOUNDS_MS} == POSTGRES_WRITE_BOUNDS_MS
    assert bounds(with_bound(server, "lock_timeout", 77))["lock_timeout"] == "77"


@pytest.mark.promise("L2")
def test_commits_are_durable_whatever_the_database_was_set_to(server: Postgres):
    query = text("SELECT current_setting('synchronous_commit')")
    for told, holds in (("off", "on"), ("remote_apply", "remote_apply")):
        server.sql(f"ALTER ROLE {USER} SET synchronous_commit = {told}")
        try:
            with Database.open(server.tcp_url) as database, database.write() as db:
                assert db.execute(query).scalar_one() == holds
        finally:
            server.sql(f"ALTER ROLE {USER} RESET synchronous_commit")


@pytest.mark.promise("L4")
def test_a_process_that_is_stopped_in_a_transaction_holds_nobody_up_for_long(
    server: Postgres,
):
    program = [sys.executable, "-W", "error", str(Path(__file__).parent / "programs/paused.py")]
    where = with_bound(server, "idle_in_transaction_session_timeout", 500)
    with subprocess.Popen(
        [*program, where, NOTES[0]],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
        cwd=ROOT,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
    ) as paused:
        assert paused.stdout is not None
        assert paused.stdout.readline() == "in\n"
        paused.send_signal(signal.SIGSTOP)
        try:
            with Database.open(server.tcp_url) as other, other.write() as db:
                assert log.append(db, [edit(b"goes on")]) == [Accepted(1)]
        finally:
            paused.send_signal(signal.SIGCONT)
        told, _ = paused.communicate("go on\n")
    # Its transaction was ended; it was carried out again, behind the other.
    assert told == "Accepted(seq=2)\n"
    assert_kept(server.tcp_url, {(NOTES[0], 1): b"goes on", (NOTES[0], 2): b"paused"})


@pytest.mark.promise("L8")
async def test_a_statement_that_takes_too_long_is_ended_and_said(server: Postgres):
    def slow(db: Connection) -> None:
        log.append(db, [edit(b"slow")])
        db.execute(text("SELECT pg_sleep(60)"))

    where = with_bound(server, "statement_timeout", 2000)
    async with await Store.open(where, clock=lambda: 1) as store:
        with pytest.raises(StoreBusy, match="a statement took too long and was ended"):
            await store.write(slow)
        with pytest.raises(StoreBusy, match="a statement took too long and was ended"):
            await store.read(lambda db: db.execute(text("SELECT pg_sleep(60)")))
        assert await store.submit([edit(b"next")]) == [Accepted(1)]


@pytest.mark.promise("L8")
async def test_a_lock_that_is_not_let_go_is_said(server: Postgres):
    with Database.open(server.tcp_url) as other, other.write() as db:
        log.append(db, [edit(b"holds")])
        where = with_bound(server, "lock_timeout", 200)
        async with await Store.open(where, clock=lambda: 1) as store:
            with pytest.raises(StoreBusy, match="another process held what this one needs"):
                await store.submit([edit(b"waits")])
            assert await store.submit([edit(b"elsewhere", NOTES[1])]) == [Accepted(1)]


async def test_a_server_that_takes_no_more_connections_is_waited_for(server: Postgres):
    server.sql("CREATE ROLE few LOGIN CONNECTION LIMIT 1")
    server.sql("GRANT ALL ON ALL TABLES IN SCHEMA public TO few")
    where = server.tcp_url.replace(USER, "few", 1)
    with Database.open(where) as one, one.write() as db:
        with pytest.raises(StoreUnreachable, match="too many connections for role"):
            Database.open(where)
        assert log.append(db, [edit(b"one")]) == [Accepted(1)]
    Database.open(where).close()


async def test_a_server_that_stops_to_take_writes_is_left_for_one_that_does(server: Postgres):
    tries = 0

    def work(db: Connection) -> list:
        nonlocal tries
        tries += 1
        if tries == 1:  # what a server answers that has become a standby
            db.execute(text("SET TRANSACTION READ ONLY"))
        return log.append(db, [edit(b"once")])

    async with await Store.open(server.tcp_url, clock=lambda: 1) as store:
        before = await store.write(lambda db: db.execute(text("SELECT pg_backend_pid()")).scalar())
        assert await store.write(work) == [Accepted(1)]
        after = await store.write(lambda db: db.execute(text("SELECT pg_backend_pid()")).scalar())
    assert before != after


def test_a_server_that_only_reads_is_a_sentence(server: Postgres):
    server.sql("CREATE ROLE reading LOGIN")
    server.sql("ALTER ROLE reading SET default_transaction_read_only = on")
    with pytest.raises(StoreUnreachable, match="session is read-only"):
        Database.open(server.tcp_url.replace(USER, "reading", 1))


def test_a_user_without_the_rights_is_a_sentence(server: Postgres):
    server.sql("CREATE ROLE guest LOGIN")
    with pytest.raises(StoreForbidden, match=r"refuses: permission denied .* owner"):
        Database.open(server.tcp_url.replace(USER, "guest", 1))


@pytest.mark.promise("O4")
def test_several_processes_make_the_same_new_store_at_once(server: Postgres):
    server.sql("CREATE DATABASE fresh")
    where = server.tcp_url.replace("/postgres", "/fresh")
    program = "import sys; from storage.database import Database; Database.open(sys.argv[1])"
    started = [subprocess.Popen([sys.executable, "-c", program, where], cwd=ROOT) for _ in range(4)]
    assert [process.wait() for process in started] == [0] * 4
    make_day(where)
    assert_kept(where, {})


@pytest.mark.promise("L4")
def test_batches_of_many_notes_from_several_processes_wait_in_turn(server: Postgres):
    deadlocks = "SELECT deadlocks FROM pg_stat_database WHERE datname = 'postgres'"
    before = int(server.sql(deadlocks))

    def write(name: str) -> None:
        with Database.open(server.tcp_url) as database:
            for n in range(60):
                turned = NOTES if n % 2 else NOTES[::-1]
                batch = [
                    Submission(
                        *(note, PersonId(name), ConnectionId(name), Milliseconds(n)),
                        f"{name} {n} {note}".encode(),
                    )
                    for note in turned
                ]
                with database.write() as db:
                    log.append(db, batch)

    def lock(turned: list[NoteId]) -> None:
        as_moderator = {"by": PersonId("m"), "at": Milliseconds(1), "connection": ConnectionId("m")}
        with Database.open(server.tcp_url) as database:
            for _ in range(30):
                with database.write() as db:
                    log.take_turn(db, turned)
                    for note in turned:
                        log.lock(db, note, why="", **as_moderator)
                with database.write() as db:
                    log.take_turn(db, turned[::-1])
                    for note in turned[::-1]:
                        log.unlock(db, note, **as_moderator)

    with ThreadPoolExecutor(5) as threads:
        work = [threads.submit(write, name) for name in ("ada", "bo", "cy")]
        work += [threads.submit(lock, turned) for turned in (NOTES, NOTES[::-1])]
        for one in work:
            one.result()
    server.sql("SELECT pg_stat_force_next_flush()")
    assert int(server.sql(deadlocks)) == before
    with Database.open(server.tcp_url) as database, database.read() as db:
        for note in NOTES:
            rows = log.tail(db, note, 0)
            assert [row.seq for row in rows] == list(range(1, len(rows) + 1))
    # `verify` inside reads that no writer's row stands behind a lock.
    assert_no_findings(server.tcp_url)


def assert_no_findings(where: str) -> None:
    with Database.open(where) as database, database.read() as db:
        assert verify.verify(db).findings == ()


@pytest.fixture
def small_disk(running: Postgres) -> Iterator[tuple[str, Path]]:
    """The address of a store whose disk is nearly full, and a file of 1 MB that is in the way."""
    with new_folder() as folder:
        running.own(folder)
        disk = folder / "small"
        disk.mkdir()
        mount = ["mount", "-t", "tmpfs", "-o", "size=32m", "tmpfs", str(disk)]
        if os.geteuid() != 0 or subprocess.run(mount, check=False, capture_output=True).returncode:
            pytest.skip("a small disk can be mounted by root alone")
        try:
            space = disk / "space"
            space.mkdir()
            running.own(space)
            running.sql(f"CREATE TABLESPACE small LOCATION '{space}'")
            running.sql("CREATE DATABASE small TABLESPACE small")
            where = running.tcp_url.replace("/postgres", "/small")
            make_day(where)
            ballast, filler = disk / "ballast", disk / "filler"
            ballast.write_bytes(bytes(1_000_000))
            free = os.statvfs(disk)
            filler.write_bytes(bytes(free.f_bavail * free.f_bsize - 1_500_000))
            yield where, ballast
            running.sql("DROP DATABASE small WITH (FORCE)")
            running.sql("DROP TABLESPACE small")
        finally:
            subprocess.run(["umount", "-l", str(disk)], check=True)


@pytest.mark.promise("L8")
async def test_a_full_disk_acknowledges_nothing_and_leaves_the_store_good(
    small_disk: tuple[str, Path],
):
    where, ballast = small_disk
    told: Told = {}
    noise = random.Random(7)  # what can be compressed would take no space

    async def fill(store: Store) -> None:
        while len(told) < 1000:
            batch = [edit(noise.randbytes(20_000))]
            tell(told, batch, await store.submit(batch))

    async with await Store.open(where, clock=lambda: 1) as store:
        with pytest.raises(StoreFull, match="Free some space"):
            await fill(store)
        assert len(told) > 10
        await asyncio.to_thread(ballast.unlink)
        batch = [edit(b"after")]
        tell(told, batch, await store.submit(batch))
    assert_kept(where, told)
