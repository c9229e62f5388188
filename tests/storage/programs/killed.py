"""Kills a backup and a restore with SIGKILL at each of their steps on the disk, one by one.

Called with a folder that has a store in `data`. Each attempt is a process of its own, forked here
before anything is open, that ends itself at its n-th opening, renaming or removing of a file.
Prints one line an attempt: what it was, n, and what it left.
"""

from __future__ import annotations

import os
import shutil
import signal
import sys
from collections.abc import Callable
from pathlib import Path

from storage.backup import KEY_NAME, back_up, examine
from storage.bundle import open_bundle
from storage.database import FILE_NAME, Database
from storage.restore import restore

KEY = bytes(range(32))
STEPS = {"open", "os.rename", "os.link", "os.remove", "os.mkdir", "os.rmdir", "shutil.rmtree"}


def killed_at(step: int, work: Callable[[], object]) -> bool:
    """Do `work` in a process that is killed at a step; False when it had fewer steps and ended."""
    child = os.fork()
    if child == 0:
        left = step

        def count(event: str, _: object) -> None:
            nonlocal left
            if event in STEPS:
                left -= 1
                if left == 0:
                    os.kill(os.getpid(), signal.SIGKILL)

        sys.addaudithook(count)
        status = 1
        try:
            work()
            status = 0
        finally:
            os._exit(status)
    _, how = os.waitpid(child, 0)
    if os.WIFSIGNALED(how):
        return True
    assert os.WEXITSTATUS(how) == 0, "the attempt failed"
    return False


def main(folder: Path) -> None:
    def make(target: Path) -> Callable[[], object]:
        def work() -> None:
            with Database.open(folder / "data") as database:
                back_up(database, KEY, target, made_by="1.0")

        return work

    step, goes_on = 1, True
    while goes_on:
        target = folder / f"{step}.backup"
        goes_on = killed_at(step, make(target))
        left = "nothing"
        if target.exists():
            with open_bundle(target, frozenset({FILE_NAME, KEY_NAME})) as bundle:
                bundle.check()
            left = "all"
        print("backup", step, left)
        step += 1
    good = folder / f"{step - 1}.backup"

    step, goes_on = 1, True
    while goes_on:
        data = folder / f"restored {step}"
        goes_on = killed_at(step, lambda data=data: restore(good, data, key_bytes=32))  # type: ignore[misc]
        left = "nothing"
        if not (data / FILE_NAME).exists():
            assert restore(good, data, key_bytes=32).findings == ()
        else:
            left = "all"
        assert examine(data / FILE_NAME).findings == ()
        assert (data / KEY_NAME).read_bytes() == KEY
        shutil.rmtree(data)
        print("restore", step, left)
        step += 1


if __name__ == "__main__":
    main(Path(sys.argv[1]))
