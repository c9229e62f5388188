"""A copy of a store, whole and of one moment, while others write to it (O2)."""

from __future__ import annotations

import os
import sqlite3
from contextlib import closing
from pathlib import Path

from storage.database import Database
from storage.errors import StoreNotSupported, StoreNotWritable
from storage.failures import translated
from storage.writer import sqlite_connection


def copy_to(database: Database, target: Path) -> None:
    """Write a copy of the embedded store to the file `target`, which must not exist yet.

    It appears under its name only when it is complete and on the disk. Raises StoreNotSupported
    for a store that is not a file (a database server has tools of its own), StoreNotWritable,
    and what reading may raise.
    """
    if database.path is None:
        raise StoreNotSupported(
            database.where, "it is kept by a database server, whose own tool copies it (pg_dump)"
        )
    if target.exists():
        raise StoreNotWritable(target, "it exists already")
    partial = target.with_name(target.name + ".partial")
    try:
        partial.unlink(missing_ok=True)
        partial.touch(mode=0o600)
        with closing(sqlite3.connect(partial)) as copy:
            with translated(database.where), database.read() as db:
                # In a reading transaction: one moment, however long it takes.
                sqlite_connection(db).backup(copy)
            # One file, complete without a write-ahead file beside it.
            copy.execute("PRAGMA journal_mode = DELETE").close()
        _sync(partial)
        partial.rename(target)
        _sync(target.parent)
    except (OSError, sqlite3.Error) as error:
        raise StoreNotWritable(target, str(error)) from error
    finally:
        partial.unlink(missing_ok=True)


def _sync(path: Path) -> None:
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
