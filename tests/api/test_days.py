"""A day over the API: made, shown, changed, locked, exported and deleted, each by who may."""

from __future__ import annotations

import pytest

from storage import catalogue, journal
from tests.api.conftest import ADDRESS, ADMIN, Api, Made, refused

ROLES = ["reader", "writer", "moderator", "organiser"]


async def test_a_day_is_made_with_the_admin_token_alone(api: Api, made: Made) -> None:
    programme = b"title: x\n"
    refused(await api.ask("POST", "/api/days", content=programme), 401, "not_authenticated")
    for token in ("", "x", ADMIN + "x", made.tokens["organiser"]):
        answer = await api.ask("POST", "/api/days", token, content=programme)
        refused(answer, 401, "not_authenticated")


async def test_a_new_day_tells_its_links_tokens_and_notes(api: Api) -> None:
    answer = await api.ask("POST", "/api/days", ADMIN, content="title: Hé\nsections: []\n".encode())
    body = answer.json()
    assert (answer.status_code, body["title"], body["items"]) == (201, "Hé", [])
    assert list(body["tokens"]) == list(body["links"]) == ROLES
    for role in ROLES:
        assert body["links"][role] == f"{ADDRESS}/join/{body['tokens'][role]}"


async def test_a_programme_may_be_json(api: Api) -> None:
    answer = await api.ask("POST", "/api/days", ADMIN, json={"title": "Une journée"})
    assert (answer.status_code, answer.json()["title"]) == (201, "Une journée")


async def test_a_programme_reads_no_file_of_the_server(api: Api) -> None:
    programme = "title: x\nsections: [{title: y, items: [{title: z, notes: /etc/passwd}]}]\n"
    answer = await api.ask("POST", "/api/days", ADMIN, content=programme.encode())
    refused(answer, 400, "bad_programme")


async def test_a_day_is_shown_in_the_order_of_its_programme(api: Api, made: Made) -> None:
    day = (await api.ask("GET", f"/api/days/{made.day}", made.tokens["reader"])).json()
    assert (day["title"], day["date"], day["organiser"]) == (
        "Une journée",
        "2026-11-23",
        "L’association",
    )
    items = [item for section in day["sections"] for item in section["items"]]
    assert [item["note"] for item in items] == made.notes
    assert [item["title"] for item in items] == ["Le garage", "La cantine", "La voiture"]
    assert items[0]["people"] == [{"name": "Inès Ferrand", "organisation": "Le garage"}]
    assert [item["locked"] for item in items] == [None, None, None]
    assert day["conclusion"]["note"] not in made.notes


@pytest.mark.promise("A1")
@pytest.mark.parametrize("role", ROLES)
async def test_each_role_may_what_it_may(api: Api, made: Made, role: str) -> None:
    day, section = f"/api/days/{made.day}", await api.section(made)
    needed = {
        ("GET", day): "reader",
        ("POST", f"{day}/sections/{section}/lock"): "moderator",
        ("POST", f"{day}/sections/{section}/unlock"): "moderator",
        ("POST", f"{day}/lock"): "moderator",
        ("POST", f"{day}/unlock"): "moderator",
        ("PATCH", day): "organiser",
        ("DELETE", day): "organiser",
    }
    for (method, path), least in needed.items():
        answer = await api.ask(method, path, made.tokens[role])
        if ROLES.index(role) >= ROLES.index(least):
            assert answer.status_code == 200, (method, path)
        else:
            assert refused(answer, 403, "not_allowed")["needed"] == least


@pytest.mark.promise("A1")
@pytest.mark.parametrize("role", ROLES)
async def test_another_days_link_opens_nothing(api: Api, made: Made, role: str) -> None:
    other = await api.make_day("title: Une autre\n")
    day, note = f"/api/days/{made.day}", f"/api/notes/{made.notes[0]}"
    section = await api.section(made)
    for method, path in (
        ("GET", day),
        ("PATCH", day),
        ("DELETE", day),
        ("POST", f"{day}/lock"),
        ("GET", f"{day}/export"),
        ("POST", f"{day}/sections/{section}/lock"),
        ("GET", note),
        ("POST", f"{note}/lock"),
        ("GET", f"{note}/held"),
        ("GET", f"{note}/export"),
    ):
        for token in (other.tokens[role], None, "clp_" + "0" * 32):
            answer = await api.ask(method, path, token)
            refused(answer, *((403, "not_allowed") if token == other.tokens[role] else NOBODY))
    shown = await api.ask("GET", day, made.tokens["reader"])
    assert shown.json()["title"] == "Une journée"


NOBODY = (401, "not_authenticated")


async def test_a_section_of_another_day_is_not_found_in_this_one(api: Api, made: Made) -> None:
    other = await api.make_day()
    section = await api.section(other)
    for path in ("lock", "unlock"):
        answer = await api.ask(
            "POST",
            f"/api/days/{made.day}/sections/{section}/{path}",
            made.tokens["moderator"],
        )
        refused(answer, 404, "not_found")
    path = f"/api/days/{made.day}/sections/{section}/export"
    refused(await api.ask("GET", path, made.tokens["reader"]), 404, "not_found")
    # Nor does the id of a note or of the day pass for a section's.
    for wrong in (made.notes[0], made.day):
        path = f"/api/days/{made.day}/sections/{wrong}/lock"
        refused(await api.ask("POST", path, made.tokens["moderator"]), 404, "not_found")


