"""How often something took how long: counted when it ends, read for the metrics."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Sequence
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Measured:
    """`counts[i]` took at most `bounds[i]` seconds and more than the bound before; the last count
    is of what took longer than all bounds. `seconds` is the sum."""

    bounds: tuple[float, ...]
    counts: tuple[int, ...]
    seconds: float


class Durations:
    """Written by one thread; another may read it at any time, and sees some moment of it."""

    def __init__(self, bounds: Sequence[float]) -> None:
        self._bounds = tuple(bounds)
        self._counts = [0] * (len(self._bounds) + 1)
        self._seconds = 0.0

    def add(self, seconds: float) -> None:
        self._counts[bisect_left(self._bounds, seconds)] += 1
        self._seconds += seconds

    def measured(self) -> Measured:
        return Measured(self._bounds, tuple(self._counts), self._seconds)
