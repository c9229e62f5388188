"""The server's secret: 32 random bytes in one file that only its owner can read."""

from __future__ import annotations

import contextlib
import os
import tempfile
from collections.abc import Callable
from pathlib import Path

from server.errors import Unavailable

SECRET_FILE = "secret.key"  # noqa: S105 (a file's name)
SECRET_BYTES = 32


def load_secret(
    data: Path, *, make: bool = True, random_bytes: Callable[[int], bytes] = os.urandom
) -> bytes:
    """The secret of this data folder, made on the first call.

    Two processes that come first at the same time get the same secret. Raises Unavailable when the
    file cannot be read or is not a secret, and without `make` when there is none: a new one would
    break every link that was given out.
    """
    path = data / SECRET_FILE
    try:
        if not path.exists():
            if not make:
                raise Unavailable(
                    f"The key {path} is missing. Put back the one from a backup; "
                    "without it no link of the days in this store can be shown."
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
    folder = os.open(path.parent, os.O_RDONLY)
    try:
        os.fsync(folder)
    finally:
        os.close(folder)
