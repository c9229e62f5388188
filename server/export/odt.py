"""A document as the body of an ODT: real headings, lists, tables, footnotes and links. Pure.

Written as OpenDocument 1.2 says. A list's item may hold paragraphs and lists, and no table: where
one stands in an item, the lists around it end before it and go on after it.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import product
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
from server.export.office import (
    Entry,
    Outline,
    address,
    goes_on,
    head_and_rest,
    is_of_programme,
    widths,
    would_join,
    xml,
)

MARKS: Final = tuple("".join(one) for one in product(("", "B"), ("", "I"), ("", "S"), ("", "C")))
"""Names of text styles: of the letters for bold, italic, struck out and code."""

_WIDTH: Final = 1000
_BLANKS: Final = re.compile(r" {2,}")
_BLANKS_OF_CODE: Final = re.compile(r"^ | $| {2,}")
_IN_ITEM: Final = {
    "Text_20_body": "List_20_Contents",
    "Quotations": "Quoted_20_Item",
    "Late": "Late_20_Item",
}
"""The styles of paragraphs in lists: these have the indent of their list."""

_INSET: Final = dict.fromkeys(("Quotations", "Quoted_20_Item", "Late", "Late_20_Item"), "Inset_20_")
"""What the names of lists and tables begin with that stand behind the line of a frame."""

_LISTS: Final = {True: "Numbers", False: "Bullets"}


@dataclass(frozen=True, slots=True)
class Body:
    """What is in the text of the document, and the styles of its columns."""

    text: str
    columns: tuple[int, ...]
    """The widths that columns have, in thousandths of the table's."""


def odt(document: Document, words: Labels) -> Body:
    """The document in the words' language; its first heading is its title."""
    writer = _Writer(words)
    before, after = head_and_rest(document)
    under_title = "Subtitle" if is_of_programme(before) else "Text_20_body"
    head, rest = writer.blocks(before, under_title), writer.blocks(after)
    return Body(head + writer.contents() + rest, tuple(sorted(writer.columns)))


@dataclass(slots=True)
class _Open:
    """A list that is being written, and the element of its open item."""

    style: str
    element: str = "list-item"


