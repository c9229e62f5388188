"""Sets of clocks: the same as a set of integers, and kept as few intervals as there can be."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise

from hypothesis import example, given
from hypothesis import strategies as st

from server.sync.ranges import Ranges

spans = st.tuples(st.integers(0, 60), st.integers(1, 12)).map(lambda span: (span[0], sum(span)))


def clocks(intervals: Sequence[tuple[int, int]]) -> set[int]:
    return {clock for start, end in intervals for clock in range(start, end)}


@given(st.lists(spans, max_size=40))
@example([(0, 2), (4, 6), (2, 4)])
@example([(0, 9), (3, 4)])
@example([(5, 6), (0, 1), (0, 6)])
def test_it_is_a_set_in_order_whose_intervals_do_not_touch(added: list[tuple[int, int]]) -> None:
    kept = list(Ranges(added))
    assert clocks(kept) == clocks(added)
    assert all(start < end for start, end in kept)
    assert all(end < start for (_, end), (start, _) in pairwise(kept))


@given(st.lists(spans, max_size=20), spans)
@example([(2, 4), (6, 8)], (0, 10))
@example([(2, 4), (6, 8)], (3, 7))
@example([(2, 4)], (4, 6))
def test_what_is_missing_is_the_difference(
    added: list[tuple[int, int]], asked: tuple[int, int]
) -> None:
    ranges = Ranges(added)
    missing = ranges.missing(*asked)
    assert clocks(missing) == clocks([asked]) - clocks(added)
    assert missing == list(Ranges(missing)), "in order, and as few as there can be"
    for start, end in missing:
        ranges.add(start, end)
    assert ranges.missing(*asked) == []
