"""What an act on the programme leaves: a line, another version of the day; and a clone of it."""

from __future__ import annotations

from typing import Any

import pytest

from storage import journal, log, versions
from storage.values import NoteId
from tests.api.conftest import Api, Made
from tests.api.desk import Desk


@pytest.fixture
def desk(api: Api, made: Made) -> Desk:
    return Desk(api, made)


OUTLINE = [("Rencontres", ["Le garage", "La cantine"]), ("Débats", ["La voiture"])]


async def test_each_act_has_a_line_and_gives_the_day_another_version(
    api: Api, made: Made, desk: Desk
) -> None:
    store = api.service.store
    visitor, cookie = await api.join(made, "organiser", "Zoé")
    (first, _), (garage, cantine, _) = await desk.sections(), await desk.items()
    seen = {await store.read(lambda db: versions.of_day(db, made.day))}
    acts: list[tuple[str, str, Any]] = [
        ("PATCH", f"/items/{garage['item']}", {"title": "Autre", "room": "7"}),
        ("POST", f"/items/{garage['item']}/swap-rooms", {"with": cantine["item"]}),
        ("POST", f"/items/{garage['item']}/move", {"section": first}),
        ("DELETE", f"/items/{cantine['item']}", None),
        ("POST", f"/items/{cantine['item']}/restore", None),
        ("PATCH", f"/sections/{first}", {"title": "Tables", "kind": "workshop"}),
        ("POST", f"/sections/{first}/move", {}),
        ("POST", "/sections", {"title": "Fin", "kind": "conclusion"}),
        ("POST", f"/sections/{first}/items", {"title": "Neuf"}),
    ]
    async with api.http(cookies=cookie) as http:
        for method, path, body in acts:
            answer = await http.request(method, desk.day + path, json=body)
            assert answer.is_success, answer.text
            version = await store.read(lambda db: versions.of_day(db, made.day))
            assert version not in seen
            seen.add(version)
    lines = await store.read(lambda db: journal.of_day(db, made.day))
    said = [(line.what, line.why) for line in lines if line.what != "create"]
    assert {line.who for line in lines[1:]} == {visitor.person}
    assert said == [
        ("item_change", "title: “Le garage” → “Autre”; room: “101” → “7”"),
        ("item_change", "room: “7” → “”"),
        ("item_change", "room: “” → “7”"),
        ("item_move", "“Autre” → “Rencontres”"),
        ("item_remove", "La cantine"),
        ("item_restore", "La cantine"),
        ("section_change", "title: “Rencontres” → “Tables”; kind: “meeting” → “workshop”"),
        ("section_move", "Tables"),
        ("section_add", "Fin"),
        ("item_add", "Neuf"),
    ]


async def test_a_day_that_did_not_change_is_not_sent_again(
    api: Api, made: Made, desk: Desk
) -> None:
    async with api.http(made.tokens["reader"]) as http:
        tag = (await http.get(desk.day)).headers["etag"]
        same = await http.get(desk.day, headers={"if-none-match": tag})
        assert (same.status_code, same.content) == (304, b"")
        await desk.ask("PATCH", f"/items/{(await desk.items())[0]['item']}", {"room": "8"})
        other = await http.get(desk.day, headers={"if-none-match": tag})
        assert other.status_code == 200
        assert other.headers["etag"] != tag


async def test_a_cloned_day_has_the_programme_and_none_of_what_was_written(
    api: Api, made: Made, desk: Desk
) -> None:
    await desk.write(made.notes[1], "Dit ce jour-là.")
    await desk.ask("PATCH", f"/items/{(await desk.items())[1]['item']}", {"questions": ["Et ?"]})
    await desk.ask("DELETE", f"/items/{(await desk.items())[2]['item']}")
    copy = await desk.ask("POST", "/clone", {"date": "2027-03-01"}, 201)
    assert copy["day"] != made.day
    assert not set(copy["tokens"].values()) & set(made.tokens.values())
    notes = [item["note"] for item in copy["items"]]
    assert len(notes) == 2
    assert not set(notes) & set(made.notes)
    new = Desk(api, Made(copy["day"], copy["tokens"], notes))
    shown = await new.shown()
    assert (shown["title"], shown["date"], shown["removed"]) == ("Une journée", "2027-03-01", [])
    assert await new.outline() == [("Rencontres", ["Le garage", "La cantine"]), ("Débats", [])]
    assert (await new.items())[1]["questions"] == ["Et ?"]
    export = await new.export()
    assert "Dit ce jour-là" not in export
    assert "Continuer." in export, "the text that the programme began with is there"
    await new.write(notes[0], "Une autre fois.")
    assert "Une autre fois" in await new.export()
    assert "Une autre fois" not in await desk.export()
    rows = await api.service.store.read(lambda db: log.tail(db, NoteId(notes[1]), 0))
    assert len(rows) == 1
    for wrong in ({"date": "demain"}, {"date": "2027-02-30"}, {"title": ""}):
        await desk.refused("POST", "/clone", wrong, status=400)


@pytest.mark.promise("A5")
async def test_strange_ids_in_a_request_are_not_found_or_last(desk: Desk) -> None:
    section, item = (await desk.sections())[1], (await desk.items())[0]["item"]
    for strange in ("", "a\x00b", "é", "../x", "x" * 10_000, "\u202e"):
        for path, body in (
            (f"/items/{item}/move", {"section": strange}),
            (f"/items/{item}/swap-rooms", {"with": strange}),
        ):
            error = await desk.refused("POST", path, body, status=404)
            assert error["message"].isprintable()
            assert len(error["message"]) < 200
        await desk.ask("POST", f"/items/{item}/move", {"section": section, "before": strange})
        assert (await desk.outline())[1] == ("Débats", ["La voiture", "Le garage"])
