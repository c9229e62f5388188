"""Who is told the metrics, and that they are what they say."""

from __future__ import annotations

from typing import Any

import httpx
import pytest
from prometheus_client.parser import text_string_to_metric_families

from tests.api.conftest import ADDRESS, ADMIN, Api, Made, as_documented, refused

HERE = "127.0.0.1:8000"


async def ask(
    api: Api, client: str = "127.0.0.1", host: str = HERE, **headers: str
) -> httpx.Response:
    """A request that comes from an address and asks for a host."""
    sent = {name.replace("_", "-"): value for name, value in headers.items()}
    async with httpx.AsyncClient(
        transport=httpx.ASGITransport(api.app, client=(client, 40000)),
        base_url=ADDRESS,
        headers={"host": host, **sent},
        event_hooks={"response": [as_documented]},
    ) as http:
        return await http.get("/metrics")


@pytest.mark.promise("O3")
@pytest.mark.parametrize(
    ("client", "host"),
    [
        ("127.0.0.1", HERE),
        ("127.0.0.1", "localhost:8000"),
        ("127.8.0.1", "localhost"),
        ("::1", "[::1]:8000"),
    ],
)
async def test_this_machine_is_told(api: Api, client: str, host: str) -> None:
    answer = await ask(api, client, host)
    assert answer.status_code == 200
    assert answer.headers["content-type"].startswith("text/plain; version=")
    assert answer.headers["cache-control"] == "no-store"


@pytest.mark.promise("O3", "A1")
@pytest.mark.parametrize(
    "how",
    [
        {"client": "192.168.1.20"},
        {"client": "fe80::1"},
        {"client": "::ffff:192.168.1.20"},
        {"client": "somewhere"},
        {"host": "notes.example.org"},
        {"host": "localhost.example.org"},
        {"host": "192.168.1.20:8000"},
        {"host": ""},
        {"x_forwarded_for": "127.0.0.1"},
        {"x_forwarded_for": ""},
        {"X_Real_IP": "127.0.0.1"},
        {"forwarded": "for=127.0.0.1"},
        {"via": "1.1 proxy"},
        {"x_forwarded_proto": "https"},
        {"x_forwarded_host": "localhost"},
        {"authorization": "Bearer "},
        {"authorization": f"Bearer {ADMIN}x", "client": "10.0.0.1"},
        {"authorization": f"Basic {ADMIN}", "client": "10.0.0.1"},
    ],
)
async def test_nobody_else_is_told_without_the_admin_token(
    api: Api, made: Made, how: dict[str, str]
) -> None:
    """Behind a proxy of this machine every request comes from this machine."""
    how = {"host": "notes.example.org"} | how if "authorization" in how else how
    refused(await ask(api, **how), 401, "not_authenticated")
    for token in made.tokens.values():
        told = {"client": "10.0.0.1", "authorization": f"Bearer {token}"}
        refused(await ask(api, **told), 401, "not_authenticated")
    answer = await ask(api, **{**how, "authorization": f"Bearer {ADMIN}"})
    assert answer.status_code == 200


@pytest.mark.promise("O3")
async def test_what_is_told_is_well_formed_and_no_text_or_id(api: Api, made: Made) -> None:
    told = (await ask(api)).text
    families = {family.name: family for family in text_string_to_metric_families(told)}
    ours = {name for name in families if not name.startswith("process_")}
    assert len(ours) > 15
    assert all(name.startswith("calepin_") for name in ours)
    assert all(family.documentation.endswith(".") for family in families.values())
    for secret in (*made.tokens.values(), *made.notes, made.day, ADMIN, "garage", "Inès"):
        assert secret not in told
    duration = families["calepin_store_transaction_seconds"].samples
    buckets = [s.value for s in duration if s.name.endswith("_bucket")]
    assert buckets == sorted(buckets)
    (count,) = (s.value for s in duration if s.name.endswith("_count"))
    assert buckets[-1] == count > 0  # the day was made in a transaction
    held = {s.labels["state"]: s.value for s in families["calepin_held_updates"].samples}
    assert held == {"open": 0, "merged": 0, "late": 0, "discarded": 0}


@pytest.mark.promise("O3")
async def test_a_store_that_does_not_answer_is_a_metric_too(api: Api) -> None:
    assert "calepin_store_answers 1.0" in (await ask(api)).text
    await api.service.store.close()
    told = (await ask(api)).text
    assert "calepin_store_answers 0.0" in told
    assert "calepin_held_updates" not in told
    assert "calepin_sockets 0.0" in told


async def test_two_services_share_no_number(api: Api, tmp_path: Any) -> None:
    from server.app import create_app
    from server.service import Service
    from server.settings import Settings

    await api.make_day()
    api.service.rooms.tallies.resyncs = 7
    async with Service.start(Settings(data=tmp_path / "other")) as service:
        other = Api(service, create_app(service))
        assert "calepin_resyncs_total 0.0" in (await ask(other)).text
        assert "calepin_resyncs_total 7.0" in (await ask(api)).text
