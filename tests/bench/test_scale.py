"""The model of many processes: what must be so whatever an edit costs."""

from __future__ import annotations

from dataclasses import replace
from itertools import pairwise

import pytest

from bench.scale import Costs, Region, need, smallest

REGION = Region(people=10_000, notes=200)


def test_one_process_tells_nobody() -> None:
    assert need(REGION, 1).deliveries == 0


def test_more_processes_commit_and_tell_more_for_the_same_edits() -> None:
    found = [need(REGION, processes) for processes in (1, 2, 4, 8)]
    assert len({one.edits for one in found}) == 1
    for less, more in pairwise(found):
        assert more.commits > less.commits
        assert more.deliveries > less.deliveries
        assert more.fullest_core < less.fullest_core


def test_notes_that_stay_with_few_processes_cost_less_to_tell_of() -> None:
    few = replace(REGION, hosts=2)
    assert need(few, 16).deliveries < need(REGION, 16).deliveries / 4
    assert need(few, 2) == need(REGION, 2)


def test_a_process_commits_once_in_a_gap_at_most() -> None:
    costs = Costs()
    busy = replace(REGION, keys_per_second=1_000.0)
    assert need(busy, 4, costs).commits == pytest.approx(4 / costs.gap_seconds, rel=0.01)


def test_the_smallest_leaves_half_of_each_core() -> None:
    found = smallest(REGION)
    assert found.fullest_core < 0.5
    assert need(REGION, found.processes - 1).fullest_core >= 0.5
