from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.judges.panel import Panel

DATA = Path(__file__).parents[3] / "shared" / "data"


@pytest.fixture(scope="session")
def data() -> Path:
    """The folder of texts that are not part of the project."""
    if not DATA.is_dir():
        pytest.skip("needs the folder of other people's texts, which is not part of the project")
    return DATA


@pytest.fixture(scope="session")
def panel() -> Iterator[Panel]:
    with Panel() as panel:
        yield panel
