"""The names under which people appear to others, wherever the API tells them."""

from __future__ import annotations

import asyncio

import pytest
from websockets.asyncio.client import connect

from server.days.access import Role
from server.days.words import role_name
from storage.values import PersonId
from tests.api.conftest import Api, Made
from tests.running import RunningServer, programme

BY = {"fr": "par", "en": "by"}
DAY = "title: Un jour\nlanguage: {}\nsections: [{{title: A, items: [{{title: B}}]}}]\n"


@pytest.mark.parametrize("language", ["fr", "en"])
async def test_who_locks_by_a_link_itself_is_named_in_the_days_language(
    api: Api, language: str
) -> None:
    made = await api.make_day(DAY.format(language))
    moderator = role_name(Role.MODERATOR, language)
    path = f"/api/notes/{made.notes[0]}"
    locked = (await api.ask("POST", f"{path}/lock", made.tokens["moderator"])).json()["locked"]
    assert locked["by"] == moderator
    assert (await api.ask("GET", path, made.tokens["reader"])).json()["locked"] == locked
    exported = (await api.ask("GET", f"{path}/export", made.tokens["reader"])).text
    assert f"{BY[language]} {moderator}" in exported


async def test_a_program_in_a_note_is_present_under_its_links_name(
    standing_server: RunningServer,
) -> None:
    day = standing_server.new_day(programme(1))
    note, token = day.notes[0], day.tokens["writer"]
    async with connect(f"{standing_server.ws_url}/sync/{note}?token={token}") as socket:
        await socket.recv()  # it has joined: the note's state vector is on its way
        async with standing_server.http(day.tokens["reader"]) as http:
            shown = (await http.get(f"/api/notes/{note}")).json()
    assert [person["name"] for person in shown["people"]] == ["Écriture"]


async def test_everybody_of_a_crowd_that_comes_at_once_is_named(api: Api, made: Made) -> None:
    identity = api.service.identity
    ana, _ = await api.join(made, "writer", "Ana")
    tokens = list(made.tokens.values()) * 10
    found = await asyncio.gather(*(identity.in_day(made.day, token, {}) for token in tokens))
    assert {visitor.name for visitor in found} == {role_name(role, "fr") for role in Role}
    assert identity.name_of(ana.person) == "Ana"
    assert identity.name_of(PersonId("nobody")) == "nobody"
