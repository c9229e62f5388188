"""Redis may be away, stand still, be full or refuse: that costs time, and nothing else.

Each test ends with a message that arrives, and with `listening` told anew: what was missed is then
read in the store.
"""

from __future__ import annotations

import asyncio
import time
from pathlib import Path
from typing import Any

import pytest
from structlog.testing import capture_logs

from server.bus import redis_bus
from server.bus.messages import Alive
from server.bus.outbox import MAX_UNSENT_BYTES
from server.bus.wire import MAX_DATA_BYTES
from tests.bus.sides import NOTE, arrives, edit, pair, running
from tests.proxy import Proxy
from tests.redis_server import RedisServer, needs_redis

pytestmark = needs_redis


def said(logs: list[Any], event: str) -> list[str]:
    return [entry.get("error", "") for entry in logs if entry["event"] == event]


async def test_a_redis_that_is_absent_at_first_is_found_when_it_comes(tmp_path: Path) -> None:
    redis = RedisServer(tmp_path)
    with capture_logs() as logs:
        async with running(redis.url, "one") as one, running(redis.url, "two") as two:
            two.bus.listen(NOTE)
            await one.until_failed(3)
            assert (one.ups, two.listening) == ([], [])
            with redis:
                await one.is_up()
                await two.until(lambda: two.listening == [NOTE])
                await arrives(one, two, 1)
    assert said(logs, "bus_down").count("Redis cannot be reached: Connection refused.") == 2


async def test_a_redis_that_is_killed_and_comes_back(redis: RedisServer) -> None:
    async with pair(redis.url) as (one, two):
        for round_ in range(1, 4):
            await arrives(one, two, round_)
            redis.kill()
            await one.is_down()
            await two.is_down()
            redis.start()
            await one.is_up()
            await two.until(lambda round_=round_: two.listening == [NOTE] * (round_ + 1))
            await arrives(one, two, round_ + 100)
        assert one.ups == [True, False] * 3 + [True]


async def test_what_is_said_in_a_short_absence_arrives_after_it(redis: RedisServer) -> None:
    async with pair(redis.url) as (one, two):
        await arrives(one, two, 1)
        redis.command("CLIENT", "KILL", "ID", _client_ids(redis)[0])
        await one.until_counted(lambda: not (one.bus.is_up and two.bus.is_up))
        one.bus.say(NOTE, edit(2))
        await one.is_up()
        await two.is_up()
        await arrives(one, two, 3)


async def test_connections_that_are_killed_come_back(redis: RedisServer) -> None:
    async with pair(redis.url) as (one, two):
        for seq in range(1, 6):
            redis.command("CLIENT", "KILL", "TYPE", "pubsub")
            await two.until(lambda seq=seq: two.listening == [NOTE] * (seq + 1))
            await one.is_up()
            await arrives(one, two, seq)
        assert two.bus.figures.connections == 6


async def test_emptying_redis_changes_nothing(redis: RedisServer) -> None:
    async with pair(redis.url) as (one, two):
        await arrives(one, two, 1)
        redis.command("FLUSHALL")
        redis.command("SCRIPT", "FLUSH")
        await arrives(one, two, 2)
        assert two.seqs == [1, 2]
        assert two.listening == [NOTE]
        assert redis.command("DBSIZE") == 0


async def test_a_redis_that_stands_still_is_noticed_and_taken_back(redis: RedisServer) -> None:
    async with pair(redis.url) as (one, two):
        began = time.monotonic()
        redis.pause()
        try:
            await one.is_down()
            await two.is_down()
            assert time.monotonic() - began < 10, "a few seconds, on a machine that is busy"
        finally:
            redis.resume()
        await one.is_up()
        await two.until(lambda: two.listening == [NOTE, NOTE])
        await arrives(one, two, 1)


async def test_a_partition_without_a_word_is_noticed_and_heals(redis: RedisServer) -> None:
    async with (
        Proxy(redis.port) as proxy,
        pair(f"redis://127.0.0.1:{proxy.port}", redis.url) as (one, two),
    ):
        with capture_logs() as logs:
            proxy.swallow()
            one.bus.say(NOTE, edit(1))
            await one.is_down()
            assert two.bus.is_up
            assert one.bus.figures.dropped == 1, "nobody can tell whether it arrived"
            proxy.heal()
            await one.is_up()
        await arrives(one, two, 2)
        await one.listens(NOTE)
        await arrives(two, one, 3)
    assert said(logs, "bus_down")[0] == "Redis has stopped answering."


