"""Three editors, random edits, updates that arrive late: all texts, documents, screens equal."""

import os
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from .conftest import Lab

pytestmark = [pytest.mark.asyncio(loop_scope="module"), pytest.mark.promise("L7")]

# `make soak` runs the twelve seeds the editor's decision asks for, and more.
SEEDS = int(os.environ.get("CALEPIN_SOAK_SEEDS", "3"))
OPERATIONS = 120


async def test_random_people_end_with_the_same_note(alone: "Lab") -> None:
    page = alone.people[0].page
    for seed in range(1, SEEDS + 1):
        failures = await page.evaluate(
            "([seed, operations]) => lab.soak(seed, 1, operations)", [seed, OPERATIONS]
        )
        assert failures == []
    assert alone.people[0].errors == []
