"""How fast people type: seconds with so many keys in them, one after the other."""

from __future__ import annotations

import gzip
import json
import random
from collections.abc import Iterator
from pathlib import Path

OWN = (4, 6, 3, 5, 7, 2, 6, 5, 4, 8, 3, 6, 5, 1, 4, 7, 9, 5, 3, 6)
"""Keys in each busy second of somebody who takes notes; for when no recorded trace is at hand."""
FASTEST = 40


def rhythm(seed: int, trace: Path | None = None, *, haste: float = 1.0) -> Iterator[int]:
    """Keys per second for one sentence after the other, without end, all `haste` times as fast.

    `trace` is a gzipped JSON with `runs` of [second, number of edits, author]; its pauses are left
    out, its bursts kept.
    """
    if trace is None:
        counts = list(OWN)
    else:
        with gzip.open(trace, "rt") as file:
            counts = [run[1] for run in json.load(file)["runs"]]
    at = random.Random(seed).randrange(len(counts))
    while True:
        yield round(max(2, min(FASTEST, counts[at % len(counts)] * haste)))
        at += 1
