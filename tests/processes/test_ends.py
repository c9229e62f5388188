"""Workers and supervisors that end: in order, one after the other, and in every other way."""

from __future__ import annotations

import asyncio
import os
import signal
import socket
import subprocess
from pathlib import Path

import httpx
import pytest

from tests.peers.driver import Peers
from tests.running import COMMAND, RunningServer, programme
from tests.supervised import Supervised, lives, moment


@pytest.mark.promise("S7")
async def test_one_worker_after_the_other_is_replaced_on_sighup(two: Supervised) -> None:
    before = [two.pid(1), two.pid(2)]
    os.kill(two.server.pid, signal.SIGHUP)
    await two.until_logged("restarted")
    assert not [pid for pid in before if lives(pid)]
    assert all(lives(two.pid(worker)) for worker in (1, 2))
    # Each new one was there before its old one left, and the second waited for the first.
    ready = [moment(two.events("serving", worker=worker)[1]) for worker in (1, 2)]
    ended = [moment(two.events("worker_ended", worker=worker)[0]) for worker in (1, 2)]
    assert ready[0] < ended[0] < ready[1] < ended[1]
    assert [event["status"] for event in two.events("worker_ended")] == [0, 0]
    assert all(two.figure(worker, "calepin_worker_info") == 1 for worker in (1, 2))


async def test_what_cannot_start_takes_nobodys_place(two: Supervised) -> None:
    before = [two.pid(1), two.pid(2)]
    (two.server.folder / ".env").write_text("CALEPIN_COPIES=perhaps\n")
    os.kill(two.server.pid, signal.SIGHUP)
    await two.until_logged("restart_given_up", worker=1)
    assert "CALEPIN_COPIES is “perhaps”: it must be on or off." in two.server.said()
    (two.server.folder / ".env").write_text("CALEPIN_COPIES=off\n")
    assert all(lives(pid) for pid in before)
    os.kill(two.server.pid, signal.SIGHUP)
    await two.until_logged("restarted")
    assert not [pid for pid in before if lives(pid)]


@pytest.mark.promise("S7")
async def test_a_supervisor_that_is_told_to_stop_ends_with_its_workers(two: Supervised) -> None:
    workers = [two.pid(1), two.pid(2)]
    assert await asyncio.to_thread(two.server.stop) == 0
    assert not [pid for pid in workers if lives(pid)]
    assert [event["status"] for event in two.events("worker_ended")] == [0, 0]
    assert not two.events("loop_failed")


@pytest.mark.promise("L2", "S7")
async def test_workers_end_in_order_when_their_supervisor_is_killed(
    two: Supervised, peers: Peers
) -> None:
    workers = [two.pid(1), two.pid(2)]
    day = two.server.new_day(programme(1))
    peer = await peers.open(
        "ana", "hocuspocus@4.8", two.server.ws_url, day.notes[0], day.tokens["writer"]
    )
    await peer.type("gardé")
    two.server.kill()
    assert (await peer.event("close"))["code"] == 1012
    await two.until(lambda: not [pid for pid in workers if lives(pid)])
    await asyncio.to_thread(two.server.start)
    await peer.wait(unsynced=False, connected=True)
    assert two.server.calepin("export", day.notes[0]).count("gardé") == 1


@pytest.mark.promise("L2")
async def test_a_worker_that_is_killed_is_replaced_and_loses_nothing(
    two: Supervised, peers: Peers
) -> None:
    day = two.server.new_day(programme(4))
    people = [
        await peers.open(
            f"p{number}", "hocuspocus@4.8", two.server.ws_url, note, day.tokens["writer"]
        )
        for number, note in enumerate(day.notes)
    ]
    for round in range(3):
        typing = [
            asyncio.create_task(peer.type(f"⟨{peer.id}-{round} sans fin⟩", keys_per_second=60))
            for peer in people
        ]
        two.signal(1 + round % 2, signal.SIGKILL)
        await asyncio.gather(*typing)
        for peer in people:
            await peer.wait(unsynced=False, connected=True)
        await two.until_all_serve()
    for peer, note in zip(people, day.notes, strict=True):
        shown, _ = await peer.panes()
        assert shown.replace("\n", "") == "".join(f"⟨{peer.id}-{r} sans fin⟩" for r in range(3))
        assert two.server.calepin("export", note).count("sans fin⟩") == 3
    ended, started = two.events("worker_ended"), two.events("worker_started")[2:]
    assert [event["status"] for event in ended] == [-9] * 3
    assert all(moment(new) - moment(old) < 2 for old, new in zip(ended, started, strict=True))
    assert not [event for peer in people for event in peer.events("authenticationFailed")]


