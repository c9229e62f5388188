"""The colours of people's carets and names.

Each has a contrast of at least 4.5 with white, so that a name can stand on it in white or in it on
white, and of at least 3 with the dark theme's background (WCAG 2.2, 1.4.3 and 1.4.11). Neighbours
in the list are far apart, so that the first people of a note are told apart most easily.
"""

from __future__ import annotations

from collections.abc import Mapping

PALETTE = (
    *("#106bc6", "#b35009", "#0e7c45", "#a737be", "#d21e3c", "#0a767f"),
    *("#7e6a07", "#7454d4", "#457811", "#c72383", "#aa5241", "#5069b4"),
)


def colour_of(index: int) -> str:
    """The colour of the day's person number `index`, from 0; the palette repeats."""
    return PALETTE[index % len(PALETTE)]


def least_used(uses: Mapping[str, int]) -> str:
    """The colour for one more person, given how many have each: one that nobody has while there
    is any, otherwise one that as few as possible share; the first of the palette among equals."""
    return min(PALETTE, key=lambda colour: uses.get(colour, 0))
