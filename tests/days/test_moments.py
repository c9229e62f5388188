"""Moments as people write them, in the day's own time."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest

from server.days.moments import (
    date_that_ends,
    end_of,
    milliseconds,
    parse_clock,
    parse_moment,
    show_moment,
)
from server.errors import BadInput

PARIS = "Europe/Paris"
NOW = milliseconds(datetime(2026, 11, 23, 9, 0, tzinfo=UTC))
"""Ten o'clock in Paris."""


@pytest.mark.parametrize(
    ("text", "moment"),
    [
        ("11:15", datetime(2026, 11, 23, 10, 15, tzinfo=UTC)),
        (" 23:59 ", datetime(2026, 11, 23, 22, 59, tzinfo=UTC)),
        ("2026-11-24T08:05", datetime(2026, 11, 24, 7, 5, tzinfo=UTC)),
        ("2026-11-24 08:05:30", datetime(2026, 11, 24, 7, 5, 30, tzinfo=UTC)),
        ("2026-11-23T11:15Z", datetime(2026, 11, 23, 11, 15, tzinfo=UTC)),
        ("2026-11-23T11:15:01.250Z", datetime(2026, 11, 23, 11, 15, 1, 250_000, tzinfo=UTC)),
        ("2026-11-23T11:15+05:30", None),
        ("2026-11-23T17:15+05:30", datetime(2026, 11, 23, 11, 45, tzinfo=UTC)),
        ("2027-07-14T12:00", datetime(2027, 7, 14, 10, 0, tzinfo=UTC)),
        # An hour that comes twice is the first of the two.
        ("2027-10-31T02:30", datetime(2027, 10, 31, 0, 30, tzinfo=UTC)),
        # One that never comes, and one that is no date.
        ("2027-03-28T02:30", None),
        ("2027-02-29T10:00", None),
        ("10:00", None),
        ("9:59", None),
        ("24:00", None),
        ("2028-01-01T10:00", None),
        ("9999-12-31T23:59", None),
        ("0001-01-01T00:00", None),
        ("2026-11-24", None),
        ("tomorrow", None),
        ("١١:١٥", None),
        ("11:15\x00", None),
        ("", None),
    ],
)
def test_a_moment_is_read_or_refused_with_a_sentence(text: str, moment: datetime | None) -> None:
    if moment is not None:
        assert parse_moment(text, timezone=PARIS, now=NOW) == milliseconds(moment)
        return
    with pytest.raises(BadInput) as refused:
        parse_moment(text, timezone=PARIS, now=NOW)
    assert str(refused.value).endswith(".")
    assert str(refused.value).isprintable()


def test_a_moment_is_shown_in_the_day_s_time() -> None:
    assert show_moment(NOW, timezone=PARIS) == "2026-11-23 10:00"
    assert show_moment(NOW, timezone="America/Montreal") == "2026-11-23 04:00"


def test_a_date_is_over_at_its_midnight_also_when_the_clocks_change() -> None:
    for day in (date(2026, 11, 23), date(2027, 3, 28), date(2027, 10, 31)):
        at = end_of(day, timezone=PARIS)
        assert date_that_ends(at, timezone=PARIS) == day.isoformat()
    assert end_of(date(2026, 11, 23), timezone=PARIS) == milliseconds(
        datetime(2026, 11, 23, 23, 0, tzinfo=UTC)
    )


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("14:30", "14:30"),
        ("14h30", "14:30"),
        ("14 h 30", "14:30"),
        ("14\u00a0h\u202f30", "14:30"),
        ("14H", "14:00"),
        ("1430", "14:30"),
        ("930", "09:30"),
        ("9.05", "09:05"),
        ("9", "09:00"),
        (" 9 heures ", "09:00"),
        ("2.30 pm", "14:30"),
        ("12 am", "00:00"),
        ("12:15 p.m.", "12:15"),
        ("0:00", "00:00"),
        ("", ""),
        ("  ", ""),
    ],
)
def test_a_time_of_day_is_understood_as_people_type_it(typed: str, meant: str) -> None:
    assert parse_clock(typed, field="start") == meant


@pytest.mark.parametrize("typed", ["24:00", "9:60", "2500", "13 pm", "0 am", "midi", "1:2", "-1"])
def test_what_is_no_time_of_day_is_refused(typed: str) -> None:
    with pytest.raises(BadInput) as refused:
        parse_clock(typed, field="start")
    assert refused.value.fields == {"field": "start"}
    assert typed in str(refused.value)
