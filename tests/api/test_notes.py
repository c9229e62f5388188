"""A note over the API: where it stands, its lock, what is held, its export."""

from __future__ import annotations

from datetime import UTC, datetime

import pycrdt
import pytest

from server.days.cookies import cookie_name, sign_person
from server.days.people import Visitor
from storage import people
from storage.held import of_note
from storage.values import (
    ConnectionId,
    Held,
    HeldState,
    NoteId,
    Submission,
)
from tests.api.conftest import Api, Made, refused

ROLES = ["reader", "writer", "moderator", "organiser"]
MISSED = "Écrit trop tard."


async def hold(
    api: Api, made: Made, name: str = "Bruno", text: str = MISSED
) -> tuple[Visitor, int]:
    """Somebody types into the first note while it is locked; who, and the id of what is held."""
    visitor, cookie = await api.join(made, "writer", name)
    note = NoteId(made.notes[0])
    async with api.http(cookies=cookie) as http:
        assert (await http.get(f"/api/notes/{note}")).is_success
    doc: pycrdt.Doc[pycrdt.Text] = pycrdt.Doc()
    doc.get("notes", type=pycrdt.Text).insert(0, f"{text}\n")
    (outcome,) = await api.service.store.submit(
        [
            Submission(
                note=note,
                author=visitor.person,
                connection=ConnectionId(f"of {name}"),
                at=api.service.clock(),
                data=doc.get_update(),
                writers=[doc.client_id],
            )
        ]
    )
    assert isinstance(outcome, Held)
    return visitor, outcome.id


async def lock(api: Api, made: Made, why: str = "fin") -> None:
    path = f"/api/notes/{made.notes[0]}/lock"
    assert (await api.ask("POST", path, made.tokens["moderator"], json={"why": why})).is_success


async def unlock(api: Api, made: Made) -> None:
    path = f"/api/notes/{made.notes[0]}/unlock"
    assert (await api.ask("POST", path, made.tokens["moderator"])).is_success


async def held(api: Api, made: Made) -> list[dict[str, object]]:
    path = f"/api/notes/{made.notes[0]}/held"
    found: list[dict[str, object]] = (await api.ask("GET", path, made.tokens["moderator"])).json()[
        "held"
    ]
    return found


async def export(api: Api, made: Made) -> str:
    return (await api.ask("GET", f"/api/notes/{made.notes[0]}/export", made.tokens["reader"])).text


async def test_a_note_says_where_it_stands(api: Api, made: Made) -> None:
    note = (await api.ask("GET", f"/api/notes/{made.notes[0]}", made.tokens["reader"])).json()
    assert note == {
        "note": made.notes[0],
        "seq": 1,
        "locked": None,
        "planned": None,
        "day": made.day,
        "people": [],
        "held": 0,
    }


@pytest.mark.promise("A1")
@pytest.mark.parametrize("role", ROLES)
async def test_each_role_may_what_it_may(api: Api, made: Made, role: str) -> None:
    note = f"/api/notes/{made.notes[0]}"
    for method, path, least in (
        ("GET", note, "reader"),
        ("GET", f"{note}/authors", "reader"),
        ("POST", f"{note}/lock", "moderator"),
        ("POST", f"{note}/unlock", "moderator"),
        ("GET", f"{note}/held", "moderator"),
        ("GET", f"{note}/own-held", "writer"),
        ("POST", f"{note}/held/1", "moderator"),
    ):
        answer = await api.ask(
            method, path, made.tokens[role], json={"do": "keep"} if path.endswith("/1") else None
        )
        if ROLES.index(role) < ROLES.index(least):
            assert refused(answer, 403, "not_allowed")["needed"] == least
        elif path.endswith("/1"):
            refused(answer, 404, "not_found")
        else:
            assert answer.status_code == 200


@pytest.mark.promise("H2")
async def test_a_note_says_who_writes_under_which_client_id(api: Api, made: Made) -> None:
    path = f"/api/notes/{made.notes[0]}/authors"
    token = made.tokens["reader"]
    # What came with the programme is no person's.
    assert (await api.ask("GET", path, token)).json() == {"authors": []}
    typed: dict[str, tuple[Visitor, list[int]]] = {}
    for name, sittings in (("Bruno", 2), ("Inès", 1)):
        visitor, _ = await api.join(made, "writer", name)
        docs: list[pycrdt.Doc[pycrdt.Text]] = [pycrdt.Doc() for _ in range(sittings)]
        for doc in docs:
            doc.get("notes", type=pycrdt.Text).insert(0, f"{name}\n")
            await api.service.store.submit(
                [
                    Submission(
                        note=NoteId(made.notes[0]),
                        author=visitor.person,
                        connection=ConnectionId(f"of {name}"),
                        at=api.service.clock(),
                        data=doc.get_update(),
                        writers=[doc.client_id],
                    )
                ]
            )
        typed[name] = visitor, sorted(doc.client_id for doc in docs)
    authors = (await api.ask("GET", path, token)).json()["authors"]
    assert {one["name"]: one for one in authors} == {
        name: {
            "person": visitor.person,
            "name": name,
            "colour": visitor.colour,
            "clients": clients,
        }
        for name, (visitor, clients) in typed.items()
    }
    assert (await api.ask("GET", f"/api/notes/{made.notes[1]}/authors", token)).json() == {
        "authors": []
    }


