"""What the store tells for the metrics, on both engines."""

from __future__ import annotations

import random

import pytest

from storage import held
from storage.durations import Durations
from storage.values import HeldState, Milliseconds, PersonId

pytestmark = pytest.mark.promise("O3")


async def test_held_updates_are_counted_by_their_state(store, submission):
    nothing = dict.fromkeys(HeldState, 0)
    assert await store.read(held.counts) == nothing
    outcomes = await store.submit([submission(b"%d" % n, hold=True) for n in range(3)])
    assert await store.read(held.counts) == nothing | {HeldState.OPEN: 3}
    ids = [outcomes[0].id]
    decided = {"state": HeldState.LATE, "by": PersonId("m"), "at": Milliseconds(1)}
    await store.write(lambda db: held.decide(db, ids, **decided))
    assert await store.read(held.counts) == nothing | {HeldState.OPEN: 2, HeldState.LATE: 1}


async def test_the_size_of_a_store_grows_with_what_is_in_it(store, submission):
    before = await store.read(store.database.sizes)
    assert before["database"] > 0
    noise = random.Random(7)  # PostgreSQL compresses what can be
    await store.submit([submission(noise.randbytes(100_000)) for _ in range(20)])
    after = await store.read(store.database.sizes)
    assert sum(after.values()) > sum(before.values()) + 1_000_000


async def test_every_transaction_is_measured(store, submission):
    before = store.stats().durations
    for n in range(5):
        await store.submit([submission(b"%d" % n)])
    after = store.stats().durations
    assert sum(after.counts) == sum(before.counts) + 5
    assert after.seconds > before.seconds


def test_durations_are_told_apart_at_their_bounds():
    durations = Durations([0.1, 1])
    for seconds in (0.05, 0.1, 0.2, 1.0, 5.0):
        durations.add(seconds)
    assert durations.measured().counts == (2, 2, 1)
    assert durations.measured().seconds == pytest.approx(6.35)
