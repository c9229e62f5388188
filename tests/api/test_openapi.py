"""The OpenAPI document and the routes are the same, and every error has the shape that it says."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

import pytest
from starlette.routing import Route

from server.api import openapi
from server.errors import CalepinError
from tests.api.conftest import ADMIN, Api, Made, refused

OURS = ("/api/", "/health/", "/metrics")


def routed(api: Api) -> set[tuple[str, str]]:
    return {
        (re.sub(r"\{(\w+)(?::\w+)?\}", r"{\1}", route.path), method)
        for route in api.app.routes
        if isinstance(route, Route) and route.path.startswith(OURS)
        for method in (route.methods or set()) - {"HEAD", "OPTIONS"}
    }


def documented() -> set[tuple[str, str]]:
    return {
        (path, method.upper())
        for path, operations in openapi.load()["paths"].items()
        for method in operations
        if method != "parameters"
    }


def references(value: Any) -> Iterator[str]:
    if isinstance(value, dict):
        for key, inner in value.items():
            if key == "$ref":
                yield inner
            else:
                yield from references(inner)
    elif isinstance(value, list):
        for inner in value:
            yield from references(inner)


async def test_every_route_is_documented_and_every_document_is_routed(api: Api) -> None:
    assert routed(api) == documented()


def test_every_reference_leads_somewhere() -> None:
    document = openapi.load()
    for reference in references(document):
        found: Any = document
        for step in reference.removeprefix("#/").split("/"):
            found = found[step]
        assert found


def test_the_parameters_of_a_path_are_the_ones_in_it() -> None:
    document = openapi.load()
    known = document["components"]["parameters"]
    for path, operations in document["paths"].items():
        named = {
            known[one["$ref"].rsplit("/", 1)[1]]["name"] if "$ref" in one else one["name"]
            for one in operations.get("parameters", [])
            if "$ref" not in one or known[one["$ref"].rsplit("/", 1)[1]]["in"] == "path"
        }
        assert named == set(re.findall(r"\{(\w+)\}", path)), path


async def test_the_document_is_served(api: Api) -> None:
    answer = await api.ask("GET", "/api/openapi.json")
    assert answer.json() == openapi.load()


async def test_health_needs_nothing(api: Api) -> None:
    assert (await api.ask("GET", "/health/live")).json() == {"status": "live"}
    assert (await api.ask("GET", "/health/ready")).json() == {"status": "ready"}


async def test_a_server_that_stops_is_not_ready(api: Api) -> None:
    await api.service.settle()
    answer = await api.ask("GET", "/health/ready")
    assert (answer.status_code, answer.json()) == (503, {"status": "stopping"})
    assert (await api.ask("GET", "/health/live")).status_code == 200


async def test_errors_have_one_shape(api: Api, made: Made) -> None:
    organiser = made.tokens["organiser"]
    day, note = f"/api/days/{made.day}", f"/api/notes/{made.notes[0]}"
    refused(await api.ask("GET", day), 401, "not_authenticated")
    refused(await api.ask("GET", day, "clp_" + "x" * 32), 401, "not_authenticated")
    error = refused(await api.ask("DELETE", day, made.tokens["reader"]), 403, "not_allowed")
    assert (error["role"], error["needed"]) == ("reader", "organiser")
    refused(await api.ask("GET", "/api/notes/nowhere00000", organiser), 404, "not_found")
    refused(await api.ask("GET", "/api/nothing", organiser), 404, "not_found")
    refused(await api.ask("GET", "/health/nothing"), 404, "not_found")
    refused(await api.ask("PUT", note, organiser), 405, "method_not_allowed")
    refused(await api.ask("PATCH", day, organiser, content=b"{"), 400, "bad_input")
    refused(await api.ask("PATCH", day, organiser, content=b"\xff"), 400, "bad_input")
    refused(await api.ask("PATCH", day, organiser, json={"colour": "red"}), 400, "bad_input")
    refused(await api.ask("PATCH", day, organiser, json={"title": 3}), 400, "bad_input")
    refused(await api.ask("POST", f"{note}/lock", organiser, json={"why": 3}), 400, "bad_input")


async def test_a_programme_that_cannot_be_names_its_line(api: Api) -> None:
    answer = await api.ask("POST", "/api/days", ADMIN, content=b"title: x\ncolour: red\n")
    assert refused(answer, 400, "bad_programme")["line"] == 2
    answer = await api.ask("POST", "/api/days", ADMIN, content=b"title: \xff\n")
    refused(answer, 400, "bad_programme")


@pytest.mark.promise("A5")
async def test_a_body_that_is_too_large_is_refused(api: Api, made: Made) -> None:
    large = b"x" * (4 * 1024 * 1024 + 1)
    answer = await api.ask("POST", "/api/days", ADMIN, content=large)
    assert refused(answer, 413, "too_large")["limit_bytes"] == 4 * 1024 * 1024
    lock = f"/api/notes/{made.notes[0]}/lock"
    refused(await api.ask("POST", lock, made.tokens["moderator"], content=large), 413, "too_large")


@pytest.mark.parametrize("path", list(openapi.load()["paths"]))
async def test_a_method_that_an_address_has_not_is_refused_with_those_that_it_has(
    api: Api, made: Made, path: str
) -> None:
    has = {method for at, method in documented() if at == path} | {"OPTIONS"}
    has |= {"HEAD"} if "GET" in has else set()
    filled = path.format(
        day=made.day,
        section=await api.section(made),
        note=made.notes[0],
        item="nowhere",
        held=1,
        webhook="nowhere",
        seq=1,
        person="nobody",
        role="writer",
    )
    for method in ("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "TRACE", "CALEPIN"):
        if method not in has:
            answer = await api.ask(method, filled, made.tokens["organiser"])
            assert answer.status_code == 405
            if method != "HEAD":
                refused(answer, 405, "method_not_allowed")
            assert set(answer.headers["allow"].split(", ")) | {"OPTIONS"} == has, method
    told = await api.ask("OPTIONS", filled)
    if path != "/api/openapi.json":  # a plain route of the application
        assert (told.status_code, told.content) == (204, b"")
    assert set(told.headers["allow"].split(", ")) | {"OPTIONS"} == has


async def test_head_is_answered_as_get_is(api: Api, made: Made) -> None:
    for path in (f"/api/days/{made.day}", f"/api/notes/{made.notes[0]}/export", "/health/live"):
        shown = await api.ask("GET", path, made.tokens["reader"])
        head = await api.ask("HEAD", path, made.tokens["reader"])
        assert head.status_code == shown.status_code == 200
        assert head.headers == shown.headers
    assert (await api.ask("HEAD", f"/api/days/{made.day}")).status_code == 401


def test_the_codes_of_errors_are_the_documented_ones() -> None:
    """Those of sockets alone, and of limits that no request meets, are left out."""
    documented = set(
        openapi.load()["components"]["schemas"]["Error"]["properties"]["error"]["properties"][
            "code"
        ]["enum"]
    )
    ours = {error.code for error in every_error()}
    assert documented - ours == {"method_not_allowed"}
    elsewhere = {"protocol_error", "update_refused", "restarting"}
    assert ours - documented == elsewhere


def every_error() -> Iterator[type[CalepinError]]:
    waiting = [CalepinError]
    while waiting:
        error = waiting.pop()
        yield error
        waiting += error.__subclasses__()