async def test_a_connection_that_is_cut_is_made_again(redis: RedisServer) -> None:
    async with (
        Proxy(redis.port) as proxy,
        pair(redis.url, f"redis://127.0.0.1:{proxy.port}") as (one, two),
    ):
        proxy.cut()
        await two.until(lambda: two.listening == [NOTE, NOTE])
        await arrives(one, two, 1)
        await proxy.refuse()
        await two.is_down()
        await two.until_failed(4)
        await proxy.listen()
        await two.until(lambda: two.listening == [NOTE] * 3)
        await arrives(one, two, 2)


async def test_a_long_way_to_redis_is_no_interruption(redis: RedisServer) -> None:
    async with (
        Proxy(redis.port, delay_seconds=0.3) as proxy,
        pair(f"redis://127.0.0.1:{proxy.port}", redis.url) as (one, two),
    ):
        for seq in range(1, 201):
            one.bus.say(NOTE, edit(seq))
        await two.until(lambda: two.seqs == list(range(1, 201)))
        assert (one.ups, one.bus.figures.dropped) == ([True], 0)


async def test_what_waits_is_bounded_and_the_rest_is_dropped_and_counted(
    redis: RedisServer,
) -> None:
    """Promised while nothing goes out, connected or not."""
    most = MAX_UNSENT_BYTES // MAX_DATA_BYTES
    async with (
        Proxy(redis.port) as proxy,
        pair(f"redis://127.0.0.1:{proxy.port}", redis.url) as (one, two),
    ):
        proxy.swallow()
        for seq in range(1, 4 * most):
            one.bus.say(NOTE, edit(seq, b"x" * MAX_DATA_BYTES))
            if seq % 16 == 0:
                await asyncio.sleep(0)
        figures = one.bus.figures
        # What the system's buffers and the proxy have taken is on its way, not waiting.
        assert 2 * most < figures.dropped < 3 * most + 1
        assert 0 <= 4 * most - 1 - figures.said - figures.dropped <= most
        await one.is_down()
        for seq in range(1, 2 * most):
            one.bus.say(NOTE, edit(seq, b"x" * MAX_DATA_BYTES))
        assert one.bus.figures.dropped > 4 * most
        proxy.heal()
        await one.is_up()
        await arrives(one, two, 9_999)


async def test_a_redis_that_is_full_still_carries(redis: RedisServer) -> None:
    """Publishing takes no memory that stays: what is full refuses keys alone."""
    redis.command("SET", "other", b"x" * 100_000)
    redis.command("CONFIG", "SET", "maxmemory", "1")
    with pytest.raises(Exception, match="OOM"):
        redis.command("SET", "another", "x")
    async with pair(redis.url) as (one, two):
        await arrives(one, two, 1)
        assert one.ups == [True]


async def test_a_master_that_becomes_a_replica_is_left(tmp_path: Path) -> None:
    """It takes what is said, and tells nobody but its own listeners."""
    with RedisServer(tmp_path / "one") as first, RedisServer(tmp_path / "two") as second:
        both = f"redis://127.0.0.1:{first.port},127.0.0.1:{second.port}"
        with capture_logs() as logs:
            async with pair(both) as (one, two):
                await arrives(one, two, 1)
                first.command("REPLICAOF", "127.0.0.1", second.port)
                await two.until(lambda: two.listening == [NOTE, NOTE])
                await one.until(lambda: one.ups == [True, False, True])
                await arrives(one, two, 2)
                clients = second.command("CLIENT", "LIST", "TYPE", "pubsub")
                assert clients.count(b"id=") == 2
    assert set(said(logs, "bus_down")) == {
        "Redis is a replica: what is said there does not reach everybody."
    }


@pytest.mark.parametrize("login", ["", ":wr%40ng-s3cret@", "nobody:wr%40ng-s3cret@"])
async def test_a_refused_password_is_told_once_and_never_shown(tmp_path: Path, login: str) -> None:
    with RedisServer(tmp_path, password="right") as redis:
        url = f"redis://{login}127.0.0.1:{redis.port}"
        with capture_logs() as logs:
            async with running(url, "one") as one:
                await one.until_failed(4)
                assert one.ups == []
                assert "s3cret" not in repr(one.bus._address)
    sentence = (
        "Redis refuses the user or the password of CALEPIN_REDIS_URL."
        if login
        else "Redis wants a password: write it into CALEPIN_REDIS_URL."
    )
    assert said(logs, "bus_down") == [sentence]
    assert "s3cret" not in repr(logs)
    assert "right" not in repr(logs)


