"""Exports over the API: written in another process, the same bytes for the same position."""

from __future__ import annotations

import io
import zipfile

import pytest
import yaml

from tests.api.conftest import Api, Made, refused


@pytest.mark.promise("X3", "K5")
async def test_exports_of_one_position_are_the_same_bytes(api: Api, made: Made) -> None:
    token, day = made.tokens["reader"], f"/api/days/{made.day}"
    await api.ask("POST", f"{day}/lock", made.tokens["moderator"], json={"why": "fin"})
    section = await api.section(made)
    for path in (
        f"{day}/export",
        f"{day}/export?format=zip",
        f"{day}/export?part=conclusions",
        f"{day}/sections/{section}/export",
        f"/api/notes/{made.notes[0]}/export",
        f"/api/notes/{made.notes[0]}/export?part=notes",
    ):
        first = await api.ask("GET", path, token)
        assert first.status_code == 200, first.text
        assert (await api.ask("GET", path, token)).content == first.content


@pytest.mark.promise("X1", "X5")
async def test_an_export_has_the_whole_day_or_a_part_of_it(api: Api, made: Made) -> None:
    token, day = made.tokens["reader"], f"/api/days/{made.day}"
    whole = await api.ask("GET", f"{day}/export", token)
    assert whole.headers["content-type"].startswith("text/markdown")
    assert whole.headers["content-disposition"].startswith("attachment;")
    places = [whole.text.index(title) for title in ("Le garage", "La cantine", "La voiture")]
    assert places == sorted(places)
    assert "un « pont » : deux" in whole.text
    assert "Continuer." in whole.text

    conclusions = (await api.ask("GET", f"{day}/export?part=conclusions", token)).text
    assert "Continuer." in conclusions
    assert "un « pont »" not in conclusions
    section = await api.ask("GET", f"{day}/sections/{await api.section(made, 1)}/export", token)
    assert "La voiture" in section.text
    assert "Le garage" not in section.text

    packed = await api.ask("GET", f"{day}/export?format=zip", token)
    assert packed.headers["content-type"] == "application/zip"
    with zipfile.ZipFile(io.BytesIO(packed.content)) as archive:
        assert archive.testzip() is None
        texts = [archive.read(name).decode() for name in archive.namelist()]
    fronts = [yaml.safe_load(text.split("---")[1]) for text in texts if text.startswith("---")]
    assert {"Le garage", "La cantine", "La voiture"} <= {front["title"] for front in fronts}


async def test_an_export_that_is_not_there_is_refused(api: Api, made: Made) -> None:
    token, day = made.tokens["reader"], f"/api/days/{made.day}"
    for query in ("format=exe", "part=some", "format="):
        error = refused(await api.ask("GET", f"{day}/export?{query}", token), 400, "bad_input")
        assert error["field"] == query.split("=")[0]
    path = f"/api/notes/{made.notes[0]}/export?format=zip"
    refused(await api.ask("GET", path, token), 400, "bad_input")


async def test_whoever_reads_may_take_it_home(api: Api, made: Made) -> None:
    path = f"/api/days/{made.day}/export"
    texts = {(await api.ask("GET", path, token)).text for token in made.tokens.values()}
    assert len(texts) == 1
    refused(await api.ask("GET", path), 401, "not_authenticated")


@pytest.mark.promise("X1", "X5", "X3")
async def test_an_export_is_one_page_of_html(api: Api, made: Made) -> None:
    token, day = made.tokens["reader"], f"/api/days/{made.day}"
    for path in (day, f"{day}/sections/{await api.section(made)}", f"/api/notes/{made.notes[0]}"):
        page = await api.ask("GET", f"{path}/export?format=html", token)
        assert page.headers["content-type"] == "text/html; charset=utf-8"
        assert ".html" in page.headers["content-disposition"]
        assert page.text.startswith("<!doctype html>")
        assert "un « pont » : deux" in page.text
        assert "Continuer." in page.text
        again = await api.ask("GET", f"{path}/export?format=html", token)
        assert again.content == page.content
    conclusions = await api.ask("GET", f"{day}/export?format=html&part=conclusions", token)
    assert "un « pont »" not in conclusions.text
    assert "La voiture" in conclusions.text


@pytest.mark.promise("X5", "X3")
@pytest.mark.parametrize(
    ("form", "media_type", "extension"),
    [
        ("docx", "application/vnd.openxmlformats-officedocument.wordprocessingml.document", "docx"),
        ("odt", "application/vnd.oasis.opendocument.text", "odt"),
        ("json", "application/json", "json"),
        ("text", "text/plain; charset=utf-8", "txt"),
    ],
)
async def test_an_export_is_in_the_format_that_is_asked_for(
    api: Api, made: Made, form: str, media_type: str, extension: str
) -> None:
    token, day = made.tokens["reader"], f"/api/days/{made.day}"
    for path in (day, f"{day}/sections/{await api.section(made)}", f"/api/notes/{made.notes[0]}"):
        file = await api.ask("GET", f"{path}/export?format={form}", token)
        assert file.headers["content-type"] == media_type
        assert file.headers["content-disposition"].endswith(f".{extension}")
        assert "un « pont » : deux" in said(file.content)
        again = await api.ask("GET", f"{path}/export?format={form}", token)
        assert again.content == file.content
    conclusions = await api.ask("GET", f"{day}/export?format={form}&part=conclusions", token)
    assert "un « pont »" not in said(conclusions.content)
    assert "La voiture" in said(conclusions.content)


def said(data: bytes) -> str:
    """The text in a file, which may be an archive of XML."""
    if not data.startswith(b"PK"):
        return data.decode()
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        return "".join(archive.read(name).decode() for name in archive.namelist())
