"""`calepin programme`: the differences first, then exactly these, and no note is lost."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

FIRST = """\
Identifiant;Titre;Salle;Début;Fin;Section
A1;Le garage;101;9h30;10h15;Rencontres
A2;La cantine;102;10h15;11h;Rencontres
B1;La voiture;101;14h;15h;Débats
"""
SECOND = """\
Identifiant;Titre;Salle;Début;Fin;Section
A2;La cantine solidaire;101;10h15;11h;Rencontres
B1;La voiture;101;14h;15h;Rencontres
C1;Le vélo;102;16h;17h;Ateliers
"""


@pytest.fixture
def made(calepin: Any, tmp_path: Path) -> Any:
    (tmp_path / "p.csv").write_text(FIRST)
    (tmp_path / "q.csv").write_text(SECOND)
    return calepin("new", "p.csv", "--date", "2026-11-23", "--json").json


def shown(calepin: Any, day: Any) -> dict[str, tuple[str, str, str]]:
    """The items by their notes, as an export says them."""
    said = calepin("export", day["day"], "--format", "json").json
    return {
        item["note"]["id"]: (section["title"], item["title"], item["room"])
        for section in said["sections"]
        for item in section["items"]
    }


def test_the_same_file_is_no_difference(calepin: Any, made: Any) -> None:
    done = calepin("programme", made["day"], "p.csv")
    assert "as it is       3\n\nThere is nothing to change." in done.out
    said = calepin("programme", made["day"], "p.csv", "--apply", "--json").json
    assert said["applied"]
    assert said["items"]["same"] == 3
    assert not any(said["sections"].values())


def test_differences_are_shown_before_they_are_made(calepin: Any, made: Any) -> None:
    before = shown(calepin, made)
    done = calepin("programme", made["day"], "q.csv")
    assert done.status == 0
    for line in (
        "new section    “Ateliers”",
        "added          “Le vélo”, 16:00–17:00, 102, in “Ateliers”",
        "changed        “La cantine”",
        "title: “La cantine” → “La cantine solidaire”",
        "room: “102” → “101”",
        "moved          “La voiture”: “Débats” → “Rencontres”",
        "not in FILE    “Le garage”, in “Rencontres”: it stays",
        "Nothing was changed. Call it again with --apply",
    ):
        assert line in done.out, done.out
    assert shown(calepin, made) == before


def test_what_was_shown_is_made_and_notes_keep_their_addresses(calepin: Any, made: Any) -> None:
    garage, cantine, voiture = (item["note"] for item in made["items"])
    assert calepin("programme", made["day"], "q.csv", "--apply").status == 0
    now = shown(calepin, made)
    assert now.pop(garage) == ("Rencontres", "Le garage", "101")
    assert now.pop(cantine) == ("Rencontres", "La cantine solidaire", "101")
    assert now.pop(voiture) == ("Rencontres", "La voiture", "101")
    assert list(now.values()) == [("Ateliers", "Le vélo", "102")]
    again = calepin("programme", made["day"], "q.csv")
    assert "There is nothing to change." in again.out


def test_a_note_with_a_text_is_kept_whatever_is_said(
    calepin: Any, made: Any, tmp_path: Path
) -> None:
    garage, _, voiture = (item["note"] for item in made["items"])
    (tmp_path / "t.md").write_text("Dit au garage.\n")
    assert calepin("import", garage, "t.md").status == 0
    (tmp_path / "r.csv").write_text("Identifiant;Titre;Section\nA2;La cantine;Rencontres\n")
    done = calepin("programme", made["day"], "r.csv", "--remove", "--apply")
    assert "“Le garage”, in “Rencontres”: it stays, as its note has a text" in done.out
    assert "“La voiture”, in “Débats”: it is taken out" in done.out
    assert "Dit au garage." in calepin("export", made["day"]).out
    assert voiture not in shown(calepin, made)
    assert garage in shown(calepin, made)
    # It comes back with its note, and not as another one.
    back = calepin("programme", made["day"], "p.csv", "--apply")
    assert "put back       “La voiture”, in “Débats”" in back.out
    assert shown(calepin, made)[voiture] == ("Débats", "La voiture", "101")


def test_a_mistake_changes_nothing(calepin: Any, made: Any, tmp_path: Path) -> None:
    before = shown(calepin, made)
    (tmp_path / "w.csv").write_text(SECOND.replace("16h;", "26h;"))
    said = calepin("programme", made["day"], "w.csv", "--apply").refused(2)
    assert "w.csv, line 4, column Début" in said
    assert "no day" in calepin("programme", "nowhere", "q.csv").refused(1)
    (tmp_path / "d.csv").write_text("Titre;Date\nA;2026-11-24\nB;2026-11-25\n")
    said = calepin("programme", made["day"], "d.csv").refused(2)
    assert "nothing in it is on 2026-11-23" in said
    assert shown(calepin, made) == before


def test_a_programme_in_yaml_keeps_the_ids_that_it_gives(calepin: Any, tmp_path: Path) -> None:
    text = "title: T\nsections:\n- id: s\n  title: S\n  items:\n  - {id: 1, title: A, room: 101}\n"
    (tmp_path / "p.yml").write_text(text)
    day = calepin("new", "p.yml", "--json").json
    (tmp_path / "p.yml").write_text(text.replace("title: A", "title: B").replace("S\n", "U\n"))
    done = calepin("programme", day["day"], "p.yml", "--apply")
    assert "title: “A” → “B”" in done.out
    assert "title: “S” → “U”" in done.out
    assert shown(calepin, day) == {day["items"][0]["note"]: ("U", "B", "101")}
    (tmp_path / "p.yml").write_text(text.replace("room: 101}", "room: 101}\n  - {id: 1, title: C}"))
    said = calepin("new", "p.yml").refused(2)
    assert "p.yml, line 7: `id` is “1”, as on line 6" in said


def test_an_export_of_the_day_is_no_difference(calepin: Any, made: Any, tmp_path: Path) -> None:
    exported = calepin("export", made["day"], "--format", "json")
    (tmp_path / "day.json").write_text(exported.out)
    assert "There is nothing to change." in calepin("programme", made["day"], "day.json").out
