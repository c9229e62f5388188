"""The server's secret: 32 random bytes in one file that only its owner can read, the same on all
machines that serve one store."""

from __future__ import annotations

import contextlib
import os
import tempfile
from collections.abc import Callable
from pathlib import Path

from server.errors import Unavailable
from server.settings import Settings
from storage import catalogue, key
from storage.database import Database
from storage.folders import sync_folder

SECRET_BYTES = 32


def load_secret(
    path: Path, *, make: bool = True, random_bytes: Callable[[int], bytes] = os.urandom
) -> bytes:
    """The secret in this file, made on the first call.

    Two processes that come first at the same time get the same secret. Raises Unavailable when the
    file cannot be read or is not a secret, and without `make` when there is none: a new one would
    break every link that was given out.
    """
    try:
        if not path.exists():
            if not make:
                raise Unavailable(
                    f"The key {path} is missing. Put back the one from a backup, or from a machine "
                    "that serves this store; without it no link of its days can be shown."
                )
            _create(path, random_bytes(SECRET_BYTES))
        secret = path.read_bytes()
    except OSError as error:
        raise Unavailable(f"The key {path} cannot be used: {error.strerror}.") from error
    if len(secret) != SECRET_BYTES:
        raise Unavailable(
            f"The key {path} is damaged: it has {len(secret)} bytes instead of {SECRET_BYTES}. "
            "Put back the one from a backup; without it no link works any more."
        )
    return secret


def secret_of(database: Database, settings: Settings) -> bytes:
    """The key that all who use this store have; made for a store that was never used.

    Raises Unavailable when there is none here, or another one than the store's.
    """
    with database.read() as db:
        known = key.known(db)
        is_new = known is None and not catalogue.days(db)
    # One that somebody provides is not for us to make.
    make = is_new and settings.secret_file is None
    secret = load_secret(settings.key, make=make)
    if known is None:
        with database.write() as db:
            is_ours = key.agree(db, secret)
    else:
        is_ours = known == key.fingerprint(secret)
    if not is_ours:
        raise Unavailable(
            f"The key {settings.key} is not the one of this store: copy the key from the machine "
            "that served it first, or from a backup, in place of it."
        )
    return secret


def _create(path: Path, secret: bytes) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    # mkstemp makes the file readable by its owner only, before a byte is in it.
    descriptor, temporary = tempfile.mkstemp(dir=path.parent, prefix=".secret-")
    try:
        with os.fdopen(descriptor, "wb") as file:
            file.write(secret)
            file.flush()
            os.fsync(file.fileno())
        # A hard link never replaces: the first process wins, and the others read its secret.
        with contextlib.suppress(FileExistsError):
            os.link(temporary, path)
    finally:
        os.unlink(temporary)
    sync_folder(path.parent)
