"""A programme with its files: nothing outside its folder is read, nothing that is not text."""

from __future__ import annotations

from pathlib import Path

import pytest

from server.days.load import MAX_FILE_BYTES, load_programme
from server.errors import BadInput, ProgrammeError

ONE_ITEM = "title: T\nsections:\n- title: S\n  items:\n  - title: I\n    notes: n.md\n"
REAL_DAY = Path(__file__).resolve().parents[3] / "shared" / "data" / "day" / "programme.yml"
SAMPLE = Path(__file__).resolve().parents[2] / "server" / "sample" / "programme.yml"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    inside = tmp_path / "day"
    inside.mkdir()
    (inside / "p.yml").write_text(ONE_ITEM)
    return inside


def refusal(folder: Path) -> ProgrammeError:
    with pytest.raises(ProgrammeError) as caught:
        load_programme(folder / "p.yml")
    assert caught.value.source == "p.yml"
    assert caught.value.line == 6
    return caught.value


def test_the_text_of_an_item_comes_from_its_file(folder: Path) -> None:
    (folder / "n.md").write_bytes("\ufeff# É\r\n- a\r\n".encode())
    assert load_programme(folder / "p.yml").programme.sections[0].items[0].notes == "# É\n- a\n"


def test_a_missing_file_names_the_line(folder: Path) -> None:
    assert "n.md cannot be read: No such file" in str(refusal(folder))


def test_a_file_that_is_not_text_names_the_line(folder: Path) -> None:
    (folder / "n.md").write_bytes(b"ok\n\xff")
    assert "not UTF-8 (line 2)" in str(refusal(folder))


def test_a_file_of_a_mebibyte_is_taken_and_one_byte_more_is_not(folder: Path) -> None:
    (folder / "n.md").write_bytes(b"x" * MAX_FILE_BYTES)
    assert (
        len(load_programme(folder / "p.yml").programme.sections[0].items[0].notes) == MAX_FILE_BYTES
    )
    (folder / "n.md").write_bytes(b"x" * (MAX_FILE_BYTES + 1))
    assert "larger than 1 MiB" in str(refusal(folder))


def test_a_folder_is_no_file(folder: Path) -> None:
    (folder / "n.md").mkdir()
    assert "not a file" in str(refusal(folder))


def test_a_link_that_leads_out_is_refused(folder: Path) -> None:
    (folder.parent / "secret.md").write_text("secret")
    (folder / "n.md").symlink_to(folder.parent / "secret.md")
    assert "leads out" in str(refusal(folder))


def test_links_in_a_circle_are_refused(folder: Path) -> None:
    (folder / "n.md").symlink_to(folder / "n.md")
    refusal(folder)


def test_a_programme_that_is_not_there_is_said(tmp_path: Path) -> None:
    with pytest.raises(BadInput, match="cannot be read: No such file"):
        load_programme(tmp_path / "none.yml")


def test_a_programme_that_is_not_text_is_said(tmp_path: Path) -> None:
    (tmp_path / "p.yml").write_bytes(b"\xff\xfe")
    with pytest.raises(ProgrammeError, match=r"^p\.yml: it is not UTF-8"):
        load_programme(tmp_path / "p.yml")


def test_the_sample_day_is_a_whole_day() -> None:
    sample = load_programme(SAMPLE).programme
    kinds = [section.kind for section in sample.sections]
    assert kinds == ["opening", "talk", "vote", "meeting", "debate", "workshop", "conclusion"]
    items = [item for section in sample.sections for item in section.items]
    assert len(items) >= 10
    assert sum(bool(item.notes) for item in items) >= 10
    assert [len(item.questions) for item in sample.sections[4].items] == [3, 3]
    assert "\u00a0" in items[0].notes


@pytest.mark.skipif(
    not REAL_DAY.exists(), reason="the data of a real day is not beside the repository"
)
def test_a_real_day_is_read_whole() -> None:
    day = load_programme(REAL_DAY).programme
    assert [len(section.items) for section in day.sections] == [2, 4, 0, 8, 2, 0, 0]
    assert all(item.notes for section in day.sections[:4] for item in section.items)
    rooms = [item.room for item in day.sections[3].items]
    assert rooms == ["101", "102", "103", "201", "213", "301", "318", "303"]
