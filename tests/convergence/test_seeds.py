"""Twenty-five drawn fates of a note; `make converge` draws a thousand."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from tests.convergence.run import agree_in_javascript, play
from tests.convergence.two import TwoServers

SEEDS = 25
STEPS = 150


@pytest.mark.promise("L4", "L5", "L6", "L7", "K1", "K4")
async def test_everybody_shows_the_same_note_after_quiet(tmp_path: Path) -> None:
    first = int.from_bytes(os.urandom(4), "big")
    ends = []
    for number in range(SEEDS):
        folder = tmp_path / str(number)
        folder.mkdir()
        ends.append(await play(folder, first + number, STEPS))
    agree_in_javascript(ends)


@pytest.mark.promise("S6", "L4", "L5", "L6", "L7", "K1", "K4")
async def test_also_with_two_servers_and_a_wire_that_loses_messages(tmp_path: Path) -> None:
    first = int.from_bytes(os.urandom(4), "big")
    ends = []
    for number in range(SEEDS):
        folder = tmp_path / str(number)
        folder.mkdir()
        ends.append(await play(folder, first + number, STEPS, TwoServers))
    agree_in_javascript(ends)
