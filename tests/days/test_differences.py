"""Which item of a file is which of a day, and what would become of the day."""

from __future__ import annotations

import random
from itertools import count

from server.days.differences import Differences, compare, merged, settled
from server.days.incoming.listing import EVERYTHING, Incoming
from server.days.programme import Programme, ProgrammeItem, ProgrammeSection
from server.days.view import DayView, ItemView, NoteView, SectionView
from storage.records import Speaker
from storage.values import DayId, ItemId, Milliseconds, NoteId, SectionId

NOTE = NoteView(NoteId("n"), 1, None)


def day(*sections: SectionView, removed: tuple[ItemView, ...] = ()) -> DayView:
    said = (DayId("d"), "T", "", "", "", "2026-11-23", "Europe/Paris", "fr", Milliseconds(0), "")
    return DayView(*said, sections, NOTE, removed)


def stands(title: str, items: tuple[ItemView, ...], source: str = "") -> SectionView:
    return SectionView(SectionId(f"s-{title}"), title, "talk", items, source)


_ids = count()


def item(
    title: str, source: str = "", room: str = "", people: tuple[Speaker, ...] = ()
) -> ItemView:
    id = f"i{next(_ids)}"
    note = NoteView(NoteId(f"n-{id}"), 1, None)
    return ItemView(ItemId(id), title, room, "", "", people, (), note, source)


def file(
    *sections: tuple[str, tuple[ProgrammeItem, ...]], says: frozenset[str] = EVERYTHING
) -> Incoming:
    made = tuple(ProgrammeSection(title, "talk", items) for title, items in sections)
    return Incoming(Programme("T", sections=made), (), says)


def planned(title: str, source: str = "", room: str = "") -> ProgrammeItem:
    return ProgrammeItem(title, room=room, source=source)


def became(differences: Differences) -> list[tuple[str, list[str | ItemId]]]:
    """The ids in each section, and the titles of what is new."""
    return [
        (
            section.title,
            [
                one.standing.id if one.standing is not None else one.planned.title  # type: ignore[union-attr]
                for one in section.items
            ],
        )
        for section in differences.sections
    ]


def test_an_identifier_goes_before_everything_else() -> None:
    one, two = item("A", "1", "101"), item("B", "2", "102")
    now = day(stands("S", (one, two)))
    swapped = file(("S", (planned("B", "1", "102"), planned("A", "2", "101"))))
    assert became(compare(now, swapped)) == [("S", [one.id, two.id])]


def test_a_room_or_a_time_never_makes_two_items_one() -> None:
    one = item("A", room="101")
    differences = compare(day(stands("S", (one,))), file(("S", (planned("B", room="101"),))))
    assert [found.id for _, found in differences.missing] == [one.id]
    assert became(differences) == [("S", [one.id, "B"])]


def test_a_title_counts_where_one_item_of_the_section_has_it() -> None:
    one, two, three = item("A"), item("B"), item("B")
    now = day(stands("S", (one, two, three)), stands("T", (item("C"),)))
    differences = compare(now, file(("S", (planned("A", "x"), planned("B"), planned("C")))))
    found = {one.planned.title: one.standing for _, one in differences.items if one.planned}
    assert found == {"A": one, "B": None, "C": None}


def test_two_identifiers_that_differ_are_two_items_whatever_their_titles() -> None:
    one, two = item("Éclairs", "1"), item("Autre", "2")
    now = day(stands("S", (one, two)))
    differences = compare(now, file(("S", (planned("Éclairs", "3"), planned("Autre", "2")))))
    assert [found.id for _, found in differences.missing] == [one.id]
    of_another_tool = file(("S", (planned("Éclairs", "u-3"), planned("Autre", "u-2"))))
    differences = compare(now, of_another_tool)
    assert differences.missing == []
    assert [dict(found.changes) for _, found in differences.items] == [
        {"source": "u-3"},
        {"source": "u-2"},
    ]


def test_what_a_file_does_not_speak_of_is_no_difference() -> None:
    inès = Speaker("Inès", "Le garage")
    one = item("A", "1", "101", (inès,))
    now = day(stands("S", (one,)), stands("T", ()))
    titles = file(("Programme", (planned("A", "1"), planned("N", "2"))), says=frozenset({"title"}))
    differences = compare(now, titles)
    assert became(differences) == [("S", [one.id]), ("T", []), ("Programme", ["N"])]
    assert not any(one.changes or one.is_moved for _, one in differences.items if one.standing)
    names = ProgrammeItem("A", people=(Speaker("Inès"), Speaker("Paul")), source="1")
    says = frozenset({"title", "people", "section"})
    (_, changed), *_ = compare(now, file(("S", (names,)), says=says)).items
    assert dict(changed.changes) == {"people": (inès, Speaker("Paul"))}


def test_a_removed_item_comes_back_by_its_identifier_alone() -> None:
    gone = item("A", "1")
    now = day(stands("S", ()), removed=(gone,))
    (_, back), *_ = compare(now, file(("S", (planned("A", "1"),)))).items
    assert (back.standing, back.is_restored) == (gone, True)
    (_, new), *_ = compare(now, file(("S", (planned("A", "2"),)))).items
    assert new.standing is None


def test_what_stays_stands_behind_what_it_stood_behind() -> None:
    a, kept, b = item("A", "a"), item("K"), item("B", "b")
    now = day(stands("S", (a, kept, b)))
    differences = compare(now, file(("S", (planned("B", "b"), planned("A", "a")))))
    assert became(differences) == [("S", [b.id, a.id, kept.id])]
    assert sum(one.is_moved for _, one in differences.items) == 1


def test_the_version_is_another_one_when_something_else_would_be_done() -> None:
    one = item("A", "1")
    now = day(stands("S", (one,)))
    versions = {
        compare(now, file(("S", items))).version
        for items in (
            (planned("A", "1"),),
            (planned("B", "1"),),
            (planned("A", "1", "101"),),
            (planned("A", "1"), planned("N")),
            (planned("N"), planned("A", "1")),
            (),
        )
    }
    assert len(versions) == 6


def test_the_fewest_are_moved_and_all_come_to_their_places() -> None:
    seed = random.randrange(2**32)
    print("seed", seed)
    draw = random.Random(seed)
    for _ in range(300):
        keys = [str(n) for n in range(draw.randrange(9))]
        standing = draw.sample(keys, draw.randrange(len(keys) + 1))
        base = draw.sample(keys, draw.randrange(len(keys) + 1))
        order = merged(base, standing)
        assert sorted(order) == sorted({*base, *standing})
        assert [key for key in order if key in base] == base
        stays = settled(order, standing)
        assert [key for key in order if key in stays] == [key for key in standing if key in stays]
        if base == standing:
            assert stays == set(standing)
