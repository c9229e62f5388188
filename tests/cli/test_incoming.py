"""`calepin new` with files of other tools: a day, its remarks, and its own export once more."""

from __future__ import annotations

from pathlib import Path
from typing import Any

TABLE = "Identifiant;Titre;Salle;Début;Section\nA1;L’été à vélo;101;9h30;Rencontres\n"


def test_a_table_becomes_a_day_that_is_named_after_its_file(calepin: Any, tmp_path: Path) -> None:
    (tmp_path / "Journée régionale.csv").write_bytes(TABLE.encode("cp1252"))
    made = calepin("new", "Journée régionale.csv", "--json")
    assert made.json["title"] == "Journée régionale"
    assert [item["title"] for item in made.json["items"]] == ["L’été à vélo"]
    assert made.err == (
        "calepin: It is not UTF-8, and was read as Windows-1252, as Excel writes it in western "
        "Europe.\n"
    )
    named = calepin("new", "Journée régionale.csv", "--title", "Autre", "--date", "2026-11-23")
    assert "Autre" in named.out


def test_of_a_calendar_with_several_days_one_is_named(calepin: Any, tmp_path: Path) -> None:
    events = "".join(
        f"BEGIN:VEVENT\r\nUID:{day}\r\nSUMMARY:Le {day}\r\nDTSTART:202611{day}T090000\r\n"
        "END:VEVENT\r\n"
        for day in (23, 24)
    )
    (tmp_path / "c.ics").write_text(f"BEGIN:VCALENDAR\r\n{events}END:VCALENDAR\r\n")
    assert "2026-11-23 (1), 2026-11-24 (1). Name one of them" in calepin("new", "c.ics").refused(2)
    assert not (tmp_path / "data").exists()
    made = calepin("new", "c.ics", "--date", "2026-11-24", "--json").json
    assert [item["title"] for item in made["items"]] == ["Le 24"]


def test_an_export_becomes_a_day_again(calepin: Any, programme: Path, tmp_path: Path) -> None:
    day = calepin("new", programme, "--json").json
    exported = calepin("export", day["day"], "--format", "json")
    (tmp_path / "day.json").write_text(exported.out)
    again = calepin("new", "day.json", "--json").json
    assert again["title"] == day["title"]
    seen = [[(i["section"], i["title"], i["room"]) for i in one["items"]] for one in (day, again)]
    assert seen[0] == seen[1]


def test_what_cannot_be_taken_is_told_in_a_sentence(calepin: Any, tmp_path: Path) -> None:
    (tmp_path / "t.csv").write_text(TABLE.replace("9h30", "9h99"))
    said = calepin("new", "t.csv").refused(2)
    assert "t.csv, line 2, column Début: “9h99” is no time of day" in said
    (tmp_path / "big.csv").write_bytes(b"x" * (4 * 1024 * 1024 + 1))
    assert "big.csv: it is larger than 4 MiB." in calepin("new", "big.csv").refused(2)
    for flag, value in (("--date", "demain"), ("--timezone", "Mars/Base"), ("--title", "x" * 501)):
        assert calepin("new", "t.csv", flag, value).status == 2
