from __future__ import annotations

import os
import sqlite3
import subprocess
import sys
import threading
from hashlib import sha256
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory

import storage.migrations
from storage import settings
from storage.database import FILE_NAME, Database
from storage.engines import SQLITE_PRAGMAS
from storage.errors import (
    StoreBroken,
    StoreNotSupported,
    StoreNotWritable,
    StoreTooNew,
    StoreUnavailable,
)
from storage.store import Store
from storage.tables import metadata
from storage.writer import sqlite_connection

ROOT = Path(__file__).parents[2]


embedded = pytest.mark.parametrize("where", ["sqlite"], indirect=True)


def files_of(folder: Path) -> dict[str, str]:
    return {path.name: sha256(path.read_bytes()).hexdigest() for path in folder.iterdir()}


@pytest.mark.promise("O4")
def test_a_new_store_has_the_tables_that_the_program_expects(database):
    with database.read() as db:
        assert compare_metadata(MigrationContext.configure(db), metadata) == []


@pytest.mark.promise("O4")
def test_the_known_revisions_are_those_of_the_files():
    script = ScriptDirectory(str(Path(storage.migrations.__file__).parent))
    found = [revision.revision for revision in script.walk_revisions()]
    assert tuple(reversed(found)) == storage.migrations.REVISIONS


def test_what_was_written_is_there_again(where):
    with Database.open(where) as database, database.write() as db:
        settings.put(db, "key", "value")
    with Database.open(where) as database, database.read() as db:
        assert settings.get(db, "key") == "value"


@pytest.mark.promise("O4")
@pytest.mark.parametrize("in_use", [False, True], ids=["at rest", "in use"])
def test_a_store_of_a_newer_version_is_refused_and_not_touched(tmp_path, in_use):
    Database.open(tmp_path).close()
    newer = sqlite3.connect(tmp_path / FILE_NAME)
    newer.execute("UPDATE alembic_version SET version_num = '9999'")
    newer.commit()
    if not in_use:
        newer.close()
    before = files_of(tmp_path)
    with pytest.raises(StoreTooNew, match=r"made by a newer version .*9999.*nothing was changed"):
        Database.open(tmp_path)
    after = files_of(tmp_path)
    after.pop(f"{FILE_NAME}-shm", None)  # shared memory of those who read, no part of the store
    before.pop(f"{FILE_NAME}-shm", None)
    assert after == before
    newer.close()


@pytest.mark.promise("O4")
def test_a_migration_that_fails_leaves_the_store_as_it_was(tmp_path):
    path = tmp_path / FILE_NAME
    with sqlite3.connect(path) as db:
        db.execute("CREATE TABLE alembic_version (version_num TEXT)")
        db.execute("CREATE TABLE writer (already TEXT)")  # in the way of the first revision
    db.close()
    with pytest.raises(Exception, match="writer already exists"):
        Database.open(tmp_path)
    db = sqlite3.connect(path)
    tables = {name for (name,) in db.execute("SELECT name FROM sqlite_master")}
    db.close()
    assert tables == {"alembic_version", "writer"}


def test_a_folder_that_cannot_be_written_is_a_sentence(tmp_path):
    (tmp_path / "file").write_text("not a folder")
    with pytest.raises(StoreNotWritable, match=r"Calepin cannot write in .*file.*CALEPIN_DATA"):
        Database.open(tmp_path / "file" / "data")


def test_a_folder_without_the_right_to_write_is_a_sentence():
    program = """
import os, sys
from storage.database import Database
if os.geteuid() == 0:
    os.seteuid(65534)  # root may write everywhere; nobody may not
Database.open(sys.argv[1])
"""
    # Not under pytest's own folder, which only its owner may even enter.
    with TemporaryDirectory() as folder:
        Path(folder).chmod(0o555)
        command = [sys.executable, "-c", program, folder]
        found = subprocess.run(command, capture_output=True, text=True, cwd=ROOT, check=False)
        assert f"StoreNotWritable: Calepin cannot write in {folder} (Permission" in found.stderr
        assert files_of(Path(folder)) == {}


