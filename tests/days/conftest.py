"""A store on the disk with two days in it, made as the command line makes them."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from itertools import count
from pathlib import Path

import pytest

from server.days.access import Role, derive_token
from server.days.create import NewDay, add_day, prepare_day
from server.days.programme import Programme, parse_programme
from storage.database import Database
from storage.values import Milliseconds
from tests.postgres import emptied
from tests.postgres import postgres as running_postgres

SECRET = bytes(range(32))
NOW = Milliseconds(1_795_000_000_000)

PROGRAMME = """\
title: Une journée
date: 2026-11-23
sections:
  - title: Rencontres
    kind: meeting
    items:
      - {title: Le garage, room: 101, start: "10:30", end: "11:15", people: [{name: Ana}]}
      - {title: La cantine, room: 102, questions: ["Combien ?"]}
  - {title: Vote, kind: vote}
  - title: Débats
    kind: debate
    items: [{title: La voiture}]
"""


def initial_text(notes_md: str, conclusions_md: str, *, client_id: int) -> bytes:
    """The store takes any bytes; these can be read in a test."""
    return f"{client_id}|{notes_md}|{conclusions_md}".encode()


@dataclass(frozen=True, slots=True)
class TwoDays:
    database: Database
    one: NewDay
    other: NewDay
    new_id: Callable[[], str]

    def token(self, day: NewDay, role: Role) -> str:
        link = next(link for link in day.links if link.role == role.value)
        return derive_token(SECRET, link.id)


@pytest.fixture
def programme() -> Programme:
    return parse_programme(PROGRAMME, source="p.yml")


@pytest.fixture(scope="session")
def postgres() -> Iterator[str]:
    """The address of a PostgreSQL server that lives as long as these tests, on a socket file."""
    with running_postgres() as server:
        yield server.url


@pytest.fixture
def where(request: pytest.FixtureRequest, tmp_path: Path) -> str | Path:
    """Where the store is: in a folder; for a test that says `both_engines`, also in PostgreSQL."""
    if getattr(request, "param", "sqlite") == "sqlite":
        return tmp_path / "data"
    return emptied(request.getfixturevalue("postgres"))


both_engines = pytest.mark.parametrize("where", ["sqlite", "postgresql"], indirect=True)


@pytest.fixture
def store(where: str | Path, programme: Programme) -> Iterator[TwoDays]:
    numbers, clients = count(1), count(1)

    def new_id() -> str:
        return f"id{next(numbers):04}"

    def made() -> NewDay:
        return prepare_day(
            programme,
            secret=SECRET,
            now=NOW,
            new_id=new_id,
            new_client_id=lambda: next(clients),
            initial_update=initial_text,
        )

    with Database.open(where) as database:
        one, other = made(), made()
        with database.write() as db:
            add_day(db, one, who="test")
            add_day(db, other, who="test")
        yield TwoDays(database, one, other, new_id)
