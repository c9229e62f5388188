"""When an item is on: the programme's times are those of the day's zone, on the day's date."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from zoneinfo import ZoneInfo

import pytest

from server.days.hours import clock_of, is_on, nearness
from server.days.moments import milliseconds
from server.days.view import ItemView
from storage.values import Milliseconds
from tests.days.test_finding import DAY

PARIS = replace(DAY, date="2026-11-23", timezone="Europe/Paris")


def at(text: str, zone: str = "Europe/Paris") -> Milliseconds:
    return milliseconds(datetime.fromisoformat(text).replace(tzinfo=ZoneInfo(zone)))


def item(start: str, end: str = "") -> ItemView:
    return replace(next(DAY.items())[1], start=start, end=end)


@pytest.mark.parametrize(
    ("moment", "clock"),
    [
        (at("2026-11-23T10:30"), 630),
        (at("2026-11-23T04:30", "America/New_York"), 630),
        (at("2026-11-23T00:00"), 0),
        (at("2026-11-22T23:59"), None),
        (at("2026-11-24T00:00"), None),
    ],
)
def test_the_clock_is_the_days(moment: Milliseconds, clock: int | None) -> None:
    assert clock_of(PARIS, moment) == clock


def test_a_day_without_a_date_is_today() -> None:
    assert clock_of(replace(PARIS, date=""), at("2027-03-01T09:00")) == 540


@pytest.mark.parametrize(
    ("start", "end", "clock", "on"),
    [
        ("10:30", "11:15", 629, False),
        ("10:30", "11:15", 630, True),
        ("10:30", "11:15", 674, True),
        ("10:30", "11:15", 675, False),
        ("10:30", "", 689, True),
        ("10:30", "", 690, False),
        ("23:30", "00:30", 1439, True),
        ("", "", 600, False),
        ("10:30", "11:15", None, False),
    ],
)
def test_an_item_is_on_from_its_start_until_before_its_end(
    start: str, end: str, clock: int | None, on: bool
) -> None:
    assert is_on(item(start, end), clock) is on


def test_what_is_on_comes_first_then_what_comes_then_what_was() -> None:
    items = [item(s, e) for s, e in (("08:00", "09:00"), ("", ""), ("11:00", ""), ("09:30", ""))]
    items.append(item("09:00", "09:20"))
    order = [one.start for one in sorted(items, key=lambda one: nearness(one, 600))]
    assert order == ["09:30", "11:00", "", "09:00", "08:00"]
