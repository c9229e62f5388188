"""A day on the real server, and what these tests ask of its HTTP API."""

from __future__ import annotations

import pytest

from tests.protocol.days import Day
from tests.running import RunningServer, programme


@pytest.fixture
def day(standing_server: RunningServer) -> Day:
    """A day of twelve empty notes on the server that stays up."""
    return Day.make(standing_server, programme(12))


@pytest.fixture
def own_day(own_server: RunningServer) -> Day:
    """A day of twelve empty notes on a server that the test may kill."""
    return Day.make(own_server, programme(12))
