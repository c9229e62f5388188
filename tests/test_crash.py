"""Ten kills at random instants; `make crash` does a thousand."""

from __future__ import annotations

import os

import pytest

from tests.crash.run import Crashes
from tests.peers.driver import Peers
from tests.running import RunningServer, programme

CYCLES = 10


@pytest.mark.promise("L2", "K1", "K3")
async def test_what_was_saved_survives_every_kill_and_every_lock_stands(
    own_server: RunningServer, peers: Peers
) -> None:
    seed = int.from_bytes(os.urandom(4), "big")
    run = Crashes(own_server, peers, own_server.new_day(programme(3)), seed)
    await run.play(CYCLES)
    assert not run.problems, f"seed {seed}"
    assert run.lock_requests
    assert all(typist.typed for typist in run.typists)
    assert "sound" in own_server.calepin("verify")
