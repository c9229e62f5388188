"""Schedules of frab and pretalx: real ones, and small ones for what can be wrong in them."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import pytest

from storage.records import Speaker
from tests.days.incoming.conftest import items, read, refused

EVENT: dict[str, Any] = {
    "guid": "11111111-1111-4111-8111-111111111111",
    "id": 7,
    "title": "Le garage",
    "subtitle": "et le pont",
    "date": "2026-11-23T09:30:00+01:00",
    "start": "09:30",
    "duration": "00:45",
    "track": "Rencontres",
    "language": "fr",
    "type": "Atelier",
    "persons": [{"id": 1, "public_name": "Inès Ferrand"}],
}


def schedule(*events: Any, room: str = "101", **conference: Any) -> str:
    days = [{"date": "2026-11-23", "rooms": {room: list(events)}}]
    said = {"title": "Une journée", "time_zone_name": "Europe/Paris", "days": days} | conference
    return json.dumps({"schedule": {"conference": said}})


def test_an_event_is_an_item_with_the_identifier_of_its_tool() -> None:
    incoming = read(schedule(EVENT))
    programme = incoming.programme
    assert (programme.title, programme.date, programme.language) == (
        "Une journée",
        "2026-11-23",
        "fr",
    )
    (section,) = programme.sections
    assert (section.title, section.kind, section.source) == ("Rencontres", "workshop", "Rencontres")
    (item,) = section.items
    assert item.title == "Le garage – et le pont"
    assert (item.room, item.start, item.end) == ("101", "09:30", "10:15")
    assert item.people == (Speaker("Inès Ferrand"),)
    assert item.source == EVENT["guid"]
    assert read(schedule(EVENT | {"guid": None})).programme.sections[0].items[0].source == "7"


def test_both_shapes_of_a_schedule_say_the_same() -> None:
    xml = """<schedule><conference><title>Une journée</title>
    <time_zone_name>Europe/Paris</time_zone_name></conference>
    <day index="1" date="2026-11-23"><room name="101"><event id="7"
    guid="11111111-1111-4111-8111-111111111111"><title>Le garage</title>
    <subtitle>et le pont</subtitle><date>2026-11-23T09:30:00+01:00</date><start>09:30</start>
    <duration>00:45</duration><track>Rencontres</track><type>Atelier</type><language>fr</language>
    <persons><person id="1">Inès Ferrand</person></persons></event></room></day></schedule>"""
    assert read(xml) == read(schedule(EVENT))
    assert read(xml.encode("utf-16")) == read(schedule(EVENT))


def test_items_stand_in_the_order_of_their_times_and_nights_come_last() -> None:
    late = EVENT | {"guid": "l", "title": "Tard", "subtitle": "", "start": "23:30"}
    night = EVENT | {"guid": "n", "title": "Nuit", "date": "2026-11-24T00:30:00+01:00"}
    incoming = read(schedule(night | {"start": "00:30"}, late, EVENT))
    assert [item.start for item in items(incoming)] == ["09:30", "23:30", "00:30"]
    assert items(incoming)[1].end == ""
    assert any("“Tard”: the end is on another day" in str(remark) for remark in incoming.remarks)


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"title": ""}, "rooms.101[0].title: an item needs a title"),
        ({"title": 5}, "rooms.101[0].title: it must be a text"),
        ({"start": "25:00"}, "rooms.101[0].start: “25:00” is no time of day"),
        ({"date": "yesterday"}, "rooms.101[0].date: “yesterday” is no date"),
        ({"date": "2026-02-30T09:00:00"}, "rooms.101[0].date: “2026-02-30T09:00:00” is no date"),
        ({"duration": "long"}, "rooms.101[0].duration: “long” is no duration"),
        ({"persons": [5]}, "rooms.101[0].persons[0]: a person must be an object"),
        ({"persons": "Inès"}, "rooms.101[0].persons: it must be a list"),
        ({"id": "7"}, "rooms.101[0].id: it must be a whole number"),
        ({"title": "x" * 600, "subtitle": ""}, "rooms.101[0].title: it must be one line of at"),
        ({"title": "a\x07b"}, "rooms.101[0].title: it must be one line"),
        ({"title": "\ud800"}, "rooms.101[0].title: it must be one line"),
        ({"guid": "g" * 400}, "rooms.101[0].guid: it has 400 characters; at most 300"),
        ({"track": "t" * 600}, "rooms.101[0].track: it must be one line"),
        ({"persons": [{"name": "p"}] * 101}, "rooms.101[0].persons: 101 people are too many"),
    ],
)
def test_a_mistake_is_named_with_its_path(change: dict[str, Any], said: str) -> None:
    assert f"s.json, schedule.conference.days[0].{said}" in refused(
        schedule(EVENT | change), "s.json"
    )


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ('{"schedule": 5}', "s.json, schedule: it must be there, and be an object."),
        ('{"schedule": {"conference": []}}', "schedule.conference: it must be there"),
        ('{"schedule": {"conference": {"days": [1]}}}', "days[0]: a day must be an object."),
        ('{"schedule": {"conference": {"title": "T", "days": 5}}}', "days: it must be a list."),
        ('{"schedule": {,', "s.json, line 1: this is not JSON"),
        ('{"schedule": ' + "[" * 100_000, "JSON that no schedule is"),
        ('{"schedule": ' + "9" * 10_000 + "}", "JSON that no schedule is"),
    ],
)
def test_what_is_no_schedule_is_refused(text: str, said: str) -> None:
    assert said in refused(text, "s.json")


def test_an_identifier_that_stands_twice_is_refused() -> None:
    said = refused(schedule(EVENT, EVENT | {"title": "Autre"}))
    assert "[1].guid" in said
    assert "is also that of “Le garage – et le pont”" in said


def test_more_than_a_day_can_have_is_refused() -> None:
    many = [EVENT | {"guid": str(index)} for index in range(1_001)]
    assert "the day has 1001 items; at most 1000 are taken" in refused(schedule(*many))
    assert "more than 5000 events" in refused(schedule(*[EVENT] * 10_000))


def test_of_several_days_one_is_named() -> None:
    other = {"date": "2026-11-24", "rooms": {"101": [EVENT | {"guid": "b", "title": "Demain"}]}}
    first = {"date": "2026-11-23", "rooms": {"101": [EVENT]}}
    two = schedule(days=[first, other])
    assert "2026-11-23 (1), 2026-11-24 (1). Name one of them" in refused(two)
    assert "nothing in it is on 2026-11-25" in refused(two, date="2026-11-25")
    assert [one.title for one in items(read(two, date="2026-11-24"))] == ["Demain – et le pont"]


def test_the_camp_of_2019(theirs: Callable[[str], bytes]) -> None:
    data = theirs("schedules/camp2019.frab.json.gz")
    assert "2019-08-21 (17), 2019-08-22 (17), 2019-08-23 (19)" in refused(data, "camp.json")
    incoming = read(data, "camp.json", date="2019-08-22")
    assert incoming.programme.timezone == "Europe/Berlin"
    assert incoming.programme.language == "en"
    assert len(items(incoming)) == 17
    assert len({item.source for item in items(incoming)}) == 17
    assert {item.room for item in items(incoming)} == {"Curie", "Meitner"}
    assert all(item.people for item in items(incoming))


def test_the_demonstration_of_pretalx(theirs: Callable[[str], bytes]) -> None:
    incoming = read(theirs("schedules/democon.pretalx.json.gz"), date="2020-12-14")
    assert {one.title for one in incoming.programme.sections} == {"Phased", "Horizontal"}
    assert len(items(incoming)) == 12
    assert {"09:00", "11:30"} <= {item.start for item in items(incoming)}


def test_a_schedule_of_pentabarf(theirs: Callable[[str], bytes]) -> None:
    incoming = read(theirs("schedules/fosdem-2014.xml.gz"), "f.xml", date="2014-02-01")
    assert incoming.programme.title == "FOSDEM 2014"
    assert incoming.programme.place == "ULB (Université Libre de Bruxelles), Brussels"
    assert (len(incoming.programme.sections), len(items(incoming))) == (26, 273)
    first = items(incoming)[0]
    assert (first.title, first.source) == ("Welcome to FOSDEM 2014", "1616")
    assert (first.start, first.end) == ("10:30", "10:55")


def test_a_schedule_that_is_not_as_the_format_says(theirs: Callable[[str], bytes]) -> None:
    said = refused(theirs("schedules/invalid-example.json"), "invalid.json")
    assert "rooms.Winterchaos[0].id: it must be a whole number" in said
