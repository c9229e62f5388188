"""Whatever is wrong is one sentence on standard error and a status, never a traceback."""

from __future__ import annotations

import os
import shutil
import sqlite3
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

DAY, NOTE = "a day", "a note"
"""In an argument: the id of the day that the test made, and of its first note."""


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["nonsense"], "No such command 'nonsense'. See `main --help`."),
        (["--data", "x", "links", "y"], "No such option '--data'"),
        (["new"], "Missing argument 'PROGRAMME'. See `main new --help`."),
        (["links"], "Missing argument 'DAY'"),
        (["lock"], "Missing argument"),
        (["export"], "Missing argument"),
        (["import", "x"], "Missing argument 'FILE'"),
        (["links", "x", "--date"], "No such option '--date'. Did you mean '--data'?"),
        (["links", "x", "y"], "unexpected extra argument"),
        (["links", "x", "--data"], "requires an argument"),
        (["new", "none.yml"], "none.yml cannot be read: No such file or directory."),
        (["new", "."], ".: it is not a file."),
        (["new", ""], ".: it is not a file."),
        (["new", "/dev/null"], "null: it is not a file."),
        (["new", "x" * 300], "File name too long."),
        (["import", "x", "none.md"], "none.md cannot be read: No such file or directory."),
        (["import", "x", "."], ". cannot be taken: it is not a file."),
        (["links", "x", "--data", ""], "the name is empty; name a folder."),
        (["serve", "--port", "http"], "'http' is not a valid integer"),
        (["serve", "--port", "70000"], "70000 is not in the range 0<=x<=65535"),
        (["serve", "--workers", "0"], "0 is not in the range 1<=x<=64"),
        (["export", "x", "--format", "pdf"], "'pdf' is not one of"),
        (["export", "x", "--part", "all of it"], "'all of it' is not one of"),
    ],
)
def test_a_command_line_that_cannot_be_has_status_2(
    calepin: Any, tmp_path: Path, arguments: list[str], said: str
) -> None:
    assert said in calepin(*arguments).refused(2)
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(
    ("arguments", "status", "said"),
    [
        (["links", "x"], 1, "no day x."),
        (["links", NOTE], 1, "There is no day "),
        (["links", ""], 1, "no day “”."),
        (["lock", "x"], 1, "no note, section or day x."),
        (["unlock", "x"], 1, "no note, section or day x."),
        (["export", "x"], 1, "no note, section or day x."),
        (["lock", NOTE, "--why", "x" * 501], 2, "at most 500 characters; this one has 501."),
        (["lock", NOTE, "--why", "a\x1bb"], 2, "without control characters: write it again."),
        (["export", NOTE, "--format", "zip"], 2, "ask for the day"),
        (["export", NOTE, "-o", "."], 1, ". cannot be written: Is a directory."),
        (["export", NOTE, "-o", "none/n.md"], 1, "none/n.md cannot be written: No such file"),
        (["export", NOTE, "-o", ""], 1, "“” cannot be written"),
        (["export", NOTE, "-o", "/dev/full"], 1, "/dev/full cannot be written: No space left"),
        (["import", DAY, "more.md"], 1, "There is no note "),
        (["import", NOTE, "more.md", "--pane", "both"], 2, "'both' is not one of"),
    ],
)
def test_what_cannot_be_done_in_a_store_changes_nothing(
    calepin: Any, day: Any, tmp_path: Path, arguments: list[str], status: int, said: str
) -> None:
    ids = {DAY: day["day"], NOTE: day["items"][0]["note"]}
    (tmp_path / "more.md").write_text("Plus\n")
    before = calepin("export", day["day"]).out
    assert said in calepin(*(ids.get(one, one) for one in arguments)).refused(status)
    assert calepin("export", day["day"]).out == before


@pytest.mark.usefixtures("day")
def test_what_cannot_be_an_id_is_said_too(calepin: Any, tmp_path: Path) -> None:
    (tmp_path / "more.md").write_text("Plus\n")
    for id in (os.fsdecode(b"\xff"), "é\u202e", "x" * 5000, "../x", "a\nb", "'; --", "-1 "):
        for command in ("links", "lock", "unlock", "export"):
            assert calepin(command, "--", id).refused(1).isprintable() is False  # its newline
        assert "There is no note" in calepin("import", "--", id, "more.md").refused(1)


@pytest.mark.parametrize(
    "arguments",
    [["links", "x"], ["lock", "x"], ["unlock", "x"], ["export", "x"], ["verify"]],
)
def test_a_folder_without_a_store_is_said_and_stays_so(
    calepin: Any, tmp_path: Path, arguments: list[str]
) -> None:
    said = calepin(*arguments, "--data", "typo").refused(1)
    assert "no store in typo: name its folder with --data" in said
    assert not (tmp_path / "typo").exists()
    # Nor is a file that was begun, or cut off, a store that is sound and empty.
    (tmp_path / "begun").mkdir()
    (tmp_path / "begun" / "calepin.sqlite").touch()
    assert "no store in begun" in calepin(*arguments, "--data", "begun").refused(1)


def test_an_import_needs_a_store_too(calepin: Any, tmp_path: Path) -> None:
    (tmp_path / "more.md").write_text("Plus\n")
    assert "no store in data" in calepin("import", "x", "more.md").refused(1)


