"""All processes that serve a store have the same key; one that has another does not start."""

from __future__ import annotations

import shutil
import signal
import subprocess
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import httpx
import pytest

from server.settings import KEY_NAME
from storage import key
from storage.database import Database
from tests.running import RunningServer, programme
from tests.together.conftest import Together, until


def own_key(server: RunningServer) -> Path:
    """Have a server keep its key in its own data folder, as on a machine of its own."""
    server.settings = {k: v for k, v in server.settings.items() if k != "secret_file"}
    return server.data / KEY_NAME


def tokens_in(shown: str) -> list[str]:
    return [line.rpartition("/")[2] for line in shown.splitlines() if "/join/" in line]


def try_to_start(server: RunningServer) -> bool:
    try:
        server.start()
    except AssertionError:
        return False
    return True


@pytest.mark.promise("A1")
def test_of_two_machines_that_begin_at_once_one_wins_and_the_other_says_what_to_do(
    together: Together,
) -> None:
    servers = [together.prepare(), together.prepare()]
    keys = [own_key(server) for server in servers]
    try:
        with ThreadPoolExecutor(2) as pool:
            started = list(pool.map(try_to_start, servers))
        assert sorted(started) == [False, True]
        won = started.index(True)
        winner, loser = servers[won], servers[1 - won]
        said = loser.said()
        assert "Traceback" not in said
        assert f"The key {keys[1 - won]} is not the one of this store: copy the key" in said or (
            f"The key {keys[1 - won]} is missing" in said
        )
        for path in keys:
            assert not path.exists() or path.read_bytes().hex() not in said + winner.said()
        day = winner.new_day(programme(1))
        shown = winner.calepin("links", day.day)
        refused = loser.calepin("links", day.day, fails=True)
        assert f"The key {keys[1 - won]} is" in refused
        assert day.tokens["writer"] not in refused
        shutil.copy(keys[won], keys[1 - won])
        loser.start()
        tokens = [line.rpartition("/")[2] for line in shown.splitlines() if "/join/" in line]
        again = loser.calepin("links", day.day)
        assert tokens
        assert tokens == [
            line.rpartition("/")[2] for line in again.splitlines() if "/join/" in line
        ]
        for server in servers:
            page = httpx.get(f"{server.base_url}/join/{tokens[0]}", trust_env=False)
            assert page.status_code == 200
    finally:
        for server in servers:
            if server._process is not None:
                server.kill()


def test_a_store_from_before_takes_the_first_key_and_keeps_it(together: Together) -> None:
    server = together.prepare()
    path = own_key(server)
    with server:
        day = server.new_day(programme(1))
        shown = server.calepin("links", day.day)
        server.kill()
        with Database.open(together.url) as database, database.write() as db:
            db.exec_driver_sql("DELETE FROM setting WHERE key = 'key_fingerprint'")
        assert server.calepin("links", day.day) == shown
        kept = path.read_bytes()
        with Database.open(together.url) as database, database.read() as db:
            assert key.known(db) == key.fingerprint(kept)
        path.write_bytes(bytes(32))
        assert not try_to_start(server)
        assert f"The key {path} is not the one of this store" in server.said()
        path.write_bytes(kept)
        server.start()


def test_a_key_that_is_given_is_never_made(together: Together, tmp_path: Path) -> None:
    given = tmp_path / "given.key"
    server = together.prepare(secret_file=str(given))
    assert not try_to_start(server)
    assert f"The key {given} is missing" in server.said()
    assert not given.exists()
    given.write_bytes(bytes(range(32)))
    with server:
        assert not (server.data / KEY_NAME).exists()


def test_of_many_that_begin_at_once_one_prints_the_admin_token(together: Together) -> None:
    servers = [together.prepare() for _ in range(3)]
    processes = []
    for server in servers:
        environ = server._environ()
        del environ["CALEPIN_ADMIN_TOKEN"]
        command = [*server.command, "serve", "--port", str(server.port), "--data", server.data]
        log = (server.folder / "server.log").open("wb")
        with log:
            processes.append(
                subprocess.Popen(command, env=environ, cwd=server.folder, stdout=log, stderr=log)
            )
    try:
        until(lambda: all('"serving"' in server.said() for server in servers))
    finally:
        for process in processes:
            process.send_signal(signal.SIGTERM)
            process.wait()
    printed = [line for server in servers for line in server.said().splitlines() if "clp_" in line]
    assert len(printed) == 1
    assert printed[0].startswith("The admin token, shown this once: clp_admin_")