class _Writer:
    """Counts headings, footnotes and tables, and knows the open lists."""

    def __init__(self, words: Labels) -> None:
        self.columns: set[int] = set()
        self._words = words
        self._outline = Outline()
        self._lists: list[_Open] = []
        self._footnotes = 0
        self._tables = 0

    def blocks(self, blocks: Iterable[Block], style: str = "Text_20_body") -> str:
        """The blocks; `style` is that of their plain paragraphs."""
        out: list[str] = []
        last: Block | None = None
        blocks = tuple(blocks)
        for at, block in enumerate(blocks):
            if would_join(last, block) and not isinstance(block, List):
                out.append(_paragraph("", "Text_20_body"))
            if isinstance(block, Facts):
                out.append(self._facts(block.items, alone=not goes_on(blocks[at + 1 :])))
            else:
                out.append(self._block(block, style))
            last = block
        return "".join(out)

    def contents(self) -> str:
        """An index that the reader's program can renew; what it shows is here already."""
        entries = self._outline.contents()
        if not entries:
            return ""
        name = xml(self._words.contents)
        lines = "".join(
            f'<text:p text:style-name="Contents_20_{entry.level}">'
            f'<text:a xlink:type="simple" xlink:href="#{_bookmark(entry)}" '
            'text:style-name="Index_20_Link" text:visited-style-name="Index_20_Link">'
            f"{_text(entry.title)}<text:tab/>"
            f'<text:bookmark-ref text:reference-format="page" text:ref-name="{_bookmark(entry)}"/>'
            "</text:a></text:p>"
            for entry in entries
        )
        title = f'<text:p text:style-name="Contents_20_Heading">{name}</text:p>'
        deepest = max(entry.level for entry in entries)
        return (
            f'<text:table-of-content text:name="{name}">'
            f'<text:table-of-content-source text:outline-level="{deepest}">'
            '<text:index-title-template text:style-name="Contents_20_Heading">'
            f"{name}</text:index-title-template></text:table-of-content-source>"
            f'<text:index-body><text:index-title text:name="{name} 1">{title}</text:index-title>'
            f"{lines}</text:index-body></text:table-of-content>"
        )

    def _block(self, block: Block, style: str) -> str:
        match block:
            case Heading():
                return self._heading(block)
            case Paragraph(inline=inline):
                return _paragraph(self._inline(inline), style)
            case List(ordered=ordered, items=items):
                return self._list(items, style, ordered=ordered)
            case Quote(children=children):
                return self.blocks(children, "Quotations")
            case CodeBlock(text=text):
                return _paragraph(_text(text, _BLANKS_OF_CODE), "Preformatted_20_Text")
            case Table(rows=rows):
                return self._table(rows, style)
            case Rule():
                return _paragraph("", "Horizontal_20_Line")
            case Label(inline=inline):
                return _paragraph(self._inline(inline), "Label")
            case Late(label=label, children=children):
                head = _paragraph(self._inline(label.inline), "Late_20_Label")
                return head + self.blocks(children, "Late")
            case Facts() | Footnotes() | Marker():
                return ""

    def _heading(self, heading: Heading) -> str:
        entry = self._outline.add(heading)
        runs = self._inline(heading.inline)
        if entry.level == 0:
            return _paragraph(runs, "Title")
        return (
            f'<text:h text:style-name="Heading_20_{entry.level}" '
            f'text:outline-level="{entry.level}"><text:bookmark text:name="{_bookmark(entry)}"/>'
            f"{runs}</text:h>"
        )

    def _facts(self, items: Sequence[Item], *, alone: bool) -> str:
        """In styles of their own, so that they can be told from the note: they stay together, with
        the heading above them and with the note below."""
        last = "Last_20_Fact" if alone else "Facts"
        styles = [*["Facts"] * (len(items) - 1), last]
        return "".join(
            self.blocks(item.children, style) for item, style in zip(items, styles, strict=False)
        )

    def _list(self, items: Sequence[Item], style: str, *, ordered: bool) -> str:
        """Tasks have a style of list of their own, where a box is their sign."""
        is_task = all(item.checked is not None for item in items)
        name = "Tasks" if is_task else _LISTS[ordered]
        self._lists.append(_Open(_INSET.get(style, "") + name))
        out = [f'<text:list text:style-name="{self._lists[-1].style}">']
        for item in items:
            self._lists[-1].element = "list-item"
            out.append(f"<text:list-item>{self._item(item, style)}")
            out.append(f"</text:{self._lists[-1].element}>")
        self._lists.pop()
        return "".join([*out, "</text:list>"])

    def _item(self, item: Item, style: str) -> str:
        first: tuple[Inline, ...] = ()
        rest = item.children
        if rest and isinstance(rest[0], Paragraph):
            first, rest = rest[0].inline, rest[1:]
        box = "" if item.checked is None else "☑\u00a0" if item.checked else "☐\u00a0"
        style = _IN_ITEM.get(style, style)
        return _paragraph(box + self._inline(first), style) + self.blocks(rest, style)

    def _table(self, rows: Sequence[Sequence[tuple[Inline, ...]]], style: str) -> str:
        self._tables += 1
        each = widths(rows, _WIDTH)
        self.columns.update(each)
        columns = "".join(f'<table:table-column table:style-name="Column{one}"/>' for one in each)
        first, *others = rows
        head = self._row(first, "Table_20_Heading")
        body = "".join(self._row(row, "Table_20_Contents") for row in others)
        named = f"{_INSET.get(style, '')}Table"
        table = (
            f'<table:table table:name="Table{self._tables}" table:style-name="{named}">{columns}'
            f"<table:table-header-rows>{head}</table:table-header-rows>{body}</table:table>"
        )
        return self._outside_lists(table)

    def _row(self, row: Sequence[tuple[Inline, ...]], style: str) -> str:
        cells = "".join(
            '<table:table-cell table:style-name="Cell" office:value-type="string">'
            f"{_paragraph(self._inline(cell), style)}</table:table-cell>"
            for cell in row
        )
        return f'<table:table-row table:style-name="Row">{cells}</table:table-row>'

    def _outside_lists(self, block: str) -> str:
        """The block between the end of the open lists and their going on, without a new sign."""
        ends = "".join(f"</text:{one.element}></text:list>" for one in reversed(self._lists))
        begins = "".join(
            f'<text:list text:style-name="{one.style}" text:continue-numbering="true">'
            "<text:list-header>"
            for one in self._lists
        )
        for one in self._lists:
            one.element = "list-header"
        return ends + block + begins

    def _inline(self, inline: Iterable[Inline], marks: str = "") -> str:
        return "".join(self._node(node, marks) for node in inline)

    def _node(self, node: Inline, marks: str) -> str:
        match node:
            case Text(text=text):
                return _span(_text(text), marks)
            case Code(text=text):
                return _span(_text(text, _BLANKS_OF_CODE), marks + "C")
            case LineBreak():
                return "<text:line-break/>"
            case FootnoteRef(text=text):
                return self._call(text)
            case Strong(children=children):
                return self._inline(children, marks + "B")
            case Emphasis(children=children):
                return self._inline(children, marks + "I")
            case Strike(children=children):
                return self._inline(children, marks + "S")
            case Link():
                return self._link(node, marks)

    def _link(self, link: Link, marks: str) -> str:
        inside = self._inline(link.children, marks)
        target = address(link.href)
        if target:
            return f'<text:a xlink:type="simple" xlink:href="{xml(target)}">{inside}</text:a>'
        return inside + ("" if plain(link.children) == link.href else _text(f" ({link.href})"))

    def _call(self, text: str) -> str:
        self._footnotes += 1
        words = _paragraph(self._inline(footnote_inline(text)), "Footnote")
        return (
            f'<text:note text:id="ftn{self._footnotes}" text:note-class="footnote">'
            f"<text:note-citation>{self._footnotes}</text:note-citation>"
            f"<text:note-body>{words}</text:note-body></text:note>"
        )


def _bookmark(entry: Entry) -> str:
    return f"heading{entry.mark}"


def _paragraph(runs: str, style: str) -> str:
    return f'<text:p text:style-name="{style}">{runs}</text:p>'


def _span(text: str, marks: str) -> str:
    name = "".join(letter for letter in "BISC" if letter in marks)
    return f'<text:span text:style-name="{name}">{text}</text:span>' if name else text


def _text(text: str, blanks: re.Pattern[str] = _BLANKS) -> str:
    """Text; blanks that XML would lose, newlines and tabs are elements of their own."""

    def kept(part: str) -> str:
        return blanks.sub(lambda found: f'<text:s text:c="{len(found[0])}"/>', xml(part))

    lines = ("<text:tab/>".join(map(kept, line.split("\t"))) for line in text.split("\n"))
    return "<text:line-break/>".join(lines)
