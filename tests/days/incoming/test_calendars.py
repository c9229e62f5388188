"""Calendars: real ones, zones, what repeats, and zones whose rules never end."""

from __future__ import annotations

from collections.abc import Callable
from textwrap import dedent

import pytest

from tests.days.incoming.conftest import calendar, items, read, refused

EVENT = "UID:1\r\nSUMMARY:Le garage\r\nDTSTART;TZID=Europe/Paris:20261123T093000"


def test_an_event_is_an_item_with_its_uid() -> None:
    more = "\r\nDURATION:PT45M\r\nLOCATION:101\\, au fond\r\nCATEGORIES:Rencontres,autres"
    incoming = read(calendar(EVENT + more, head="X-WR-CALNAME:Une journée\r\n"), "c.ics")
    assert incoming.programme.title == "Une journée"
    assert (incoming.programme.date, incoming.programme.timezone) == ("2026-11-23", "Europe/Paris")
    (section,) = incoming.programme.sections
    assert section.title == "Rencontres"
    (item,) = section.items
    assert (item.title, item.source, item.room) == ("Le garage", "1", "101, au fond")
    assert (item.start, item.end) == ("09:30", "10:15")


def test_times_of_elsewhere_become_those_of_the_day() -> None:
    utc = "UID:2\r\nSUMMARY:Ailleurs\r\nDTSTART:20261123T083000Z\r\nDTEND:20261123T090000Z"
    incoming = read(calendar(EVENT, utc), "c.ics")
    assert [item.start for item in items(incoming)] == ["09:30", "09:30"]
    assert any(
        "“Ailleurs”: the file has times of another zone" in str(one) for one in incoming.remarks
    )
    (first, second) = items(read(calendar(EVENT, utc), "c.ics", timezone="America/New_York"))
    assert (first.start, second.end) == ("03:30", "04:00")


def test_a_time_without_a_zone_is_that_of_the_place() -> None:
    floating = "UID:3\r\nSUMMARY:Ici\r\nDTSTART:20261123T101500"
    assert items(read(calendar(floating), "c.ics"))[0].start == "10:15"
    whole = "UID:3\r\nSUMMARY:Toute la journée\r\nDTSTART;VALUE=DATE:20261123"
    (item,) = items(read(calendar(whole), "c.ics"))
    assert (item.start, item.end) == ("", "")


def test_of_what_repeats_the_first_time_is_taken_unless_it_was_moved() -> None:
    repeats = EVENT + "\r\nRRULE:FREQ=DAILY;COUNT=3"
    incoming = read(calendar(repeats), "c.ics")
    assert len(items(incoming)) == 1
    assert any("of what repeats, the first time is taken" in str(one) for one in incoming.remarks)
    moved = (
        "UID:1\r\nSUMMARY:Le garage\r\nDTSTART;TZID=Europe/Paris:20261123T140000\r\n"
        "RECURRENCE-ID;TZID=Europe/Paris:20261123T093000"
    )
    (item,) = items(read(calendar(repeats, moved), "c.ics"))
    assert (item.start, item.source) == ("14:00", "1")


def test_what_is_cancelled_is_left_out_and_said() -> None:
    gone = "UID:2\r\nSUMMARY:Annulé\r\nSTATUS:CANCELLED\r\nDTSTART:20261123T101500"
    incoming = read(calendar(EVENT, gone), "c.ics")
    assert [item.title for item in items(incoming)] == ["Le garage"]
    assert [str(one) for one in incoming.remarks] == ["“Annulé”: cancelled, and left out."]


@pytest.mark.parametrize(
    ("event", "said"),
    [
        ("UID:2\r\nSUMMARY:a\r\nDTSTART:2014", "line 6, DTSTART: it cannot be read"),
        ("UID:2\r\nDTSTART:20261123T093000", "line 3, SUMMARY: an item needs a title"),
        ("UID:2\r\nSUMMARY:a", "line 3, DTSTART: the event has no beginning"),
        (EVENT + "\r\nDURATION:banana", "line 7, DURATION: it cannot be read"),
        (EVENT + "\r\nDURATION:P999999999D", "DURATION: it is too long"),
        (EVENT + "\r\nSUMMARY:b", "line 5, SUMMARY: it stands twice"),
        (EVENT + "\r\nDTEND:20261122T093000", "line 7, DTEND: it is on 2026-11-22, before"),
        (EVENT + "\r\nDTEND:20261123T080000", "line 7, DTEND: it ends at 08:00, before it starts"),
        (EVENT + "\r\nDTEND:99991231T235959Z", "line 7, DTEND: it is outside of all calendars"),
        (EVENT + "\r\nEND:VALARM", "line 7: `END:VALARM` ends nothing that has begun"),
    ],
)
def test_a_mistake_is_named_with_its_line_and_field(event: str, said: str) -> None:
    assert said in refused(calendar(event), "c.ics")


