"""A document as text to be read as it is: no signs of a markup, and no line is broken. Pure.

Headings are underlined, what is nested is indented, a footnote is a number in brackets, and a
link's address follows its words.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Final

from server.export.inline import footnote_inline
from server.export.labels import Labels
from server.export.nodes import (
    Block,
    Code,
    CodeBlock,
    Document,
    Emphasis,
    Facts,
    FootnoteRef,
    Footnotes,
    Heading,
    Inline,
    Item,
    Label,
    Late,
    LineBreak,
    Link,
    List,
    Marker,
    Paragraph,
    Quote,
    Rule,
    Strike,
    Strong,
    Table,
    Text,
    plain,
)
from server.export.office import Outline

_UNDERLINES: Final = ("=", "=", "-", "~", "~", "~", "~")
"""By the level of the heading; the title has a line above it too."""

_LONGEST_LINE: Final = 72
_WIDEST_TABLE: Final = 132
"""Characters. The rows of a wider table become lists of their cells."""


def plain_text(document: Document, words: Labels) -> str:
    """The document in the words' language; its first heading is its title."""
    writer = _Writer(words)
    lines = writer.spaced(document.children)
    if footnotes := writer.footnotes():
        lines += ["", *footnotes]
    return "\n".join(line.rstrip(" ") for line in lines) + "\n"


class _Writer:
    """Numbers the footnotes of the document, and knows the levels of its headings."""

    def __init__(self, words: Labels) -> None:
        self._words = words
        self._outline = Outline()
        self._called = 0
        self._waiting: list[tuple[int, str]] = []

    def spaced(self, blocks: Iterable[Block]) -> list[str]:
        """The lines of blocks, with an empty line between two of them."""
        out: list[str] = []
        for block in blocks:
            if lines := self._block(block):
                out += ["", *lines] if out else lines
        return out

    def footnotes(self) -> list[str]:
        """The texts of the footnotes that were called since the last time."""
        waiting, self._waiting = self._waiting, []
        return [
            line
            for number, text in waiting
            for line in _hung(f"[{number}] ", self._lines(footnote_inline(text)))
        ]

    def _block(self, block: Block) -> list[str]:
        match block:
            case Heading():
                return self._heading(block)
            case Paragraph(inline=inline):
                return self._lines(inline)
            case List(ordered=ordered, items=items):
                return self._list(items, ordered=ordered)
            case Facts(items=items):
                return [line for item in items for line in self._tight(item.children)]
            case Quote(children=children):
                return [f"│ {line}" for line in self.spaced(children)]
            case CodeBlock(text=text):
                return [f"    {line}" for line in text.split("\n")]
            case Table(rows=rows):
                return self._table(rows)
            case Rule():
                return ["─" * 20]
            case Label(inline=inline):
                return [f"— {' '.join(self._lines(inline))} —"]
            case Late(label=label, children=children):
                return [f"┃ {line}" for line in self.spaced((label, *children))]
            case Footnotes():
                return self.footnotes()
            case Marker():
                return []

    def _heading(self, heading: Heading) -> list[str]:
        entry = self._outline.add(heading)
        lines = self._lines(heading.inline)
        under = _UNDERLINES[entry.level] * min(_LONGEST_LINE, max(map(len, lines)))
        return [under, *lines, under] if entry.level == 0 else [*lines, under]

    def _list(self, items: Sequence[Item], *, ordered: bool) -> list[str]:
        out: list[str] = []
        for number, item in enumerate(items, start=1):
            sign = f"{number}. " if ordered else "• "
            if item.checked is not None:
                sign = "☑ " if item.checked else "☐ "
            out += _hung(sign, self._tight(item.children))
        return out

    def _tight(self, blocks: Iterable[Block]) -> list[str]:
        return [line for block in blocks for line in self._block(block)]

    def _table(self, rows: Sequence[Sequence[tuple[Inline, ...]]]) -> list[str]:
        cells = [[" ".join(self._lines(cell)) for cell in row] for row in rows]
        each = [max(map(len, column)) for column in zip(*cells, strict=True)]
        if sum(each) + 3 * (len(each) - 1) > _WIDEST_TABLE:
            return self._listed(cells)
        head, *body = (
            " │ ".join(cell.ljust(width) for cell, width in zip(row, each, strict=True))
            for row in cells
        )
        return [head, "─┼─".join("─" * width for width in each), *body]

    def _listed(self, cells: Sequence[Sequence[str]]) -> list[str]:
        """Each row as lines of what its columns are called and what it has there."""
        head, *body = cells
        if not body:
            return [cell for cell in head if cell]
        # A column that is empty in all rows is still to be read once in each.
        filled = [any(column) for column in zip(*body, strict=True)]
        out: list[str] = []
        for row in body:
            out += [""] if out else []
            for name, cell, is_filled in zip(head, row, filled, strict=True):
                if cell or (name and not is_filled):
                    out.append(self._words.fact(name, cell) if name else cell)
        return out

    def _lines(self, inline: Iterable[Inline]) -> list[str]:
        return self._inline(inline).split("\n")

    def _inline(self, inline: Iterable[Inline]) -> str:
        return "".join(map(self._node, inline))

    def _node(self, node: Inline) -> str:
        match node:
            case Text(text=text) | Code(text=text):
                return text
            case LineBreak():
                return "\n"
            case FootnoteRef(text=text):
                self._called += 1
                self._waiting.append((self._called, text))
                return f"\u00a0[{self._called}]"
            case Strong(children=children) | Emphasis(children=children):
                return self._inline(children)
            case Strike(children=children):
                # Words that were struck out must not read as if they still held.
                return f"[{self._words.fact(self._words.struck, self._inline(children))}]"
            case Link(href=href, children=children):
                said = self._inline(children)
                is_bare = plain(children) in (href, href.removeprefix("mailto:"))
                return said if is_bare else f"{said} ({href})"


def _hung(sign: str, lines: Sequence[str]) -> list[str]:
    """The sign before the first line, the others indented under its words."""
    first, *rest = lines or [""]
    return [sign + first, *(" " * len(sign) + line if line else "" for line in rest)]
