"""Texts, numbers and times are kept alike by both engines."""

from __future__ import annotations

from dataclasses import replace

import pytest

from storage import catalogue, journal, log, people, settings
from storage.errors import BadText
from storage.records import Day, Item, Link, Person, Section, Speaker
from storage.values import (
    ConnectionId,
    DayId,
    ItemId,
    LinkId,
    Milliseconds,
    PersonId,
    SectionId,
)

AT = Milliseconds(2**53 - 1)
CANNOT_BE_KEPT = ["a\0b", "half \ud83d"]
KEPT = "  Là‑bas “œuvre” :\u00a0🖊️ e\u0301 \r\n\ufeff% ' \\ "


@pytest.mark.parametrize("text", CANNOT_BE_KEPT)
def test_what_one_engine_cannot_keep_is_refused_by_both_and_nothing_is_written(
    database, day, notes, text
):
    new = Day(DayId("other"), "Title", AT)
    speaker = Speaker(text)
    here = {"by": PersonId("m"), "at": AT, "connection": ConnectionId("c")}
    item = Item(ItemId("item"), day, SectionId("section00001"), 9, "Title")
    writes = [
        lambda db: catalogue.add_day(db, replace(new, title=text)),
        lambda db: catalogue.add_item(db, replace(item, people=(speaker,))),
        lambda db: catalogue.add_item(db, replace(item, questions=("good", text))),
        lambda db: people.change_person(
            db, PersonId("writer"), name=text, role="writer", colour=""
        ),
        lambda db: log.lock(db, notes[0], why=text, **here),
        lambda db: journal.write(db, day, at=AT, who="m", what="x", why=text),
        lambda db: settings.put(db, "key", text),
    ]
    for write in writes:
        with pytest.raises(BadText, match="cannot be stored") as caught, database.write() as db:
            write(db)
        assert text not in str(caught.value)
    with database.read() as db:
        assert log.head(db, notes[0]).seq == 0
        assert catalogue.find_day(db, DayId("other")) is None
        assert settings.get(db, "key") is None


def test_all_other_text_is_kept_as_it_is(database, notes):
    other = DayId("other")
    new = Day(other, KEPT, AT, subtitle=KEPT, delete_after=AT)
    section = Section(SectionId("s"), other, 2**31 - 1, KEPT, "talk")
    item = Item(ItemId("i"), other, section.id, 0, KEPT, people=(Speaker(KEPT),), questions=(KEPT,))
    link = Link(LinkId("l"), other, "writer", "hash", AT, revoked_at=AT)
    person = Person(PersonId("p"), other, link.id, KEPT, "writer", "#000000", AT)
    with database.write() as db:
        catalogue.add_day(db, new)
        catalogue.add_section(db, section)
        catalogue.add_item(db, item)
        people.add_link(db, link)
        people.add_person(db, person)
        log.lock(db, notes[0], by=PersonId("m"), why=KEPT, at=AT, connection=ConnectionId(KEPT))
    with database.read() as db:
        assert catalogue.find_day(db, other) == new
        assert catalogue.sections(db, other) == [section]
        assert catalogue.items(db, other) == [item]
        assert people.find_link(db, link.id) == link
        assert people.find_person(db, person.id) == person
        lock = log.head(db, notes[0]).lock
        assert lock is not None
        assert (lock.why, lock.at) == (KEPT, AT)


def test_ids_are_told_apart_by_case_and_accent(database):
    ids = ["abc", "ABC", "abć", "äbc"]
    with database.write() as db:
        for id in ids:
            catalogue.add_day(db, Day(DayId(id), id, AT))
    with database.read() as db:
        for id in ids:
            found = catalogue.find_day(db, DayId(id))
            assert found is not None
            assert found.title == id
