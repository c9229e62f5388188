"""`calepin export`: the day in its programme's order, with every item, the same bytes each time."""

from __future__ import annotations

import json
import zipfile
from pathlib import Path
from typing import Any

import docx
import odfdo
import pytest

from server.export.panes import Panes, panes
from server.sync.document import merge
from storage import log
from storage.database import Database
from storage.values import NoteId

REAL_DAY = Path(__file__).resolve().parents[3] / "shared" / "data" / "day" / "programme.yml"


@pytest.mark.promise("X1")
def test_the_day_comes_out_whole_and_in_order(calepin: Any, day: Any) -> None:
    calepin("lock", day["items"][1]["note"], "--why", "On conclut")
    done = calepin("export", day["day"])
    assert done.status == 0
    places = [done.out.index(title) for title in ("Rencontres", "Le garage", "La cantine", "Vote")]
    assert places == sorted(places)
    assert "un « pont »" in done.out
    assert "On conclut" in done.out


@pytest.mark.promise("X3")
def test_the_same_position_is_the_same_bytes(calepin: Any, day: Any, tmp_path: Path) -> None:
    for form in ("md", "zip", "html", "docx", "odt", "json", "text"):
        for name in ("a", "b"):
            assert calepin("export", day["day"], "--format", form, "-o", name).status == 0
        first, second = ((tmp_path / name).read_bytes() for name in ("a", "b"))
        assert first == second
        assert first


def test_a_zip_has_a_file_for_every_item(calepin: Any, day: Any, tmp_path: Path) -> None:
    assert calepin("export", day["day"], "--format", "zip", "-o", "d.zip").status == 0
    with zipfile.ZipFile(tmp_path / "d.zip") as archive:
        names = archive.namelist()
    assert names == sorted(names)
    assert [name for name in names if "/" in name] == [
        "01-rencontres/01-le-garage.md",
        "01-rencontres/02-la-cantine.md",
    ]


def test_a_part_of_a_note_is_exported(calepin: Any, day: Any, tmp_path: Path) -> None:
    note = day["items"][0]["note"]
    (tmp_path / "c.md").write_text("À retenir\n")
    assert calepin("import", note, "c.md", "--pane", "conclusions").status == 0
    both, notes, conclusions = (
        calepin("export", note, "--part", part).out for part in ("all", "notes", "conclusions")
    )
    assert ["pont" in text for text in (both, notes, conclusions)] == [True, True, False]
    assert ["À retenir" in text for text in (both, notes, conclusions)] == [True, False, True]


@pytest.mark.promise("X7")
def test_an_exported_note_is_imported_again(calepin: Any, day: Any, tmp_path: Path) -> None:
    first, second = (item["note"] for item in day["items"])
    (tmp_path / "c.md").write_text("- À retenir\n- et à dire\n")
    assert calepin("import", first, "c.md", "--pane", "conclusions").status == 0
    assert calepin("export", first, "-o", "n.md").status == 0
    assert calepin("import", second, "n.md").status == 0
    one, other = text(tmp_path, first), text(tmp_path, second)
    assert one == other
    assert len(one.notes) == len(one.conclusions) == 2


def text(tmp_path: Path, note: str) -> Panes:
    with Database.open(tmp_path / "data") as database, database.read() as db:
        return panes(merge([row.data for row in log.tail(db, NoteId(note), 0)]))


def test_what_cannot_be_exported_is_said(calepin: Any, day: Any) -> None:
    note = day["items"][0]["note"]
    assert "whole day" in calepin("export", note, "--format", "zip").refused()
    assert "no note, section or day x" in calepin("export", "x").refused()
    assert "none/n.md" in calepin("export", note, "-o", "none/n.md").refused()


@pytest.mark.skipif(
    not REAL_DAY.exists(), reason="the data of a real day is not beside the repository"
)
@pytest.mark.promise("X1")
def test_a_real_day_comes_out_with_every_item(calepin: Any) -> None:
    day = calepin("new", REAL_DAY, "--json").json
    out = calepin("export", day["day"]).out
    at = 0
    for item in day["items"]:
        at = out.index(item["title"], at)


@pytest.mark.skipif(
    not REAL_DAY.exists(), reason="the data of a real day is not beside the repository"
)
@pytest.mark.promise("X1", "X5")
def test_a_real_day_has_every_item_in_every_format(calepin: Any, tmp_path: Path) -> None:
    day = calepin("new", REAL_DAY, "--json").json
    for form in ("docx", "odt", "json", "text"):
        assert calepin("export", day["day"], "--format", form, "-o", f"d.{form}").status == 0
    of_docx = [one.text for one in docx.Document(str(tmp_path / "d.docx")).paragraphs]
    of_odt = [one.text_recursive for one in odfdo.Document(tmp_path / "d.odt").body.headers]
    of_text = (tmp_path / "d.text").read_text().splitlines()
    of_json = json.loads((tmp_path / "d.json").read_text())
    titles = [item["title"] for section in of_json["sections"] for item in section["items"]]
    assert titles == [item["title"] for item in day["items"]]
    for lines in (of_docx, of_odt, of_text):
        at = 0
        for title in titles:
            at = lines.index(title, at)