@pytest.mark.promise("K5", "K6")
async def test_a_lock_says_who_when_and_why_until_the_unlock(api: Api, made: Made) -> None:
    visitor, cookie = await api.join(made, "moderator", "Inès")
    note = f"/api/notes/{made.notes[0]}"
    before = api.service.clock()
    async with api.http(cookies=cookie) as http:
        locked = (await http.post(f"{note}/lock", json={"why": "on relit"})).json()["locked"]
        assert before <= locked.pop("at") <= api.service.clock()
        assert locked == {"by": "Inès", "person": visitor.person, "why": "on relit", "seq": 2}
        assert (await http.get(note)).json()["locked"]["why"] == "on relit"
        # What is locked stays as it was locked first.
        again = (await http.post(f"{note}/lock", json={"why": "encore"})).json()
        assert (again["seq"], again["locked"]["why"]) == (2, "on relit")
        opened = (await http.post(f"{note}/unlock")).json()
        assert (opened["seq"], opened["locked"]) == (3, None)
        assert (await http.post(f"{note}/unlock")).json() == opened


async def test_a_lock_needs_no_reason_and_takes_one_line(api: Api, made: Made) -> None:
    path, token = f"/api/notes/{made.notes[0]}/lock", made.tokens["moderator"]
    for wrong in ("x" * 501, "a\x00b"):
        error = refused(await api.ask("POST", path, token, json={"why": wrong}), 400, "bad_input")
        assert error["field"] == "why"
    assert (await api.ask("POST", path, token)).json()["locked"]["why"] == ""


@pytest.mark.promise("K4")
async def test_what_is_held_is_listed_under_its_authors_name(api: Api, made: Made) -> None:
    await lock(api, made)
    bruno, id = await hold(api, made)
    (one,) = await held(api, made)
    assert (one["id"], one["by"], one["person"]) == (id, "Bruno", bruno.person)
    assert (one["text"], one["updates"]) == (MISSED, 1)
    note = (await api.ask("GET", f"/api/notes/{made.notes[0]}", made.tokens["reader"])).json()
    assert note["held"] == 1


@pytest.mark.promise("K4")
async def test_who_wrote_too_late_reads_their_own_words_and_nobody_elses(
    api: Api, made: Made
) -> None:
    await lock(api, made)
    path = f"/api/notes/{made.notes[0]}/own-held"
    bruno, _ = await hold(api, made)
    await hold(api, made, "Léa", "Moi aussi.")
    value = sign_person(api.service.secret, made.day, bruno.person)
    async with api.http(cookies={cookie_name(made.day): value}) as http:
        assert (await http.get(path)).json() == {"updates": 1, "text": MISSED}
    _, cookie = await api.join(made, "writer", "Inès")
    async with api.http(cookies=cookie) as http:
        assert (await http.get(path)).json() == {"updates": 0, "text": ""}


@pytest.mark.promise("K4")
@pytest.mark.parametrize(
    ("decision", "state", "exported"),
    [
        ("merge", HeldState.MERGED, True),
        ("keep", HeldState.LATE, True),
        ("discard", HeldState.DISCARDED, False),
    ],
)
async def test_a_person_decides_what_becomes_of_it_once(
    api: Api, made: Made, decision: str, state: HeldState, exported: bool
) -> None:
    await lock(api, made)
    _, id = await hold(api, made)
    await unlock(api, made)
    path = f"/api/notes/{made.notes[0]}/held/{id}"
    visitor, cookie = await api.join(made, "moderator", "Inès")
    assert MISSED not in await export(api, made)
    async with api.http(cookies=cookie) as http:
        answer = await http.post(path, json={"do": decision})
        assert answer.json() == {"held": id, "done": decision}
        refused(await http.post(path, json={"do": decision}), 404, "not_found")
    assert await held(api, made) == []
    assert (MISSED in await export(api, made)) == exported
    room = await api.service.rooms.open(NoteId(made.notes[0]))
    await api.service.checkpoints.make(room)
    assert (MISSED in await export(api, made)) == exported, "also from a checkpoint"
    kept = await api.service.store.read(lambda db: of_note(db, NoteId(made.notes[0])))
    assert [(one.state, one.decided_by) for one in kept] == [(state, visitor.person)]


