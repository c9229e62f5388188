"""What is published of a day: an organiser chooses, takes it back at once; the journal tells."""

from __future__ import annotations

import pytest

from tests.api.conftest import Api, Made, refused

TEXTS = """\
title: Une journée
sections:
  - title: Rencontres
    items:
      - title: Le garage
        people: [{name: Inès Ferrand, organisation: Le garage}]
        notes: |
          Le pont : voir ana@exemple.fr ou 06 12 34 56 78
        conclusions: |
          Continuer.
      - title: La cantine
        notes: |
          Un menu.
        conclusions: |
          Deux camions : +32 2 555 12 12
"""


@pytest.fixture
async def texts(api: Api) -> Made:
    return await api.make_day(TEXTS)


@pytest.mark.promise("A1")
async def test_only_an_organiser_chooses(api: Api, texts: Made) -> None:
    path = f"/api/days/{texts.day}/publication"
    for role in ("reader", "writer", "moderator"):
        for method, at in (("GET", path), ("PUT", path), ("GET", f"{path}/contacts")):
            answer = await api.ask(method, at, texts.tokens[role], json={"what": "both"})
            refused(answer, 403, "not_allowed")
    refused(await api.ask("PUT", path, json={"what": "both"}), 401, "not_authenticated")
    assert (await api.ask("GET", f"/d/{texts.day}/read")).status_code == 404


async def test_it_is_what_was_chosen_until_it_is_taken_back(api: Api, texts: Made) -> None:
    token, path = texts.tokens["organiser"], f"/api/days/{texts.day}/publication"
    first = (await api.ask("GET", path, token)).json()
    assert (first["what"], first["at"], first["address"]) == ("nothing", None, None)
    chosen = {"what": "conclusions", "names": True, "exceptions": {texts.notes[0]: "both"}}
    told = (await api.ask("PUT", path, token, json=chosen)).json()
    assert told == (await api.ask("GET", path, token)).json()
    assert {key: told[key] for key in chosen} == chosen
    assert told["address"] == f"http://calepin.example/d/{texts.day}/read"
    page = await api.ask("GET", f"/d/{texts.day}/read")
    assert "Le pont" in page.text
    assert "Deux camions" in page.text
    assert "Un menu" not in page.text

    await api.ask("PUT", path, token, json={"what": "nothing"})
    assert (await api.ask("GET", f"/d/{texts.day}/read")).status_code == 404
    journal = (await api.ask("GET", f"/api/days/{texts.day}/journal", token)).json()["journal"]
    lines = [(line["what"], line["why"]) for line in journal][-2:]
    assert lines == [
        ("publish", f"conclusions, names, {texts.notes[0]}: both"),
        ("unpublish", "nothing, no names"),
    ]
    assert all(line["by"] for line in journal[-2:])


async def test_a_choice_that_is_none_is_refused(api: Api, made: Made, texts: Made) -> None:
    token, path = texts.tokens["organiser"], f"/api/days/{texts.day}/publication"
    elsewhere = {made.notes[0]: "both"}
    for wrong in (
        {},
        {"what": "everything"},
        {"what": "both", "names": "yes"},
        {"what": "both", "exceptions": elsewhere},
        {"what": "both", "exceptions": {texts.notes[0]: ""}},
        {"what": "both", "other": 1},
    ):
        refused(await api.ask("PUT", path, token, json=wrong), 400, "bad_input")
    assert (await api.ask("GET", path, token)).json()["what"] == "nothing"


async def test_addresses_and_numbers_are_told_of_what_is_published(api: Api, texts: Made) -> None:
    token, path = texts.tokens["organiser"], f"/api/days/{texts.day}/publication"

    async def told() -> list[tuple[str, str, str]]:
        answer = (await api.ask("GET", f"{path}/contacts", token)).json()
        assert answer["more"] is False
        return [(one["title"], one["place"], one["text"]) for one in answer["contacts"]]

    everything = [
        ("Le garage", "notes", "ana@exemple.fr"),
        ("Le garage", "notes", "06 12 34 56 78"),
        ("La cantine", "conclusions", "+32 2 555 12 12"),
    ]
    assert await told() == everything
    for what, there in (("both", everything), ("conclusions", everything[2:])):
        await api.ask("PUT", path, token, json={"what": what})
        assert await told() == there


@pytest.mark.promise("O5")
async def test_a_deleted_day_is_not_published_any_more(api: Api, texts: Made) -> None:
    token = texts.tokens["organiser"]
    await api.ask("PUT", f"/api/days/{texts.day}/publication", token, json={"what": "both"})
    assert (await api.ask("GET", f"/d/{texts.day}/read")).status_code == 200
    await api.ask("DELETE", f"/api/days/{texts.day}", token)
    for path in ("read", "read.md", f"read/{texts.notes[0]}"):
        assert (await api.ask("GET", f"/d/{texts.day}/{path}")).status_code == 404
