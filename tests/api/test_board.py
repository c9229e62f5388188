"""The moderators' board: figures of all notes, what is said to people, muting, and taking back."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pycrdt
import pytest

from server.app import create_app
from server.days.people import Visitor
from server.service import Service, make_connection_id
from server.settings import Settings
from server.sync.member import Member
from server.sync.messages import SyncStep1, Update
from server.sync.room import Room
from storage.values import NoteId
from tests.api.conftest import ADDRESS, ADMIN, Api, Made, refused
from tests.sync.conftest import HandSocket

ROLES = ["reader", "writer", "moderator", "organiser"]


@dataclass
class Writer:
    """Somebody with a document in a note of the application, in this process."""

    api: Api
    room: Room
    member: Member
    doc: pycrdt.Doc[pycrdt.Text] = field(default_factory=pycrdt.Doc)

    async def type(self, words: str, pane: str = "notes") -> None:
        """Type and have it committed."""
        self.doc.apply_update(self.room.replica.document.full())
        before = self.doc.get_state()
        text = self.doc.get(pane, type=pycrdt.Text)
        text.insert(0, words)
        self.room.receive(self.member, Update(self.doc.get_update(before)))

        async def nothing() -> None:
            return

        await self.api.service.pump.step(nothing)

    def leave(self) -> None:
        self.room.leave(self.member)


async def open_note(api: Api, note: str, visitor: Visitor) -> Writer:
    rooms = api.service.rooms
    room = await rooms.open(NoteId(note))
    socket = HandSocket()
    member = Member(make_connection_id(), visitor, socket, b"", counts_saved=False)
    rooms.admit(room, member)
    writer = Writer(api, room, member)
    room.receive(member, SyncStep1(writer.doc.get_state()))
    return writer


async def board(api: Api, made: Made) -> dict[str, Any]:
    answer = await api.ask("GET", f"/api/days/{made.day}/board", made.tokens["moderator"])
    assert answer.status_code == 200, answer.text
    found: dict[str, Any] = answer.json()
    return found


async def shows(
    api: Api, made: Made, is_so: Callable[[dict[str, Any]], bool], number: int = 0
) -> dict[str, Any]:
    """Ask until the board says so of a note: figures are made once a second."""
    async with asyncio.timeout(30):
        while True:
            note: dict[str, Any] = (await board(api, made))["notes"][number]
            if is_so(note):
                return note
            await asyncio.sleep(0.1)


async def text_of(api: Api, note: str) -> str:
    room = await api.service.rooms.open(NoteId(note))
    doc: pycrdt.Doc[pycrdt.Text] = pycrdt.Doc()
    doc.apply_update(room.replica.document.full())
    return str(doc.get("notes", type=pycrdt.Text))


async def test_the_board_says_of_each_note_who_is_there_and_what_was_written(
    api: Api, made: Made
) -> None:
    paul, _ = await api.join(made, "writer", "Paul")
    writer = await open_note(api, made.notes[1], paul)
    quiet = await board(api, made)
    assert [note["note"] for note in quiet["notes"][:3]] == made.notes
    assert len(quiet["notes"]) == 4, "and the day's own"
    assert quiet["notes"][1]["present"] == [
        {"person": paul.person, "name": "Paul", "colour": paul.colour}
    ]
    assert sum(quiet["notes"][1]["activity"]) == 0
    for words in ("un ", "deux ", "trois… "):
        await writer.type(words)
    await writer.type("Oui. ", pane="conclusions")
    note = await shows(
        api, made, lambda note: note["words"] == {"notes": 3, "conclusions": 1}, number=1
    )
    assert sum(note["activity"]) == 4
    assert sum(note["activity"][-2:]) == 4, "it was just now"
    # What came with the programme counts as words, and as no activity of the people.
    await api.ask("POST", f"/api/notes/{made.notes[0]}/lock", made.tokens["moderator"])
    first = await shows(api, made, lambda note: note["words"] is not None)
    assert sum(first["activity"]) == 0
    assert first["words"] == {"notes": 5, "conclusions": 1}
    writer.leave()
    await shows(api, made, lambda note: note["present"] == [], number=1)


async def test_locks_and_texts_that_wait_are_on_the_board(api: Api, made: Made) -> None:
    token = made.tokens["moderator"]
    paul, _ = await api.join(made, "writer", "Paul")
    writer = await open_note(api, made.notes[0], paul)
    later = {"why": "on relit", "at": _in_an_hour()}
    note = f"/api/notes/{made.notes[0]}"
    assert (await api.ask("POST", f"{note}/lock", token, json=later)).is_success
    await shows(api, made, lambda note: (note["planned"] or {}).get("why") == "on relit")
    assert (await api.ask("POST", f"{note}/lock", token, json={"why": "clos"})).is_success
    await writer.type("Trop tard. ")
    found = await shows(api, made, lambda note: note["held"] == 1)
    assert found["locked"]["why"] == "clos"
    assert found["planned"] is None
    assert found["attention"] == ["held"]


def _in_an_hour() -> str:
    later = datetime.now(ZoneInfo("Europe/Paris")) + timedelta(hours=1)
    return later.isoformat(timespec="minutes")


async def test_what_has_not_changed_is_not_sent_again(api: Api, made: Made) -> None:
    path = f"/api/days/{made.day}/board"
    await shows(api, made, lambda note: note["words"] is not None)
    async with api.http(made.tokens["moderator"]) as http:
        first = await http.get(path)
        again = await http.get(path, headers={"if-none-match": first.headers["etag"]})
        assert (again.status_code, again.content) == (304, b"")
        await http.post(f"/api/notes/{made.notes[0]}/lock", json={"why": ""})
        async with asyncio.timeout(30):
            while again.status_code == 304:
                await asyncio.sleep(0.1)
                again = await http.get(path, headers={"if-none-match": first.headers["etag"]})
        assert again.json()["notes"][0]["locked"] is not None
        for what in ("unlock", "lock", "unlock"):
            await http.post(f"/api/notes/{made.notes[0]}/{what}", json={})
            shown = await http.get(path, headers={"cache-control": "no-cache"})
            assert (shown.json()["notes"][0]["locked"] is not None) is (what == "lock"), "at once"


@pytest.mark.promise("A1")
@pytest.mark.parametrize("role", ROLES)
async def test_the_board_is_for_moderators(api: Api, made: Made, role: str) -> None:
    paul, _ = await api.join(made, "writer", "Paul")
    await (await open_note(api, made.notes[1], paul)).type("Paul. ")
    day, recent = f"/api/days/{made.day}", f"/api/notes/{made.notes[1]}/recent"
    asked: list[tuple[str, str, dict[str, Any] | None]] = [
        ("GET", f"{day}/board", None),
        ("POST", f"{day}/announcements", {"text": "Bonjour."}),
        ("POST", f"{day}/people/{paul.person}/mute", None),
        ("POST", f"{day}/people/{paul.person}/unmute", None),
        ("GET", recent, None),
        ("GET", f"{recent}/{paul.person}", None),
        ("POST", f"{recent}/{paul.person}", {"minutes": 5}),
    ]
    for method, path, body in asked:
        answer = await api.ask(method, path, made.tokens[role], json=body)
        if role in ("reader", "writer"):
            assert refused(answer, 403, "not_allowed")["needed"] == "moderator"
        else:
            assert answer.status_code == 200, (path, answer.text)
        refused(await api.ask(method, path, json=body), 401, "not_authenticated")


async def test_who_is_muted_reads_and_does_not_write(api: Api, made: Made) -> None:
    paul, _ = await api.join(made, "writer", "Paul")
    inès, cookie = await api.join(made, "moderator", "Inès")
    writer = await open_note(api, made.notes[1], paul)
    await writer.type("Avant. ")
    path = f"/api/days/{made.day}/people/{paul.person}"
    async with api.http(cookies=cookie, origin=ADDRESS) as http:
        answer = await http.post(f"{path}/mute")
        assert answer.json()["muted"]["by"] == "Inès"
        await writer.type("Pendant. ")
        later = await open_note(api, made.notes[2], paul)
        await later.type("Ailleurs. ")
        assert await text_of(api, made.notes[1]) == "Avant. \n"
        assert await text_of(api, made.notes[2]) == "\n"
        shown = (await board(api, made))["people"]
        assert {one["name"]: one["muted"] is not None for one in shown} == {"Paul": True}
        refused(await http.post(f"/api/days/{made.day}/people/{inès.person}/mute"), 409, "conflict")
        refused(await http.post(f"/api/days/{made.day}/people/nobody/mute"), 404, "not_found")
        other = await api.make_day()
        away, _ = await api.join(other, "writer", "Ana")
        gone = await http.post(f"/api/days/{made.day}/people/{away.person}/mute")
        refused(gone, 404, "not_found")
        assert (await http.post(f"{path}/unmute")).json()["muted"] is None
    writer.leave()
    again = await open_note(api, made.notes[0], paul)
    await again.type("Après. ")
    assert "Après. " in await text_of(api, made.notes[0])
    shown = await api.ask("GET", f"/api/days/{made.day}/journal", made.tokens["moderator"])
    lines = [(line["what"], line["by"], line["why"]) for line in shown.json()["journal"]]
    assert lines[-2:] == [("mute_person", "Inès", "Paul"), ("unmute_person", "Inès", "Paul")]


async def test_a_mute_outlives_a_restart(tmp_path: Path) -> None:
    async with service_on(tmp_path) as api:
        made = await api.make_day()
        paul, _ = await api.join(made, "writer", "Paul")
        path = f"/api/days/{made.day}/people/{paul.person}/mute"
        assert (await api.ask("POST", path, made.tokens["moderator"])).is_success
    async with service_on(tmp_path) as api:
        writer = await open_note(api, made.notes[1], paul)
        await writer.type("Encore. ")
        assert await text_of(api, made.notes[1]) == "\n"


@asynccontextmanager
async def service_on(data: Path) -> AsyncIterator[Api]:
    settings = Settings(data=data, public_url=ADDRESS, admin_token=ADMIN, drain_ms=0, copies="off")
    async with Service.start(settings) as service:
        await service.ensure_admin_token()
        yield Api(service, create_app(service))


@pytest.mark.promise("H3")
async def test_recent_edits_are_looked_at_taken_back_and_given_back(api: Api, made: Made) -> None:
    paul, _ = await api.join(made, "writer", "Paul")
    ana, _ = await api.join(made, "writer", "Ana")
    vandal, other = [await open_note(api, made.notes[1], one) for one in (paul, ana)]
    await other.type("Le texte d’Ana. ")
    await vandal.type("NUL ")
    await vandal.type("ZÉRO ")
    token, path = made.tokens["moderator"], f"/api/notes/{made.notes[1]}/recent"
    listed = (await api.ask("GET", path, token)).json()
    assert [(one["name"], one["edits"]) for one in listed["people"]] == [("Paul", 2), ("Ana", 1)]
    preview = (await api.ask("GET", f"{path}/{paul.person}?minutes=5", token)).json()
    assert (preview["edits"], preview["restores"]) == (2, "")
    assert sorted(preview["removes"].split()) == ["NUL", "ZÉRO"]
    done = await api.ask("POST", f"{path}/{paul.person}", token, json={"minutes": 5})
    await other.type("Et la suite. ")
    assert await text_of(api, made.notes[1]) == "Et la suite. Le texte d’Ana. \n"
    listed = (await api.ask("GET", path, token)).json()
    (taken,) = listed["taken_back"]
    assert (taken["seq"], taken["name"], taken["given_back"]) == (done.json()["seq"], "Paul", False)
    back = f"{path}/{paul.person}/{taken['seq']}/reverse"
    assert (await api.ask("POST", back, token)).is_success
    text = await text_of(api, made.notes[1])
    assert all(part in text for part in ("NUL ", "ZÉRO ", "Et la suite. ", "Le texte d’Ana. "))
    refused(await api.ask("POST", back, token), 409, "conflict")
    (given,) = (await api.ask("GET", path, token)).json()["taken_back"]
    assert given["given_back"]
    lines = await api.ask("GET", f"/api/days/{made.day}/journal", token)
    journal = lines.json()["journal"][-2:]
    assert [(line["what"], line["why"]) for line in journal] == [
        ("take_back", "Paul 5 min"),
        ("give_back", "Paul"),
    ]


@pytest.mark.parametrize(
    ("method", "path", "body", "status", "code"),
    [
        ("GET", "?minutes=0", None, 400, "bad_input"),
        ("GET", "?minutes=tout", None, 400, "bad_input"),
        ("GET", "/nobody", None, 404, "not_found"),
        ("POST", "/{paul}", {"minutes": 241}, 400, "bad_input"),
        ("POST", "/{paul}", {"minutes": "5"}, 400, "bad_input"),
        ("POST", "/{paul}", {"minutes": 5}, 409, "conflict"),
        ("POST", "/{paul}/1/reverse", None, 409, "conflict"),
        ("POST", "/{paul}/un/reverse", None, 404, "not_found"),
    ],
)
async def test_what_cannot_be_taken_back_gets_a_sentence(
    api: Api,
    made: Made,
    method: str,
    path: str,
    body: dict[str, Any] | None,
    status: int,
    code: str,
) -> None:
    paul, _ = await api.join(made, "writer", "Paul")
    path = f"/api/notes/{made.notes[1]}/recent{path.format(paul=paul.person)}"
    refused(await api.ask(method, path, made.tokens["moderator"], json=body), status, code)


async def test_an_announcement_is_for_a_note_of_this_day(api: Api, made: Made) -> None:
    token, path = made.tokens["moderator"], f"/api/days/{made.day}/announcements"
    said = await api.ask(
        "POST", path, token, json={"text": " Dix\nminutes. ", "note": made.notes[0]}
    )
    assert (said.json()["text"], said.json()["note"]) == ("Dix minutes.", made.notes[0])
    other = await api.make_day()
    for note in (other.notes[0], "nothing"):
        answer = await api.ask("POST", path, token, json={"text": "Dix.", "note": note})
        refused(answer, 404, "not_found")
    for text in ("", " \n", "x" * 301, "a\u0007b"):
        refused(await api.ask("POST", path, token, json={"text": text}), 400, "bad_input")
    lines = (await api.ask("GET", f"/api/days/{made.day}/journal", token)).json()["journal"]
    assert [(line["what"], line["why"], line["note"]) for line in lines[1:]] == [
        ("announce", "Dix minutes.", made.notes[0])
    ]
