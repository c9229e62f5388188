"""A programme becomes a day: whole, in its order, every note with its first row."""

from __future__ import annotations

from typing import Any

import pytest

from server.days.access import Role
from server.days.create import THE_PROGRAMME, add_day
from server.days.entrance import load_entrance
from server.days.view import load_day
from server.errors import NotFound
from storage import journal, log
from storage.records import Speaker
from storage.values import DayId, Kind

SECRET = bytes(range(32))


def test_a_day_has_the_programme_in_its_order(store: Any) -> None:
    with store.database.read() as db:
        day = load_day(db, store.one.day.id)
    assert (day.title, day.date, day.timezone) == ("Une journée", "2026-11-23", "Europe/Paris")
    assert [(s.title, s.kind, [i.title for i in s.items]) for s in day.sections] == [
        ("Rencontres", "meeting", ["Le garage", "La cantine"]),
        ("Vote", "vote", []),
        ("Débats", "debate", ["La voiture"]),
    ]
    garage, canteen = day.sections[0].items
    assert (garage.room, garage.start, garage.end) == ("101", "10:30", "11:15")
    assert garage.people == (Speaker("Ana", ""),)
    assert canteen.questions == ("Combien ?",)


def test_every_item_has_a_note_and_the_day_has_its_own_last(store: Any) -> None:
    with store.database.read() as db:
        day = load_day(db, store.one.day.id)
        rows = {note.id: log.tail(db, note.id, 0) for note in day.notes()}
        writers = {note.id: log.load(db, note.id).writers for note in day.notes()}
    assert len(rows) == 4
    assert list(day.notes())[-1] == day.conclusion
    assert day.item_of(day.conclusion.id) is None
    found = day.item_of(day.sections[2].items[0].note.id)
    assert found is not None
    assert found.title == "La voiture"
    for note in day.notes():
        (row,) = rows[note.id]
        assert (row.seq, row.kind, row.author) == (1, Kind.UPDATE, THE_PROGRAMME)
        assert note.untouched
        # The client id of the first row is nobody else's to write under (A3).
        assert writers[note.id] == {int(row.data.split(b"|")[0]): THE_PROGRAMME}


def test_making_a_day_is_a_line_of_its_journal(store: Any) -> None:
    with store.database.read() as db:
        lines = journal.of_day(db, store.one.day.id)
    assert [(line.who, line.what) for line in lines] == [("test", "create")]


def test_a_day_that_fails_half_way_leaves_nothing(store: Any) -> None:
    with pytest.raises(Exception, match="UNIQUE"), store.database.write() as db:
        add_day(db, store.one, who="again")
    with store.database.read() as db:
        assert len(journal.of_day(db, store.one.day.id)) == 1


def test_a_day_that_is_not_there_is_said(store: Any) -> None:
    with store.database.read() as db, pytest.raises(NotFound, match="no day nope"):
        load_day(db, DayId("nope"))


def test_the_entrance_gives_one_link_a_role_and_every_item(store: Any) -> None:
    with store.database.read() as db:
        entrance = load_entrance(db, store.one.day.id, secret=SECRET)
    shown: Any = entrance.as_json("https://notes.example")
    assert list(shown) == ["day", "title", "links", "tokens", "items"]
    assert list(shown["links"]) == ["reader", "writer", "moderator", "organiser"]
    assert list(shown["tokens"]) == list(shown["links"])
    for role, token in shown["tokens"].items():
        assert shown["links"][role] == f"https://notes.example/join/{token}"
        assert token == store.token(store.one, Role(role))
    assert [(i["section"], i["title"], i["room"]) for i in shown["items"]] == [
        ("Rencontres", "Le garage", "101"),
        ("Rencontres", "La cantine", "102"),
        ("Débats", "La voiture", ""),
    ]


def test_a_link_of_another_secret_is_left_out(store: Any) -> None:
    """What would be shown in its place opens nothing."""
    with store.database.read() as db:
        assert load_entrance(db, store.one.day.id, secret=bytes(32)).tokens == {}
