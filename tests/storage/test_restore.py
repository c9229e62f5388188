"""A file that is no sound backup is refused with one sentence, and nothing of it is left behind."""

from __future__ import annotations

import hashlib
import io
import json
import random
import secrets
import shutil
import sqlite3
import stat
import subprocess
import sys
import tarfile
import zipfile
from collections.abc import Callable, Mapping
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from storage.backup import back_up
from storage.bundle import MANIFEST, MAX_MANIFEST_BYTES
from storage.database import FILE_NAME, Database
from storage.errors import BadBackup, FolderNotEmpty, StoreInUse, StoreNotWritable
from storage.restore import STAGING_NAME, restore
from storage.serve_lock import ServeLock

KEY = bytes(range(32))
NAMES = (FILE_NAME, "secret.key")


@pytest.fixture(scope="module")
def good(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A backup of an empty store."""
    folder = tmp_path_factory.mktemp("good")
    with Database.open(folder / "data") as database:
        back_up(database, KEY, folder / "backup", made_by="1.0")
    return folder / "backup"


def members(file: Path) -> dict[str, bytes]:
    with zipfile.ZipFile(file) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def manifest(parts: Mapping[str, bytes], **changed: Any) -> bytes:
    files = {
        name: {"bytes": len(data), "sha256": hashlib.sha256(data).hexdigest()}
        for name, data in parts.items()
    }
    made = {"format": "calepin backup", "version": 1, "calepin": "1.0", "files": files}
    return json.dumps(made | changed).encode()


def packed(file: Path, parts: Mapping[str, bytes], about: bytes, **how: int) -> Path:
    """A zip of these members with this manifest."""
    with zipfile.ZipFile(file, "w", how.get("compression", zipfile.ZIP_STORED)) as archive:
        for name, data in parts.items():
            archive.writestr(name, data)
        archive.writestr(MANIFEST, about)
    return file


def refusal(file: Path, data: Path) -> str:
    """The sentence with which a restore is refused, which has left nothing behind."""
    with pytest.raises(BadBackup) as refused:
        restore(file, data, key_bytes=len(KEY))
    # The file of the server's lock may have been made; it is no part of a store.
    assert {path.name for path in data.rglob("*")} <= {"serve.lock"}
    return str(refused.value)


def is_refused(file: Path, data: Path) -> bool:
    try:
        restore(file, data, key_bytes=len(KEY))
    except BadBackup:
        return True
    return False


def changed_store(good: Path, tmp_path: Path, statement: str) -> dict[str, bytes]:
    """The parts of a backup whose store was changed by a statement of SQL."""
    store = tmp_path / "store"
    store.write_bytes(members(good)[FILE_NAME])
    with closing(sqlite3.connect(store)) as db:
        db.execute(statement)
        db.commit()
    return {FILE_NAME: store.read_bytes(), "secret.key": KEY}


def test_a_good_one_is_restored_into_a_missing_or_an_empty_folder(
    good: Path, tmp_path: Path
) -> None:
    (tmp_path / "empty").mkdir()
    for folder in (tmp_path / "empty", tmp_path / "a" / "b"):
        assert restore(good, folder, key_bytes=32).findings == ()
        assert sorted(p.name for p in folder.iterdir()) == [*NAMES, "serve.lock"]
        assert {name: (folder / name).read_bytes() for name in NAMES} == {
            name: data for name, data in members(good).items() if name != MANIFEST
        }


@pytest.mark.parametrize("there", [FILE_NAME, "secret.key", "holiday.jpg", "folder/"])
def test_nothing_is_restored_over_what_is_there(good: Path, tmp_path: Path, there: str) -> None:
    data = tmp_path / "data"
    data.mkdir()
    if there.endswith("/"):
        (data / there).mkdir()
    else:
        (data / there).write_text("mine")
    with pytest.raises(FolderNotEmpty, match="is not empty"):
        restore(good, data, key_bytes=32)
    assert [path.name for path in data.iterdir()] == [there.rstrip("/")]
    assert there.endswith("/") or (data / there).read_text() == "mine"


def test_nothing_is_restored_under_a_running_server(good: Path, tmp_path: Path) -> None:
    with ServeLock(tmp_path / "data"), pytest.raises(StoreInUse):
        restore(good, tmp_path / "data", key_bytes=32)
    assert [path.name for path in (tmp_path / "data").iterdir()] == ["serve.lock"]


def test_what_an_interrupted_restore_left_is_no_hindrance(good: Path, tmp_path: Path) -> None:
    """As after a kill just before the last step: the key is there and the store is not."""
    data = tmp_path / "data"
    (data / STAGING_NAME).mkdir(parents=True)
    (data / STAGING_NAME / FILE_NAME).write_text("half of it")
    (data / "secret.key").write_bytes(b"x")
    assert restore(good, data, key_bytes=32).findings == ()
    assert (data / "secret.key").read_bytes() == KEY
    assert not (data / STAGING_NAME).exists()


@pytest.mark.parametrize("folder", ["/proc/calepin", "file/data"])
def test_a_folder_that_cannot_be_is_said(
    good: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, folder: str
) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "file").touch()
    with pytest.raises(StoreNotWritable):
        restore(good, Path(folder), key_bytes=32)


def a_tar(file: Path, parts: Mapping[str, bytes]) -> None:
    with tarfile.open(file, "w") as archive:
        for name, data in parts.items():
            entry = tarfile.TarInfo(name)
            entry.size = len(data)
            archive.addfile(entry, io.BytesIO(data))


def a_folder(file: Path, _: Mapping[str, bytes]) -> None:
    file.mkdir()


FOREIGN: dict[str, Callable[[Path, Mapping[str, bytes]], object]] = {
    "nothing": lambda file, _: file.write_bytes(b""),
    "text": lambda file, _: file.write_text("This is no backup."),
    "the store alone": lambda file, parts: file.write_bytes(parts[FILE_NAME]),
    "another zip": lambda file, _: zipfile.ZipFile(file, "w").close(),
    "a tar": a_tar,
    "a folder": a_folder,
    "no manifest": lambda file, _: packed(file, {"x": b""}, b"{}"),
    "a list": lambda file, parts: packed(file, parts, b"[]"),
    "not JSON": lambda file, parts: packed(file, parts, b"{"),
    "deep": lambda file, parts: packed(file, parts, b"[" * 60_000),
    "huge": lambda file, parts: packed(file, parts, b" " * (MAX_MANIFEST_BYTES + 1)),
    "other": lambda file, parts: packed(file, parts, manifest(parts, format="other")),
    "no version": lambda file, parts: packed(file, parts, manifest(parts, version=None)),
    "a true version": lambda file, parts: packed(file, parts, manifest(parts, version=True)),
    "no name": lambda file, parts: packed(file, parts, manifest(parts, calepin=3)),
    "a name with controls": lambda file, parts: packed(
        file, parts, manifest(parts, calepin="\x1b")
    ),
    "no files": lambda file, parts: packed(file, parts, manifest({})),
    "files in a list": lambda file, parts: packed(file, parts, manifest(parts, files=[1])),
    "sizes in words": lambda file, parts: packed(
        file, parts, manifest(parts, files={name: {"bytes": "many"} for name in parts})
    ),
    "without the key": lambda file, parts: packed(
        file, {FILE_NAME: parts[FILE_NAME]}, manifest({FILE_NAME: parts[FILE_NAME]})
    ),
}


@pytest.mark.parametrize("what", FOREIGN)
def test_a_foreign_file_is_refused(good: Path, tmp_path: Path, what: str) -> None:
    parts = {name: data for name, data in members(good).items() if name != MANIFEST}
    FOREIGN[what](tmp_path / "file", parts)
    said = refusal(tmp_path / "file", tmp_path / "data")
    assert "is not a backup of Calepin" in said or "it is not a file" in said
    assert not (tmp_path / "data").exists()


def test_a_file_that_is_not_there_is_said(tmp_path: Path) -> None:
    assert "No such file or directory" in refusal(tmp_path / "none", tmp_path / "data")


@pytest.mark.promise("O2")
def test_a_newer_one_is_refused(good: Path, tmp_path: Path) -> None:
    parts = {name: data for name, data in members(good).items() if name != MANIFEST}
    file = packed(tmp_path / "file", parts, manifest(parts, version=2, calepin="9.0"))
    said = refusal(file, tmp_path / "data")
    assert "a newer version of Calepin made it (9.0); use that version." in said
    parts = changed_store(good, tmp_path, "UPDATE alembic_version SET version_num = '9999'")
    file = packed(tmp_path / "file", parts, manifest(parts))
    said = refusal(file, tmp_path / "data")
    assert "a newer version of Calepin made its store (revision 9999)" in said


@pytest.mark.parametrize(
    "name", ["../escaped", "{}/escaped", "..\\escaped", "sub/file", "secret.key/", "x", FILE_NAME]
)
@pytest.mark.filterwarnings("ignore:Duplicate name")
def test_a_member_more_is_refused_and_written_nowhere(
    good: Path, tmp_path: Path, name: str
) -> None:
    """Also the same name twice: one reader could read the first, and another the second."""
    name = name.format(tmp_path)
    parts = {part: data for part, data in members(good).items() if part != MANIFEST}
    file = packed(tmp_path / "file", parts, manifest(parts))
    with zipfile.ZipFile(file, "a") as archive:
        archive.writestr(name, b"hostile")
    assert "it holds something that no backup holds" in refusal(file, tmp_path / "in" / "data")
    # Nor when the manifest names it.
    more = {**parts, "secret.key ": KEY, name: b"hostile"}
    file = packed(tmp_path / "named", more, manifest(more))
    assert "is not a backup of Calepin" in refusal(file, tmp_path / "in" / "data")
    assert {path.name for path in tmp_path.rglob("*")} <= {"file", "named"}


def test_a_link_in_it_is_a_file_in_the_end(good: Path, tmp_path: Path) -> None:
    """A member that says that it is a symbolic link is written as the bytes that it has."""
    parts = {name: data for name, data in members(good).items() if name != MANIFEST}
    with zipfile.ZipFile(tmp_path / "file", "w") as archive:
        for name, data in {**parts, MANIFEST: manifest(parts)}.items():
            entry = zipfile.ZipInfo(name)
            entry.external_attr = (stat.S_IFLNK | 0o777) << 16
            archive.writestr(entry, data)
    restore(tmp_path / "file", tmp_path / "data", key_bytes=32)
    for name in NAMES:
        found = (tmp_path / "data" / name).lstat()
        assert stat.S_ISREG(found.st_mode)
        assert stat.S_IMODE(found.st_mode) == 0o600


def test_a_bomb_is_not_unpacked(tmp_path: Path) -> None:
    """What is compressed is refused by its description, before a byte of it is unpacked."""
    parts = {FILE_NAME: bytes(200 * 1024 * 1024), "secret.key": KEY}
    file = packed(tmp_path / "file", parts, manifest(parts), compression=zipfile.ZIP_DEFLATED)
    assert file.stat().st_size < 1024 * 1024
    assert "is not a backup of Calepin" in refusal(file, tmp_path / "data")


def test_a_store_that_is_none_is_refused(good: Path, tmp_path: Path) -> None:
    for content, said in (
        (b"", "there is no store in it"),
        (b"no database" * 100, "its store cannot be read: file is not a database"),
        (members(good)[FILE_NAME][:20_000], "its store cannot be read: "),
        (
            changed_store(good, tmp_path, "DROP TABLE alembic_version")[FILE_NAME],
            "it holds something that Calepin did not make",
        ),
    ):
        parts = {FILE_NAME: content, "secret.key": KEY}
        file = packed(tmp_path / "file", parts, manifest(parts))
        assert said in refusal(file, tmp_path / "data")
    parts = {FILE_NAME: members(good)[FILE_NAME], "secret.key": b"short"}
    file = packed(tmp_path / "file", parts, manifest(parts))
    assert "its key has not the length of one" in refusal(file, tmp_path / "data")


@pytest.mark.promise("O2")
def test_whatever_is_changed_in_it_is_noticed(good: Path, tmp_path: Path) -> None:
    """A byte changed, or the end cut off, anywhere: refused, or all is there all the same (the
    date of a member, say)."""
    seed = secrets.randbits(32)
    print(f"seed {seed}")
    chance = random.Random(seed)
    whole, parts = good.read_bytes(), members(good)
    ends = [0, 1, 21, 22, len(whole) - 23, len(whole) - 1]
    places = [chance.randrange(len(whole)) for _ in range(40)]
    places += [chance.randrange(len(whole) - 1500, len(whole)) for _ in range(120)]
    refused = 0
    for place, is_cut in [(p, True) for p in ends] + [(p, False) for p in places]:
        damaged = bytearray(whole[:place] if is_cut else whole)
        if not is_cut:
            damaged[place] ^= 1 << chance.randrange(8)
        (tmp_path / "file").write_bytes(damaged)
        data = tmp_path / "data"
        if is_refused(tmp_path / "file", data):
            refused += 1
            assert not data.exists() or [p.name for p in data.iterdir()] == ["serve.lock"]
        else:
            assert not is_cut
            assert {name: (data / name).read_bytes() for name in NAMES} == {
                name: parts[name] for name in NAMES
            }
        shutil.rmtree(data, ignore_errors=True)
    assert refused > len(ends) + 40


def test_a_disk_that_is_full_leaves_an_empty_folder(good: Path, tmp_path: Path) -> None:
    """In a process of its own that may write no file larger than a part of the store."""
    program = (
        "import resource, signal, sys; from pathlib import Path;"
        "from storage.restore import restore; from storage.errors import StoreError;"
        "signal.signal(signal.SIGXFSZ, signal.SIG_IGN);"
        "resource.setrlimit(resource.RLIMIT_FSIZE, (50_000, 50_000))\n"
        "try: restore(Path(sys.argv[1]), Path(sys.argv[2]), key_bytes=32)\n"
        "except StoreError as error: print(error)"
    )
    done = subprocess.run(
        [sys.executable, "-c", program, good, tmp_path / "data"],
        capture_output=True,
        text=True,
        timeout=60,
        check=True,
    )
    assert "Calepin cannot write in" in done.stdout, done.stderr
    assert "File too large" in done.stdout
    assert [path.name for path in (tmp_path / "data").iterdir()] == ["serve.lock"]
    assert restore(good, tmp_path / "data", key_bytes=32).findings == ()


@pytest.mark.promise("O2")
def test_a_kill_at_any_step_leaves_all_or_nothing(tmp_path: Path) -> None:
    """Of a backup under its name, and of a store in the folder; and what is left is no hindrance
    to the next attempt."""
    Database.open(tmp_path / "data").close()
    done = subprocess.run(
        [sys.executable, "-m", "tests.storage.programs.killed", tmp_path],
        cwd=Path(__file__).resolve().parents[2],
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    lines = [line.split() for line in done.stdout.splitlines()]
    for what in ("backup", "restore"):
        left = [line[2] for line in lines if line[0] == what]
        assert len(left) > 8
        assert (left[0], left[-1]) == ("nothing", "all")
        assert left == sorted(left, reverse=True)  # once it is there, it stays
