"""Real server processes that share one store, on each engine: as several machines would."""

from __future__ import annotations

import itertools
import os
import secrets
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from dataclasses import dataclass, field
from pathlib import Path

import psycopg
import pytest

from tests import postgres as postgresql
from tests.conftest import SHORT_DRAIN
from tests.postgres import Postgres
from tests.running import RunningServer

_NUMBERS = itertools.count(1)


@dataclass
class Together:
    """Servers on one store, each with a data folder of its own, and the key in one file."""

    folder: Path
    url: str
    started: list[RunningServer] = field(default_factory=list)
    admin_token: str = field(default_factory=lambda: secrets.token_hex(16))
    _ends: ExitStack = field(default_factory=ExitStack)

    def add(self, **settings: str) -> RunningServer:
        """One more server, which answers on return."""
        return self._ends.enter_context(self.prepare(**settings))

    def prepare(self, **settings: str) -> RunningServer:
        """One more server, which does not run yet."""
        folder = self.folder / f"server-{len(self.started) + 1}"
        folder.mkdir()
        key = self.folder / "shared.key"
        if not key.exists():
            key.write_bytes(os.urandom(32))
        common = {"database_url": self.url, "secret_file": str(key), "copies": "off"}
        server = RunningServer(folder, SHORT_DRAIN | common | settings)
        server.admin_token = self.admin_token
        self.started.append(server)
        return server

    def end(self) -> None:
        self._ends.close()


@pytest.fixture(scope="session")
def postgres() -> Iterator[Postgres]:
    with postgresql.postgres() as server:
        yield server


@pytest.fixture(params=[pytest.param("sqlite", marks=pytest.mark.slow), "postgresql"])
def url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """The address of an empty store. Several processes are mostly on PostgreSQL; on SQLite they run
    in `tests/processes`, too."""
    if request.param == "sqlite":
        (tmp_path / "store").mkdir()
        return f"sqlite:///{tmp_path / 'store' / 'calepin.sqlite'}"
    server: Postgres = request.getfixturevalue("postgres")
    name = f"store{next(_NUMBERS)}"
    with psycopg.connect(server.url, autocommit=True) as db:
        db.execute(f"CREATE DATABASE {name}".encode())
    return server.url.replace("/postgres?", f"/{name}?")


@pytest.fixture
def together(url: str, tmp_path: Path) -> Iterator[Together]:
    servers = Together(tmp_path, url)
    try:
        yield servers
    finally:
        servers.end()


def until(true: Callable[[], bool], *, seconds: float = 60.0) -> float:
    """Wait for it; how many seconds it took."""
    began = time.monotonic()
    while not true():
        if time.monotonic() - began > seconds:
            raise AssertionError("it did not come about")
        time.sleep(0.02)  # between two questions, until the deadline
    return time.monotonic() - began
