"""A backup of a store, whole and of one moment, while others write to it (O2)."""

from __future__ import annotations

import os
import shutil
import sqlite3
import tempfile
from contextlib import closing, suppress
from pathlib import Path

from sqlalchemy import create_engine
from sqlalchemy.pool import NullPool

from storage.bundle import write_bundle
from storage.database import FILE_NAME, Database, refuse_unknown, revision_of_file
from storage.errors import BackupNotWritten, StoreBroken, StoreElsewhere
from storage.failures import translated
from storage.folders import sync_folder
from storage.verify import Report, verify
from storage.writer import sqlite_connection

KEY_NAME = "secret.key"
"""The key's file in a data folder and in a backup."""


def back_up(database: Database, key: bytes, target: Path, *, made_by: str) -> Report:
    """Write the embedded store and its key to the one file `target`, which must not exist yet.

    It appears under its name only when it is complete and on the disk. Returns what reading the
    copy again found; a damaged store is copied as it is. Raises StoreElsewhere, BackupNotWritten,
    and what reading may raise.
    """
    if database.path is None:
        raise StoreElsewhere(database.where)
    try:
        if target.exists():
            raise BackupNotWritten(target, "it exists already; name another file")
        # Beside the target, so that one rename ends it; for its owner alone.
        folder = Path(tempfile.mkdtemp(dir=target.parent, prefix=f".{target.name[:100]}."))
    except OSError as error:
        raise BackupNotWritten(target, error.strerror or str(error)) from error
    try:
        copy, key_copy, bundle = folder / FILE_NAME, folder / KEY_NAME, folder / "bundle"
        copy_to(database, copy)
        report = examine(copy)
        key_copy.write_bytes(key)
        write_bundle(bundle, {FILE_NAME: copy, KEY_NAME: key_copy}, made_by=made_by)
        _appear(bundle, target)
        sync_folder(target.parent)
        return report
    except OSError as error:
        raise BackupNotWritten(target, error.strerror or str(error)) from error
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def copy_to(database: Database, target: Path) -> None:
    """Copy the embedded store to a new file, complete without a write-ahead file beside it.

    Raises StoreElsewhere, BackupNotWritten, and what reading may raise.
    """
    if database.path is None:
        raise StoreElsewhere(database.where)
    try:
        target.touch(mode=0o600, exist_ok=False)
    except OSError as error:
        raise BackupNotWritten(target, error.strerror or str(error)) from error
    try:
        with closing(sqlite3.connect(target)) as copy:
            with translated(database.where), database.read() as db:
                # In a reading transaction: one moment, however long it takes.
                sqlite_connection(db).backup(copy)
            copy.execute("PRAGMA journal_mode = DELETE").close()
    except sqlite3.Error as error:
        raise BackupNotWritten(target, str(error)) from error


def examine(file: Path) -> Report:
    """Read the whole of a store in a file that nobody writes to, changing nothing beside it.

    Raises StoreNotSupported for what Calepin did not make, StoreTooNew, StoreBroken.
    """
    revision = revision_of_file(file)
    refuse_unknown(revision, str(file))
    if revision is None:
        raise StoreBroken(str(file), "there is no store in it")
    address = f"{file.absolute().as_uri()}?immutable=1"
    engine = create_engine(
        "sqlite://",
        creator=lambda: sqlite3.connect(address, uri=True, isolation_level=None),
        poolclass=NullPool,
        hide_parameters=True,
    )
    try:
        with translated(str(file)), engine.connect() as db:
            return verify(db)
    finally:
        engine.dispose()


def _appear(file: Path, target: Path) -> None:
    """Give a complete file its name, which nobody has taken meanwhile. Raises OSError."""
    try:
        # A hard link never replaces.
        os.link(file, target)
    except FileExistsError:
        raise
    except OSError:
        # File systems of memory sticks have none.
        if target.exists():
            raise
        file.rename(target)
    else:
        with suppress(OSError):
            file.unlink()
