"""Sets of clocks per client id, as sorted intervals: what a note has deleted."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Iterator


class Ranges:
    """A set of integers kept as disjoint, sorted, half-open intervals that do not touch."""

    __slots__ = ("_ends", "_starts")

    def __init__(self, intervals: Iterable[tuple[int, int]] = ()) -> None:
        self._starts: list[int] = []
        self._ends: list[int] = []
        for start, end in intervals:
            self.add(start, end)

    def add(self, start: int, end: int) -> None:
        """Add start … end - 1."""
        starts, ends = self._starts, self._ends
        if not starts or start > ends[-1]:
            starts.append(start)
            ends.append(end)
            return
        first = bisect_left(ends, start)
        last = bisect_right(starts, end)
        if first < last:
            start = min(start, starts[first])
            end = max(end, ends[last - 1])
        starts[first:last] = [start]
        ends[first:last] = [end]

    def missing(self, start: int, end: int) -> list[tuple[int, int]]:
        """The parts of start … end - 1 that are not in the set, in order."""
        out = []
        i = bisect_right(self._ends, start)
        while start < end and i < len(self._starts):
            if self._starts[i] >= end:
                break
            if self._starts[i] > start:
                out.append((start, self._starts[i]))
            start = max(start, self._ends[i])
            i += 1
        if start < end:
            out.append((start, end))
        return out

    def __iter__(self) -> Iterator[tuple[int, int]]:
        return zip(self._starts, self._ends, strict=True)
