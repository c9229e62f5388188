"""What a server logs is one JSON object a line, and never what people typed, nor a secret."""

from __future__ import annotations

import asyncio
import io
import json
import logging
import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any

import httpx
import pytest
import structlog

from server.logs import MOST_SAID, SELDOM_SECONDS, Seldom, configure_logs, log_loop_failure
from server.sync.codec import var_bytes, var_string
from tests.peers.driver import Peers
from tests.protocol.days import Day
from tests.protocol.raw import closed, raw_collab, raw_sync
from tests.running import RunningServer, programme

WORD = "Zéphyrine"
"""Stands in everything that is typed and sent; nothing else has it."""
GUESSED = "clp_guessedguessedguessedguessedguessed"


def broken(data: Path, statement: str) -> None:
    """Change the store under the server's hands."""
    with closing(sqlite3.connect(data / "calepin.sqlite", timeout=30)) as db:
        db.execute(statement)
        db.commit()


async def people_write(day: Day, peers: Peers) -> None:
    writer = await day.open(peers, "writer", "hocuspocus@4.8")
    await writer.set_presence({"user": {"name": WORD}})
    await writer.type(f"{WORD} écrit. ", at=0)
    await writer.wait(unsynced=False)
    await day.lock()
    await writer.wait(scope="readonly")
    await writer.type(f"{WORD} vient trop tard. ", at=0)
    await day.settled(peers, [writer])
    await day.unlock()
    await writer.wait(unsynced=False)
    reader = await day.open(peers, "reader", "y-websocket@3.1", role="reader")
    await reader.wait(contains=f"{WORD} vient trop tard. {WORD} écrit.")
    await reader.type(WORD, at=0)
    for peer in (writer, reader):
        await peer.close()


async def hostile_clients(day: Day, peers: Peers) -> None:
    a_map = bytes.fromhex("010101002801046d617073016b01770176") + b"\x00"
    presence = b"\x01" + var_bytes(b"\x01\x01\x01" + var_string(f'{{"{WORD}'))
    noise = b"\x00\x02" + var_bytes(b"\xfe" + WORD.encode())
    for frame in (presence, noise, b"\x00\x02" + var_bytes(a_map), WORD.encode()):
        async with raw_sync(day) as socket:
            await socket.send(frame)
            await closed(socket)
        async with raw_collab(day) as socket:
            await socket.send(var_string(day.note) + frame)
            await socket.send(b"\xff")  # ends it, where the frame ended the note alone
            await closed(socket)
    for number, kind in enumerate(("y-websocket@1.5", "hocuspocus@4.0")):
        stranger = await day.open(peers, f"s{number}", kind, token=GUESSED, synced=False)
        await stranger.event("close" if kind.startswith("y-") else "authenticationFailed")
        await stranger.close()


async def requests(day: Day) -> None:
    server, tokens = day.server, day.entrance.tokens
    async with httpx.AsyncClient(
        base_url=server.base_url, timeout=15, trust_env=False, follow_redirects=True
    ) as http:
        joined = await http.post(f"/join/{tokens['writer']}", data={"name": WORD})
        assert joined.status_code == 200, joined.text
        for path in (f"/join/{GUESSED}", f"/d/{WORD}", f"/d/{day.entrance.day}?token={GUESSED}"):
            await http.get(path)
    # Columns that these requests alone ask for: what follows the store goes on.
    broken(server.data, "ALTER TABLE journal RENAME COLUMN why TO elsewhere")
    # Each on a connection of its own: it ends with what nobody foresaw.
    for method, path, body in (
        ("PATCH", f"/api/days/{day.entrance.day}", {"place": WORD}),
        ("POST", f"/api/notes/{day.notes[1]}/lock", {"why": WORD}),
    ):
        async with server.http(tokens["organiser"]) as api:
            answer = await api.request(method, path, json=body)
            assert answer.status_code == 500, answer.text
    broken(server.data, "ALTER TABLE journal RENAME COLUMN elsewhere TO why")
    broken(server.data, "ALTER TABLE link RENAME COLUMN secret_hash TO gone")
    async with httpx.AsyncClient(base_url=server.base_url, timeout=15, trust_env=False) as http:
        answer = await http.get(f"/join/{tokens['moderator']}")
        assert answer.status_code == 503
    broken(server.data, "ALTER TABLE link RENAME COLUMN gone TO secret_hash")


