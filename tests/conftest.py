"""What tests of the whole share: the real server, and stock clients of other makers."""

from __future__ import annotations

import shutil
from collections.abc import AsyncIterator, Generator, Iterator
from pathlib import Path

import pytest

from tests.peers.driver import FOLDER, PeerProcess, Peers
from tests.running import RunningServer

SHORT_DRAIN = {"drain_ms": "150"}


@pytest.fixture(scope="session")
def standing_server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunningServer]:
    """One real server for all tests that leave it standing; each makes a day of its own on it."""
    with RunningServer(tmp_path_factory.mktemp("server"), SHORT_DRAIN) as running:
        yield running


@pytest.fixture
def own_server(tmp_path: Path) -> Iterator[RunningServer]:
    """A real server for one test, which may kill it, stop it and start it again."""
    with RunningServer(tmp_path, SHORT_DRAIN) as running:
        yield running


@pytest.fixture(scope="session")
def peer_process() -> Iterator[PeerProcess]:
    """The Node process in which stock clients run."""
    if shutil.which("node") is None or not (FOLDER / "node_modules").is_dir():
        pytest.fail("The stock clients are not installed; `make setup-test` installs them.")
    with PeerProcess() as running:
        yield running


@pytest.fixture
async def peers(peer_process: PeerProcess) -> AsyncIterator[Peers]:
    """Stock clients for one test; they end with it."""
    async with Peers(peer_process) as playing:
        yield playing


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(
    item: pytest.Item,
) -> Generator[None, pytest.TestReport, pytest.TestReport]:
    """Show what a failed test's server and clients said."""
    report = yield
    if report.failed and isinstance(item, pytest.Function):
        for value in item.funcargs.values():
            if isinstance(value, RunningServer):
                report.sections.append(("server", value.said()[-6000:]))
            elif isinstance(value, Peers):
                report.sections.append(("clients", value.reported()))
    return report


LONG = ("rolling", "test_crash.py", "test_rehearsal.py", "cluster", "bench", "browser", "together")
"""What takes longest: begun first, so that nobody waits for one of them at the end."""


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Put what takes long first; the rest stays in its order."""
    here = Path(__file__).parent

    def turn(item: pytest.Item) -> int:
        name = item.path.relative_to(here).parts[0]
        return LONG.index(name) if name in LONG else len(LONG)

    items.sort(key=turn)
