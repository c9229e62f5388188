"""The programme of a day, edited over the API by its organisers."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest

from tests.api.conftest import Api, Made, refused
from tests.api.desk import Desk


@pytest.fixture
def desk(api: Api, made: Made) -> Desk:
    return Desk(api, made)


OUTLINE = [("Rencontres", ["Le garage", "La cantine"]), ("Débats", ["La voiture"])]


async def test_only_an_organiser_changes_the_programme(api: Api, made: Made, desk: Desk) -> None:
    section, item = (await desk.sections())[0], (await desk.items())[0]["item"]
    asked = [
        ("POST", "/sections"),
        ("PATCH", f"/sections/{section}"),
        ("DELETE", f"/sections/{section}"),
        ("POST", f"/sections/{section}/move"),
        ("POST", f"/sections/{section}/restore"),
        ("POST", f"/sections/{section}/items"),
        ("PATCH", f"/items/{item}"),
        ("DELETE", f"/items/{item}"),
        ("POST", f"/items/{item}/move"),
        ("POST", f"/items/{item}/swap-rooms"),
        ("POST", f"/items/{item}/restore"),
        ("POST", "/clone"),
    ]
    other = await api.make_day()
    for method, path in asked:
        for role in ("reader", "writer", "moderator"):
            answer = await api.ask(method, desk.day + path, made.tokens[role], json={})
            refused(answer, 403, "not_allowed")
        answer = await api.ask(method, desk.day + path, other.tokens["organiser"], json={})
        refused(answer, 403, "not_allowed")
    assert await desk.outline() == OUTLINE


async def test_fields_change_and_no_note_changes_its_address(desk: Desk, made: Made) -> None:
    item = (await desk.items())[0]
    edited = await desk.ask(
        "PATCH",
        f"/items/{item['item']}",
        {
            "title": " Le garage solidaire ",
            "room": "Amphi",
            "start": "14h30",
            "end": "1515",
            "people": [{"name": "Zoé"}, {"organisation": "Ouishare"}, {"name": " "}],
            "questions": ["Pour qui ?", "", "Combien ?"],
            "was": {"title": "Le garage", "room": "101"},
        },
    )
    changed = (await desk.items())[0]
    assert changed | {"present": []} == item | {
        "title": "Le garage solidaire",
        "room": "Amphi",
        "start": "14:30",
        "end": "15:15",
        "people": [
            {"name": "Zoé", "organisation": ""},
            {"name": "", "organisation": "Ouishare"},
        ],
        "questions": ["Pour qui ?", "Combien ?"],
    }
    assert edited["day"] == await desk.shown()
    assert [one["note"] for one in await desk.items()] == made.notes
    export = await desk.export()
    assert "Le garage solidaire" in export
    assert "14 h 30" in export.replace("\u00a0", " ")
    await desk.take_back(edited)
    assert (await desk.items())[0] == item


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({"title": " "}, "title"),
        ({"title": "x" * 501}, "title"),
        ({"room": "a\nb"}, "room"),
        ({"start": "25:00"}, "start"),
        ({"start": "bientôt"}, "start"),
        ({"start": "11:00", "end": "10h59"}, "end"),
        ({"people": [{"name": "x" * 501}]}, "people"),
        ({"people": [{"name": "x"}] * 101}, "people"),
        ({"questions": ["x"] * 51}, "questions"),
    ],
)
async def test_what_cannot_be_is_refused_with_its_field(
    desk: Desk, body: dict[str, Any], field: str
) -> None:
    before = await desk.shown()
    item = (await desk.items())[0]["item"]
    error = await desk.refused("PATCH", f"/items/{item}", body, status=400)
    assert (error["code"], error["field"]) == ("bad_input", field)
    section = (await desk.sections())[0]
    await desk.refused("POST", f"/sections/{section}/items", {"title": "N"} | body, status=400)
    await desk.refused("PATCH", f"/sections/{section}", {"kind": "fête"}, status=400)
    await desk.refused("POST", "/sections", {"title": ""}, status=400)
    assert await desk.shown() == before


async def test_a_start_behind_the_end_that_stands_is_told_at_the_start(desk: Desk) -> None:
    item = (await desk.items())[0]["item"]
    await desk.ask("PATCH", f"/items/{item}", {"start": "10:00", "end": "11:00"})
    error = await desk.refused("PATCH", f"/items/{item}", {"start": "12:00"}, status=400)
    assert error["field"] == "start"
    await desk.ask("PATCH", f"/items/{item}", {"start": "", "end": "09:00"})


async def test_what_somebody_else_changed_is_told_and_not_written_over(
    api: Api, made: Made, desk: Desk
) -> None:
    item = (await desk.items())[0]["item"]
    _, cookie = await api.join(made, "organiser", "Zoé")
    async with api.http(cookies=cookie) as http:
        answer = await http.patch(
            f"{desk.day}/items/{item}", json={"title": "Autre", "was": {"title": "Le garage"}}
        )
        assert answer.status_code == 200
    mine = {"title": "Le mien", "was": {"title": "Le garage"}}
    error = await desk.refused("PATCH", f"/items/{item}", mine, status=409)
    assert (error["field"], error["now"], error["by"]) == ("title", "Autre", "Zoé")
    assert (await desk.items())[0]["title"] == "Autre"
    # Another field of the same item is nobody's conflict; the same value is none either.
    await desk.ask("PATCH", f"/items/{item}", {"room": "7", "was": {"room": "101"}})
    await desk.ask("PATCH", f"/items/{item}", {"title": "Autre", "was": {"title": "Le garage"}})
    # Whoever insists says so.
    await desk.ask("PATCH", f"/items/{item}", {"title": "Le mien", "was": {"title": "Autre"}})
    people = {"people": [], "was": {"people": [{"name": "Inès Ferrand"}]}}
    error = await desk.refused("PATCH", f"/items/{item}", people, status=409)
    assert error["now"] == [{"name": "Inès Ferrand", "organisation": "Le garage"}]
    section = (await desk.sections())[0]
    body = {"title": "A", "was": {"title": "B"}}
    error = await desk.refused("PATCH", f"/sections/{section}", body, status=409)
    assert error["now"] == "Rencontres"


async def test_of_two_who_change_a_field_at_once_one_is_told(desk: Desk) -> None:
    item = (await desk.items())[0]["item"]
    token = desk.made.tokens["organiser"]

    async def change(title: str) -> int:
        body = {"title": title, "was": {"title": "Le garage"}}
        path = f"{desk.day}/items/{item}"
        return (await desk.api.ask("PATCH", path, token, json=body)).status_code

    assert sorted(await asyncio.gather(change("Un"), change("Deux"))) == [200, 409]


async def test_two_rooms_are_swapped_once(desk: Desk) -> None:
    one, two, _ = await desk.items()
    await desk.ask("PATCH", f"/items/{two['item']}", {"room": "102"})
    body = {"with": two["item"], "was": ["101", "102"]}
    path = f"/items/{one['item']}/swap-rooms"
    edited = await desk.ask("POST", path, body)
    assert [item["room"] for item in await desk.items()] == ["102", "101", ""]
    error = await desk.refused("POST", path, body, status=409)
    assert error["now"] == ["102", "101"]
    await desk.refused("POST", path, {"with": one["item"]}, status=400)
    await desk.refused("POST", path, {"with": "nowhere"}, status=404)
    await desk.take_back(edited)
    assert [item["room"] for item in await desk.items()] == ["101", "102", ""]


async def test_items_and_sections_move_and_go_back(desk: Desk) -> None:
    (first, second), (garage, cantine, voiture) = await desk.sections(), await desk.items()
    edited = await desk.ask(
        "POST",
        f"/items/{garage['item']}/move",
        {"section": second, "before": voiture["item"]},
    )
    assert await desk.outline() == [
        ("Rencontres", ["La cantine"]),
        ("Débats", ["Le garage", "La voiture"]),
    ]
    await desk.take_back(edited)
    assert await desk.outline() == OUTLINE
    within = await desk.ask("POST", f"/items/{garage['item']}/move", {"section": first})
    assert (await desk.outline())[0] == ("Rencontres", ["La cantine", "Le garage"])
    await desk.take_back(within)
    moved = await desk.ask("POST", f"/sections/{second}/move", {"before": first})
    assert await desk.outline() == OUTLINE[::-1]
    await desk.take_back(moved)
    assert await desk.outline() == OUTLINE
    assert cantine["note"] in [item["note"] for item in await desk.items()]
    for path, body in (
        ("/items/nowhere/move", {"section": first}),
        (f"/items/{garage['item']}/move", {"section": "nowhere"}),
        ("/sections/nowhere/move", {}),
    ):
        await desk.refused("POST", path, body, status=404)


async def test_sections_and_items_are_added_where_they_belong(desk: Desk, made: Made) -> None:
    first, _ = await desk.sections()
    section = await desk.ask(
        "POST", "/sections", {"title": "Ateliers", "kind": "workshop", "before": first}, 201
    )
    path = f"/sections/{section['section']}/items"
    later = await desk.ask("POST", path, {"title": "Vélo", "start": "9h", "room": "3"}, 201)
    await desk.ask("POST", path, {"title": "Train", "before": later["item"]}, 201)
    assert await desk.outline() == [("Ateliers", ["Train", "Vélo"]), *OUTLINE]
    answer = await desk.api.ask("GET", f"/api/notes/{later['note']}", made.tokens["writer"])
    assert answer.json()["seq"] == 1
    await desk.write(later["note"], "Du nouveau.")
    assert "Du nouveau." in await desk.export()
    await desk.refused("DELETE", f"/sections/{section['section']}", status=409)


@pytest.mark.promise("X1")
async def test_an_item_with_a_text_is_not_removed_in_silence(desk: Desk, made: Made) -> None:
    garage, cantine, _ = await desk.items()
    error = await desk.refused("DELETE", f"/items/{garage['item']}", status=409)
    assert error["needs"] == "text=keep"
    for wrong in ("text=", "text=drop", "text=keep&text=drop"):
        error = await desk.refused("DELETE", f"/items/{garage['item']}?{wrong}", status=400)
        assert error["field"] == "text"
    edited = await desk.ask("DELETE", f"/items/{garage['item']}?text=keep")
    assert (await desk.outline())[0] == ("Rencontres", ["La cantine"])
    removed = (await desk.shown())["removed"]
    assert [(one["note"], one["blank"]) for one in removed] == [(made.notes[0], False)]
    export = await desk.export()
    assert export.index("## Retiré du programme") > export.index("## Débats")
    assert "un « pont » : deux" in export.replace("\u00a0", " ").replace("\u202f", " ")
    answer = await desk.api.ask("GET", f"/api/notes/{made.notes[0]}/export", made.tokens["reader"])
    assert "Continuer." in answer.text

    # A note in which nobody wrote goes without a question, and out of the export.
    await desk.ask("DELETE", f"/items/{cantine['item']}")
    assert "La cantine" not in await desk.export()
    assert [one["blank"] for one in (await desk.shown())["removed"]] == [False, True]
    # Until somebody who still has its page open writes in it.
    await desk.write(cantine["note"], "Trop tard ?")
    assert "Trop tard" in await desk.export()
    assert [one["blank"] for one in (await desk.shown())["removed"]] == [False, False]

    await desk.refused("PATCH", f"/items/{cantine['item']}", {"title": "x"}, status=404)
    await desk.ask("POST", f"/items/{cantine['item']}/restore")
    back = await desk.take_back(edited)
    assert await desk.outline() == OUTLINE
    assert (await desk.shown())["removed"] == []
    await desk.refused("POST", f"/items/{cantine['item']}/restore", status=404)
    await desk.take_back(back)
    assert (await desk.outline())[0] == ("Rencontres", ["La cantine"])


async def test_an_item_comes_back_with_its_section(desk: Desk) -> None:
    voiture = (await desk.items())[2]
    section = (await desk.sections())[1]
    await desk.ask("DELETE", f"/items/{voiture['item']}")
    gone = await desk.ask("DELETE", f"/sections/{section}")
    assert [title for title, _ in await desk.outline()] == ["Rencontres"]
    await desk.refused("PATCH", f"/sections/{section}", {"title": "x"}, status=404)
    await desk.ask("POST", f"/items/{voiture['item']}/restore")
    assert await desk.outline() == OUTLINE
    await desk.refused("POST", f"/sections/{section}/restore", status=404)
    assert gone["undo"]["path"].endswith("/restore")
