"""Sixty times of opening, writing and closing on a real server; `make soak` does a thousand."""

from __future__ import annotations

import pytest

from storage.engines import READERS
from tests.running import RunningServer, programme
from tests.soak.run import Holding, lost, play, until

CYCLES = 60


@pytest.mark.promise("S4")
async def test_people_who_left_leave_no_socket_and_no_thread(own_server: RunningServer) -> None:
    entrance = own_server.new_day(programme(3))
    await play(own_server, entrance, 10)
    before = Holding.of(own_server.pid)
    # Threads that read, and their connections of three files, begin on need: so many at most.
    threads, files = before.threads + READERS, before.files + 3 * READERS
    await play(own_server, entrance, CYCLES, first=10)
    after = await until(
        lambda now: now.files <= files and now.threads <= threads,
        own_server.pid,
        seconds=30,
    )
    assert after.files <= files < before.files + CYCLES
    assert after.threads <= threads < before.threads + CYCLES
    assert not await lost(own_server, entrance, 10 + CYCLES)
