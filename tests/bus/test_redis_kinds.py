"""The kinds of Redis that an address may name, each as real servers."""

from __future__ import annotations

from pathlib import Path

import pytest
from structlog.testing import capture_logs

from tests.bus.sides import NOTE, arrives, pair, running
from tests.redis_server import Certificate, RedisServer, cluster, needs_redis, watched

pytestmark = needs_redis


async def test_a_password_with_odd_characters(tmp_path: Path) -> None:
    with RedisServer(tmp_path, password="p@ss:w/rd%") as redis:
        login = f"redis://:p%40ss%3Aw%2Frd%25@127.0.0.1:{redis.port}/0"
        async with pair(login) as (one, two):
            await arrives(one, two, 1)


async def test_a_user_with_no_more_rights_than_are_documented(redis: RedisServer) -> None:
    rights = ["resetchannels", "&calepin:*", "+hello", "+publish", "+subscribe", "+unsubscribe"]
    redis.command("ACL", "SETUSER", "notes", "on", ">pw", *rights)
    async with pair(f"redis://notes:pw@127.0.0.1:{redis.port}") as (one, two):
        await arrives(one, two, 1)
        two.bus.forget(NOTE)
        await two.listens(NOTE)
        await arrives(one, two, 2)


async def test_a_socket_of_the_same_machine(tmp_path: Path) -> None:
    path = tmp_path / "r.sock"
    with RedisServer(tmp_path, {"unixsocket": str(path)}) as redis:
        async with pair(f"unix://{path}", redis.url) as (one, two):
            await arrives(one, two, 1)


async def test_tls_with_a_certificate_that_is_trusted(tmp_path: Path) -> None:
    made = Certificate.make(tmp_path)
    with RedisServer(tmp_path, tls=made, password="pw") as redis:
        async with pair(f"{redis.url}?ssl_ca_certs={made.certificate}") as (one, two):
            await arrives(one, two, 1)
        unchecked = f"{redis.url}?ssl_cert_reqs=none"
        async with pair(unchecked) as (one, two):
            await arrives(one, two, 2)


NOT_TRUSTED = "The certificate of Redis is not trusted: "


@pytest.mark.parametrize(
    ("url", "sentence"),
    [
        ("rediss://127.0.0.1:{tls}", f"{NOT_TRUSTED}self-signed certificate."),
        (
            "rediss://127.0.0.2:{tls}?ssl_ca_certs={file}",
            f"{NOT_TRUSTED}IP address mismatch, certificate is not valid for '127.0.0.2'.",
        ),
        ("rediss://127.0.0.1:{plain}", "Redis does not answer."),
        ("redis://127.0.0.1:{tls}", "Redis ended the connection."),
    ],
)
async def test_tls_that_does_not_fit_is_told(tmp_path: Path, url: str, sentence: str) -> None:
    made = Certificate.make(tmp_path)
    two_names = {"bind": "127.0.0.1 127.0.0.2"}
    with (
        RedisServer(tmp_path / "tls", two_names, tls=made) as secret,
        RedisServer(tmp_path / "plain") as plain,
        capture_logs() as logs,
    ):
        filled = url.format(tls=secret.port, plain=plain.port, file=made.certificate)
        async with running(filled, "one") as one:
            await one.until_failed(2)
            assert one.ups == []
    told = {entry["error"] for entry in logs if entry["event"] == "bus_down"}
    assert told == {sentence}


async def test_a_failover_by_a_sentinel(tmp_path: Path) -> None:
    with watched(tmp_path) as redis:
        async with pair(redis.url) as (one, two):
            await arrives(one, two, 1)
            old = redis.master()
            old.kill()
            await one.until(lambda: one.ups == [True, False, True])
            await two.until(lambda: two.ups == [True, False, True])
            assert redis.master() is not old
            assert two.listening == [NOTE, NOTE]
            await arrives(one, two, 2)
            old.start()
            await arrives(one, two, 3)


async def test_a_master_that_only_its_clients_still_see_is_left(tmp_path: Path) -> None:
    """It stands still while the Sentinel puts another in its place, and is back before it is told:
    a connection that survives this is left because the Sentinel is asked, or the role."""
    with watched(tmp_path) as redis:
        async with pair(redis.url) as (one, two):
            old = redis.master()
            redis.sentinel.command("SENTINEL", "FAILOVER", "notes")
            await one.until(lambda: one.ups[1:] == [False, True])
            await two.until(lambda: two.ups[1:] == [False, True])
            assert redis.master() is not old
            await arrives(one, two, 1)


async def test_a_name_that_the_sentinel_does_not_know_is_told(tmp_path: Path) -> None:
    with watched(tmp_path) as redis, capture_logs() as logs:
        async with running(redis.url + "s", "one") as one:
            await one.until_failed()
    told = {entry["error"] for entry in logs if entry["event"] == "bus_down"}
    assert told == {"No Sentinel tells of a master that works under the name in CALEPIN_REDIS_URL."}


async def test_a_cluster_carries_from_any_node_to_any_other(tmp_path: Path) -> None:
    with cluster(tmp_path) as nodes:
        hosts = [f"127.0.0.1:{node.port}" for node in nodes]
        url = "redis://" + ",".join(hosts)
        other = "redis://" + ",".join(reversed(hosts))
        async with pair(url, other) as (one, two):
            await arrives(one, two, 1)
            nodes[0].kill()
            await one.until(lambda: one.ups == [True, False, True])
            await arrives(one, two, 2)
            assert two.ups == [True]
            nodes[2].kill()
            await two.until(lambda: two.listening == [NOTE, NOTE])
            await arrives(one, two, 3)