@pytest.mark.promise("A5")
async def test_a_page_of_another_site_does_nothing_with_a_cookie(api: Api, made: Made) -> None:
    _, cookie = await api.join(made, "organiser", "Inès")
    day = f"/api/days/{made.day}"
    for origin in ("https://ailleurs.example", "null", "http://calepin.example.ailleurs.example"):
        async with api.http(cookies=cookie, origin=origin) as http:
            for method, path in (
                ("POST", f"{day}/lock"),
                ("POST", f"/api/notes/{made.notes[0]}/lock"),
                ("PATCH", day),
                ("DELETE", day),
            ):
                refused(await http.request(method, path), 403, "not_allowed")
    async with api.http(cookies=cookie, origin=ADDRESS) as http:
        assert (await http.post(f"{day}/lock")).status_code == 200


async def test_the_heading_is_changed_and_the_rest_stays(api: Api, made: Made) -> None:
    path, token = f"/api/days/{made.day}", made.tokens["organiser"]
    answer = await api.ask("PATCH", path, token, json={"title": " Autre ", "place": "Lille"})
    assert (answer.json()["day"]["title"], answer.json()["day"]["place"]) == ("Autre", "Lille")
    shown = (await api.ask("GET", path, token)).json()
    assert (shown["title"], shown["organiser"]) == ("Autre", "L’association")
    for wrong in ({"title": ""}, {"title": "  "}, {"place": "x" * 501}):
        refused(await api.ask("PATCH", path, token, json=wrong), 400, "bad_input")


@pytest.mark.promise("K5", "K6")
@pytest.mark.parametrize(("where", "locked"), [("section", [0, 1]), ("day", [0, 1, 2])])
async def test_one_request_locks_a_section_or_the_day(
    api: Api, made: Made, where: str, locked: list[int]
) -> None:
    visitor, cookie = await api.join(made, "moderator", "Inès")
    day = f"/api/days/{made.day}"
    base = day if where == "day" else f"{day}/sections/{await api.section(made)}"
    async with api.http(cookies=cookie) as http:
        answer = await http.post(f"{base}/lock", json={"why": " pour  relire "})
        heads = {head["note"]: head["locked"] for head in answer.json()["notes"]}
        assert [made.notes.index(note) for note in heads if note in made.notes] == locked
        for lock in heads.values():
            assert (lock["by"], lock["person"], lock["why"]) == (
                "Inès",
                visitor.person,
                "pour relire",
            )
        shown = (await http.get(day)).json()
        items = [item for section in shown["sections"] for item in section["items"]]
        assert [item["locked"] for item in items] == [heads.get(note) for note in made.notes]
        assert shown["conclusion"]["locked"] == heads.get(shown["conclusion"]["note"])
        assert (shown["conclusion"]["locked"] is not None) == (where == "day")

        # Locking again changes nothing of the lock that stands.
        again = await http.post(f"{base}/lock", json={"why": "autre chose"})
        assert {head["note"]: head["locked"] for head in again.json()["notes"]} == heads
        opened = await http.post(f"{base}/unlock")
        assert {head["locked"] for head in opened.json()["notes"]} == {None}


@pytest.mark.promise("O5")
async def test_a_deleted_day_is_gone_and_others_stay(api: Api, made: Made) -> None:
    other = await api.make_day("title: Une autre\n")
    _, cookie = await api.join(made, "organiser", "Inès")
    day = f"/api/days/{made.day}"
    answer = await api.ask("DELETE", day, made.tokens["organiser"])
    assert answer.json() == {"day": made.day, "deleted": True}
    for token in made.tokens.values():
        refused(await api.ask("GET", day, token), 401, "not_authenticated")
    refused(
        await api.ask("GET", f"/api/notes/{made.notes[0]}", cookie[f"calepin_{made.day}"]),
        404,
        "not_found",
    )
    async with api.http(cookies=cookie) as http:
        refused(await http.get(day), 401, "not_authenticated")
    left = await api.service.store.read(lambda db: catalogue.count_rows(db, made.day))
    assert set(left.values()) == {0}
    shown = await api.ask("GET", f"/api/days/{other.day}", other.tokens["reader"])
    assert shown.status_code == 200


async def test_what_was_done_stands_in_the_journal(api: Api, made: Made) -> None:
    visitor, cookie = await api.join(made, "organiser", "Inès")
    async with api.http(cookies=cookie) as http:
        await http.patch(f"/api/days/{made.day}", json={"title": "Autre"})
        await http.post(f"/api/notes/{made.notes[0]}/lock", json={"why": "fin"})
    lines = await api.service.store.read(lambda db: journal.of_day(db, made.day))
    assert [(line.who, line.what, line.why) for line in lines][-2:] == [
        (visitor.person, "change", "title: “Une journée” → “Autre”"),
        (visitor.person, "lock", "fin"),
    ]


async def test_a_day_is_made_from_the_file_of_another_tool(api: Api) -> None:
    table = "Titre;Début\nLe garage;9h30\n".encode("cp1252")
    asked = {"name": "Journée.csv", "date": "2026-11-23"}
    answer = await api.ask("POST", "/api/days", ADMIN, content=table, params=asked)
    assert answer.status_code == 201
    assert answer.json()["title"] == "Journée"
    wrong = table.replace(b"9h30", b"9h99")
    answer = await api.ask("POST", "/api/days", ADMIN, content=wrong, params=asked)
    error = refused(answer, 400, "bad_programme")
    assert (error["line"], error["field"]) == (2, "column Début")
    answer = await api.ask("POST", "/api/days", ADMIN, content=table, params={"date": "demain"})
    assert refused(answer, 400, "bad_input")["field"] == "date"
    answer = await api.ask("POST", "/api/days", ADMIN, content=b"x" * 100_000_000)
    refused(answer, 413, "too_large")