@pytest.mark.parametrize(
    "rule",
    [
        "FREQ=SECONDLY",
        "FREQ=MINUTELY;COUNT=100000000",
        "FREQ=YEARLY;BYSECOND=0,1,2,3,4,5,6,7,8,9",
        "FREQ=YEARLY;BYHOUR=1,2;BYMINUTE=1,2,3",
    ],
)
def test_a_zone_whose_rules_never_end_is_refused(rule: str) -> None:
    zone = dedent(f"""\
        BEGIN:VTIMEZONE
        TZID:Mine
        BEGIN:STANDARD
        DTSTART:16000101T000000
        RRU
         LE:{rule}
        TZOFFSETFROM:+0100
        TZOFFSETTO:+0200
        END:STANDARD
        END:VTIMEZONE
        """)
    said = refused(calendar(EVENT, head=zone), "c.ics")
    assert said.startswith("c.ics, line 7, RRULE: a time zone may change every year")


def test_ten_thousand_events_and_a_thousand_zones_are_refused_at_once() -> None:
    assert "more than 5000 events" in refused(calendar(*[EVENT] * 10_000), "c.ics")
    zones = "BEGIN:VTIMEZONE\r\nEND:VTIMEZONE\r\n" * 1_000
    assert "more than 100 time zones" in refused(calendar(EVENT, head=zones), "c.ics")


@pytest.mark.parametrize("text", ["BEGIN:VCALENDAR", "BEGIN:VCALENDAR\r\nhello", calendar()[:-20]])
def test_half_a_calendar_is_refused(text: str) -> None:
    assert "the file ends before its VCALENDAR does" in refused(text, "c.ics")


def test_deep_calendars_are_no_danger() -> None:
    deep = "BEGIN:VEVENT\r\n" * 4_000 + "END:VEVENT\r\n" * 4_000
    assert "no beginning" in refused(f"BEGIN:VCALENDAR\r\n{deep}END:VCALENDAR", "c.ics")


@pytest.mark.parametrize(
    ("name", "title", "date", "start", "end", "zone"),
    [
        (
            "nightlybuild-2014",
            "nightlybuild.io Conference",
            "2014-09-26",
            "18:30",
            "23:00",
            "Berlin",
        ),
        ("timezoned", "artsprint 2012", "2012-02-13", "10:00", "", "Vienna"),
        ("x_location", "Daily Sync", "2016-10-28", "14:00", "14:30", "Zurich"),
        (
            "america_new_york",
            "an event with a custom tz name",
            "2014-08-29",
            "14:00",
            "16:00",
            "Paris",
        ),
    ],
)
def test_real_calendars(
    theirs: Callable[[str], bytes],
    name: str,
    title: str,
    date: str,
    start: str,
    end: str,
    zone: str,
) -> None:
    incoming = read(theirs(f"ical/{name}.ics"), f"{name}.ics")
    (item,) = items(incoming)
    assert (item.title, item.start, item.end) == (title, start, end)
    assert (incoming.programme.date, incoming.programme.timezone) == (date, f"Europe/{zone}")


def test_several_calendars_in_one_file(theirs: Callable[[str], bytes]) -> None:
    data = theirs("ical/multiple_calendar_components.ics")
    assert "2003-05-01 (1), 2003-12-25 (2)" in refused(data, "m.ics")
    found = items(read(data, "m.ics", date="2003-12-25"))
    assert [item.title for item in found] == ["Christmas Day", "Christmas again!"]


def test_events_that_have_no_beginning(theirs: Callable[[str], bytes]) -> None:
    said = refused(theirs("ical/rfc_5545_RDATE_example.ics"), "r.ics")
    assert said == "r.ics, line 2, DTSTART: the event has no beginning: add one."
