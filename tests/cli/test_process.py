"""What only a process can show: its streams, its signals, and another process in its way."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
from contextlib import suppress
from pathlib import Path
from typing import IO, Any

import pytest

from tests.cli.conftest import COMMAND
from tests.running import RunningServer


@pytest.mark.parametrize(
    ("arguments", "status"), [(["links"], 2), (["nonsense"], 2), (["verify"], 1)]
)
def test_an_error_is_one_sentence_of_the_process_and_its_status(
    process: Any, arguments: list[str], status: int
) -> None:
    process(*arguments).refused(status)


def test_a_day_is_made_locked_and_exported_by_processes(process: Any, programme: Path) -> None:
    note = process("new", programme, "--json").json["items"][0]["note"]
    assert process("lock", note, "--why", "fin").out == "1 note is locked.\n"
    assert "un « pont »" in process("export", note).out


def started(folder: Path, *arguments: str, stdout: int | IO[bytes]) -> subprocess.Popen[bytes]:
    environ = {k: v for k, v in os.environ.items() if not k.startswith("CALEPIN_")}
    return subprocess.Popen(
        [COMMAND, *arguments],
        cwd=folder,
        env=environ,
        stdin=subprocess.DEVNULL,
        stdout=stdout,
        stderr=subprocess.PIPE,
        # A shell lets what it starts in the background ignore it, and tests may be that.
        preexec_fn=lambda: signal.signal(signal.SIGINT, signal.SIG_DFL),
    )


def interrupted(running: subprocess.Popen[bytes]) -> int:
    """Press Ctrl-C, and again like anybody would: Python does not hear one that comes just before
    it begins to write."""
    for _ in range(15):
        running.send_signal(signal.SIGINT)
        with suppress(subprocess.TimeoutExpired):
            return running.wait(2)
    raise AssertionError("the command goes on")


@pytest.mark.parametrize("arguments", [["--help"], ["links", "DAY"], ["export", "DAY"]])
def test_a_reader_that_leaves_is_nothing_to_complain_of(
    day: Any, tmp_path: Path, arguments: list[str]
) -> None:
    """`calepin links … | true`."""
    reader, writer = os.pipe()
    os.close(reader)
    named = [day["day"] if one == "DAY" else one for one in arguments]
    with started(tmp_path, *named, stdout=writer) as running:
        os.close(writer)
        _, said = running.communicate(timeout=30)
    assert (running.returncode, said) == (1, b"")


@pytest.mark.parametrize("command", ["export", "links"])
def test_a_full_disk_is_said(day: Any, tmp_path: Path, command: str) -> None:
    with (
        Path("/dev/full").open("wb") as full,
        started(tmp_path, command, day["day"], stdout=full) as running,
    ):
        _, said = running.communicate(timeout=30)
    assert said == b"calepin: No space left on device.\n"
    assert running.returncode == 1


def test_a_command_is_stopped_from_the_keyboard(calepin: Any, day: Any, tmp_path: Path) -> None:
    """It stands in the middle of an output, more than a pipe takes, that nobody reads on."""
    note = day["items"][0]["note"]
    (tmp_path / "long.md").write_text(f"- {'un mot ' * 1000}\n" * 30)
    assert calepin("import", note, "long.md").status == 0
    with started(tmp_path, "export", note, stdout=subprocess.PIPE) as running:
        assert running.stdout is not None
        assert os.read(running.stdout.fileno(), 1) == b"-"
        assert interrupted(running) == 130
        assert running.stderr is not None
        assert running.stderr.read().strip() == b"calepin: Stopped."


def test_a_title_that_the_terminal_cannot_show_is_shown_as_far_as_it_can(
    process: Any, tmp_path: Path
) -> None:
    (tmp_path / "p.yml").write_text("title: L’été\n")
    shown = process("new", "p.yml", PYTHONIOENCODING="latin-1:strict", PYTHONUTF8="0")
    assert (shown.status, shown.err) == (0, "")
    assert shown.out.startswith("L\\u2019")


def test_a_port_that_is_taken_is_said(process: Any) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        said = process("serve", "--port", port).refused(1)
    assert f"Port {port} on 127.0.0.1 is in use by another program; stop it, or choose" in said


def test_an_address_that_is_not_ours_is_said(process: Any) -> None:
    said = process("serve", "--host", "nowhere.invalid", "--port", "0").refused(1)
    assert said.startswith("calepin: Cannot listen on nowhere.invalid, port 0: ")


def test_a_store_that_is_served_is_not_served_twice(
    process: Any, own_server: RunningServer
) -> None:
    said = process("serve", "--port", "0", "--data", own_server.data).refused(1)
    assert "already serves the store" in said
    assert "stop it first, or give this one another folder" in said
    # The system lets go of a killed one's lock, at once.
    own_server.restart()


def test_a_server_is_not_started_on_what_is_no_store(process: Any, tmp_path: Path) -> None:
    (tmp_path / "data").mkdir()
    (tmp_path / "data" / "calepin.sqlite").write_text("something else entirely, not a database")
    assert "cannot be trusted" in process("serve", "--port", "0").refused(1)
