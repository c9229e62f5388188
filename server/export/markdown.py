"""A document as Markdown: CommonMark, with the tables, tasks, strikes and footnotes of GFM. Pure.

Reading the text again gives the same blocks, for every document that `tree` can make (X2). The
writer knows by construction what is safe; it never parses what it wrote.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from typing import Final

from server.export.inline import footnote_inline
from server.export.nodes import (
    Block,
    CodeBlock,
    Document,
    Facts,
    Footnotes,
    Heading,
    Inline,
    Item,
    Label,
    Late,
    List,
    Marker,
    Paragraph,
    Quote,
    Rule,
    Strong,
    Table,
)
from server.export.spell import Place, spell

RULE: Final = "___"
"""Never mistaken for a list, an underlined heading or front matter, whatever stands around it."""
_EMPTY_TASK: Final = "&nbsp;"
"""A task without words is no task for GFM."""
_FENCES: Final = re.compile(r"^ {0,3}(`{3,})", re.MULTILINE)


def markdown(document: Document) -> str:
    """The whole document; ends with one newline, or is "" when nothing is in it."""
    writer = _Writer()
    out = writer.blocks(document.children)
    out.extend(writer.footnotes(separated=bool(out)))
    return "\n".join(out) + "\n" if out else ""


class _Writer:
    """Counts the footnotes of one document. All methods give lines without newlines."""

    def __init__(self) -> None:
        self._count = 0
        self._waiting: list[tuple[int, str]] = []

    def blocks(self, blocks: Sequence[Block], *, other: bool = False) -> list[str]:
        """The lines of blocks. `other`: if a list is first, it has the other marker.

        Two lists beside each other are two because their markers differ.
        """
        out: list[str] = []
        previous: Block | None = None
        for each in blocks:
            block = List(ordered=False, items=each.items) if isinstance(each, Facts) else each
            if isinstance(block, List):
                if isinstance(previous, List):
                    other = not other if previous.ordered == block.ordered else False
                elif previous is not None:
                    other = False
                written = self._list(block, other=other)
            else:
                written = self._block(block)
            if written:
                if out:
                    out.append("")
                out.extend(written)
                previous = block
        return out

    def footnotes(self, *, separated: bool) -> list[str]:
        """The texts of the footnotes that were called since the last time."""
        out: list[str] = []
        while self._waiting:
            number, text = self._waiting.pop(0)
            if separated or out:
                out.append("")
            words = self._inline(footnote_inline(text), "paragraph").split("\n")
            out.extend(_prefixed(words, f"[^{number}]: ", "    "))
        return out

    def _block(self, block: Block) -> list[str]:
        match block:
            case Heading(level=level, inline=inline):
                return [f"{'#' * level} {self._inline(inline, 'heading')}"]
            case Paragraph(inline=inline):
                return self._inline(inline, "paragraph").split("\n")
            case List():
                return self._list(block, other=False)
            case Quote(children=children):
                return [f"> {line}" if line else ">" for line in self.blocks(children)]
            case CodeBlock(lang=lang, text=text):
                return _code_block(lang, text)
            case Table(rows=rows):
                return self._table(rows)
            case Rule():
                return [RULE]
            case Facts(items=items):
                return self._list(List(ordered=False, items=items), other=False)
            case Label(inline=inline):
                return self._block(Paragraph((Strong(inline),)))
            case Late(label=label, children=children):
                return self.blocks((label, *children))
            case Footnotes():
                return self.footnotes(separated=False)
            case Marker(text=text):
                return [f"<!-- {text} -->"]

    def _list(self, block: List, *, other: bool) -> list[str]:
        tight = all(_is_tight(item) for item in block.items)
        out: list[str] = []
        for number, item in enumerate(block.items, start=1):
            if out and not tight:
                out.append("")
            if block.ordered:
                marker = f"{number}{')' if other else '.'} "
            else:
                marker = "* " if other else "- "
            out.extend(
                _prefixed(self._item(item, tight=tight, other=other), marker, " " * len(marker))
            )
        return out

    def _item(self, item: Item, *, tight: bool, other: bool) -> list[str]:
        """The lines of an item; `other` says which marker it has."""
        first, rest = (
            (item.children[0], item.children[1:])
            if item.children and isinstance(item.children[0], Paragraph)
            else (None, item.children)
        )
        if item.checked is not None:
            words = [_EMPTY_TASK] if first is None else self._block(first)
            out = _prefixed(words, "[x] " if item.checked else "[ ] ", "")
        elif first is not None:
            out = self._block(first)
        else:
            out = []
        if not rest:
            return out or [""]
        if not tight and out:
            out.append("")
        # Markers alone on a line would draw a rule if they were all the same: `- - -`.
        return out + self.blocks(rest, other=not out and not other)

    def _table(self, rows: Sequence[Sequence[tuple[Inline, ...]]]) -> list[str]:
        written = [[self._inline(cell, "cell") for cell in row] for row in rows]
        head, *body = (f"| {' | '.join(row)} |" for row in written)
        return [head, f"|{' --- |' * len(rows[0])}", *body]

    def _inline(self, inline: Sequence[Inline], place: Place) -> str:
        return spell(inline, place=place, number=self._number)

    def _number(self, text: str) -> int:
        self._count += 1
        self._waiting.append((self._count, text))
        return self._count


def _is_tight(item: Item) -> bool:
    """Whether an item is words and then lists only, which need no blank lines between."""
    rest = item.children[1:] if isinstance(_first(item.children), Paragraph) else item.children
    return (
        all(isinstance(child, List) for child in rest)
        and len(rest) < 2
        and not any(isinstance(child, List) and _begins_empty(child) for child in rest)
    )


def _begins_empty(block: List) -> bool:
    """An empty item does not interrupt a paragraph: it would underline it as a heading."""
    first = _first(block.items[0].children)
    return first is None or not isinstance(first, Paragraph)


def _first(blocks: Sequence[Block]) -> Block | None:
    return blocks[0] if blocks else None


def _code_block(lang: str, text: str) -> list[str]:
    longest = max((len(run) for run in _FENCES.findall(text)), default=2)
    fence = "`" * (longest + 1)
    return [fence + lang, *text.split("\n"), fence]


def _prefixed(lines: Iterable[str], first: str, rest: str) -> list[str]:
    """Lines inside a container; blank lines carry no blanks of their own."""
    out: list[str] = []
    for line in lines:
        prefix = rest if out else first
        out.append(prefix + line if line else prefix.rstrip(" "))
    return out
