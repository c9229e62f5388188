"""A program: writing a folder of pages ends at each of its steps in turn, in a process of its own.

`kill` ends the process by SIGKILL at the step, `refuse` has the system refuse it. Prints how often
the pages before were there then, how often those after, and fails where anything else was.
"""

from __future__ import annotations

import json
import os
import signal
import sys
from itertools import count
from pathlib import Path
from typing import Any

from server.cli.site_folder import may_be_written, write_folder
from server.export.site_manifest import MANIFEST, SiteManifest

FINISHED, REFUSED, WENT_ON = 0, 3, 4
STEPS = {
    *("open", "os.mkdir", "os.chmod", "os.rename", "os.remove", "os.rmdir", "os.scandir"),
    *("ctypes.dlsym", "ctypes.dlopen", "fcntl.flock", "shutil.rmtree", "tempfile.mkdtemp"),
}


def site(mark: str) -> dict[str, bytes]:
    files = {"index.html": mark.encode(), f"n-{mark}.html": b"...", "style.css": b"a"}
    return {**files, MANIFEST: SiteManifest.of("day", files).write()}


def shown(folder: Path) -> dict[str, bytes]:
    return {one.name: one.read_bytes() for one in folder.iterdir()}


def write_until(folder: Path, how: str, last: int) -> None:
    """In a process of its own: write the new pages, and end at this step."""
    step = 0

    def at_step(event: str, arguments: tuple[Any, ...]) -> None:
        nonlocal step
        if event not in STEPS:
            return
        step += 1
        if step == last:
            if how == "kill":
                os.kill(os.getpid(), signal.SIGKILL)
            raise OSError(5, "Input/output error", str(arguments[0]))

    sys.addaudithook(at_step)
    try:
        write_folder(folder, "day", site("new"))
    except OSError:
        os._exit(REFUSED)
    except BaseException as error:  # noqa: BLE001 - this process says so and ends
        os.write(2, repr(error).encode())
        os._exit(1)
    os._exit(FINISHED if step < last else WENT_ON)


def main(how: str) -> None:
    folder = Path("day")
    old, new = site("old"), site("new")
    found = {"old": 0, "new": 0, "steps": 0}
    for last in count(1):
        write_folder(folder, "day", old)
        assert shown(folder) == old
        assert os.listdir() == ["day"], os.listdir()  # what was left is swept away
        child = os.fork()
        if child == 0:
            write_until(folder, how, last)
        status = os.waitpid(child, 0)[1]
        files = shown(folder)
        assert files in (old, new), (last, files)
        assert may_be_written(folder, "day")
        ended = os.waitstatus_to_exitcode(status)
        if ended == FINISHED:
            assert files == new
            break
        assert ended in ((-signal.SIGKILL,) if how == "kill" else (REFUSED, WENT_ON)), ended
        found["steps"] += 1
        found["old" if files == old else "new"] += 1
    print(json.dumps(found))


if __name__ == "__main__":
    main(sys.argv[1])