@pytest.mark.parametrize(
    ("settings", "status", "said"),
    [
        ({"CALEPIN_PORT": "x"}, 2, "CALEPIN_PORT is “x”: it must be a number from 0 to 65535."),
        ({"CALEPIN_PUBLIC_URL": "notes.example"}, 2, "CALEPIN_PUBLIC_URL must begin with http"),
        ({"CALEPIN_DATABASE_URL": "notes"}, 2, "CALEPIN_DATABASE_URL must be an address"),
        ({"CALEPIN_DATABASE_URL": "mysql://x/y"}, 1, "mysql is not a kind of store"),
        (
            {"CALEPIN_DATABASE_URL": "postgresql://u:hush@127.0.0.1:1/x"},
            1,
            "does not answer: ",
        ),
        (
            {"CALEPIN_DATABASE_URL": "postgresql://u:hu@sh@:x/x"},
            1,
            "postgresql://… cannot be used: its address is not one of a database.",
        ),
    ],
)
def test_a_setting_that_cannot_be_is_named(
    calepin: Any, tmp_path: Path, settings: dict[str, str], status: int, said: str
) -> None:
    for command in ("demo", "verify"):
        sentence = calepin(command, **settings).refused(status)
        assert said in sentence
        assert "hu" not in sentence.replace("hu@", "")
    assert list(tmp_path.iterdir()) == []


def test_a_file_of_settings_that_is_not_text_is_said(calepin: Any, tmp_path: Path) -> None:
    (tmp_path / ".env").write_bytes(b"\xff=1\n")
    assert "The settings in .env cannot be read" in calepin("demo").refused(2)


def other_database(data: Path) -> None:
    with sqlite3.connect(data / "calepin.sqlite") as db:
        db.execute("DROP TABLE alembic_version")
    db.close()


def newer(data: Path) -> None:
    with sqlite3.connect(data / "calepin.sqlite") as db:
        db.execute("UPDATE alembic_version SET version_num = '9999'")
    db.close()


def a_folder(data: Path) -> None:
    (data / "calepin.sqlite").unlink()
    (data / "calepin.sqlite").mkdir()


def cut_off(data: Path) -> None:
    os.truncate(data / "calepin.sqlite", 20_000)


def not_a_database(data: Path) -> None:
    (data / "calepin.sqlite").write_text("something else entirely, not a database")


@pytest.mark.parametrize(
    ("damage", "said"),
    [
        (other_database, "it holds something that Calepin did not make"),
        (newer, "was made by a newer version of Calepin (its revision is 9999)"),
        (a_folder, "Calepin cannot write in data/calepin.sqlite (Is a directory)"),
        (cut_off, "cannot be trusted: database disk image is malformed."),
        (not_a_database, "cannot be trusted: file is not a database."),
    ],
)
def test_a_store_that_cannot_be_used_is_said_and_left_as_it_is(
    calepin: Any,
    day: Any,
    programme: Path,
    tmp_path: Path,
    damage: Callable[[Path], None],
    said: str,
) -> None:
    damage(tmp_path / "data")
    shutil.copytree(tmp_path / "data", tmp_path / "before")
    (tmp_path / "more.md").write_text("Plus\n")
    note = day["items"][0]["note"]
    for arguments in (
        ["new", programme],
        ["links", day["day"]],
        ["lock", note],
        ["unlock", note],
        ["export", note],
        ["import", note, "more.md"],
        ["verify"],
        ["demo"],
    ):
        assert said in calepin(*arguments).refused(1)
    file = Path("calepin.sqlite")
    if (tmp_path / "data" / file).is_file():
        after, before = ((tmp_path / name / file).read_bytes() for name in ("data", "before"))
        assert after == before


def test_a_folder_that_cannot_be_is_said(calepin: Any, programme: Path, tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    said = calepin("new", programme, "--data", "file").refused(2)
    assert "file is a file; name a folder." in said
    for folder in ("file/data", "/proc/data"):
        assert f"Calepin cannot write in {folder} (" in calepin(
            "new", programme, "--data", folder
        ).refused(1)
        assert f"no store in {folder}" in calepin("verify", "--data", folder).refused(1)


@pytest.mark.skipif(os.geteuid() == 0, reason="the system lets its administrator write anywhere")
def test_a_folder_that_may_not_be_written_is_said(
    calepin: Any, programme: Path, tmp_path: Path
) -> None:
    (tmp_path / "data").mkdir(mode=0o500)
    assert "cannot write in data (Permission denied)" in calepin("new", programme).refused(1)


def test_without_its_key_a_store_gives_its_notes_and_no_wrong_link(
    calepin: Any, day: Any, programme: Path, tmp_path: Path
) -> None:
    key = tmp_path / "data" / "secret.key"
    kept = key.read_bytes()
    key.unlink()
    for arguments in (["links", day["day"]], ["new", programme], ["demo"]):
        said = calepin(*arguments).refused(1)
        assert "The key data/secret.key is missing. Put back the one from a backup" in said
        assert not key.exists()
    assert "Le garage" in calepin("export", day["day"]).out
    assert calepin("verify").status == 0

    key.write_bytes(b"too short")
    assert "is damaged: it has 9 bytes" in calepin("links", day["day"]).refused(1)
    key.write_bytes(bytes(32))
    for arguments in (["links", day["day"]], ["new", programme], ["backup", "file"]):
        said = calepin(*arguments).refused(1)
        assert "The key data/secret.key is not the one of this store: copy the key" in said
    key.write_bytes(kept)
    assert calepin("links", day["day"], "--json").json == day