async def test_a_password_that_becomes_right_is_taken(redis: RedisServer) -> None:
    url = redis.url.replace("//", "//:s3cret@")
    redis.command("CONFIG", "SET", "requirepass", "other")
    redis.password = "other"
    async with running(url, "one") as one:
        await one.until_failed(2)
        redis.command("CONFIG", "SET", "requirepass", "s3cret")
        await one.is_up()


async def test_a_user_without_the_channels_is_told_what_to_allow(redis: RedisServer) -> None:
    redis.command("ACL", "SETUSER", "notes", "on", ">pw", "resetchannels", "+@pubsub", "+hello")
    url = redis.url.replace("//", "//notes:pw@")
    with capture_logs() as logs:
        async with running(url, "one") as one:
            await one.until_failed(3)
            assert one.ups == []
            redis.command("ACL", "SETUSER", "notes", "&calepin:*")
            await one.is_up()
            one.bus.say_to_all(Alive())
            await one.listens(NOTE)
            assert one.ups == [True]
    assert said(logs, "bus_down")[0].startswith("Redis does not let this user do what is needed")


async def test_what_is_no_redis_is_told() -> None:
    async def page(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.read(1)
        writer.write(b"HTTP/1.1 400 Bad Request\r\n\r\n")
        await writer.drain()
        writer.close()

    server = await asyncio.start_server(page, "127.0.0.1", 0)
    async with server:
        port = server.sockets[0].getsockname()[1]
        with capture_logs() as logs:
            async with running(f"redis://127.0.0.1:{port}", "one") as one:
                await one.until_failed(2)
    assert said(logs, "bus_down") == ["What answers does not speak as Redis does."]


async def test_the_pause_between_attempts_grows_to_a_bound(tmp_path: Path) -> None:
    """By what is drawn, not by the clock of a busy machine."""
    pauses: list[float] = []

    class Drawing:
        def uniform(self, low: float, high: float) -> float:
            assert (low, high) == (0.5, 1.0)
            pauses.append(low)
            return low / 100

    redis = RedisServer(tmp_path)
    async with running(redis.url, "one") as one:
        one.bus._random = Drawing()  # type: ignore[assignment]
        await one.until_failed(13)
    assert len(pauses) >= 12
    assert redis_bus.FIRST_PAUSE_SECONDS * 2**12 > redis_bus.LONGEST_PAUSE_SECONDS


def _client_ids(redis: RedisServer) -> list[str]:
    listed = redis.command("CLIENT", "LIST", "TYPE", "pubsub").decode().splitlines()
    return [line.split()[0].removeprefix("id=") for line in listed]


async def test_a_redis_without_room_for_another_is_told_and_waited_for(tmp_path: Path) -> None:
    with RedisServer(tmp_path, {"maxclients": "2"}) as redis:
        async with running(redis.url, "three") as three:
            await three.is_up()
            async with running(redis.url, "two") as two:
                await two.is_up()
                with capture_logs() as logs:
                    async with running(redis.url, "one") as one:
                        await one.until_failed(2)
                        assert one.ups == []
            async with running(redis.url, "four") as four:
                await four.is_up()
    assert said(logs, "bus_down") == [
        "Redis has as many connections as it takes: raise its maxclients."
    ]


async def test_a_listener_that_does_not_read_is_let_go_and_comes_back(redis: RedisServer) -> None:
    """Redis keeps no more for it than its own limit, and whoever speaks is not held up."""
    redis.command("CONFIG", "SET", "client-output-buffer-limit", "pubsub 1mb 1mb 1")
    async with (
        Proxy(redis.port) as proxy,
        pair(redis.url, f"redis://127.0.0.1:{proxy.port}") as (one, two),
        running(redis.url, "three") as three,
    ):
        await three.listens(NOTE)
        proxy.swallow()
        for seq in range(1, 401):
            one.bus.say(NOTE, edit(seq, b"x" * MAX_DATA_BYTES))
            if seq % 4 == 0:
                await three.until(lambda seq=seq: seq in three.seqs)
        assert three.seqs == list(range(1, 401))
        await two.is_down()
        proxy.heal()
        await two.until(lambda: two.listening == [NOTE, NOTE])
        await arrives(one, two, 500)
        assert one.ups == [True]
        assert three.ups == [True]
