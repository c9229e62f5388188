"""The check list for the morning of the day is run as it stands, by a shell, on a real server."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

from tests.peers.driver import Peers
from tests.protocol.days import Day
from tests.running import RunningServer, programme
from tests.test_documents import read, section

BLOCK = re.compile(r"^```sh\n(.*?)^```$", re.MULTILINE | re.DOTALL)
MORNING, TROUBLE = "## The morning of the day", "## When something goes wrong"


def commands(heading: str) -> str:
    return "".join(BLOCK.findall(section(read("docs/operating.md"), heading)))


def run(script: str, folder: Path) -> str:
    """What a shell says to these lines, of which none may fail."""
    environ = {k: v for k, v in os.environ.items() if not k.startswith("CALEPIN_")}
    done = subprocess.run(
        ["bash", "-eu", "-c", script],
        cwd=folder,
        env=environ,
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


@pytest.mark.promise("O2", "O3")
async def test_the_check_list_can_be_followed(
    own_server: RunningServer, peers: Peers, tmp_path: Path
) -> None:
    day = Day.make(own_server, programme(2))
    writer = await day.open(peers, "writer", "hocuspocus@4.8")
    await writer.type("Ce qui a été dit.", at=0)
    await writer.wait(unsynced=False)

    checkout, backups = tmp_path / "opt", tmp_path / "backups"
    for folder in (checkout, backups):
        folder.mkdir()
    (checkout / ".venv").symlink_to(sys.prefix)
    settings = {"DATA": own_server.data, "PUBLIC_URL": own_server.base_url}
    lines = [f"CALEPIN_{name}={value}\n" for name, value in settings.items()]
    (checkout / ".env").write_text("".join(lines))
    here = {
        "/opt/calepin": str(checkout),
        "/var/backups/calepin": str(backups),
        "/var/lib/calepin": str(own_server.data),
        "DAY=your-day": f"DAY={day.entrance.day}",
        "http://127.0.0.1:8000": own_server.base_url,
    }

    def as_here(script: str) -> str:
        for named, there in here.items():
            script = script.replace(named, there)
        return script

    said = run(as_here(commands(MORNING)), tmp_path)
    for wanted in (
        '{"status":"ready"}',
        "101 Switching Protocols",
        "The store is sound",
        "\n200\n200\n200\n200\n",
        f"{own_server.base_url}/join/{day.token('moderator')}",
        "1 note is locked.\n1 note is unlocked.\n",
        "\ncalepin_store_answers 1.0\n",
        "\ncalepin_store_transaction_failures_total 0.0\n",
        "\ncalepin_sockets 1.0\n",
        "3 notes are locked.",
    ):
        assert wanted in said, said
    assert len(list(backups.iterdir())) == 5
    (exported,) = backups.glob("*.md")
    assert "Ce qui a été dit." in exported.read_text()
    await writer.wait(scope="readonly")  # the day is over

    # And in the worst case: back to the morning, before that lock, and people go on.
    own_server.stop()
    (morning,) = backups.glob("*-morning.backup")
    begin = f"cd /opt/calepin\nset -a; . ./.env; set +a\nMORNING={morning}\n"
    assert "The store is sound" in run(as_here(begin + commands(TROUBLE)), tmp_path)
    own_server.start()
    await writer.wait(scope="read-write", synced=True)
    await writer.type("Et plus. ", at=0)
    await writer.wait(unsynced=False)
    late = await day.open(peers, "late", "y-websocket@3.1")
    await late.wait(contains="Et plus. Ce qui a été dit.")
