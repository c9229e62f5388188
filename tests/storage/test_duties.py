"""Duties: one process at a time has each; another goes on when it ends, is paused or cut off."""

from __future__ import annotations

import asyncio
import signal
import subprocess
import sys
import time
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import suppress
from pathlib import Path
from queue import Empty, SimpleQueue
from threading import Thread

import pytest

from storage.database import Database
from storage.duties import CHECK_SECONDS, FOLDER, SILENT_SECONDS, Duties
from tests.postgres import Postgres, postgres

ROOT = Path(__file__).parents[2]
PROGRAM = Path(__file__).parent / "programs" / "holder.py"
PATIENCE_SECONDS = 30.0
"""For a busy machine; what is measured is said where it is looked at."""


class Holder:
    """A process that takes what duties it can get."""

    def __init__(self, where: str) -> None:
        self.process = subprocess.Popen(
            [sys.executable, PROGRAM, where],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            text=True,
            cwd=ROOT,
        )
        self.held: set[str] = set()
        self._said: SimpleQueue[str] = SimpleQueue()
        self._thread = Thread(target=self._listen, daemon=True)
        self._thread.start()

    def send(self, number: signal.Signals) -> None:
        self.process.send_signal(number)

    def hear(self) -> None:
        """Take in what it has said."""
        with suppress(Empty):
            while True:
                said = self._said.get_nowait()
                (self.held.add if said[0] == "+" else self.held.discard)(said[1:].strip())

    def end(self) -> None:
        self.process.kill()
        self.process.wait()
        self._thread.join()

    def _listen(self) -> None:
        assert self.process.stdout is not None
        with self.process.stdout as said:
            for line in said:
                self._said.put(line)


@pytest.fixture
def holder(where: str) -> Iterator[Callable[[], Holder]]:
    """Starts processes on the store."""
    Database.open(where).close()
    yield from _starting(where)


def _starting(where: str) -> Iterator[Callable[[], Holder]]:
    started: list[Holder] = []

    def start() -> Holder:
        started.append(Holder(where))
        return started[-1]

    try:
        yield start
    finally:
        for one in started:
            one.end()


def until(true: Callable[[], bool], *holders: Holder) -> float:
    """Wait for it; how many seconds it took."""
    began = time.monotonic()
    while time.monotonic() - began < PATIENCE_SECONDS:
        for one in holders:
            one.hear()
        if true():
            return time.monotonic() - began
        time.sleep(0.01)  # between two questions, until the deadline
    raise AssertionError([(one.held, one.process.poll()) for one in holders])


async def taken(duties: Duties) -> None:
    """Look until it holds `work`: the server has ended the sessions of others by then."""
    async with asyncio.timeout(PATIENCE_SECONDS):
        while not duties.holds("work"):
            await duties.look()


BOTH = {"work", "other"}


def test_when_a_holder_is_killed_another_goes_on(holder: Callable[[], Holder]) -> None:
    alive = [holder()]
    until(lambda: alive[0].held == BOTH, *alive)
    alive += [holder(), holder()]
    for _ in range(3):
        killed = next(one for one in alive if "work" in one.held)
        killed.send(signal.SIGKILL)
        alive.remove(killed)
        took = until(lambda: sorted(_held_by(alive)) == sorted(BOTH), *alive)
        print(f"gone on after {took:.2f} s")
        alive.append(holder())


def _held_by(holders: list[Holder]) -> list[str]:
    return [name for one in holders for name in one.held]


@pytest.mark.parametrize("where", ["postgresql"], indirect=True)
def test_a_holder_that_is_paused_is_replaced_and_knows_it_when_it_wakes(
    holder: Callable[[], Holder],
) -> None:
    first = holder()
    until(lambda: first.held == BOTH, first)
    second = holder()
    first.send(signal.SIGSTOP)
    took = until(lambda: second.held == BOTH, second)
    print(f"gone on after {took:.2f} s")
    assert took > SILENT_SECONDS - 2 * CHECK_SECONDS
    first.send(signal.SIGCONT)
    until(lambda: not first.held, first, second)
    assert second.held == BOTH


