from __future__ import annotations

import asyncio
from dataclasses import replace

import pytest
from sqlalchemy.exc import IntegrityError

from storage import catalogue, held, journal, log, people, planned, publication, settings, versions
from storage.database import FILE_NAME
from storage.planned import PlannedLock
from storage.publication import Publication
from storage.records import Day, Item, Link, NoteRef, Person, Section, Speaker
from storage.store import Store
from storage.values import (
    DayId,
    HeldState,
    ItemId,
    LinkId,
    Milliseconds,
    NoteId,
    PersonId,
    SectionId,
)

AT = Milliseconds(5)
MODERATOR = PersonId("moderator")


embedded = pytest.mark.parametrize("where", ["sqlite"], indirect=True)


def at(moment: int) -> Milliseconds:
    return Milliseconds(moment)


def test_a_day_comes_back_as_it_was_given_and_can_be_changed(database):
    given = Day(
        *(DayId("another00001"), "Fête « à » 10 h", AT, "sub", "org", "Lyon", "2026-11-23"),
        *("Europe/Brussels", "en"),
        delete_after=at(99),
    )
    with database.write() as db:
        catalogue.add_day(db, given)
        assert catalogue.find_day(db, given.id) == given
        changed = replace(given, title="New", place="", delete_after=None)
        assert catalogue.change_day(db, changed)
        assert catalogue.find_day(db, given.id) == changed
        assert not catalogue.change_day(db, replace(given, id=DayId("nowhere")))
        assert catalogue.find_day(db, DayId("nowhere")) is None
        assert [one.id for one in catalogue.days(db)] == [given.id, "day000000001"]


def test_items_come_in_the_order_of_the_programme(database, day):
    with database.write() as db:
        # Added out of order: a section before the first, an item before the others.
        catalogue.add_section(db, Section(SectionId("first"), day, -1, "Opening", "opening"))
        item = Item(
            *(ItemId("hello"), day, SectionId("first"), 0, "Hello", "201", "10:30", "11:15"),
            people=(Speaker("Ada", "Org"), Speaker("", "Nobody's")),
            questions=("Why?", "Et après ?"),
        )
        catalogue.add_item(db, item)
        catalogue.add_note(db, NoteRef(NoteId("conclusion"), day, None, AT))
        catalogue.add_note(db, NoteRef(NoteId("hello-note"), day, item.id, AT))
        assert catalogue.find_item(db, item.id) == item
        assert [one.id for one in catalogue.sections(db, day)] == ["first", "section00001"]
        assert [one.title for one in catalogue.items(db, day)] == [
            *("Hello", "Item 0", "Item 1", "Item 2")
        ]
        assert [one.id for one in catalogue.notes(db, day)] == [
            *("hello-note", "note00000001", "note00000002", "note00000003", "conclusion")
        ]
        assert [one.id for one in catalogue.notes_of_section(db, SectionId("first"))] == [
            "hello-note"
        ]
        conclusion = catalogue.conclusion_of_day(db, day)
        assert conclusion == NoteRef(NoteId("conclusion"), day, None, AT)
        assert catalogue.note_of_item(db, item.id) == catalogue.find_note(db, NoteId("hello-note"))


def test_sections_and_items_can_be_changed_and_moved(database, day):
    with database.write() as db:
        catalogue.add_section(db, Section(SectionId("other"), day, 9, "Other", "talk"))
        (item, *_) = catalogue.items(db, day)
        moved = replace(item, section=SectionId("other"), title="Moved", questions=("?",))
        assert catalogue.change_item(db, moved)
        assert catalogue.items(db, day)[-1] == moved
        section = Section(SectionId("other"), day, -9, "Before", "vote")
        assert catalogue.change_section(db, section)
        assert catalogue.find_section(db, section.id) == section
        assert catalogue.items(db, day)[0] == moved
        assert not catalogue.change_section(db, replace(section, id=SectionId("nowhere")))
        assert not catalogue.change_item(db, replace(item, id=ItemId("nowhere")))


def test_what_was_removed_is_found_apart_and_keeps_its_note(database, day, submission, notes):
    with database.write() as db:
        section = Section(SectionId("other"), day, 9, "Other", "talk")
        catalogue.add_section(db, section)
        one, two, three = catalogue.items(db, day)
        removed = [
            replace(one, section=section.id, removed_at=at(9), blank_seq=0),
            replace(two, removed_at=at(8)),
        ]
        for item in removed:
            assert catalogue.change_item(db, item)
        catalogue.change_section(db, replace(section, removed_at=at(9)))
        assert catalogue.items(db, day) == [three]
        assert catalogue.items_of_section(db, three.section) == [three]
        assert catalogue.removed_items(db, day) == removed[::-1]
        assert catalogue.count_items(db, day) == (1, 3)
        assert catalogue.count_sections(db, day) == 2
        assert [one.id for one in catalogue.sections(db, day)] == [three.section]
        assert catalogue.find_section(db, section.id).removed_at == at(9)
        assert [ref.id for ref in catalogue.notes_of_section(db, three.section)] == [notes[2]]
        assert {ref.id for ref in catalogue.notes(db, day)} >= set(notes)
        assert catalogue.items_of_notes(db, notes[:2]) == dict(zip(notes, removed, strict=False))
        assert catalogue.items_of_notes(db, []) == {}
        # A lock is no text; what somebody writes is.
        assert catalogue.written_after_removal(db, day) == set()
        log.lock(db, notes[0], by=MODERATOR, why="", at=AT, connection="c")
        assert catalogue.written_after_removal(db, day) == set()
        log.append(db, [submission(note=notes[0], privileged=True), submission(note=notes[1])])
        assert catalogue.written_after_removal(db, day) == {notes[0]}