async def test_a_worker_that_somebody_else_stops_leaves_in_order(two: Supervised) -> None:
    two.signal(1, signal.SIGTERM)
    assert (await two.until_logged("worker_ended", worker=1))["status"] == 0
    await two.until(lambda: len(two.events("serving", worker=1)) == 2)


async def test_a_worker_that_ends_again_and_again_is_replaced_more_slowly(two: Supervised) -> None:
    for count in range(1, 5):
        await two.until(lambda count=count: len(two.events("worker_started", worker=2)) == count)
        two.signal(2, signal.SIGKILL)
    await two.until_logged("worker_started", 5, worker=2)
    ended, started = two.events("worker_ended"), two.events("worker_started", worker=2)[1:]
    pauses = [moment(new) - moment(old) for old, new in zip(ended, started, strict=True)]
    assert pauses[0] < pauses[3]
    assert 0.9 < pauses[3] < 4


def test_the_admin_token_is_shown_once(tmp_path: Path, redis: str) -> None:
    """By the first worker of an empty store, and by no other."""
    two = Supervised.make(tmp_path, redis)
    two.server.admin_token = ""
    with two.server:
        asyncio.run(two.until_all_serve())
        os.kill(two.server.pid, signal.SIGHUP)
        asyncio.run(two.until_all_serve())
    assert two.server.said().count("The admin token, shown this once: clp_admin_") == 1


def refused(folder: Path, status: int, *arguments: str, **settings: str) -> str:
    """What `calepin serve` says when it does not start."""
    environ = {key: value for key, value in os.environ.items() if not key.startswith("CALEPIN_")}
    done = subprocess.run(
        [COMMAND, "serve", "--port", "0", "--data", folder / "data", *arguments],
        capture_output=True,
        text=True,
        cwd=folder,
        env=environ | {f"CALEPIN_{name.upper()}": value for name, value in settings.items()},
        check=False,
        timeout=60,
    )
    assert done.returncode == status, done.stderr
    return done.stderr


def test_several_workers_without_redis_are_refused(tmp_path: Path) -> None:
    said = refused(tmp_path, 2, "--workers", "2")
    assert said == (
        "calepin: CALEPIN_WORKERS is 2: several workers need Redis between them. "
        "Set CALEPIN_REDIS_URL, or take one worker.\n"
    )


def test_a_store_that_no_worker_can_open_is_said_once(tmp_path: Path, redis: str) -> None:
    (tmp_path / "data").mkdir()
    (tmp_path / "data" / "calepin.sqlite").write_text("something else entirely, not a database")
    said = refused(tmp_path, 1, "--workers", "2", redis_url=redis)
    assert said.count("cannot be trusted") == 1
    assert said.count("calepin: ") == 1


def test_a_port_of_a_worker_that_is_taken_is_said(tmp_path: Path, redis: str) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        said = refused(tmp_path, 1, "--workers", "2", "--worker-ports", str(port), redis_url=redis)
    assert f"Port {port} on 127.0.0.1 is in use" in said
    assert "choose another port with CALEPIN_WORKER_PORTS." in said


def test_a_store_that_is_served_by_workers_is_not_served_twice(tmp_path: Path, redis: str) -> None:
    two = Supervised.make(tmp_path, redis)
    with two.server:
        for workers in ("1", "2"):
            said = refused(tmp_path, 1, "--workers", workers, redis_url=redis)
            assert "already serves the store" in said


@pytest.mark.usefixtures("ipv6")
@pytest.mark.parametrize("workers", ["1", "2"])
def test_it_listens_on_ipv6(tmp_path: Path, redis: str, workers: str) -> None:
    server = RunningServer(tmp_path, {"workers": workers, "redis_url": redis, "host": "::"})
    with server:
        for host in ("[::1]", "127.0.0.1"):
            url = f"http://{host}:{server.port}/health/ready"
            assert httpx.get(url, trust_env=False).json() == {"status": "ready"}
