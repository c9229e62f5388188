"""A backup put back into an empty data folder: all of it, or nothing (O2)."""

from __future__ import annotations

import shutil
from contextlib import suppress
from pathlib import Path

from storage.backup import KEY_NAME, examine
from storage.bundle import open_bundle
from storage.database import FILE_NAME
from storage.errors import (
    BadBackup,
    FolderNotEmpty,
    StoreBroken,
    StoreNotSupported,
    StoreNotWritable,
    StoreTooNew,
)
from storage.folders import sync_folder
from storage.serve_lock import FILE_NAME as LOCK_NAME
from storage.serve_lock import ServeLock
from storage.verify import Report

STAGING_NAME = ".restore"
"""Where the parts wait, inside the data folder, until all are there and were examined."""


def restore(file: Path, data: Path, *, key_bytes: int) -> Report:
    """Put the store and the key of a backup into `data`, a folder that is empty or not there yet.

    Durable on return. Until its last step the folder holds no store; a restore that was cut off is
    begun anew by the next one. No server starts on the folder meanwhile. Returns what reading the
    store found. Raises BadBackup, FolderNotEmpty, StoreInUse or StoreNotWritable, having changed
    nothing.
    """
    _refuse_content(data)
    with open_bundle(file, frozenset({FILE_NAME, KEY_NAME})) as bundle:
        if bundle.parts[KEY_NAME].bytes != key_bytes:
            raise BadBackup(file, "it is damaged: its key has not the length of one")
        bundle.check()
        with ServeLock(data):
            _refuse_content(data)
            staging = data / STAGING_NAME
            placed: list[Path] = []
            try:
                shutil.rmtree(staging, ignore_errors=True)
                staging.mkdir(mode=0o700)
                for name in bundle.parts:
                    bundle.extract(name, staging / name)
                report = _examined(file, staging / FILE_NAME)
                # The store last: before it the folder is an empty one.
                for name in (KEY_NAME, FILE_NAME):
                    if name == FILE_NAME and (data / name).exists():
                        raise FolderNotEmpty(data)  # somebody made a day here meanwhile
                    (staging / name).rename(data / name)
                    placed.append(data / name)
                    sync_folder(data)
                with suppress(OSError):  # where what is above the folder may not be read
                    sync_folder(data.absolute().parent)
                return report
            except BaseException as error:
                with suppress(OSError):
                    for path in reversed(placed):
                        path.unlink(missing_ok=True)
                if isinstance(error, OSError):
                    raise StoreNotWritable(data, error.strerror or str(error)) from error
                raise
            finally:
                shutil.rmtree(staging, ignore_errors=True)


def _examined(file: Path, store: Path) -> Report:
    try:
        return examine(store)
    except StoreTooNew as error:
        reason = f"a newer version of Calepin made its store (revision {error.revision})"
        raise BadBackup(file, f"{reason}; use that version") from error
    except StoreNotSupported as error:
        raise BadBackup(file, error.reason) from error
    except StoreBroken as error:
        raise BadBackup(file, f"its store cannot be read: {error.reason}") from error


def _refuse_content(data: Path) -> None:
    """Refuse a folder with anything in it but what a refused or interrupted restore leaves."""
    try:
        names = {path.name for path in data.iterdir()} if data.exists() else set()
    except OSError as error:
        raise StoreNotWritable(data, error.strerror or str(error)) from error
    left = {LOCK_NAME}
    if STAGING_NAME in names:
        left |= {STAGING_NAME, KEY_NAME}
    if names - left:
        raise FolderNotEmpty(data)
