"""Playing a seed to its end."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tests.convergence.checks import check
from tests.convergence.quiet import calm_down
from tests.convergence.world import World
from tests.sync.library import PANES, in_javascript, joined


@dataclass(frozen=True, slots=True)
class End:
    """What a seed came to: the raw rows, what they show, and what had happened."""

    seed: int
    updates: list[str]
    shown: dict[str, Any]
    happened: list[str]


async def play(folder: Path, seed: int, steps: int, kind: type[World] = World) -> End:
    """Live through a seed, calm down, and check. An AssertionError names the seed."""
    async with kind.open(folder, seed) as world:
        try:
            await world.live(steps)
            await calm_down(world)
            found = await check(world)
        except BaseException as error:
            error.add_note(f"seed {seed}, {steps} steps, of which {len(world.happened)} were done")
            raise
    return End(seed, found["updates"], found["shown"], world.happened)


def agree_in_javascript(ends: Sequence[End]) -> None:
    """Replay the raw rows of each seed in Yjs, which shows the same note (L7)."""
    answers = in_javascript({"show": end.updates} for end in ends)
    for end, answer in zip(ends, answers, strict=True):
        for pane in PANES:
            # The order of a text's formats is nobody's: joined once more without it.
            assert joined(answer[pane]) == end.shown[pane], (
                f"seed {end.seed}: Yjs shows another note"
            )
        assert not answer["pending"], f"seed {end.seed}"
