"""A programme that comes in once more over HTTP: seen, then done, and nothing else."""

from __future__ import annotations

import asyncio
from typing import Any

import httpx
import pytest

from storage import journal
from tests.api.conftest import ADMIN, Api, Made, both_engines, refused
from tests.api.desk import Desk

pytestmark = both_engines

FIRST = """\
Identifiant;Titre;Salle;Section
A1;Le garage;101;Rencontres
A2;La cantine;102;Rencontres
"""
SECOND = """\
Identifiant;Titre;Salle;Section
A2;La cantine;101;Rencontres
C1;Le vélo;102;Ateliers
"""


@pytest.fixture
async def desk(api: Api) -> Desk:
    answer = await api.ask(
        "POST", "/api/days", ADMIN, content=FIRST.encode(), params={"name": "Journée.csv"}
    )
    body = answer.json()
    return Desk(api, Made(body["day"], body["tokens"], [item["note"] for item in body["items"]]))


async def send(
    desk: Desk, data: str | bytes, role: str = "organiser", **asked: str
) -> httpx.Response:
    content = data.encode() if isinstance(data, str) else data
    params = {"name": "p.csv"} | asked
    token = desk.made.tokens[role]
    return await desk.api.ask(
        "POST", f"{desk.day}/programme", token, content=content, params=params
    )


async def test_differences_are_seen_before_they_are_made(desk: Desk) -> None:
    before = await desk.shown()
    said = (await send(desk, SECOND)).json()
    assert not said["applied"]
    assert said["items"]["added"] == [
        {"title": "Le vélo", "section": "Ateliers", "room": "102", "start": "", "end": ""}
    ]
    (changed,) = said["items"]["changed"]
    assert (changed["title"], changed["note"]) == ("La cantine", desk.made.notes[1])
    assert changed["changes"] == [{"field": "room", "old": "102", "new": "101"}]
    (missing,) = said["items"]["missing"]
    assert (missing["title"], missing["text"], missing["removed"]) == ("Le garage", False, False)
    assert await desk.shown() == before

    done = (await send(desk, SECOND, apply=said["version"])).json()
    assert done["applied"]
    assert await desk.outline() == [
        ("Rencontres", ["Le garage", "La cantine"]),
        ("Ateliers", ["Le vélo"]),
    ]
    assert [item["note"] for item in await desk.items()][:2] == desk.made.notes
    assert done["day"] == await desk.shown()
    lines = await desk.api.service.store.read(lambda db: journal.of_day(db, desk.made.day))
    assert {"section_add", "item_add", "item_change"} <= {line.what for line in lines}


async def test_what_was_not_seen_is_not_made(desk: Desk) -> None:
    said = (await send(desk, SECOND)).json()
    item = (await desk.items())[1]
    await desk.ask("PATCH", f"/items/{item['item']}", {"room": "200"})
    before = await desk.shown()
    error = refused(await send(desk, SECOND, apply=said["version"]), 409, "conflict")
    assert await desk.shown() == before
    assert (await send(desk, SECOND, apply=error["version"])).json()["applied"]


async def test_a_note_with_a_text_is_kept_whatever_is_said(desk: Desk) -> None:
    await desk.write(desk.made.notes[0], "Dit au garage.")
    only = FIRST.splitlines()[0] + "\nC1;Le vélo;;Rencontres\n"
    said = (await send(desk, only, remove="blank")).json()
    assert [(one["title"], one["text"], one["removed"]) for one in said["items"]["missing"]] == [
        ("Le garage", True, False),
        ("La cantine", False, True),
    ]
    await send(desk, only, remove="blank", apply=said["version"])
    assert await desk.outline() == [("Rencontres", ["Le garage", "Le vélo"])]
    shown = await desk.shown()
    assert [one["title"] for one in shown["removed"]] == ["La cantine"]
    again = (await send(desk, FIRST)).json()
    assert [one["note"] for one in again["items"]["restored"]] == [desk.made.notes[1]]


async def test_of_two_who_bring_in_the_same_at_once_one_does(desk: Desk) -> None:
    version = (await send(desk, SECOND)).json()["version"]
    answers = await asyncio.gather(*[send(desk, SECOND, apply=version) for _ in range(3)])
    assert sorted(answer.status_code for answer in answers) == [200, 409, 409]
    assert len(await desk.items()) == 3


async def test_only_organisers_may(desk: Desk) -> None:
    for role in ("reader", "writer", "moderator"):
        refused(await send(desk, SECOND, role), 403, "not_allowed")


@pytest.mark.parametrize(
    ("data", "asked", "status", "field"),
    [
        ("Titre;Début\nA;26h\n", {}, 400, "column Début"),
        (SECOND, {"remove": "all"}, 400, "remove"),
        (SECOND, {"date": "demain"}, 400, "date"),
        (SECOND, {"name": "x\ny"}, 400, "name"),
        (b"\0", {}, 400, None),
        (b"x" * 100_000_000, {}, 413, None),
    ],
)
async def test_what_cannot_be_is_told_and_changes_nothing(
    desk: Desk, data: Any, asked: dict[str, str], status: int, field: str | None
) -> None:
    before = await desk.shown()
    answer = await send(desk, data, **asked)
    assert answer.status_code == status
    assert answer.json()["error"].get("field") == field
    assert await desk.shown() == before


async def test_a_thousand_items_come_in(desk: Desk) -> None:
    head = FIRST.splitlines()[0]
    many = head + "\n" + "".join(f"N{n};Titre {n};;Section {n % 20}\n" for n in range(998))
    said = (await send(desk, many)).json()
    assert len(said["items"]["added"]) == 998
    assert (await send(desk, many, apply=said["version"])).status_code == 200
    again = (await send(desk, many)).json()
    assert again["items"]["same"] == 998
    more = many + "X;Un de trop;;Section 1\n"
    said = (await send(desk, more)).json()
    refused(await send(desk, more, apply=said["version"]), 409, "conflict")
    assert len(await desk.items()) == 1_000


@pytest.mark.promise("U5")
@pytest.mark.parametrize(
    ("asked", "remark", "refusal"),
    [
        (
            {},
            "Columns that are not taken: Budget.",
            "p.csv, line 2, column Début: “midi” is no time of day: write 09:30 or 9h30.",
        ),
        (
            {"accept-language": "fr-FR,fr;q=0.9,en;q=0.8"},
            "Colonnes qui ne sont pas prises\u00a0: Budget.",
            "p.csv, ligne 2, colonne «\u00a0Début\u00a0»\u00a0: «\u00a0midi\u00a0» n’est pas une "
            "heure\u00a0: écrivez 09:30 ou 9h30.",
        ),
        ({"accept-language": "*"}, "Columns that are not taken: Budget.", None),
    ],
)
async def test_what_is_said_of_a_file_is_in_the_language_that_is_asked_for(
    desk: Desk, asked: dict[str, str], remark: str, refusal: str | None
) -> None:
    async def sent(text: str) -> httpx.Response:
        path, token = f"{desk.day}/programme", desk.made.tokens["organiser"]
        params = {"name": "p.csv"}
        return await desk.api.ask(
            "POST", path, token, content=text.encode(), params=params, headers=asked
        )

    assert (await sent("Titre;Budget\nLe vélo;12\n")).json()["remarks"] == [remark]
    if refusal is not None:
        error = refused(await sent("Titre;Début\nLe vélo;midi\n"), 400, "bad_programme")
        assert error["message"] == refusal
