"""`calepin import`: the text joins what stands in a note, by its organiser, never past a lock."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from server.export.panes import Panes, panes
from server.sync.document import merge
from storage import log
from storage.database import Database
from storage.values import NoteId, Row

MORE = "# Plus tard\n\nDeux lignes : l’une, puis l’autre.\n"


@pytest.fixture
def note(day: Any) -> str:
    return str(day["items"][0]["note"])


@pytest.fixture
def more(tmp_path: Path) -> Path:
    path = tmp_path / "more.md"
    path.write_text(MORE)
    return path


def rows(tmp_path: Path, note: str) -> list[Row]:
    with Database.open(tmp_path / "data") as database, database.read() as db:
        return log.tail(db, NoteId(note), 0)


def text(tmp_path: Path, note: str) -> Panes:
    return panes(merge([row.data for row in rows(tmp_path, note)]))


def written(lines: Any) -> str:
    return "\n".join("".join(str(span.text) for span in line.spans) for line in lines)


def test_a_day_begins_with_the_text_of_its_programme(
    calepin: Any, tmp_path: Path, note: str
) -> None:
    assert calepin("verify").status == 0
    assert written(text(tmp_path, note).notes) == "Le garage\nun « pont »"


def test_an_import_is_an_edit_after_what_stands_there(
    calepin: Any, tmp_path: Path, note: str, more: Path
) -> None:
    assert calepin("import", note, more).status == 0
    found = text(tmp_path, note)
    assert written(found.notes).startswith("Le garage\nun « pont »")
    assert written(found.notes).endswith("Plus tard\nDeux lignes : l’une, puis l’autre.")
    first, second = rows(tmp_path, note)
    assert (first.seq, second.seq) == (1, 2)
    assert first.author != second.author
    assert calepin("verify").status == 0


def test_the_conclusions_can_be_imported(
    calepin: Any, tmp_path: Path, note: str, more: Path
) -> None:
    assert calepin("import", note, more, "--pane", "conclusions").status == 0
    found = text(tmp_path, note)
    assert written(found.notes) == "Le garage\nun « pont »"
    assert "Plus tard" in written(found.conclusions)


def test_nothing_is_imported_into_a_locked_note(
    calepin: Any, tmp_path: Path, note: str, more: Path
) -> None:
    assert calepin("lock", note).status == 0
    before = rows(tmp_path, note)
    assert "is locked" in calepin("import", note, more).refused()
    assert rows(tmp_path, note) == before
    assert calepin("unlock", note).status == 0
    assert calepin("import", note, more).status == 0


def test_what_cannot_be_imported_is_said(
    calepin: Any, tmp_path: Path, note: str, more: Path
) -> None:
    (tmp_path / "empty.md").write_text("\n\n")
    (tmp_path / "latin.md").write_bytes(b"\xe9")
    assert "no text" in calepin("import", note, "empty.md").refused()
    assert "not UTF-8" in calepin("import", note, "latin.md").refused()
    assert "No such file" in calepin("import", note, "none.md").refused()
    assert "no note x" in calepin("import", "x", more).refused()
    assert len(rows(tmp_path, note)) == 1
