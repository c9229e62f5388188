from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from storage.errors import StoreInUse, StoreNotWritable
from storage.serve_lock import ServeLock

ROOT = Path(__file__).parents[2]
HOLD = """
import sys
from pathlib import Path
from storage.serve_lock import ServeLock
with ServeLock(Path(sys.argv[1])):
    print("taken", flush=True)
    sys.stdin.read()
"""


def test_a_second_server_is_refused_with_a_sentence_until_the_first_ends(tmp_path):
    other = ServeLock(tmp_path)
    with ServeLock(tmp_path), pytest.raises(StoreInUse, match=rf"process {os.getpid()}\) already"):
        other.take()
    with other:
        pass
    other.release()


def test_a_killed_server_leaves_no_lock(tmp_path):
    command = [sys.executable, "-c", HOLD, str(tmp_path)]
    with subprocess.Popen(
        command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, cwd=ROOT
    ) as other:
        assert other.stdout is not None
        assert other.stdout.readline() == "taken\n"
        with pytest.raises(StoreInUse, match=f"process {other.pid}"):
            ServeLock(tmp_path).take()
        other.kill()
    with ServeLock(tmp_path):
        pass


def test_a_folder_that_cannot_be_written_is_a_sentence(tmp_path):
    (tmp_path / "file").touch()
    with pytest.raises(StoreNotWritable):
        ServeLock(tmp_path / "file").take()