def test_whoever_holds_a_day_changes_its_programme_alone(database, day, submission):
    with database.write() as db:
        assert catalogue.hold_day(db, day)
        assert not catalogue.hold_day(db, DayId("nowhere"))
        log.append(db, [submission()])


async def test_two_who_read_and_change_a_day_at_once_do_it_one_after_the_other(store, where, day):
    def longer(db):
        assert catalogue.hold_day(db, day)
        found = catalogue.find_day(db, day)
        catalogue.change_day(db, replace(found, title=found.title + "+"))

    async with await Store.open(where, clock=lambda: 2_000) as other:
        await asyncio.gather(*(one.write(longer) for one in (store, other) for _ in range(10)))
    found = await store.read(lambda db: catalogue.find_day(db, day))
    assert found.title.endswith("+" * 20)


def test_links_are_found_by_hash_and_revoked_once(database, day):
    link = Link(LinkId("new"), day, "reader", "its hash", at(7))
    with database.write() as db:
        people.add_link(db, link)
        assert people.link_by_hash(db, "its hash") == people.find_link(db, link.id) == link
        assert people.link_by_hash(db, "other") is None
        assert [one.role for one in people.links(db, day)] == ["moderator", "writer", "reader"]
        assert people.revoke_link(db, link.id, at=at(8))
        assert not people.revoke_link(db, link.id, at=at(9))
        assert people.find_link(db, link.id) == replace(link, revoked_at=at(8))


def test_people_join_change_and_leave(database, day):
    new = Person(PersonId("ada"), day, LinkId("link-writer"), "Ada", "writer", "#aabbcc", at(3))
    with database.write() as db:
        people.add_person(db, new)
        assert people.find_person(db, new.id) == new
        assert people.people(db, day)[-1] == new
        assert people.change_person(db, new.id, name="Ada L.", role="moderator", colour="#000000")
        assert people.remove_person(db, new.id, at=at(4))
        assert not people.remove_person(db, new.id, at=at(5))
        assert people.find_person(db, new.id) == replace(
            new, name="Ada L.", role="moderator", colour="#000000", removed_at=at(4)
        )
        assert people.find_person(db, PersonId("nobody")) is None


def test_colours_are_counted_among_those_who_are_there(database, day):
    with database.write() as db:
        before = people.colours_in_use(db, day)
        for name, colour in (("ada", "#aabbcc"), ("bo", "#aabbcc"), ("cy", "#ddeeff")):
            id = PersonId(name)
            link = LinkId("link-writer")
            people.add_person(db, Person(id, day, link, name, "writer", colour, at(3)))
        assert people.colours_in_use(db, day) == before | {"#aabbcc": 2, "#ddeeff": 1}
        people.remove_person(db, PersonId("ada"), at=at(4))
        people.remove_person(db, PersonId("cy"), at=at(4))
        assert people.colours_in_use(db, day) == before | {"#aabbcc": 1}
        assert people.colours_in_use(db, DayId("nowhere")) == {}


def test_nothing_belongs_to_a_day_that_is_not_there(database):
    section = Section(SectionId("s"), DayId("nowhere"), 0, "T", "talk")
    with pytest.raises(IntegrityError), database.write() as db:
        catalogue.add_section(db, section)


@pytest.mark.promise("K4")
def test_held_updates_are_decided_once_by_a_named_person(database, submission, notes, day):
    with database.write() as db:
        ids = [held.keep(db, submission(b"12345")) for _ in range(4)]
        assert held.open_counts(db, day) == {notes[0]: 4}
        assert held.open_bytes(db, notes[0], PersonId("writer")) == 20
        assert held.open_bytes(db, notes[0], PersonId("other")) == 0
        for state, some in (
            (HeldState.MERGED, ids[:1]),
            (HeldState.DISCARDED, ids[1:2]),
            (HeldState.LATE, ids[2:3]),
        ):
            assert held.decide(db, some, state=state, by=MODERATOR, at=AT) == some
        assert held.decide(db, ids, state=HeldState.MERGED, by=MODERATOR, at=AT) == ids[2:]
        states = [one.state for one in held.of_note(db, notes[0])]
        assert states == [
            *(HeldState.MERGED, HeldState.DISCARDED, HeldState.MERGED, HeldState.MERGED)
        ]
        assert {one.decided_by for one in held.of_note(db, notes[0])} == {MODERATOR}
        assert held.of_note(db, notes[0], state=HeldState.OPEN) == []
        assert held.open_counts(db, day) == {}


