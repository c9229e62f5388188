"""The other process: what it answers, and what becomes of its work when it dies."""

from __future__ import annotations

import asyncio
import os
from collections.abc import Iterator

import pytest

from server.elsewhere import Elsewhere
from server.errors import Unavailable


@pytest.fixture
def elsewhere() -> Iterator[Elsewhere]:
    other = Elsewhere()
    yield other
    other.close()


async def test_it_is_another_process_and_answers_and_raises(elsewhere: Elsewhere) -> None:
    assert await elsewhere.run(os.getpid) != os.getpid()
    assert await elsewhere.run(divmod, 7, 2) == (3, 1)
    with pytest.raises(ZeroDivisionError):
        await elsewhere.run(divmod, 1, 0)


@pytest.mark.promise("S3")
async def test_work_that_ends_it_is_given_up_and_other_work_goes_on(elsewhere: Elsewhere) -> None:
    deadly = asyncio.create_task(elsewhere.run(_die))
    innocent = asyncio.create_task(elsewhere.run(divmod, 9, 4))
    with pytest.raises(Unavailable, match="could not be finished"):
        await deadly
    with pytest.raises(Unavailable, match="Try again"):
        await innocent
    assert await elsewhere.run(divmod, 9, 4) == (2, 1)


def _die() -> None:
    os._exit(1)