@pytest.mark.parametrize("where", ["postgresql"], indirect=True)
async def test_a_session_that_the_database_ended_is_noticed_and_begun_anew(where: str) -> None:
    with Database.open(where) as database:
        duties = Duties.of(database, standing=["work"])
        await taken(duties)
        with database.write() as db:
            ended = db.exec_driver_sql(
                "SELECT pg_terminate_backend(pid) FROM pg_locks WHERE locktype = 'advisory'"
            )
            assert ended.scalars().all() == [True]
        other = Duties.of(database, standing=["work"])
        await taken(other)
        await duties.look()
        assert not duties.holds("work")
        await other.close()
        await duties.look()
        assert duties.holds("work")
        await duties.close()


@pytest.fixture
def own_postgres() -> Iterator[Postgres]:
    with postgres() as server:
        yield server


async def test_over_a_failover_nobody_holds_anything_and_then_one_process_does(
    own_postgres: Postgres,
) -> None:
    with Database.open(own_postgres.url) as database:
        first, second = (Duties.of(database, standing=["work"]) for _ in range(2))
        await first.look()
        await second.look()
        assert (first.holds("work"), second.holds("work")) == (True, False)
        own_postgres.stop()
        await first.look()
        assert not first.holds("work")
        async with first.hold("moment") as held:
            assert not held
        own_postgres.start()
        await second.look()  # finds that its session is over
        await second.look()
        await first.look()
        assert (first.holds("work"), second.holds("work")) == (False, True)
        # A server that has been replaced has locks that nobody else sees.
        own_postgres.stop()
        signal_file = Path(own_postgres.data) / "standby.signal"
        signal_file.touch()
        own_postgres.own(signal_file)
        own_postgres.start()
        await second.look()
        await second.look()
        assert not second.holds("work")
        own_postgres.promote()
        await second.look()
        assert second.holds("work")
        await first.close()
        await second.close()


async def test_what_was_proved_too_long_ago_is_not_held(where: str) -> None:
    now = 0.0
    with Database.open(where) as database:
        made = Duties.of(database)
        duties = Duties(made._session, standing=["work"], monotonic=lambda: now)
        await taken(duties)
        now += SILENT_SECONDS
        assert duties.holds("work") == (database.path is not None)
        await duties.look()
        assert duties.holds("work")
        await duties.close()
        assert duties.standing == {"work": False}


@pytest.fixture
async def two(where: str) -> AsyncIterator[tuple[Duties, Duties]]:
    with Database.open(where) as database, Database.open(where) as other:
        pair = Duties.of(database), Duties.of(other)
        yield pair
        for one in pair:
            await one.close()


async def test_a_duty_of_a_moment_is_one_process_s_and_one_task_s(
    two: tuple[Duties, Duties],
) -> None:
    first, second = two
    async with first.hold("checkpoint/note-1") as held, first.hold("checkpoint/note-1") as again:
        assert (held, again) == (True, False)
        async with second.hold("checkpoint/note-1") as other, second.hold("checkpoint/n2") as free:
            assert (other, free) == (False, True)
    async with second.hold("checkpoint/note-1") as other:
        assert other
        async with first.hold("checkpoint/note-1") as held:
            assert not held


@pytest.mark.parametrize("where", ["sqlite"], indirect=True)
async def test_files_of_duties_do_not_stay(where: str, two: tuple[Duties, Duties]) -> None:
    first, _ = two
    folder = Path(where) / FOLDER
    async with first.hold("checkpoint/note-1"):
        assert [path.name for path in folder.iterdir()] == ["checkpoint.note-1.lock"]
    assert list(folder.iterdir()) == []
    with pytest.raises(ValueError, match="no name"):
        async with first.hold("../out"):
            pass


@pytest.mark.parametrize("where", ["sqlite"], indirect=True)
async def test_a_folder_that_cannot_be_made_costs_the_duty_alone(
    where: str, two: tuple[Duties, Duties]
) -> None:
    (Path(where) / FOLDER).touch()
    first, _ = two
    async with first.hold("checkpoint/note-1") as held:
        assert not held
    (Path(where) / FOLDER).unlink()
    async with first.hold("checkpoint/note-1") as held:
        assert held
