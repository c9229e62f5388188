"""Rights that are taken away: a link that is renewed, a person who is removed, and the journal."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from typing import Any

import pycrdt
import pytest
from sqlalchemy import Connection
from starlette.requests import HTTPConnection
from starlette.types import Message

from server.days.people import Visitor
from server.service import make_connection_id
from server.sync import hocuspocus
from server.sync.endpoints import Endpoints
from server.sync.gate import Doors
from server.sync.shares import Shares
from storage import people
from storage.values import NoteId
from tests.api.conftest import Api, Made, refused
from tests.protocol.plain_client import STEP_1, UPDATE, counted, sync_message

ROLES = ["reader", "writer", "moderator", "organiser"]
GONE = 4401


async def renew(api: Api, made: Made, role: str) -> dict[str, str]:
    path = f"/api/days/{made.day}/links/{role}/renew"
    answer = await api.ask("POST", path, made.tokens["organiser"])
    assert answer.status_code == 200, answer.text
    new: dict[str, str] = answer.json()
    return new


async def remove(api: Api, made: Made, person: str) -> None:
    path = f"/api/days/{made.day}/people/{person}/remove"
    assert (await api.ask("POST", path, made.tokens["organiser"])).status_code == 200


@pytest.mark.promise("A2")
@pytest.mark.parametrize("role", ROLES)
async def test_a_renewed_link_opens_and_the_old_one_and_all_who_came_by_it_do_not(
    api: Api, made: Made, role: str
) -> None:
    note, old = f"/api/notes/{made.notes[0]}", made.tokens[role]
    _, cookie = await api.join(made, role, "Bruno")
    others = {one: token for one, token in made.tokens.items() if one != role}
    new = await renew(api, made, role)
    assert new["role"] == role
    assert new["link"].endswith(f"/join/{new['token']}")
    assert new["token"] != old
    refused(await api.ask("GET", note, old), 401, "not_authenticated")
    async with api.http(cookies=cookie) as http:
        refused(await http.get(note), 401, "not_authenticated")
        assert (await http.get(f"/join/{old}")).status_code == 401
        assert (await http.get(f"/join/{new['token']}")).status_code == 200
    for token in (new["token"], *others.values()):
        assert (await api.ask("GET", note, token)).status_code == 200
    made.tokens[role] = new["token"]
    again, _ = await api.join(made, role, "Bruno")
    assert again.role.value == role
    assert (await renew(api, made, role))["token"] not in (old, new["token"])


@pytest.mark.promise("A2")
async def test_a_removed_person_is_out_and_the_others_are_not(api: Api, made: Made) -> None:
    bruno, of_bruno = await api.join(made, "writer", "Bruno")
    zoé, of_zoé = await api.join(made, "writer", "Zoé")
    await remove(api, made, bruno.person)
    note = f"/api/notes/{made.notes[0]}"
    async with api.http(cookies=of_bruno) as http:
        refused(await http.get(note), 401, "not_authenticated")
    async with api.http(cookies=of_zoé) as http:
        assert (await http.get(note)).status_code == 200
    shown = await api.ask("GET", f"/api/days/{made.day}/people", made.tokens["organiser"])
    listed = {one["person"]: (one["name"], one["removed_at"]) for one in shown.json()["people"]}
    assert set(listed) == {bruno.person, zoé.person}
    assert listed[zoé.person] == ("Zoé", None)
    name, removed_at = listed[bruno.person]
    assert (name, removed_at is not None) == ("Bruno", True)


async def test_a_link_is_no_person_to_be_removed(api: Api, made: Made) -> None:
    links = await api.service.store.read(lambda db: _links(db, made))
    path = f"/api/days/{made.day}/people/{links['writer']}/remove"
    refused(await api.ask("POST", path, made.tokens["organiser"]), 409, "conflict")
    assert (await api.ask("GET", f"/api/days/{made.day}", made.tokens["writer"])).is_success


async def test_somebody_of_another_day_is_not_removed_here(api: Api, made: Made) -> None:
    other = await api.make_day()
    bruno, cookie = await api.join(other, "writer", "Bruno")
    path = f"/api/days/{made.day}/people/{bruno.person}/remove"
    refused(await api.ask("POST", path, made.tokens["organiser"]), 404, "not_found")
    async with api.http(cookies=cookie) as http:
        assert (await http.get(f"/api/notes/{other.notes[0]}")).status_code == 200


@pytest.mark.promise("A1")
@pytest.mark.parametrize("role", ROLES)
async def test_only_an_organiser_takes_rights_away(api: Api, made: Made, role: str) -> None:
    bruno, _ = await api.join(made, "writer", "Bruno")
    day = f"/api/days/{made.day}"
    for method, path, least in (
        ("GET", f"{day}/people", "organiser"),
        ("POST", f"{day}/people/{bruno.person}/remove", "organiser"),
        ("POST", f"{day}/links/reader/renew", "organiser"),
        ("GET", f"{day}/journal", "moderator"),
    ):
        answer = await api.ask(method, path, made.tokens[role])
        if ROLES.index(role) < ROLES.index(least):
            assert refused(answer, 403, "not_allowed")["needed"] == least
        else:
            assert answer.status_code == 200


@pytest.mark.promise("K5")
async def test_the_journal_says_who_did_what_when_and_why(api: Api, made: Made) -> None:
    inès, cookie = await api.join(made, "moderator", "Inès")
    bruno, _ = await api.join(made, "writer", "Bruno")
    before = api.service.clock()
    async with api.http(cookies=cookie) as http:
        note = f"/api/notes/{made.notes[0]}"
        assert (await http.post(f"{note}/lock", json={"why": "on relit"})).is_success
        assert (await http.post(f"{note}/unlock")).is_success
    await remove(api, made, bruno.person)
    await renew(api, made, "reader")
    shown = await api.ask("GET", f"/api/days/{made.day}/journal", made.tokens["moderator"])
    lines = shown.json()["journal"]
    assert [(line["what"], line["why"]) for line in lines] == [
        ("create", ""),
        ("lock", "on relit"),
        ("unlock", ""),
        ("remove_person", "Bruno"),
        ("renew_link", "reader"),
    ]
    assert [line["by"] for line in lines[:3]] == ["admin", "Inès", "Inès"]
    assert lines[1]["who"] == inès.person
    assert [line["note"] for line in lines[:3]] == [None, made.notes[0], made.notes[0]]
    times = [line["at"] for line in lines[1:]]
    assert times == sorted(times)
    assert before <= times[0]


class Door:
    """A socket at an endpoint, in this process: its handshake stops after it was told who it is."""

    def __init__(self, api: Api) -> None:
        self.known, self.go_on = asyncio.Event(), asyncio.Event()
        self.sent: asyncio.Queue[Message] = asyncio.Queue()
        self.received: asyncio.Queue[Message] = asyncio.Queue()
        self.received.put_nowait({"type": "websocket.connect"})

        async def authenticate(note: NoteId, token: str, connection: HTTPConnection) -> Visitor:
            visitor = await api.service.identity.in_note(note, token, connection.cookies)
            self.known.set()
            await self.go_on.wait()
            return visitor

        self.endpoints = Endpoints(
            rooms=api.service.rooms,
            authenticate=authenticate,
            make_id=make_connection_id,
            public_origins=(),
            doors=Doors(9),
            shares=Shares(
                per_second=100.0,
                burst=200.0,
                most_sockets=9,
                most_notes=9,
                monotonic=asyncio.get_running_loop().time,
            ),
        )

    def scope(self, note: str, token: str) -> Mapping[str, Any]:
        return {
            "type": "websocket",
            "headers": [],
            "query_string": f"token={token}".encode(),
            "path_params": {"note": note},
        }

    async def until(self, kind: str, *, holding: bytes = b"") -> Message:
        """The next message to the peer of this kind with these bytes in it."""
        async with asyncio.timeout(15):
            while True:
                message = await self.sent.get()
                if message["type"] == kind and holding in (message.get("bytes") or b""):
                    return message


@pytest.mark.promise("A2")
@pytest.mark.parametrize("framing", ["sync", "collab"])
@pytest.mark.parametrize("taken", ["link", "person"])
async def test_a_socket_that_is_being_opened_does_not_slip_through(
    api: Api, made: Made, framing: str, taken: str
) -> None:
    note, token = made.notes[0], made.tokens["writer"]
    bruno, cookies = await api.join(made, "writer", "Bruno")
    door = Door(api)
    scope = dict(door.scope(note, token if taken == "link" else ""))
    cookie = "; ".join(f"{name}={value}" for name, value in cookies.items())
    scope["headers"] = [(b"cookie", cookie.encode())]
    if framing == "collab":
        said = token if taken == "link" else "device"
        body = hocuspocus.prefix(note) + bytes([2, 0]) + counted(said.encode())
        door.received.put_nowait({"type": "websocket.receive", "bytes": body})
    serve = door.endpoints.sync if framing == "sync" else door.endpoints.collab
    serving = asyncio.create_task(serve(scope, door.received.get, door.sent.put))
    async with asyncio.timeout(15):
        await door.known.wait()
    if taken == "link":
        await renew(api, made, "writer")
    else:
        await remove(api, made, bruno.person)
    door.go_on.set()
    if framing == "sync":
        closed = await door.until("websocket.close")
        assert closed["code"] == GONE
        assert closed["reason"].endswith(".")
    else:
        why = b"withdrawn" if taken == "link" else b"removed"
        await door.until("websocket.send", holding=why)
    assert api.service.rooms.who(NoteId(note)) == []
    door.received.put_nowait({"type": "websocket.disconnect", "code": 1000})
    async with asyncio.timeout(15):
        await serving


@pytest.mark.promise("A2")
async def test_who_was_put_out_and_goes_on_sending_writes_nothing(api: Api, made: Made) -> None:
    note, store = NoteId(made.notes[0]), api.service.store
    before = await store.heads([note])
    door = Door(api)
    door.go_on.set()
    prefix, token = hocuspocus.prefix(note), made.tokens["writer"]

    def say(body: bytes) -> None:
        door.received.put_nowait({"type": "websocket.receive", "bytes": prefix + body})

    doc: pycrdt.Doc[pycrdt.Text] = pycrdt.Doc()
    doc.get("notes", type=pycrdt.Text).insert(0, "trop tard")
    say(bytes([2, 0]) + counted(token.encode()))
    serving = asyncio.create_task(
        door.endpoints.collab(dict(door.scope(note, "")), door.received.get, door.sent.put)
    )
    await door.until("websocket.send", holding=b"read-write")
    say(sync_message(STEP_1, b"\0"))
    await door.until("websocket.send", holding=prefix + bytes([0, 1]))
    await renew(api, made, "writer")
    await door.until("websocket.send", holding=b"withdrawn")
    say(sync_message(UPDATE, doc.get_update()))
    # It may ask again, and is answered, behind what it sent.
    say(bytes([2, 0]) + counted(token.encode()))
    await door.until("websocket.send", holding=b"withdrawn")
    assert await store.heads([note]) == before
    assert (
        "trop tard"
        not in (await api.ask("GET", f"/api/notes/{note}/export", made.tokens["reader"])).text
    )
    door.received.put_nowait({"type": "websocket.disconnect", "code": 1000})
    async with asyncio.timeout(15):
        await serving


def _links(db: Connection, made: Made) -> dict[str, str]:
    return {link.role: link.id for link in people.links(db, made.day)}
