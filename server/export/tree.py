"""From the lines of a pane to nested blocks. Pure; every line with something to read is in it.

The nesting is read from `indent`: a list line goes under the item above it that is less indented;
any other line that is indented belongs to such an item too. Lines that quote form one quotation;
rows form a table, code lines a block of code. A line with nothing in it only separates what stands
around it.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from typing import Final

from server.export.bullets import bulleted
from server.export.inline import BOX, clean, inline
from server.export.lines import HEADINGS, LISTS, Break, Cell, Footnote, Line, Span, Unknown
from server.export.nodes import (
    Block,
    CodeBlock,
    Document,
    Heading,
    Inline,
    Item,
    List,
    Paragraph,
    Quote,
    Rule,
    Table,
)


def tree(lines: Iterable[Line]) -> Document:
    """The document that these lines show."""
    return Document(_blocks(list(bulleted(_ruled(lines))), outer=0, quoted=False))


def _ruled(lines: Iterable[Line]) -> Iterator[Line]:
    """The same lines; words in a rule stand after it."""
    for line in lines:
        if line.kind == "rule" and line.spans:
            yield replace(line, spans=())
            yield replace(line, kind="paragraph")
        else:
            yield line


@dataclass(slots=True)
class _OpenItem:
    children: list[Block | _OpenList] = field(default_factory=list)
    checked: bool | None = None


@dataclass(slots=True)
class _OpenList:
    indent: int
    ordered: bool
    items: list[_OpenItem] = field(default_factory=list)


class _Builder:
    """The open lists, outermost first, and what stands at the top."""

    def __init__(self) -> None:
        self.top: list[Block | _OpenList] = []
        self._lists: list[_OpenList] = []

    def add_item(self, indent: int, *, ordered: bool, checked: bool | None) -> _OpenItem:
        """Open an item: in the list of its depth if it goes on, otherwise in a new one."""
        closed = None
        while self._lists and self._lists[-1].indent > indent:
            closed = self._lists.pop()
        if closed is not None and (not self._lists or self._lists[-1].indent < indent):
            # Nothing stands at this depth: the item joins the list that was indented too far.
            closed.indent = indent
            self._lists.append(closed)
        if self._lists and self._lists[-1].indent == indent:
            current = self._lists[-1]
            if current.ordered == ordered:
                return self._open(current, checked)
            self._lists.pop()
        new = _OpenList(indent, ordered)
        self.place().append(new)
        self._lists.append(new)
        return self._open(new, checked)

    def close(self, indent: int) -> None:
        """Close the lists that a block of this indent is not in."""
        while self._lists and self._lists[-1].indent >= indent:
            self._lists.pop()

    def place(self) -> list[Block | _OpenList]:
        """Where the next block goes."""
        return self._lists[-1].items[-1].children if self._lists else self.top

    @property
    def depth(self) -> int:
        """The indent that a block has which is directly in the open item."""
        return self._lists[-1].indent + 1 if self._lists else 0

    @staticmethod
    def _open(into: _OpenList, checked: bool | None) -> _OpenItem:
        item = _OpenItem(checked=checked)
        into.items.append(item)
        return item


_CONTINUED: Final = ("code", "row")


def _blocks(lines: Sequence[Line], *, outer: int, quoted: bool) -> tuple[Block, ...]:
    """The blocks of lines whose indent counts from `outer`."""
    builder = _Builder()
    index = 0
    while index < len(lines):
        line = lines[index]
        indent = max(0, line.indent - outer)
        if line.quote and not quoted:
            builder.close(indent)
            base = outer + builder.depth
            end = _end_of_quote(lines, index, base)
            if children := _blocks(lines[index:end], outer=base, quoted=True):
                builder.place().append(Quote(children))
            index = end
        elif line.kind in LISTS:
            checked = line.checked if line.kind == "task" else None
            item = builder.add_item(indent, ordered=line.kind == "ordered", checked=checked)
            if found := inline(line.spans):
                item.children.append(Paragraph(found))
            index += 1
        else:
            builder.close(indent)
            end = _end_of_block(lines, index)
            builder.place().extend(_block(lines[index:end]))
            index = end
    return _closed(builder.top)


def _end_of_quote(lines: Sequence[Line], start: int, base: int) -> int:
    end = start + 1
    while end < len(lines) and lines[end].quote and lines[end].indent >= base:
        end += 1
    return end


def _end_of_block(lines: Sequence[Line], start: int) -> int:
    first = lines[start]
    end = start + 1
    if first.kind in _CONTINUED:
        while (
            end < len(lines)
            and lines[end].kind == first.kind
            and lines[end].indent == first.indent
            and lines[end].quote == first.quote
            and lines[end].lang in ("", first.lang)
        ):
            end += 1
    return end


def _block(lines: Sequence[Line]) -> list[Block]:
    first = lines[0]
    if first.kind == "code":
        text = "\n".join(map(_code_text, lines))
        return [CodeBlock(first.lang, text)] if text.strip() else []
    if first.kind == "row":
        return [_table(lines)]
    if first.kind == "rule":
        return [Rule()]
    found = inline(first.spans)
    if found and first.kind in HEADINGS:
        return [Heading(HEADINGS.index(first.kind) + 1, found)]
    return [Paragraph(found)] if found else []


def _code_text(line: Line) -> str:
    """Code has no format: a break is a newline, a footnote stands in brackets."""
    out: list[str] = []
    for span in line.spans:
        match span.text:
            case str():
                out.append(clean(span.text))
            case Break():
                out.append("\n")
            case Footnote(text=text):
                out.append(f" ({clean(text)})")
            case Cell():
                out.append("\t")
            case Unknown():
                out.append(BOX)
    return "".join(out)


def _table(lines: Sequence[Line]) -> Table:
    rows = [_cells(line) for line in lines]
    width = max(map(len, rows))
    return Table(tuple(row + ((),) * (width - len(row)) for row in rows))


def _cells(line: Line) -> tuple[tuple[Inline, ...], ...]:
    cells: list[list[Span]] = [[]]
    for span in line.spans:
        if isinstance(span.text, Cell):
            cells.append([])
        else:
            cells[-1].append(span)
    return tuple(inline(cell) for cell in cells)


def _closed(blocks: Iterable[Block | _OpenList]) -> tuple[Block, ...]:
    return tuple(
        List(
            block.ordered,
            tuple(Item(_closed(item.children), item.checked) for item in block.items),
        )
        if isinstance(block, _OpenList)
        else block
        for block in blocks
    )
