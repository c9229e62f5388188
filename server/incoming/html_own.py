"""Which part of an exported note is the note: an export says more of it than stands in it. Pure."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

from server.export.html_page import GENERATOR
from server.export.labels import ENGLISH, FRENCH
from server.incoming.markup import Element

CONCLUSIONS: Final = {FRENCH.conclusions, ENGLISH.conclusions}
NOTES: Final = {FRENCH.notes, ENGLISH.notes}
_HEADINGS: Final = frozenset({"h1", "h2", "h3", "h4", "h5", "h6"})


def own_panes(root: Element) -> tuple[list[Element], list[Element]] | None:
    """The elements of the two panes of a note that Calepin exported as HTML; None for others.

    A whole day is none: it has many notes, and all of it is text.
    """
    is_ours = any(
        one.get("name") == "generator" and one.get("content") == GENERATOR
        for one in root.all()
        if one.name == "meta"
    )
    main = next((one for one in root.all() if one.name == "main"), None)
    if not is_ours or main is None:
        return None
    titles = [one.get("id") for one in main.all() if one.name in _HEADINGS]
    title = titles[0] if titles else ""
    if not title.startswith("n-") or not all(one.startswith(title) for one in titles):
        return None
    notes: list[Element] = []
    conclusions: list[Element] = []
    into = notes
    for one in _blocks(main):
        classes = one.get("class").split()
        if one.name == "h1" or "facts" in classes or "late" in classes or one.name == "nav":
            continue
        if "label" in classes and one.name == "p":
            if one.text() in CONCLUSIONS:
                into = conclusions
            continue
        into.append(one)
    return notes, conclusions


def _blocks(main: Element) -> list[Element]:
    return [
        block
        for one in main.elements
        for block in (one.elements if one.name == "header" else (one,))
    ]


def is_of_a_note(labels: Iterable[str]) -> bool:
    """Whether these are the labels of one note's export, and not of a whole day's."""
    found = list(labels)
    return sum(one in NOTES for one in found) < 2 and sum(one in CONCLUSIONS for one in found) < 2
