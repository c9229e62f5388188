"""`calepin` on a folder of a test's own: called in this process, or as the process that it is."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

from server.cli import main

COMMAND = Path(sys.executable).with_name("calepin")

PROGRAMME = """\
title: Une journée
sections:
  - title: Rencontres
    kind: meeting
    items:
      - {title: Le garage, room: 101, notes: notes/garage.md}
      - {title: La cantine, room: "102"}
  - {title: Vote, kind: vote}
"""
GARAGE = "# Le garage\n\n- un « pont »\n"


@dataclass(frozen=True, slots=True)
class Done:
    status: int
    out: str
    err: str

    @property
    def json(self) -> Any:
        assert self.status == 0, self.err
        return json.loads(self.out)

    def refused(self, status: int | None = None) -> str:
        """The one sentence of an error, which names no class and shows no stack."""
        assert self.out == ""
        assert self.status == status if status else self.status in (1, 2), self
        assert self.err.startswith("calepin: ")
        assert self.err.count("\n") == 1
        assert self.err.endswith(".\n"), self.err
        assert len(self.err) < 600
        for trace in ("Traceback", "Error:", "Errno", "sqlalchemy", "None", "b'"):
            assert trace not in self.err, self.err
        return self.err


Calepin = Callable[..., Done]


@pytest.fixture
def calepin(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Calepin:
    """Calls `calepin` with the given arguments in the test's folder; its store is in `data`.

    In this process, where the store's library is loaded once. What an error nobody foresaw would
    show as a traceback is raised in the test.
    """
    monkeypatch.chdir(tmp_path)
    without = {key: None for key in os.environ if key.startswith("CALEPIN_")}

    def run(*arguments: object, **settings: str) -> Done:
        found = CliRunner().invoke(
            main, [*map(str, arguments)], env={**without, **settings}, catch_exceptions=False
        )
        return Done(found.exit_code, found.stdout, found.stderr)

    return run


@pytest.fixture
def process(tmp_path: Path) -> Calepin:
    """As `calepin`, but as a process of its own: for what only a whole process can show."""
    environ = {k: v for k, v in os.environ.items() if not k.startswith("CALEPIN_")}

    def run(*arguments: object, **settings: str) -> Done:
        found = subprocess.run(
            [COMMAND, *map(str, arguments)],
            cwd=tmp_path,
            env=environ | settings,
            stdin=subprocess.DEVNULL,
            capture_output=True,
            encoding="utf-8",
            errors="replace",
            timeout=60,
            check=False,
        )
        return Done(found.returncode, found.stdout, found.stderr)

    return run


@pytest.fixture
def programme(tmp_path: Path) -> Path:
    return write_programme(tmp_path / "day")


@pytest.fixture(scope="session")
def made_once(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, str]:
    """A folder with a store that holds the programme's day, and what `calepin new` said of it."""
    folder = tmp_path_factory.mktemp("made")
    path = write_programme(folder / "day")
    made = CliRunner().invoke(
        main, ["new", str(path), "--json", "--data", str(folder / "data")], catch_exceptions=False
    )
    assert made.exit_code == 0, made.stderr
    return folder, made.stdout


@pytest.fixture
def day(made_once: tuple[Path, str], tmp_path: Path) -> Any:
    """The programme's day, in a store of the test's own: a copy of one that was made once."""
    folder, said = made_once
    shutil.copytree(folder / "data", tmp_path / "data")
    return json.loads(said)


def write_programme(folder: Path) -> Path:
    (folder / "notes").mkdir(parents=True)
    (folder / "notes" / "garage.md").write_text(GARAGE)
    path = folder / "p.yml"
    path.write_text(PROGRAMME)
    return path