def test_the_journal_is_read_in_order_and_from_a_line_on(database, notes, day):
    with database.write() as db:
        journal.write(db, day, at=at(2), who="ada", what="open")
        journal.write(db, day, at=at(1), who="bo", what="lock", why="the vote", note=notes[0])
        lines = journal.of_day(db, day)
        assert [(line.who, line.what, line.why, line.note) for line in lines] == [
            ("ada", "open", "", None),
            ("bo", "lock", "the vote", notes[0]),
        ]
        assert journal.of_day(db, day, after=lines[0].id) == lines[1:]


def test_the_journal_knows_who_did_something_last_and_how_often(database, notes, day):
    with database.write() as db:
        before = journal.newest_id(db)
        for who, moment in (("ada", 3), ("bo", 2)):
            journal.write(db, day, at=at(moment), who=who, what="move", note=notes[0])
        assert journal.newest(db, notes[0], "move") == "bo"
        assert journal.newest(db, notes[1], "move") is None
        assert journal.count(db, day, "move", since=at(3)) == 1
        assert journal.count(db, day, "move", since=at(2)) == 2
        assert journal.newest_id(db) > before


def test_planned_locks_wait_for_their_moment(database, notes, day):
    late = PlannedLock(notes[0], at(20), MODERATOR, "late")
    early = PlannedLock(notes[1], at(10), MODERATOR, "early")
    with database.write() as db:
        planned.plan(db, replace(late, at=at(1)))
        planned.plan(db, late)
        planned.plan(db, early)
        assert planned.of_day(db, day) == [early, late]
        assert planned.due(db, at(9)) == []
        assert planned.due(db, at(10)) == [early]
        assert planned.due(db, at(99)) == [early, late]
        assert planned.cancel(db, early.note)
        assert not planned.cancel(db, early.note)


def test_what_is_published_replaces_what_was(database, notes, day):
    first = Publication(day, "both", True, AT, MODERATOR)
    second = Publication(day, "notes", False, at(9), MODERATOR, {notes[0]: "nothing"})
    with database.write() as db:
        assert publication.find(db, day) is None
        for chosen in (first, second):
            publication.put(db, chosen)
            assert publication.find(db, day) == chosen
        assert publication.find(db, DayId("nowhere")) is None


@pytest.mark.usefixtures("notes")
def test_a_day_has_the_version_that_it_has_among_all(database, day):
    with database.write() as db:
        before = versions.of_day(db, day)
        assert versions.of_days(db)[day] == before
        journal.write(db, day, at=AT, who="ada", what="publish")
        after = versions.of_day(db, day)
        assert after != before
        assert versions.of_days(db)[day] == after
        assert versions.of_day(db, DayId("nowhere")) == (0, 0, 0)


def test_settings_are_put_and_the_first_can_win(database):
    with database.write() as db:
        assert settings.get(db, "key") is None
        settings.put(db, "key", "a")
        settings.put(db, "key", "b")
        assert not settings.put_first(db, "key", "c")
        assert settings.put_first(db, "other", "d")
        assert (settings.get(db, "key"), settings.get(db, "other")) == ("b", "d")


@embedded
@pytest.mark.promise("O5")
async def test_a_deleted_day_leaves_nothing_in_the_store_nor_in_its_files(
    store, submission, notes, day
):
    secret = b"a sentence that must not survive"
    await store.submit([submission(secret * 300, writers=(1,)), submission(secret, hold=True)])

    async def joined(parts):
        return b"".join(parts)

    async def whole(_merged, _parts):
        return True

    await store.checkpoint(notes[0], merge=joined, covers=whole)
    await store.write(lambda db: planned.plan(db, PlannedLock(notes[0], AT, MODERATOR, "")))
    chosen = Publication(day, "both", True, AT, MODERATOR)
    await store.write(lambda db: publication.put(db, chosen))
    counts = await store.delete_day(day)
    assert (counts["day"], counts["note"], counts["log"], counts["held"]) == (1, 3, 1, 1)
    assert counts["publication"] == 1
    left = await store.read(lambda db: catalogue.count_rows(db, day))
    assert set(left.values()) == {0}
    assert set(left) == set(counts)
    assert await store.read(lambda db: log.heads(db, notes)) == {}
    path = store.database.path
    for name in (FILE_NAME, FILE_NAME + "-wal"):
        assert b"must not survive" not in path.with_name(name).read_bytes()


def test_days_come_up_for_deletion_at_their_moment(database, day):
    with database.write() as db:
        found = catalogue.find_day(db, day)
        assert catalogue.days_to_delete(db, at(10**15)) == []
        catalogue.change_day(db, replace(found, delete_after=at(50)))
        assert catalogue.days_to_delete(db, at(49)) == []
        assert catalogue.days_to_delete(db, at(50)) == [day]


@pytest.mark.promise("O5")
async def test_of_two_processes_that_delete_a_day_one_did(store, where, day):
    async with await Store.open(where, clock=lambda: 2_000) as other:
        counts = await asyncio.gather(store.delete_day(day), other.delete_day(day))
    assert sorted(found["day"] for found in counts) == [0, 1]
    assert await store.read(lambda db: catalogue.find_day(db, day)) is None
