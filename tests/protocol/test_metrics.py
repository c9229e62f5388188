"""The metrics of a real server are what stock clients did to it."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping

import httpx
import pytest
from prometheus_client.parser import text_string_to_metric_families

from tests.peers.driver import Peers
from tests.protocol.days import Day
from tests.protocol.raw import closed, raw_sync
from tests.running import RunningServer

pytestmark = pytest.mark.promise("O3")


def told(server: RunningServer) -> Mapping[str, float]:
    """Each sample by its name and labels, as a request of this machine gets it."""
    answer = httpx.get(f"{server.base_url}/metrics", trust_env=False, timeout=15)
    assert answer.status_code == 200, answer.text
    found: dict[str, float] = {}
    for family in text_string_to_metric_families(answer.text):
        for sample in family.samples:
            labels = ",".join(f"{key}={value}" for key, value in sorted(sample.labels.items()))
            found[f"{sample.name}{{{labels}}}" if labels else sample.name] = sample.value
    return found


async def until(server: RunningServer, **wanted: float) -> Mapping[str, float]:
    """The metrics, once these have these values; names without their beginning."""
    async with asyncio.timeout(15):
        while True:
            now = await asyncio.to_thread(told, server)
            if all(now.get(f"calepin_{name}") == value for name, value in wanted.items()):
                return now


def updates(outcome: str) -> str:
    return f"calepin_updates_total{{outcome={outcome}}}"


async def test_everything_that_is_done_is_counted(own_day: Day, peers: Peers) -> None:
    server = own_day.server
    before = told(server)
    assert (before["calepin_sockets"], before["calepin_notes_open"]) == (0, 0)
    assert before["process_resident_memory_bytes"] > 1_000_000
    parts = [before[f"calepin_store_bytes{{part={part}}}"] for part in ("database", "write_ahead")]
    assert sum(parts) > 10_000
    assert before["calepin_data_free_bytes"] > 0

    ada = await own_day.open(peers, "ada", "hocuspocus@4.8")
    bob = await own_day.open(peers, "bob", "y-websocket@3.1", note=own_day.notes[1], role="reader")
    mod = await own_day.open(peers, "mod", "y-websocket@1.5", role="moderator")
    for word in ("un", "deux", "trois"):
        await ada.type(word, at=0)
        await ada.wait(unsynced=False)
    now = await until(server, sockets=3, notes_open=2)
    for role, count in {"writer": 1, "reader": 1, "moderator": 1, "organiser": 0}.items():
        assert now[f"calepin_sessions{{role={role},state=in_step}}"] == count
    assert now[updates("accepted")] == now["calepin_rows_total"] == 3
    assert now["calepin_commits_total"] == 3
    assert now["calepin_oldest_unsaved_seconds"] == 0
    assert now["calepin_store_transaction_failures_total"] == 0
    assert now["calepin_loop_lag_seconds_count"] > 0

    await bob.type("je ne dois pas")
    await bob.printed("read-only")
    await own_day.lock()
    await ada.wait(scope="readonly")
    await ada.type("trop tard", at=0)
    await own_day.settled(peers, [ada])
    now = told(server)
    assert (now[updates("held")], now[updates("refused")]) == (1, 1)
    assert now["calepin_held_updates{state=open}"] == 1
    assert now["calepin_sessions{role=writer,state=resynchronising}"] == 1
    await own_day.unlock()
    await mod.wait(contains="trop tard")
    await ada.wait(unsynced=False)
    now = await until(server, **{"held_updates{state=merged}": 1})
    assert now["calepin_held_updates{state=open}"] == 0
    assert now["calepin_resyncs_total"] == 1

    async with raw_sync(own_day) as socket:
        await socket.send(b"\x09")
        await closed(socket)
    stranger = await own_day.open(peers, "s", "y-websocket@2.1", token="clp_x", synced=False)
    await stranger.event("close")
    await stranger.close()
    for peer in (ada, bob, mod):
        await peer.close()
    now = await until(server, sockets=0)
    assert now["calepin_connections_ended_total{code=protocol_error}"] == 1
    assert now["calepin_connections_ended_total{code=not_authenticated}"] >= 1
    # Those who left are counted on.
    assert now["calepin_updates_received_total"] == sum(
        now[updates(outcome)] for outcome in ("accepted", "nothing", "held", "refused")
    )
    assert (now[updates("accepted")], now[updates("held")]) == (4, 1)
