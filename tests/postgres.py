"""A PostgreSQL server of the tests' own: on a free loopback port and a socket file, in a folder.

It can be stopped in each of its ways, started again on the same port, copied into a standby that
streams from it, and promoted.
"""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Literal, Self

import psycopg
import pytest

from storage.database import Database

USER = "calepin"

# The tests kill programs, never the machine: nothing need wait for the disk.
_SETTINGS = {"fsync": "off", "max_connections": "60"}


class Postgres:
    """A server whose files are in `folder`. `start` and `stop` may follow each other at will."""

    def __init__(self, folder: Path, port: int, settings: Mapping[str, str] = {}) -> None:
        self.folder = folder
        self.port = port
        self._settings = {**_SETTINGS, **settings}

    @classmethod
    def make(cls, folder: Path, settings: Mapping[str, str] = {}) -> Self:
        """A new server in a folder that exists; not started."""
        server = cls(folder, _free_port(), settings)
        server.own(folder)
        server.run("initdb", "-D", server.data, "-A", "trust", "-U", USER, "--no-sync")
        return server

    @property
    def data(self) -> str:
        return str(self.folder / "data")

    @property
    def url(self) -> str:
        """By its socket file."""
        return f"postgresql://{USER}@/postgres?host={self.folder}&port={self.port}"

    @property
    def tcp_url(self) -> str:
        return f"postgresql://{USER}@127.0.0.1:{self.port}/postgres"

    def start(self) -> None:
        """Start it and wait until it answers."""
        settings = {"listen_addresses": "127.0.0.1", "port": str(self.port)} | self._settings
        options = " ".join(f"-c {name}={value}" for name, value in settings.items())
        log = str(self.folder / "log")
        self._control("-w", "-t", "120", "-l", log, "-o", f"-k {self.folder} {options}", "start")

    def stop(self, mode: Literal["smart", "fast", "immediate"] = "immediate") -> None:
        """Stop it and wait until it has ended. `immediate` is a crash: it recovers at its start."""
        self._control("-w", "-t", "120", "-m", mode, "stop")

    def configure(self, **settings: str) -> None:
        """Set what the running server can be told without a restart."""
        for name, value in settings.items():
            self.sql(f"ALTER SYSTEM SET {name} = {value}")
        self.sql("SELECT pg_reload_conf()")

    def sql(self, statement: str, database: str = "postgres") -> str:
        """Run a statement as the superuser; what it returns, as text."""
        address = {"host": str(self.folder), "port": self.port, "user": USER}
        with psycopg.connect(**address, dbname=database, autocommit=True) as db:
            found = db.execute(statement)
            row = found.fetchone() if found.description else None
            return "" if row is None else str(row[0])

    def is_running(self) -> bool:
        return self.run("pg_ctl", "-D", self.data, "status", check=False).returncode == 0

    def standby(self, folder: Path, settings: Mapping[str, str] = {}) -> Postgres:
        """A copy that streams from this running server once it is started."""
        other = Postgres(folder, _free_port(), settings)
        other.own(folder)
        other.run(
            *("pg_basebackup", "-h", "127.0.0.1", "-p", str(self.port), "-U", USER),
            *("-D", other.data, "-c", "fast", "-X", "stream", "-R", "--no-sync"),
        )
        return other

    def promote(self) -> None:
        """Make a standby take writes; it does when this returns."""
        self._control("-w", "-t", "120", "promote")

    @contextmanager
    def copied(self) -> Iterator[Callable[[], None]]:
        """What this gives puts the server back to the moment at which the block began."""
        copy = self.folder / "copy"
        self.stop("fast")
        shutil.copytree(self.data, copy)
        self.start()

        def put_back() -> None:
            self.stop("immediate")
            shutil.rmtree(self.data)
            copy.rename(self.data)
            for path in (Path(self.data), *Path(self.data).rglob("*")):
                self.own(path)
            self.start()

        try:
            yield put_back
        finally:
            shutil.rmtree(copy, ignore_errors=True)

    def run(self, program: str, *arguments: str, check: bool = True) -> subprocess.CompletedProcess:
        """Run one of PostgreSQL's programs, as the server's user."""
        programs = programs_folder()
        assert programs is not None
        found = subprocess.run(
            [programs / program, *arguments],
            user=_user(),
            cwd=self.folder,
            # Not a pipe: the server keeps what pg_ctl gives it, and a pipe would never end.
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE if program != "pg_ctl" else subprocess.DEVNULL,
            stderr=subprocess.PIPE if program != "pg_ctl" else subprocess.DEVNULL,
            check=False,
        )
        if check and found.returncode:
            log = self.folder / "log"
            told = log.read_text()[-2000:] if log.exists() else ""
            raise RuntimeError(f"{program} {arguments}: {found.stderr!r}\n{told}")
        return found

    def own(self, folder: Path) -> None:
        """Give a folder to the server's user: it refuses to run as root."""
        if (user := _user()) is not None:
            shutil.chown(folder, user)

    def _control(self, *arguments: str) -> None:
        self.run("pg_ctl", "-D", self.data, *arguments)


@contextmanager
def postgres(settings: Mapping[str, str] = {}) -> Iterator[Postgres]:
    """A running server that ends with the block; skips the test where none is installed."""
    skip_without_postgres()
    with new_folder() as folder:
        server = Postgres.make(folder, settings)
        server.start()
        try:
            yield server
        finally:
            if server.is_running():
                server.stop()


@contextmanager
def new_folder() -> Iterator[Path]:
    """A folder whose name is short enough for a socket's file, and open to the server's user."""
    with TemporaryDirectory(prefix="calepin-pg-") as folder:
        yield Path(folder)


def skip_without_postgres() -> None:
    if programs_folder() is None:
        pytest.skip("PostgreSQL is not installed (Debian and Ubuntu: apt-get install postgresql)")


def programs_folder() -> Path | None:
    """The folder of PostgreSQL's programs, of the newest version that is installed."""
    if found := shutil.which("initdb"):
        folder = Path(found).resolve().parent
        if (folder / "pg_basebackup").exists():
            return folder
    return max(
        Path("/usr/lib/postgresql").glob("*/bin"),
        key=lambda folder: int(folder.parent.name),
        default=None,
    )


def _user() -> str | None:
    return "postgres" if os.geteuid() == 0 else None


def _free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as found:
        port: int = found.getsockname()[1]
        return port


def emptied(url: str) -> str:
    """The address of a store in which nothing is any more."""
    with Database.open(url) as database, database.write() as db:
        # Everything hangs on one of the two.
        db.exec_driver_sql("DELETE FROM day")
        db.exec_driver_sql("DELETE FROM setting")
    return url
