"""`calepin serve` on a disk that fails on demand: `python -m tests.disk.serve FAULT calepin's…`.

While the file FAULT exists, its content is what SQLite hears from the disk.
"""

from __future__ import annotations

import sqlite3
import sys
from pathlib import Path

from server.cli import main
from tests.disk.watched import OK, watched

SYNC_FAILS = "sync fails"
"""As fsync does with EIO: what was written last may be on the disk or not."""
NO_SPACE = "no space"
"""As write does with ENOSPC."""


class FaultyDisk:
    """A witness that lets everything be done, but for what the file says."""

    def __init__(self, fault: Path) -> None:
        self._fault = fault

    def _refuses(self, fault: str, status: int) -> int:
        try:
            return status if self._fault.read_text() == fault else OK
        except FileNotFoundError:
            return OK

    def opened(self, path: Path) -> int:
        del path
        return 0

    def wrote(self, file: int, at: int, data: bytes) -> int:
        del file, at, data
        return self._refuses(NO_SPACE, sqlite3.SQLITE_FULL)

    def cut(self, file: int, size: int) -> int:
        del file, size
        return OK

    def begins_sync(self, file: int) -> int:
        del file
        return self._refuses(SYNC_FAILS, sqlite3.SQLITE_IOERR_FSYNC)

    def synced(self, file: int) -> None:
        pass

    def deleted(self, path: Path) -> int:
        del path
        return OK

    def begins_folder_sync(self, path: Path) -> None:
        pass


if __name__ == "__main__":
    with watched(FaultyDisk(Path(sys.argv[1]))):
        main(sys.argv[2:])
