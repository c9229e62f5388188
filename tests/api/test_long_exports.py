"""Exports that take long: they say how far they are, and end when nobody waits for them."""

from __future__ import annotations

import asyncio
import json
from typing import Any

import pytest

from server.aside import MOST_AT_ONCE, MOST_WAITING
from tests.api.conftest import Api, Made, refused

ITEMS = 12
LONG = (
    "Une phrase qui se répète, avec **des mots** [et un lien](https://exemple.fr/), « ici ».\n" * 40
)


@pytest.fixture
async def long_day(api: Api) -> Made:
    """A day whose export takes a good part of a second."""
    text = "".join(f"          {line}\n" for line in LONG.splitlines())
    items = "".join(f"      - title: Point {n}\n        notes: |\n{text}" for n in range(ITEMS))
    return await api.make_day(f"title: Longue\nsections:\n  - title: A\n    items:\n{items}")


def read(answer: bytes) -> tuple[list[Any], bytes]:
    """The lines of an answer, and the file behind them."""
    lines: list[Any] = []
    while answer:
        line, _, answer = answer.partition(b"\n")
        lines.append(json.loads(line))
        if lines[-1]["state"] in ("done", "failed"):
            break
    return lines, answer


@pytest.mark.parametrize("form", ["md", "zip", "html", "docx", "odt", "json", "text"])
async def test_an_export_says_how_far_it_is_and_is_the_same(
    api: Api, long_day: Made, form: str
) -> None:
    token, path = long_day.tokens["reader"], f"/api/days/{long_day.day}/export?format={form}"
    answer = await api.ask("GET", f"{path}&progress=lines", token)
    assert answer.headers["content-type"] == "application/vnd.calepin.progress"
    lines, file = read(answer.content)
    assert lines[0] == {"state": "waiting"}
    of = ITEMS + 1
    assert [(one["done"], one["of"]) for one in lines[1:-1]] == [(n + 1, of) for n in range(of)]
    assert [one["state"] for one in lines[1:-1]] == ["reading"] * ITEMS + ["writing"]
    plain = await api.ask("GET", path, token)
    assert file == plain.content
    assert lines[-1]["bytes"] == len(file)
    assert lines[-1]["type"] == plain.headers["content-type"]
    assert lines[-1]["name"].startswith("longue.")


async def test_what_goes_wrong_is_the_last_line(api: Api, made: Made) -> None:
    token = made.tokens["organiser"]
    path = f"/api/days/{made.day}/sections/{await api.section(made)}/export"
    answer = await api.ask("GET", f"{path}?format=zip&progress=lines", token)
    lines, file = read(answer.content)
    assert lines[-1]["state"] == "failed"
    assert lines[-1]["error"]["code"] == "bad_input"
    assert lines[-1]["error"]["message"].endswith(".")
    assert file == b""
    error = refused(await api.ask("GET", f"{path}?progress=some", token), 400, "bad_input")
    assert error["field"] == "progress"


async def asked(api: Api, made: Made, query: str, gone: asyncio.Event) -> list[bytes]:
    """What somebody gets who goes away when `gone` is set, or at the first line of reading.

    They take nothing more then: what was made ahead of them waits in the server.
    """
    got: list[bytes] = []
    body = [{"type": "http.request", "body": b"", "more_body": False}]

    async def receive() -> Any:
        if body:
            return body.pop()
        await gone.wait()
        return {"type": "http.disconnect"}

    async def send(message: Any) -> None:
        got.append(message.get("body", b""))
        if b'"reading"' in got[-1]:
            gone.set()
            await asyncio.Event().wait()

    scope = {
        "type": "http",
        "asgi": {"version": "3.0", "spec_version": "2.3"},
        "http_version": "1.1",
        "method": "GET",
        "scheme": "http",
        "path": f"/api/days/{made.day}/export",
        "raw_path": b"",
        "root_path": "",
        "query_string": query.encode(),
        "headers": [(b"authorization", f"Bearer {made.tokens['reader']}".encode())],
        "client": ("127.0.0.1", 1),
        "server": ("calepin.example", 80),
    }
    await api.app(scope, receive, send)
    return got


async def test_whoever_goes_away_ends_their_export(api: Api, long_day: Made) -> None:
    got = b"".join(await asked(api, long_day, "format=docx&progress=lines", asyncio.Event()))
    assert b'"reading"' in got
    assert b'"state":"done"' not in got
    assert b"PK" not in got
    # The others go on at once.
    token = long_day.tokens["reader"]
    assert (await api.ask("GET", f"/api/days/{long_day.day}/export", token)).status_code == 200


async def test_whoever_goes_away_gives_their_place_to_the_next(api: Api, long_day: Made) -> None:
    """Also of a plain download, and also of one that waits."""
    gone, stays = asyncio.Event(), asyncio.Event()
    exports = api.service.exports
    held = [exports.place() for _ in range(MOST_AT_ONCE)]
    for place in held:
        await place.__aenter__()
    waiting = [
        asyncio.ensure_future(asked(api, long_day, "format=md", gone)) for _ in range(MOST_WAITING)
    ]
    token, path = long_day.tokens["reader"], f"/api/days/{long_day.day}/export"
    while exports.waiting < MOST_WAITING:
        await asyncio.wait(waiting, timeout=0.01)
    answer = await api.ask("GET", f"{path}?progress=lines", token)
    lines, _ = read(answer.content)
    assert lines[-1]["error"]["code"] == "unavailable"
    refused(await api.ask("GET", path, token), 503, "unavailable")
    # A note's own is not one of them.
    note = await api.ask("GET", f"/api/notes/{long_day.notes[0]}/export", token)
    assert note.status_code == 200
    gone.set()
    assert [b"".join(got) for got in await asyncio.gather(*waiting)] == [b""] * MOST_WAITING
    for place in held:
        await place.__aexit__(None, None, None)
    assert b"".join(await asked(api, long_day, "format=md", stays)).startswith(b"---")
