"""One server at a time on an embedded store: a lock on a file, let go by the system at any end
of the process. The command line takes no such lock; it works beside a server."""

from __future__ import annotations

import fcntl
import os
from pathlib import Path
from typing import Self

from storage.errors import StoreInUse, StoreNotWritable

FILE_NAME = "serve.lock"


class ServeLock:
    """Held inside `with ServeLock(data):`, or from `take` to `release`.

    The file stays: deleting it would let two servers in.
    """

    def __init__(self, data: Path) -> None:
        self._data = data
        self._descriptor: int | None = None

    def take(self) -> None:
        """Take the lock of the data folder. Raises StoreInUse when another server holds it."""
        path = self._data / FILE_NAME
        try:
            self._data.mkdir(parents=True, exist_ok=True)
            descriptor = os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
        except OSError as error:
            raise StoreNotWritable(path, error.strerror or str(error)) from error
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as error:
            owner = os.pread(descriptor, 32, 0).decode("ascii", "replace").strip()
            os.close(descriptor)
            raise StoreInUse(self._data, owner) from error
        os.ftruncate(descriptor, 0)
        os.pwrite(descriptor, f"{os.getpid()}\n".encode(), 0)
        self._descriptor = descriptor

    def release(self) -> None:
        """Let another server in. Does nothing when the lock is not held."""
        if self._descriptor is not None:
            os.close(self._descriptor)
            self._descriptor = None

    def __enter__(self) -> Self:
        self.take()
        return self

    def __exit__(self, *_: object) -> None:
        self.release()