def test_a_file_that_is_no_store_is_refused_and_not_touched(tmp_path):
    (tmp_path / FILE_NAME).write_bytes(b"something else entirely" * 50)
    before = files_of(tmp_path)
    with pytest.raises(StoreBroken, match="cannot be trusted"):
        Database.open(tmp_path)
    assert files_of(tmp_path) == before


def test_a_database_of_another_program_is_refused_and_not_touched(tmp_path):
    db = sqlite3.connect(tmp_path / FILE_NAME)
    db.execute("CREATE TABLE theirs (a)")
    db.commit()
    db.close()
    before = files_of(tmp_path)
    with pytest.raises(StoreNotSupported, match="something that Calepin did not make"):
        Database.open(tmp_path)
    assert files_of(tmp_path) == before


@pytest.mark.parametrize(
    ("url", "sentence"),
    [
        ("mysql://u:secret@h/d", "not a kind of store"),
        ("://", "its address is not one"),
        ("postgresql://u:se@cret@:secret/d", "its address is not one"),
    ],
)
def test_an_address_of_no_known_kind_is_refused_without_telling_its_password(url, sentence):
    with pytest.raises(StoreNotSupported, match=sentence) as caught:
        Database.open(url)
    assert "secret" not in str(caught.value)


def test_a_sqlite_address_opens_the_file_it_names(tmp_path):
    with Database.open(f"sqlite:///{tmp_path}/other.sqlite") as database:
        assert database.path == tmp_path / "other.sqlite"
    assert (tmp_path / "other.sqlite").exists()


def test_every_setting_holds_on_every_connection(tmp_path):
    wanted = dict(SQLITE_PRAGMAS) | {"journal_mode": "wal", "synchronous": 2}
    with Database.open(tmp_path) as database:
        for transaction in (database.read, database.write):
            with transaction() as db:
                raw = sqlite_connection(db)
                found = {name: raw.execute(f"PRAGMA {name}").fetchone()[0] for name in wanted}
                assert found == wanted


def test_the_file_is_its_owners_alone(tmp_path):
    with Database.open(tmp_path) as database, database.write() as db:
        settings.put(db, "a", "b")
        modes = {path.name: path.stat().st_mode & 0o777 for path in tmp_path.iterdir()}
    assert set(modes.values()) == {0o600}
    assert len(modes) == 3


@embedded
def test_a_reading_transaction_cannot_write(database):
    with pytest.raises(StoreNotWritable), database.read() as db:
        settings.put(db, "a", "b")


def test_a_transaction_that_raises_keeps_nothing(database):
    def write_and_fail() -> None:
        with database.write() as db:
            settings.put(db, "a", "b")
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        write_and_fail()
    with database.read() as db:
        assert settings.get(db, "a") is None


def test_a_read_sees_one_moment(database):
    with database.read() as reader:
        assert settings.get(reader, "a") is None
        with database.write() as writer:
            settings.put(writer, "a", "b")
        assert settings.get(reader, "a") is None


def test_two_processes_make_the_same_new_store_at_once(tmp_path):
    program = "import sys; from storage.database import Database; Database.open(sys.argv[1])"
    processes = [
        subprocess.Popen([sys.executable, "-c", program, str(tmp_path)], cwd=ROOT) for _ in range(3)
    ]
    assert [process.wait() for process in processes] == [0, 0, 0]


async def test_opening_and_closing_fifty_times_leaks_nothing(tmp_path):
    async def once() -> None:
        async with await Store.open(tmp_path, clock=lambda: 1) as store:
            await store.write(lambda db: settings.put(db, "a", "b"))
            await store.read(lambda db: settings.get(db, "a"))

    await once()
    before = (threading.active_count(), len(os.listdir("/proc/self/fd")))
    for _ in range(50):
        await once()
    assert (threading.active_count(), len(os.listdir("/proc/self/fd"))) == before
    assert [path.name for path in tmp_path.iterdir()] == [FILE_NAME]


async def test_a_closed_store_says_so(tmp_path):
    store = await Store.open(tmp_path, clock=lambda: 1)
    await store.close()
    await store.close()
    with pytest.raises(StoreUnavailable, match="is closed"):
        await store.read(lambda db: settings.get(db, "a"))
    with pytest.raises(StoreUnavailable, match="is closed"):
        await store.write(lambda db: settings.get(db, "a"))
