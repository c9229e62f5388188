"""A store with one day of three notes, on each engine that the contract is held against."""

from __future__ import annotations

import shutil
from collections.abc import AsyncIterator, Callable, Iterator
from pathlib import Path

import pytest

from storage.database import Database
from storage.store import Store
from storage.values import (
    ConnectionId,
    DayId,
    Milliseconds,
    NoteId,
    PersonId,
    Submission,
)
from tests.postgres import emptied
from tests.postgres import postgres as running_postgres
from tests.storage.seeding import DAY, NOTES, seed

Submit = Callable[..., Submission]


@pytest.fixture(params=["sqlite", "postgresql"])
def where(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """What a store is opened with: an empty one for each test.

    A test of what only the embedded store does says `@pytest.mark.parametrize("where", ["sqlite"],
    indirect=True)`.
    """
    if request.param == "sqlite":
        # Migrating an empty store takes longer than most tests.
        return str(shutil.copytree(request.getfixturevalue("empty"), tmp_path / "data"))
    return emptied(request.getfixturevalue("postgres"))


@pytest.fixture(scope="session")
def empty(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of an embedded store that has been opened once and holds nothing."""
    folder = tmp_path_factory.mktemp("empty")
    Database.open(folder).close()
    return folder


@pytest.fixture(scope="session")
def postgres() -> Iterator[str]:
    """The address of a PostgreSQL server that lives as long as these tests, on a socket file."""
    with running_postgres() as server:
        yield server.url


@pytest.fixture
def seeded(where: str) -> str:
    """What the store of one day is opened with."""
    with Database.open(where) as database, database.write() as db:
        seed(db)
    return where


@pytest.fixture
def database(seeded: str) -> Iterator[Database]:
    """The store of one day, as a program beside the server opens it."""
    with Database.open(seeded) as opened:
        yield opened


@pytest.fixture
async def store(seeded: str) -> AsyncIterator[Store]:
    """The same store, as the server opens it."""
    async with await Store.open(seeded, clock=lambda: 1_000) as opened:
        yield opened


@pytest.fixture
def notes() -> list[NoteId]:
    return list(NOTES)


@pytest.fixture
def day() -> DayId:
    return DAY


@pytest.fixture
def submission() -> Submit:
    """Makes a submission to the first note, by a writer, with what the test does not care about."""

    def make(
        data: bytes = b"text",
        *,
        note: NoteId = NOTES[0],
        author: str = "writer",
        connection: str = "c1",
        privileged: bool = False,
        hold: bool = False,
        writers: tuple[int, ...] = (),
        after: int | None = None,
    ) -> Submission:
        return Submission(
            note,
            PersonId(author),
            ConnectionId(connection),
            Milliseconds(7),
            data,
            privileged=privileged,
            hold=hold,
            writers=writers,
            after=after,
        )

    return make
