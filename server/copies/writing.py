"""Who writes the copies of one machine, where several processes share their folder.

That one process does so is a duty (`storage.duties`), but who held it last may not know yet that it
is over: paused for a while, it goes on in the middle of something. So whoever begins claims the
folder, each writing asks whose it is, and both are done under a lock on the same file.
"""

from __future__ import annotations

import fcntl
import os
import time
from collections.abc import Iterator
from contextlib import contextmanager
from errno import EAGAIN
from pathlib import Path
from typing import Final

WRITER: Final = ".writer"
"""Holds the id of the process that writes. The file stays, as locks hang on it."""
WAIT_SECONDS = 5.0
"""How long one writing waits for the end of another. One takes milliseconds; who is paused in the
middle of it is not to hold up the threads of the others for ever."""
ASK_SECONDS = 0.02


class Superseded(Exception):
    """Another process writes the copies now."""


def claim(root: Path, writer: str) -> None:
    """From now on `writer` alone writes the copies in this folder. Raises OSError."""
    root.mkdir(mode=0o700, exist_ok=True)
    with alone(root) as file:
        if os.pread(file, len(writer) + 1, 0) != writer.encode():
            os.pwrite(file, writer.encode(), 0)
            os.ftruncate(file, len(writer.encode()))


@contextmanager
def as_writer(root: Path, writer: str) -> Iterator[None]:
    """Write in the block, and nobody else does. Raises Superseded, and OSError as `alone`."""
    with alone(root) as file:
        if os.pread(file, len(writer) + 1, 0) != writer.encode():
            raise Superseded
        yield


@contextmanager
def alone(root: Path) -> Iterator[int]:
    """In the block no other process changes the copies. Gives the file that says who writes.

    Raises OSError, also when somebody else does not come to an end.
    """
    file = os.open(root / WRITER, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    try:
        deadline = time.monotonic() + WAIT_SECONDS
        while not _locked(file):
            if time.monotonic() > deadline:
                raise OSError(EAGAIN, "another process has been writing there for long")
            time.sleep(ASK_SECONDS)
        yield file
    finally:
        os.close(file)


def _locked(file: int) -> bool:
    try:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True
