"""What cannot be an id is answered as an id that is not there, at every address of the API."""

from __future__ import annotations

import re
from collections.abc import Iterator
from urllib.parse import quote

import pytest

from server.api import openapi
from tests.api.conftest import ADDRESS, Api, Made, refused

ABSENT = "nowhere00000"
STRANGE = {
    "zero byte": "a\x00b",
    "newline": "a\nb",
    "unicode": "é👩\u200d🌾\u202e",
    "half a character": "\ufffd",
    "very long": "x" * 10_000,
    "up": "..",
    "up and away": "../../etc/passwd",
    "quotes": "'\"; --",
    "percent": "%00%2e%2e",
    "blank": " ",
    "number": "9" * 10_000,
    "digits of another script": "١٢",
    "negative": "-1",
}


def operations() -> Iterator[tuple[str, str]]:
    """Every method and path of the document that has an id in it."""
    for path, methods in openapi.load()["paths"].items():
        for method in methods:
            if method != "parameters" and "{" in path:
                yield method.upper(), path


def fill(path: str, made: Made, section: str, *, wrong: str, id: str) -> str:
    """The path with one parameter that is not there, and the others as they should be."""
    right = {
        "day": made.day,
        "section": section,
        "note": made.notes[0],
        "item": ABSENT,  # where it is the section's id that is wrong, there is none beside it
        "held": "1",
        "webhook": ABSENT,
        "person": "nobody",
        "seq": "1",
        "role": "writer",
    }
    filled = {**right, wrong: id}
    return re.sub(r"\{(\w+)\}", lambda found: escaped(filled[found[1]]), path)


def escaped(id: str) -> str:
    # Dots too: a client would walk up the path instead of sending them.
    return quote(id, safe="").replace(".", "%2E")


@pytest.mark.promise("A5")
@pytest.mark.parametrize(("method", "path"), list(operations()))
async def test_a_strange_id_is_answered_as_one_that_is_not_there(
    api: Api, made: Made, method: str, path: str
) -> None:
    section, token = await api.section(made), made.tokens["organiser"]
    bodies = {
        "/{held}": {"do": "keep"},
        "/items": {"title": "x"},
        "/webhooks": {"url": "https://example.org/"},
        "/{item}/move": {"section": section},
        "/{item}/swap-rooms": {"with": ABSENT},
    }
    body = next((sent for ending, sent in bodies.items() if path.endswith(ending)), None)
    for wrong in re.findall(r"\{(\w+)\}", path):
        absent = fill(path, made, section, wrong=wrong, id=ABSENT if wrong != "held" else "12345")
        expected = await api.ask(method, absent, token, json=body)
        code = expected.json()["error"]["code"]
        assert code == ("not_allowed" if wrong == "day" else "not_found")
        for name, id in STRANGE.items():
            strange = fill(path, made, section, wrong=wrong, id=id)
            answer = await api.ask(method, strange, token, json=body)
            if "/" in id:  # another address altogether
                refused(answer, 404, "not_found")
                continue
            error = refused(answer, expected.status_code, code)
            assert error["message"].isprintable(), name
            assert len(answer.content) < 1_000, name


async def test_nobody_gets_further_with_a_strange_day_than_without(api: Api, made: Made) -> None:
    for id in STRANGE.values():
        if "/" in id:
            continue
        path = f"/api/days/{escaped(id)}"
        refused(await api.ask("GET", path), 401, "not_authenticated")
        async with api.http(cookie=f"calepin_{quote(id)}=x.y; calepin_{made.day}=x") as http:
            refused(await http.get(path), 401, "not_authenticated")


async def test_a_strange_token_or_cookie_is_nobody(api: Api, made: Made) -> None:
    path = f"/api/days/{made.day}"
    for token in ("clp_" + "x" * 10_000, "clp_%00", "clp_'\"; --", "..", "clp_é"):
        async with api.http(authorization=f"Bearer {token}".encode()) as http:
            refused(await http.get(path), 401, "not_authenticated")
    for value in ("x" * 10_000, ".", "%00.%00", '"a.b"', "\udc80"):
        sent = f"calepin_{made.day}={value}".encode("utf-8", "surrogateescape")
        async with api.http(cookie=sent) as http:
            refused(await http.get(path), 401, "not_authenticated")


async def test_a_heading_is_lines_without_control_characters(api: Api, made: Made) -> None:
    path, token = f"/api/days/{made.day}", made.tokens["organiser"]
    for field in ("title", "subtitle", "organiser", "place"):
        for wrong in ("a\x00b", "a\nb", "a\u2028b", "x" * 501):
            answer = await api.ask("PATCH", path, token, json={field: wrong})
            assert refused(answer, 400, "bad_input")["field"] == field
    half = b'{"title": "a\\ud800"}'
    refused(await api.ask("PATCH", path, token, content=half), 400, "bad_input")
    assert (await api.ask("GET", path, token)).json()["title"] == "Une journée"


async def test_strange_ids_open_no_page(api: Api, made: Made) -> None:
    _, cookie = await api.join(made, "reader", "Ana")
    async with api.http(cookies=cookie) as http:
        for id in STRANGE.values():
            for path in (f"/d/{escaped(id)}", f"/d/{made.day}/n/{escaped(id)}"):
                answer = await http.get(path)
                assert answer.status_code in (401, 404), path
                assert str(answer.url).startswith(ADDRESS)
            assert (await http.get(f"/join/{escaped(id)}")).status_code in (401, 404)