@pytest.mark.promise("K1")
async def test_nothing_held_is_merged_while_the_lock_stands(api: Api, made: Made) -> None:
    await lock(api, made)
    _, id = await hold(api, made)
    path, token = f"/api/notes/{made.notes[0]}/held/{id}", made.tokens["moderator"]
    refused(await api.ask("POST", path, token, json={"do": "merge"}), 409, "conflict")
    assert len(await held(api, made)) == 1
    for wrong in ({"do": "burn"}, {}, {"do": "merge", "now": True}):
        refused(await api.ask("POST", path, token, json=wrong), 400, "bad_input")


async def test_what_is_held_in_one_note_is_not_decided_through_another(
    api: Api, made: Made
) -> None:
    await lock(api, made)
    _, id = await hold(api, made)
    path = f"/api/notes/{made.notes[1]}/held/{id}"
    token = made.tokens["moderator"]
    refused(await api.ask("POST", path, token, json={"do": "discard"}), 404, "not_found")
    assert len(await held(api, made)) == 1


@pytest.mark.promise("A2")
async def test_a_withdrawn_link_and_a_removed_person_open_nothing(api: Api, made: Made) -> None:
    bruno, of_bruno = await api.join(made, "writer", "Bruno")
    _, of_inès = await api.join(made, "moderator", "Inès")
    note = f"/api/notes/{made.notes[0]}"
    store, now = api.service.store, api.service.clock
    await store.write(lambda db: people.remove_person(db, bruno.person, at=now()))
    async with api.http(cookies=of_bruno) as http:
        refused(await http.get(note), 401, "not_authenticated")
    async with api.http(cookies=of_inès) as http:
        assert (await http.get(note)).status_code == 200
        links = await store.read(lambda db: people.links(db, made.day))
        (link,) = [one.id for one in links if one.role == "moderator"]
        await store.write(lambda db: people.revoke_link(db, link, at=now()))
        refused(await http.get(note), 401, "not_authenticated")
    refused(await api.ask("GET", note, made.tokens["moderator"]), 401, "not_authenticated")


@pytest.mark.promise("K6", "K5")
async def test_a_planned_lock_is_shown_until_an_unlock_cancels_it(api: Api, made: Made) -> None:
    visitor, cookie = await api.join(made, "moderator", "Inès")
    note = f"/api/notes/{made.notes[0]}"
    at = api.service.clock() // 1000 * 1000 + 3_600_000
    moment = datetime.fromtimestamp(at / 1000, UTC).isoformat()
    plan = {"by": "Inès", "person": visitor.person, "at": at, "why": "fin"}
    async with api.http(cookies=cookie) as http:
        said = (await http.post(f"{note}/lock", json={"why": "fin", "at": moment})).json()
        assert (said["locked"], said["planned"]) == (None, plan)
        assert (await http.get(note)).json()["planned"] == plan
        day = (await http.get(f"/api/days/{made.day}")).json()
        assert day["sections"][0]["items"][0]["planned"] == plan
        assert day["conclusion"]["planned"] is None
        assert (await http.post(f"{note}/unlock")).json()["planned"] is None
        assert (await http.get(note)).json()["planned"] is None
        lines = (await http.get(f"/api/days/{made.day}/journal")).json()["journal"]
    assert [(line["what"], line["by"]) for line in lines[1:]] == [
        ("plan_lock", "Inès"),
        ("cancel_lock", "Inès"),
    ]


@pytest.mark.promise("K6")
async def test_a_section_and_a_day_are_planned_for_in_one_request(api: Api, made: Made) -> None:
    token = made.tokens["moderator"]
    soon = {"at": datetime.fromtimestamp(api.service.clock() // 1000 + 60, UTC).isoformat()}
    section = f"/api/days/{made.day}/sections/{await api.section(made)}"
    said = (await api.ask("POST", f"{section}/lock", token, json=soon)).json()["notes"]
    assert [note["planned"] is not None for note in said] == [True, True]
    said = (await api.ask("POST", f"/api/days/{made.day}/lock", token, json=soon)).json()["notes"]
    assert [note["planned"] is not None for note in said] == [True] * 4
    # A lock now takes the place of the plan.
    locked = (await api.ask("POST", f"{section}/lock", token)).json()["notes"]
    assert [(n["planned"], n["locked"] is not None) for n in locked] == [(None, True)] * 2
    refused(await api.ask("POST", f"{section}/lock", token, json=soon), 409, "conflict")


async def test_a_moment_that_is_none_is_refused_with_a_sentence(api: Api, made: Made) -> None:
    path, token = f"/api/notes/{made.notes[0]}/lock", made.tokens["moderator"]
    for wrong in ("soon", "", "2020-01-01T10:00", "2026-02-30T10:00", "9999-12-31T23:59"):
        error = refused(await api.ask("POST", path, token, json={"at": wrong}), 400, "bad_input")
        assert error["field"] == "at"
    refused(await api.ask("POST", path, token, json={"at": 3}), 400, "bad_input")
    shown = await api.ask("GET", f"/api/notes/{made.notes[0]}", token)
    assert (shown.json()["planned"], shown.json()["locked"]) == (None, None)
