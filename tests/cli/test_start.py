"""A command starts fast: each loads what it needs, and help and mistakes need nearly nothing."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path
from typing import Any

import click
import pytest

from server.cli import main
from server.cli.commands import COMMANDS

HEAVY = ("sqlalchemy", "yaml", "pycrdt", "starlette", "uvicorn", "asyncio")
"""Each takes longer to load than Python itself, or is the door to something that does."""

CALL = """\
import sys
from server.cli import main
try:
    main(sys.argv[1:])
except SystemExit:
    pass
print("loaded", *(name for name in {heavy} if name in sys.modules))
"""


@pytest.mark.parametrize("arguments", [["--help"], ["--version"], [], ["nonsense"]])
def test_help_and_mistakes_load_no_library(tmp_path: Path, arguments: list[str]) -> None:
    done = subprocess.run(
        [sys.executable, "-c", CALL.format(heavy=HEAVY), *arguments],
        cwd=tmp_path,
        capture_output=True,
        text=True,
        timeout=30,
        check=True,
    )
    assert done.stdout.splitlines()[-1] == "loaded"


@pytest.mark.parametrize("name", COMMANDS)
def test_every_command_of_the_list_is_there_and_explains_itself(calepin: Any, name: str) -> None:
    command = main.get_command(click.Context(main), name)
    assert command is not None
    assert command.name == name
    helped = calepin(name, "--help")
    assert helped.status == 0
    assert helped.out.startswith(f"Usage: main {name}")
    assert len(str(command.help)) > 20


def test_the_list_says_what_each_command_does(calepin: Any) -> None:
    shown = calepin("--help").out
    lines = [line.split(maxsplit=1) for line in shown.partition("Commands:\n")[2].splitlines()]
    assert lines == [[name, entry.summary] for name, entry in COMMANDS.items()]
    assert all(entry.summary.endswith(".") for entry in COMMANDS.values())
    assert max(map(len, shown.splitlines())) <= 80
