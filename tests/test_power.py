"""Twenty-five losses of power at random instants; `make powerloss` does a thousand."""

from __future__ import annotations

import asyncio
import os
import sqlite3
from collections import Counter
from contextlib import closing
from pathlib import Path
from random import Random

import pytest

from storage.values import Accepted, Held
from tests.disk.tape import Tape, Wrote
from tests.disk.watched import can_watch
from tests.power.losses import an_instant, problems_after
from tests.power.work import Answered, record

LOSSES = 25
WRITE_AHEAD_HEADER_BYTES = 32

SEED = int.from_bytes(os.urandom(4), "big")


@pytest.fixture(scope="module")
def tape(tmp_path_factory: pytest.TempPathFactory) -> Tape:
    """One run of a store, from an empty folder on."""
    if not can_watch():
        pytest.skip("This Python has SQLite built in, where it cannot be watched")
    return asyncio.run(record(tmp_path_factory.mktemp("power").resolve() / "data", Random(SEED)))


@pytest.fixture
def found(tmp_path: Path) -> Path:
    """Where the disk is put after the power is back."""
    return tmp_path


@pytest.mark.promise("L2", "K1", "K3")
@pytest.mark.parametrize("loss", range(LOSSES))
def test_what_was_acknowledged_survives_a_loss_of_power(tape: Tape, found: Path, loss: int) -> None:
    chance = Random(f"{SEED} {loss}")
    upto = an_instant(tape, chance)
    assert problems_after(tape, upto, found, chance) == [], f"seed {SEED}, after {upto} steps"


def test_the_run_has_what_a_loss_of_power_could_hurt(tape: Tape) -> None:
    outcomes = Counter(
        type(one)
        for answered in tape.said(len(tape.events))
        if isinstance(answered, Answered) and isinstance(answered.outcome, list)
        for one in answered.outcome
    )
    assert outcomes[Accepted] > 100
    assert outcomes[Held] > 10
    beginnings = Counter(
        event.file
        for event in tape.events
        if isinstance(event, Wrote)
        and event.at == 0
        and len(event.data) == WRITE_AHEAD_HEADER_BYTES
    )
    # A SQLite that was built not to synchronise would say that it did.
    with closing(sqlite3.connect(":memory:")) as db:
        assert ("NO_SYNC",) not in db.execute("PRAGMA compile_options").fetchall()
    # The write-ahead file is made anew in each life, and overwritten from its beginning in one.
    assert len(beginnings) == 3
    assert max(beginnings.values()) > 1


def test_a_disk_that_only_says_that_it_synchronised_is_found_out(tape: Tape, found: Path) -> None:
    """The same check, where the promise cannot be kept."""
    chance = Random(SEED)
    for _ in range(20):
        if problems_after(tape, len(tape.events), found, chance, lies=True):
            return
        for file in found.iterdir():
            file.unlink()
    pytest.fail(f"nothing was ever lost, seed {SEED}")
