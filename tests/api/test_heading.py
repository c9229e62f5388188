"""The heading of a day over the API: its title, where and when it is, how long it is kept."""

from __future__ import annotations

from typing import Any

import pytest

from tests.api.conftest import Api, Made
from tests.api.desk import Desk


@pytest.fixture
def desk(api: Api, made: Made) -> Desk:
    return Desk(api, made)


HEADING = ("title", "subtitle", "date", "place", "organiser", "delete_after")


def heading(day: Any) -> dict[str, str]:
    return {field: day[field] for field in HEADING}


async def test_a_heading_changes_and_goes_back(desk: Desk) -> None:
    before = heading(await desk.shown())
    wanted = {
        "title": " La transition ",
        "subtitle": "En débat",
        "date": "2027-03-01",
        "place": "La maison",
        "organiser": "La région",
        "delete_after": "2127-01-31",
    }
    edited = await desk.ask("PATCH", "", wanted)
    assert heading(edited["day"]) == wanted | {"title": "La transition"}
    assert heading(await desk.shown()) == heading(edited["day"])
    await desk.take_back(edited)
    assert heading(await desk.shown()) == before


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({"title": " "}, "title"),
        ({"subtitle": "a\nb"}, "subtitle"),
        ({"place": "x" * 501}, "place"),
        ({"organiser": "\u0007"}, "organiser"),
        ({"date": "2027-02-30"}, "date"),
        ({"delete_after": "demain"}, "delete_after"),
        ({"delete_after": "2001-01-01"}, "delete_after"),
    ],
)
async def test_a_heading_that_cannot_be_is_refused_with_its_field(
    desk: Desk, body: dict[str, str], field: str
) -> None:
    before = await desk.shown()
    error = await desk.refused("PATCH", "", {"place": "Ailleurs"} | body, status=400)
    assert error["field"] == field
    assert await desk.shown() == before


async def test_a_heading_that_somebody_else_changed_is_not_written_over(desk: Desk) -> None:
    title = (await desk.shown())["title"]
    first = await desk.ask("PATCH", "", {"title": "Un", "was": {"title": title}})
    error = await desk.refused("PATCH", "", {"title": "Deux", "was": {"title": title}}, status=409)
    assert (error["field"], error["now"]) == ("title", "Un")
    # What somebody has changed since is not taken back.
    await desk.ask("PATCH", "", {"title": "Trois"})
    await desk.refused("PATCH", "", first["undo"]["body"], status=409)
    assert (await desk.shown())["title"] == "Trois"
