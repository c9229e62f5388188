"""A text that a writer leaves for the moderators of a locked note (K4)."""

from __future__ import annotations

from typing import Any

import pytest

from server.sync.leaving import MAX_CHARACTERS
from tests.api.conftest import Api, Made, refused
from tests.api.test_notes import export, held, lock, unlock

pytestmark = pytest.mark.promise("K4")
LEFT = "Une idée de plus :\nle vélo, l’après-midi."


async def leave(api: Api, made: Made, text: str = LEFT, role: str = "writer") -> Any:
    path = f"/api/notes/{made.notes[0]}/own-held"
    return await api.ask("POST", path, made.tokens[role], json={"text": text})


async def decide(api: Api, made: Made, id: object, do: str) -> None:
    path = f"/api/notes/{made.notes[0]}/held/{id}"
    answer = await api.ask("POST", path, made.tokens["moderator"], json={"do": do})
    assert answer.is_success, answer.text


async def test_it_waits_under_its_writers_name_and_is_no_part_of_the_note(
    api: Api, made: Made
) -> None:
    await lock(api, made)
    before = await export(api, made)
    answer = await leave(api, made)
    assert answer.status_code == 200
    assert answer.json() == {"updates": 1, "text": LEFT}
    (waits,) = await held(api, made)
    assert (waits["by"], waits["text"]) == ("Écriture", LEFT)
    assert await export(api, made) == before
    # The unlock alone brings nothing in that its writer has not typed into the note.
    await unlock(api, made)
    assert LEFT.splitlines()[0] not in await export(api, made)
    await decide(api, made, waits["id"], "merge")
    assert "le vélo, l’après-midi." in await export(api, made)
    assert await held(api, made) == []


@pytest.mark.parametrize(("do", "shown"), [("keep", True), ("discard", False)])
async def test_it_is_decided_upon_like_what_was_typed_too_late(
    api: Api, made: Made, do: str, shown: bool
) -> None:
    await lock(api, made)
    await leave(api, made)
    await leave(api, made, "Et encore ceci.")
    first, second = await held(api, made)
    await decide(api, made, first["id"], do)
    assert await held(api, made) == [second]
    assert ("le vélo, l’après-midi." in await export(api, made)) is shown


async def test_an_open_note_and_a_moderator_have_no_use_for_it(api: Api, made: Made) -> None:
    refused(await leave(api, made), 409, "conflict")
    await lock(api, made)
    refused(await leave(api, made, role="moderator"), 409, "conflict")
    refused(await leave(api, made, role="reader"), 403, "not_allowed")
    assert await held(api, made) == []


@pytest.mark.parametrize("text", ["", " \n", "x" * (MAX_CHARACTERS + 1)])
async def test_what_is_no_text_is_refused(api: Api, made: Made, text: str) -> None:
    await lock(api, made)
    assert refused(await leave(api, made, text), 400, "bad_input")["field"] == "text"


async def test_what_one_person_may_leave_has_an_end(api: Api, made: Made) -> None:
    await lock(api, made)
    for _ in range(200):
        answer = await leave(api, made, "é" * MAX_CHARACTERS)
        if not answer.is_success:
            break
    refused(answer, 413, "too_large")
    assert len(await held(api, made)) > 1
