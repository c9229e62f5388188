"""`calepin publish`: what everybody may read, where, and what should be read again first."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from server.days.publishing import Choice, choice_of, publish
from storage import journal, publication
from storage.database import Database
from storage.values import DayId, Milliseconds, NoteId, PersonId


def chosen(tmp_path: Path, day: Any) -> Choice:
    with Database.open(tmp_path / "data") as database, database.read() as db:
        return choice_of(publication.find(db, DayId(day["day"])))


def test_a_day_is_published_and_taken_back(calepin: Any, day: Any, tmp_path: Path) -> None:
    done = calepin("publish", day["day"], "--what", "conclusions", "--names")
    assert done.out.strip().endswith(f"/d/{day['day']}/read")
    assert chosen(tmp_path, day) == Choice("conclusions", names=True)
    calepin("publish", day["day"], "--what", "both")
    assert chosen(tmp_path, day) == Choice("both", names=True)
    calepin("publish", day["day"], "--what", "both", "--no-names")
    assert chosen(tmp_path, day) == Choice("both", names=False)

    note = NoteId(day["items"][0]["note"])
    with Database.open(tmp_path / "data") as database, database.write() as db:
        choice = Choice("notes", exceptions={note: "both"})
        id = DayId(day["day"])
        publish(db, id, choice, by=PersonId("x"), at=Milliseconds(1))
    calepin("publish", day["day"], "--what", "notes")
    assert chosen(tmp_path, day).of(note) == "both"
    assert "Nothing" in calepin("publish", day["day"], "--what", "nothing").out
    assert not chosen(tmp_path, day).is_public
    with Database.open(tmp_path / "data") as database, database.read() as db:
        lines = [line.what for line in journal.of_day(db, DayId(day["day"]))]
    assert lines[-6:] == ["publish"] * 5 + ["unpublish"]


def test_addresses_and_numbers_are_told(calepin: Any, day: Any, tmp_path: Path) -> None:
    (tmp_path / "c.md").write_text("Voir ana@exemple.fr\n")
    note = day["items"][0]["note"]
    assert calepin("import", note, "c.md", "--pane", "conclusions").status == 0
    done = calepin("publish", day["day"], "--what", "conclusions")
    assert done.status == 0
    assert f"ana@exemple.fr ({day['items'][0]['title']}, conclusions)" in done.err
    assert "ana@" not in calepin("publish", day["day"], "--what", "notes").err


@pytest.mark.parametrize("named", ["nothing", "../x", ""])
@pytest.mark.usefixtures("day")
def test_a_day_that_is_not_there_is_refused(calepin: Any, named: str) -> None:
    assert "no day" in calepin("publish", named, "--what", "both").refused()
