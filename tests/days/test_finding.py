"""Which note somebody means: by its room, its number, words of its title, with slips of the pen."""

from __future__ import annotations

import random

import pytest

from server.days.finding import find, room_of, rooms
from server.days.view import DayView, ItemView, NoteView, SectionView
from storage.records import Speaker
from storage.values import DayId, ItemId, Milliseconds, NoteId, SectionId

ITEMS = (
    ("Le garage solidaire", "201", "Ana Œuvrard"),
    ("La cantine des écoles", "202", "Bob"),
    ("Habiter à plusieurs générations", "Salle Voltaire", "Chloé d’Été"),
    ("Nourrir une ville moyenne", "Amphithéâtre", "Anselme Tiberghien"),
    ("Réparer plutôt que jeter", "201", "Zoé"),
    ("L’eau de la Brenne", "B-12", ""),
)


def day_of(items: tuple[tuple[str, str, str], ...]) -> DayView:
    made = tuple(
        ItemView(
            ItemId(f"item{n}"),
            title,
            room,
            "",
            "",
            (Speaker(name, ""),) if name else (),
            (),
            NoteView(NoteId(f"note{n}"), 1, None),
        )
        for n, (title, room, name) in enumerate(items, 1)
    )
    section = SectionView(SectionId("s"), "Rencontres", "meeting", made)
    end = NoteView(NoteId("end"), 1, None)
    return DayView(
        DayId("d"), "Journée", "", "", "", "", "UTC", "fr", Milliseconds(0), "", (section,), end
    )


DAY = day_of(ITEMS)


@pytest.mark.parametrize(
    ("query", "notes"),
    [
        ("201", [1, 5]),
        ("salle 201", [1, 5]),
        ("Salle  201 ", [1, 5]),
        ("ROOM 202", [2]),
        ("0202", [2]),
        ("la salle 202", [2]),
        ("sale 202", [2]),
        ("halle 202", []),
        ("voltaire", [3]),
        ("salle voltaire", [3]),
        ("Salle VOLTÈRE", []),
        ("salle voltere", []),
        ("voltiare", [3]),
        ("amphitheatre", [4]),
        ("amphiteatre", [4]),
        ("amphi", [4]),
        ("b12", [6]),
        ("B 12", [6]),
        ("salle b-12", [6]),
        ("écoles", [2]),
        ("ecole", [2]),
        ("cantine ecoles", [2]),
        ("la cantine des ecoles", [2]),
        ("cantnie", [2]),
        ("generatoins", [3]),
        ("l'eau", [6]),
        ("oeuvrard", [1]),
        ("Tiberghien", [4]),
        ("garage 201", [1]),
        ("3", [3]),
        ("n° 3", [3]),
        ("numéro 3", [3]),
        ("7", []),
        # A number is never corrected, nor begun.
        ("203", []),
        ("20", []),
        ("2011", []),
        ("note4", [4]),
        ("", []),
        ("   ", []),
        ("?!", []),
        ("rien de tel", []),
    ],
)
def test_what_is_said_finds_what_is_meant(query: str, notes: list[int]) -> None:
    assert find(DAY, query) == tuple(f"note{n}" for n in notes)


def test_a_room_hides_what_fits_less_well() -> None:
    day = day_of((("Atelier 201", "5", ""), ("Autre", "201", "")))
    assert find(day, "201") == ("note2",)
    assert find(day, "atelier 201") == ("note1",)


def test_rooms_are_told_once_in_the_programmes_words() -> None:
    assert rooms(DAY) == ("201", "202", "Salle Voltaire", "Amphithéâtre", "B-12")
    assert room_of("salle 201") == room_of("201")
    assert room_of("Salle") == "salle"


def test_whatever_is_asked_is_answered() -> None:
    seed = random.randrange(2**32)
    print(f"seed {seed}")
    dice = random.Random(seed)
    letters = "a1é« \u0301\ud83d\ude00\x00_-’" + "zŒ0٣"
    for _ in range(2_000):
        query = "".join(dice.choice(letters) for _ in range(dice.randrange(200)))
        assert all(note in {n.id for n in DAY.notes()} for note in find(DAY, query))
