"""Headings of a note under the heading of its item. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Final

from server.export.nodes import Block, Heading, Item, List, Quote

DEEPEST: Final = 6


def shifted(blocks: Sequence[Block], first: int, *, noted: bool = False) -> tuple[Block, ...]:
    """The same blocks; the highest heading in them gets level `first`, the next `first + 1`.

    Levels that the note does not use leave no gap. What would be deeper than 6 is 6. With `noted`,
    each says which level it had.
    """
    used = sorted(set(_levels(blocks)))
    levels = {
        level: (min(first + index, DEEPEST), level if noted else 0)
        for index, level in enumerate(used)
    }
    return tuple(_moved(block, levels) for block in blocks)


_Levels = Mapping[int, tuple[int, int]]
"""The level of a heading, and what it says of the one that it had."""


def _levels(blocks: Iterable[Block]) -> Iterator[int]:
    for block in blocks:
        match block:
            case Heading(level=level):
                yield level
            case Quote(children=children):
                yield from _levels(children)
            case List(items=items):
                for item in items:
                    yield from _levels(item.children)
            case _:
                pass


def _moved(block: Block, levels: _Levels) -> Block:
    match block:
        case Heading(level=level):
            moved, noted = levels[level]
            return replace(block, level=moved, noted=noted)
        case Quote(children=children):
            return Quote(tuple(_moved(child, levels) for child in children))
        case List(items=items):
            return replace(block, items=tuple(_moved_item(item, levels) for item in items))
        case _:
            return block


def _moved_item(item: Item, levels: _Levels) -> Item:
    return replace(item, children=tuple(_moved(child, levels) for child in item.children))