@pytest.mark.promise("O3", "A1")
async def test_nothing_that_was_typed_and_no_secret_is_logged(
    own_server: RunningServer, peers: Peers
) -> None:
    server = own_server
    own_day = Day.make(server, programme(2))
    await people_write(own_day, peers)
    await hostile_clients(own_day, peers)
    await requests(own_day)
    # In the end its store takes no row any more, for a reason that nobody foresaw.
    writer = await own_day.open(peers, "last", "hocuspocus@4.8", note=own_day.notes[1])
    refuse = "BEFORE INSERT ON log BEGIN SELECT RAISE(ABORT, 'no'); END"
    await asyncio.to_thread(broken, server.data, f"CREATE TRIGGER refuse {refuse}")
    await writer.type(f"{WORD} ne sera pas enregistrée.", at=0)
    assert (await writer.event("close"))["code"] == 1012
    assert await asyncio.to_thread(server.ended) == 1

    said = server.said()
    events = [json.loads(line) for line in said.splitlines()]
    assert all({"event", "level", "timestamp"} <= set(event) for event in events)
    seen = {event["event"] for event in events}
    expected = {"serving", "connection_ended", "note_ended", "request_failed", "store_failed"}
    assert expected | {"stopped"} <= seen
    failed = [event["path"] for event in events if event["event"] == "request_failed"]
    day_path = f"/api/days/{own_day.entrance.day}"
    assert failed == [day_path, f"/api/notes/{own_day.notes[1]}/lock", "/join/…"]
    secret = (server.data / "secret.key").read_bytes()
    for word in (
        WORD,
        WORD.encode().decode("latin-1"),
        json.dumps(WORD).strip('"'),
        repr(WORD.encode())[2:-1],
        "trop tard",
        "guessed",
        server.admin_token,
        secret.hex(),
        *own_day.entrance.tokens.values(),
    ):
        assert word not in said


@contextmanager
def captured() -> Iterator[io.StringIO]:
    """What is logged inside, as the server would write it."""
    root = logging.getLogger()
    before, level = root.handlers[:], root.level
    try:
        configure_logs()
        (handler,) = root.handlers
        assert isinstance(handler, logging.StreamHandler)
        stream = io.StringIO()
        handler.setStream(stream)
        yield stream
    finally:
        root.handlers = before
        root.setLevel(level)
        structlog.reset_defaults()


def failure() -> ValueError:
    """An exception that quotes, was caused by one that does, and has a group in it."""
    try:
        try:
            int(WORD)
        except ValueError as error:
            group = ExceptionGroup(WORD, [KeyError(WORD), RuntimeError(WORD)])
            error.__context__ = group
            raise ValueError(f"about {WORD}") from error
    except ValueError as error:
        return error


@pytest.mark.promise("O3")
def test_of_an_exception_its_kinds_and_places_are_told_and_not_its_message() -> None:
    told: dict[str, Any]
    with captured() as stream:
        structlog.get_logger("x").error("odd", exc_info=failure())
        logging.getLogger("some.library").error("it failed", exc_info=failure())
        try:
            raise failure()
        except ValueError:
            logging.getLogger("some.library").exception("it failed again")
        log_loop_failure(
            None,  # type: ignore[arg-type]
            {"message": f"Exception in callback f({WORD!r})", "exception": failure()},
        )
    assert WORD not in stream.getvalue()
    assert json.dumps(WORD).strip('"') not in stream.getvalue()
    lines = stream.getvalue().splitlines()
    assert len(lines) == 4
    for line in lines:
        told = json.loads(line)
        kinds = [one.partition(": ")[0] for one in told["exception"]]
        assert kinds == ["ValueError", "ValueError", "ExceptionGroup", "KeyError", "RuntimeError"]
        assert "test_logs.py:" in told["exception"][0]
    assert json.loads(lines[-1])["message"] == "Exception in callback f"


def test_a_token_is_blanked_out_wherever_it_stands() -> None:
    with captured() as stream:
        structlog.get_logger("x").info("odd", path=f"/join/{GUESSED}", n=3)
        logging.getLogger("some.library").warning("GET /sync/note?token=abc&x=1")
    assert json.loads(stream.getvalue().splitlines()[0])["path"] == "/join/…"
    assert "token=…&x=1" in stream.getvalue()


def test_what_an_outage_repeats_is_said_once_a_minute() -> None:
    clock = [0.0]
    seldom = Seldom(lambda: clock[0])

    def says(event: str, **fields: str) -> dict[str, Any] | None:
        try:
            return dict(seldom(None, "warning", {"event": event, **fields}))
        except structlog.DropEvent:
            return None

    away = {"error": "The database is away."}
    assert says("follow_failed", **away) == {"event": "follow_failed", **away}
    for clock[0] in (0.5, 1.0, SELDOM_SECONDS - 0.1):
        assert says("follow_failed", **away) is None
    # Another error is news, and other events are said each time.
    assert says("follow_failed", error="The disk is full.") is not None
    assert says("note_unreadable", **away) is not None
    assert [says("commit_failed", **away) for _ in range(2)].count(None) == 0
    clock[0] = SELDOM_SECONDS
    assert says("follow_failed", **away) == {"event": "follow_failed", **away, "times": 4}
    clock[0] = 2 * SELDOM_SECONDS
    assert says("follow_failed", **away) == {"event": "follow_failed", **away}
    for number in range(2 * MOST_SAID):
        assert says("follow_failed", error=f"Error {number}.") is not None
