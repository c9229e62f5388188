"""`POST /api/notes/{note}/import`: a file becomes part of a note, or is refused."""

from __future__ import annotations

from collections.abc import AsyncIterator
from typing import Any

import httpx
import pytest

from server.export.panes import Panes, panes
from server.incoming.limits import MAX_FILE_BYTES
from server.sync.document import merge
from storage.values import Kind, NoteId
from tests.api.conftest import Api, Made, refused
from tests.incoming.shown import shown
from tests.incoming.test_round_trips import exported

HTML = b"<h2>Suite</h2><ul><li>un<li><b>deux</b></ul>"


def path(made: Made, **query: str) -> str:
    return f"/api/notes/{made.notes[0]}/import?{httpx.QueryParams(query)}"


async def bring(api: Api, made: Made, data: Any, role: str = "writer", **query: str) -> Any:
    return await api.ask("POST", path(made, **query), made.tokens[role], content=data)


async def note(api: Api, made: Made) -> Panes:
    rows = await api.service.store.tail(NoteId(made.notes[0]), 0)
    return panes(merge([row.data for row in rows if row.kind is Kind.UPDATE]))


async def test_a_file_comes_behind_what_stands_there(api: Api, made: Made) -> None:
    answer = await bring(api, made, HTML, name="suite.html")
    assert answer.status_code == 200
    found = await note(api, made)
    assert shown(found.notes)[-3:] == ["h2 Suite", "- un", "- *deux*"]
    assert shown(found.notes)[0] == "h1 Le garage"
    assert answer.json() == {"note": made.notes[0], "pane": "notes", "lines": 3, "seq": 2}
    rows = await api.service.store.tail(NoteId(made.notes[0]), 1)
    assert {row.seq for row in rows} == {2}
    assert all(row.connection for row in rows)


async def test_into_the_conclusions_and_by_a_named_format(api: Api, made: Made) -> None:
    answer = await bring(api, made, b"# a *b*", pane="conclusions", format="text", name="x.md")
    assert answer.status_code == 200
    assert shown((await note(api, made)).conclusions) == ["Continuer.", "# a *b*"]


@pytest.mark.parametrize("ending", ["md", "html", "docx", "odt"])
async def test_an_exported_note_goes_into_both_panes(api: Api, made: Made, ending: str) -> None:
    data = exported("- venu", "**vu**", ending=ending)
    assert (await bring(api, made, data, name=f"note.{ending}")).status_code == 200
    found = await note(api, made)
    assert shown(found.notes)[-1] == "- venu"
    assert shown(found.conclusions) == ["Continuer.", "*vu*"]


async def test_it_is_the_edit_of_who_brought_it(api: Api, made: Made) -> None:
    visitor, cookie = await api.join(made, "writer", "Inès")
    async with api.http(cookies=cookie, origin="http://calepin.example") as http:
        answer = await http.post(path(made, name="a.txt"), content=b"venu")
    assert answer.status_code == 200
    rows = await api.service.store.tail(NoteId(made.notes[0]), 1)
    assert {row.author for row in rows} == {visitor.person}
    authors = await api.ask("GET", f"/api/notes/{made.notes[0]}/authors", made.tokens["reader"])
    assert "Inès" in [one["name"] for one in authors.json()["authors"]]
    lines = await api.ask("GET", f"/api/days/{made.day}/journal", made.tokens["moderator"])
    told = [(one["by"], one["note"]) for one in lines.json()["journal"] if one["what"] == "import"]
    assert told == [("Inès", made.notes[0])]


@pytest.mark.promise("A5")
async def test_a_page_of_another_site_brings_nothing(api: Api, made: Made) -> None:
    _, cookie = await api.join(made, "writer", "Inès")
    async with api.http(cookies=cookie, origin="http://elsewhere.example") as http:
        refused(await http.post(path(made), content=b"venu"), 403, "not_allowed")


async def test_a_reader_brings_nothing(api: Api, made: Made) -> None:
    refused(await bring(api, made, b"venu", "reader"), 403, "not_allowed")
    refused(await api.ask("POST", path(made), content=b"venu"), 401, "not_authenticated")


@pytest.mark.promise("K1")
async def test_a_locked_note_takes_a_moderators_alone(api: Api, made: Made) -> None:
    where = f"/api/notes/{made.notes[0]}/lock"
    assert (await api.ask("POST", where, made.tokens["moderator"], json={"why": "fin"})).is_success
    before = await note(api, made)
    answer = await bring(api, made, b"venu", name="a.md")
    assert "locked" in refused(answer, 423, "note_locked")["message"]
    assert await note(api, made) == before
    assert (await bring(api, made, b"relu", "moderator", name="a.md")).status_code == 200


async def test_who_is_muted_brings_nothing(api: Api, made: Made) -> None:
    visitor, cookie = await api.join(made, "writer", "Paul")
    mute = f"/api/days/{made.day}/people/{visitor.person}/mute"
    assert (await api.ask("POST", mute, made.tokens["moderator"])).is_success
    async with api.http(cookies=cookie, origin="http://calepin.example") as http:
        refused(await http.post(path(made), content=b"venu"), 403, "not_allowed")


@pytest.mark.parametrize(
    ("data", "query", "said"),
    [
        (b"", {"name": "a.md"}, "no text in a.md"),
        (b"%PDF-1.7", {"name": "a.pdf"}, "a PDF"),
        (b"GIF89a\x00", {"name": "a.gif"}, "Markdown (.md)"),
        (b"\xe9", {"name": "a.md"}, "not UTF-8"),
        (b"a", {"pane": "both"}, "`pane` is one of notes, conclusions"),
        (b"a", {"format": "rtf"}, "`format` is one of"),
        (b"\xe9", {}, "The text cannot be taken"),
        (b"PK\x03\x04", {"name": "a\nb\x1b.docx"}, "a b.docx is damaged"),
    ],
)
async def test_what_cannot_be_taken_is_said(
    api: Api, made: Made, data: bytes, query: dict[str, str], said: str
) -> None:
    before = await note(api, made)
    assert said in refused(await bring(api, made, data, **query), 400, "bad_input")["message"]
    assert await note(api, made) == before


async def test_a_body_without_end_is_refused_on_the_way(api: Api, made: Made) -> None:
    sent = 0

    async def endless() -> AsyncIterator[bytes]:
        nonlocal sent
        while sent < 100 << 20:
            sent += 1 << 20
            yield b"a" * (1 << 20)

    refused(await bring(api, made, endless(), name="a.md"), 413, "too_large")
    assert sent <= MAX_FILE_BYTES + (2 << 20)


async def test_a_note_that_is_not_there(api: Api, made: Made) -> None:
    answer = await api.ask("POST", "/api/notes/nothing/import", made.tokens["writer"], content=b"a")
    refused(answer, 404, "not_found")
