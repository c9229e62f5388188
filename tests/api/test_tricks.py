"""Requests that pretend: about their host, their origin, their length, their path."""

from __future__ import annotations

import json

import pytest

from tests.api.test_heads import answer_to, is_well
from tests.protocol.wire import handshake
from tests.running import RunningServer, programme

MEBIBYTE = 1024 * 1024


def chunked(size: int) -> bytes:
    """A body of so many bytes in chunks that do not say it before."""
    piece = b"10000\r\n" + b"x" * 65536 + b"\r\n"
    return piece * (size // 65536) + b"0\r\n\r\n"


@pytest.mark.promise("A5")
async def test_a_body_that_grows_beyond_the_bound_is_refused(
    standing_server: RunningServer,
) -> None:
    head = (
        "POST /api/days HTTP/1.1\r\nHost: x\r\nConnection: close\r\n"
        f"Authorization: Bearer {standing_server.admin_token}\r\nTransfer-Encoding: chunked\r\n\r\n"
    )
    status, body = await answer_to(standing_server, head.encode() + chunked(5 * MEBIBYTE))
    assert (status, json.loads(body)["error"]["code"]) == (413, "too_large")
    is_well(standing_server)


@pytest.mark.promise("A5")
@pytest.mark.parametrize("address", ["/sync/{note}?token={token}", "/collab"])
@pytest.mark.parametrize("origin", ["https://ailleurs.example", "null", "http://127.0.0.1:1"])
async def test_a_foreign_page_shakes_no_hands(
    address: str, origin: str, standing_server: RunningServer
) -> None:
    day = standing_server.new_day(programme(1))
    path = address.format(note=day.notes[0], token=day.tokens["writer"])
    greeting = handshake(path, standing_server.port)
    asked = greeting[:-2] + f"Origin: {origin}\r\n\r\n".encode()
    status, body = await answer_to(standing_server, asked)
    assert status == 403
    assert b"this site's own pages" in body


@pytest.mark.promise("A5")
@pytest.mark.parametrize("host", ["ailleurs.example", "x y", "", "[::1", "a" * 5000])
async def test_another_host_changes_nothing_in_what_is_said(
    host: str, standing_server: RunningServer
) -> None:
    """No link, redirect or cookie is made from what a request says of its host."""
    day = standing_server.new_day(programme(1))
    path = f"/join/{day.tokens['writer']}"
    request = f"GET {path} HTTP/1.1\r\nHost: {host}\r\nConnection: close\r\n\r\n"
    status, body = await answer_to(standing_server, request.encode())
    assert status in (200, 400)
    assert b"ailleurs.example" not in body
    is_well(standing_server)


@pytest.mark.promise("A5")
@pytest.mark.parametrize(
    "path",
    [
        "/static/../../secret.key",
        "/static/%2e%2e/%2e%2e/secret.key",
        "/static/..%2f..%2fdata%2fsecret.key",
        "/static//etc/passwd",
        "/static/%00",
        "/d/%F0%9F%8E%88",
        "/d/" + "é".encode().hex(),
        "/" + "d/" * 2000,
        "//ailleurs.example/d/x",
    ],
)
async def test_a_path_leads_to_nothing_but_pages(path: str, standing_server: RunningServer) -> None:
    request = f"GET {path} HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n".encode()
    status, body = await answer_to(standing_server, request)
    assert status in (400, 401, 404)
    assert b"root:" not in body
    assert (standing_server.data / "secret.key").read_bytes() not in body
    is_well(standing_server)
