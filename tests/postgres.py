"""A PostgreSQL server of a test's own, which it may stop, kill and make a standby."""

from __future__ import annotations

import os
import shutil
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest


@dataclass(frozen=True, slots=True)
class Postgres:
    """Listens on a socket file in its folder."""

    folder: Path
    programs: Path

    @property
    def url(self) -> str:
        return f"postgresql://calepin@/postgres?host={self.folder}"

    def start(self) -> None:
        """It answers on return."""
        # The tests kill programs, never the machine: it need not wait for the disk.
        options = f"-k {self.folder} -c listen_addresses= -c fsync=off"
        self.control("-l", str(self.folder / "log"), "-o", options, "start")

    def stop(self) -> None:
        """At once, without an end of anything: as a crash of the server."""
        self.control("-m", "immediate", "stop")

    def become_standby(self) -> None:
        """As the former first server of a cluster, which has been replaced."""
        self.stop()
        signal = self.folder / "data" / "standby.signal"
        signal.touch()
        if os.geteuid() == 0:
            shutil.chown(signal, "postgres")
        self.start()

    def promote(self) -> None:
        self.control("promote")

    def control(self, *arguments: str) -> None:
        self._run("pg_ctl", "-D", str(self.folder / "data"), "-w", *arguments)

    def make(self) -> None:
        data = str(self.folder / "data")
        self._run("initdb", "-D", data, "-A", "trust", "-U", "calepin", "--no-sync")

    def _run(self, program: str, *arguments: str) -> None:
        # It refuses to run as root.
        user = "postgres" if os.geteuid() == 0 else None
        done = subprocess.run(
            [self.programs / program, *arguments],
            user=user,
            cwd=self.folder,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            check=False,
        )
        assert done.returncode == 0, f"{program} {' '.join(arguments)} failed"


@contextmanager
def running_postgres() -> Iterator[Postgres]:
    """A server with an empty database, until the block ends. Skips where it is not installed."""
    programs = _programs()
    if programs is None:
        pytest.skip("PostgreSQL is not installed (Debian and Ubuntu: apt-get install postgresql)")
    with TemporaryDirectory(prefix="calepin-pg-") as name:
        if os.geteuid() == 0:
            shutil.chown(name, "postgres")
        server = Postgres(Path(name), programs)
        server.make()
        server.start()
        try:
            yield server
        finally:
            server.stop()


def _programs() -> Path | None:
    """The folder of PostgreSQL's programs, of the newest version that is installed."""
    if found := shutil.which("initdb"):
        return Path(found).parent
    return max(Path("/usr/lib/postgresql").glob("*/bin"), default=None)
