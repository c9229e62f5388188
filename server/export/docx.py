"""A document as the parts of a DOCX that depend on it: body, footnotes, numbering, links. Pure.

Written as ECMA-376 says, of elements that Word and LibreOffice both read. Every text is escaped,
and a link is a relation out of the document that nothing follows by itself.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
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

BULLETS, NUMBERS, TASKS = 1, 2, 3
"""The kinds of list, each with nine levels, and the lists that bullets and tasks share."""

STEP: Final = 360
"""How far a level is indented, in twentieths of a point."""

_DEEPEST_LIST: Final = 8
_WIDTH: Final = 9638
"""Of the text, in twentieths of a point: A4 with margins of 2 cm."""

_MAX_COLUMNS: Final = 63
"""Word opens no table that has more; what is beyond stands in the last one."""

_BORDERS: Final = {"quote": "single", "late": "double"}


@dataclass(frozen=True, slots=True)
class Parts:
    """XML without its outermost elements; links in the order of their relations."""

    body: str
    footnotes: str
    numbers: str
    links: tuple[str, ...]
    footnote_links: tuple[str, ...]


def docx(document: Document, words: Labels) -> Parts:
    """The document in the words' language; its first heading is its title."""
    writer = _Writer(words)
    before, after = head_and_rest(document)
    under_title = _Place(style="Subtitle" if is_of_programme(before) else "")
    head, rest = writer.blocks(before, under_title), writer.blocks(after)
    body = head + writer.contents() + rest
    return Parts(
        body,
        "".join(writer.footnotes),
        "".join(writer.numbers),
        tuple(writer.links),
        tuple(writer.footnote_links),
    )


@dataclass(frozen=True, slots=True)
class _Place:
    """Where a paragraph stands: how many levels in, in what frame, and as which item."""

    depth: int = 0
    lists: int = 0
    frame: str = ""
    number: int = 0
    style: str = ""


@dataclass(frozen=True, slots=True)
class _Marks:
    bold: bool = False
    italic: bool = False
    strike: bool = False
    style: str = ""


class _Writer:
    """Counts headings, footnotes, links and lists."""

    def __init__(self, words: Labels) -> None:
        self.footnotes: list[str] = []
        self.numbers: list[str] = []
        self.links: list[str] = []
        self.footnote_links: list[str] = []
        self._words = words
        self._outline = Outline()
        self._into = self.links

    def blocks(self, blocks: Iterable[Block], place: _Place = _Place()) -> str:
        out: list[str] = []
        last: Block | None = None
        blocks = tuple(blocks)
        for at, block in enumerate(blocks):
            if would_join(last, block):
                out.append(_paragraph("", "AfterTable"))
            if isinstance(block, Facts):
                out.append(self._facts(block.items, place, alone=not goes_on(blocks[at + 1 :])))
            else:
                out.append(self._block(block, place))
            last = block
        return "".join(out)

    def contents(self) -> str:
        """A field that the reader's program can renew; what it shows is here already."""
        entries = self._outline.contents()
        if not entries:
            return ""
        deepest = max(entry.level for entry in entries)
        begin = (
            '<w:r><w:fldChar w:fldCharType="begin"/></w:r><w:r><w:instrText xml:space="preserve"> '
            f"TOC \\o &quot;1-{deepest}&quot; \\h \\z \\u </w:instrText></w:r>"
            '<w:r><w:fldChar w:fldCharType="separate"/></w:r>'
        )
        lines = [
            f'<w:p><w:pPr><w:pStyle w:val="TOC{entry.level}"/></w:pPr>{begin if first else ""}'
            f'<w:hyperlink w:anchor="{_bookmark(entry)}" w:history="1">{_run(entry.title)}'
            "</w:hyperlink></w:p>"
            for entry, first in zip(entries, [True, *[False] * len(entries)], strict=False)
        ]
        title = _paragraph(_run(self._words.contents), "TOCHeading")
        end = '<w:r><w:fldChar w:fldCharType="end"/></w:r></w:p>'
        return title + "".join(lines).removesuffix("</w:p>") + end

    def _block(self, block: Block, place: _Place) -> str:
        match block:
            case Heading():
                return self._heading(block, place)
            case Paragraph(inline=inline):
                return self._paragraph(inline, place)
            case List(ordered=ordered, items=items):
                return self._list(items, place, ordered=ordered)
            case Quote(children=children):
                return self.blocks(children, replace(place, depth=place.depth + 1, frame="quote"))
            case CodeBlock(text=text):
                return _paragraph(_run(text), "Code", place)
            case Table(rows=rows):
                return self._table(rows, place)
            case Rule():
                return _paragraph("", "Rule", place)
            case Label(inline=inline):
                return _paragraph(self._inline(inline), "Label", place)
            case Late(label=label, children=children):
                inside = replace(place, depth=place.depth + 1, frame="late")
                return self.blocks((label, *children), inside)
            case Facts() | Footnotes() | Marker():
                return ""

    def _heading(self, heading: Heading, place: _Place) -> str:
        entry = self._outline.add(heading)
        runs = self._inline(heading.inline)
        if entry.level == 0:
            return _paragraph(runs, "Title", place)
        mark = f'<w:bookmarkStart w:id="{entry.number}" w:name="{_bookmark(entry)}"/>'
        mark += f'<w:bookmarkEnd w:id="{entry.number}"/>'
        return _paragraph(mark + runs, f"Heading{entry.level}", place)

    def _paragraph(self, inline: Iterable[Inline], place: _Place, before: str = "") -> str:
        style = place.style or {"quote": "Quote", "late": "Late"}.get(place.frame, "BodyText")
        return _paragraph(before + self._inline(inline), style, place)

    def _facts(self, items: Sequence[Item], place: _Place, *, alone: bool) -> str:
        """In styles of their own, so that they can be told from the note: they stay together, with
        the heading above them and with the note below."""
        last = "LastFact" if alone else "Facts"
        styles = [*["Facts"] * (len(items) - 1), last]
        return "".join(
            self.blocks(item.children, replace(place, style=style))
            for item, style in zip(items, styles, strict=False)
        )

    def _list(self, items: Iterable[Item], place: _Place, *, ordered: bool) -> str:
        inside = replace(place, depth=place.depth + 1, lists=place.lists + 1)
        number = self._new_numbers(place.lists) if ordered else BULLETS
        return "".join(self._item(item, inside, number) for item in items)

    def _new_numbers(self, lists: int) -> int:
        """A list of its own, that begins with 1."""
        number = TASKS + 1 + len(self.numbers)
        self.numbers.append(
            f'<w:num w:numId="{number}"><w:abstractNumId w:val="{NUMBERS}"/>'
            f'<w:lvlOverride w:ilvl="{min(lists, _DEEPEST_LIST)}"><w:startOverride w:val="1"/>'
            "</w:lvlOverride></w:num>"
        )
        return number

    def _item(self, item: Item, place: _Place, number: int) -> str:
        """The item's sign stands before its first words, or alone where it has none."""
        first: tuple[Inline, ...] = ()
        rest = item.children
        if rest and isinstance(rest[0], Paragraph):
            first, rest = rest[0].inline, rest[1:]
        box = ""
        if item.checked is not None:
            number, box = TASKS, _run("☑\u00a0" if item.checked else "☐\u00a0")
        style = place.style or {"quote": "Quote", "late": "Late"}.get(place.frame, "ListParagraph")
        here = replace(place, number=number, style=style)
        return self._paragraph(first, here, box) + self.blocks(rest, place)

    def _table(self, rows: Sequence[Sequence[tuple[Inline, ...]]], place: _Place) -> str:
        rows = [_narrowed(row) for row in rows]
        width = max(STEP, _WIDTH - place.depth * STEP)
        each = widths(rows, width)
        grid = "".join(f'<w:gridCol w:w="{one}"/>' for one in each)
        first, *others = rows
        inside = self._row(first, each, "TableHeading", "<w:tblHeader/>")
        inside += "".join(self._row(row, each, "TableContents") for row in others)
        # Without a paragraph in between, two tables would become one.
        return (
            f'<w:tbl><w:tblPr><w:tblStyle w:val="TableGrid"/><w:tblW w:w="{width}" w:type="dxa"/>'
            f'<w:tblInd w:w="{place.depth * STEP}" w:type="dxa"/>'
            '<w:tblLook w:val="0020" w:firstRow="1" w:lastRow="0" w:firstColumn="0" '
            'w:lastColumn="0" w:noHBand="1" w:noVBand="1"/></w:tblPr>'
            f"<w:tblGrid>{grid}</w:tblGrid>{inside}</w:tbl>" + _paragraph("", "AfterTable")
        )

    def _row(
        self, row: Sequence[tuple[Inline, ...]], each: Sequence[int], style: str, more: str = ""
    ) -> str:
        """A row, which no page ends within."""
        cells = "".join(
            f'<w:tc><w:tcPr><w:tcW w:w="{width}" w:type="dxa"/></w:tcPr>'
            f"{_paragraph(self._inline(cell), style)}</w:tc>"
            for cell, width in zip(row, each, strict=True)
        )
        return f"<w:tr><w:trPr><w:cantSplit/>{more}</w:trPr>{cells}</w:tr>"

    def _inline(self, inline: Iterable[Inline], marks: _Marks = _Marks()) -> str:
        return "".join(self._node(node, marks) for node in inline)

    def _node(self, node: Inline, marks: _Marks) -> str:
        match node:
            case Text(text=text):
                return _run(text, _properties(marks))
            case Code(text=text):
                return _run(text, _properties(marks, code=True))
            case LineBreak():
                return "<w:r><w:br/></w:r>"
            case FootnoteRef(text=text):
                return self._call(text)
            case Strong(children=children):
                return self._inline(children, replace(marks, bold=True))
            case Emphasis(children=children):
                return self._inline(children, replace(marks, italic=True))
            case Strike(children=children):
                return self._inline(children, replace(marks, strike=True))
            case Link():
                return self._link(node, marks)

    def _link(self, link: Link, marks: _Marks) -> str:
        target = address(link.href)
        if not target:
            said = "" if plain(link.children) == link.href else f" ({link.href})"
            return self._inline(link.children, marks) + _run(said, _properties(marks))
        self._into.append(target)
        inside = self._inline(link.children, replace(marks, style="Hyperlink"))
        return f'<w:hyperlink r:id="link{len(self._into)}" w:history="1">{inside}</w:hyperlink>'

    def _call(self, text: str) -> str:
        number = len(self.footnotes) + 1
        self._into = self.footnote_links
        words = self._inline(footnote_inline(text))
        self._into = self.links
        style = '<w:rPr><w:rStyle w:val="FootnoteReference"/></w:rPr>'
        inside = _paragraph(f"<w:r>{style}<w:footnoteRef/></w:r>{_run(' ')}{words}", "FootnoteText")
        self.footnotes.append(f'<w:footnote w:id="{number}">{inside}</w:footnote>')
        return f'<w:r>{style}<w:footnoteReference w:id="{number}"/></w:r>'


def _bookmark(entry: Entry) -> str:
    return f"_Toc{entry.mark}"


def _narrowed(row: Sequence[tuple[Inline, ...]]) -> Sequence[tuple[Inline, ...]]:
    last = row[_MAX_COLUMNS - 1 :]
    if len(last) < 2:
        return row
    joined = [node for cell in last for node in (Text(" | "), *cell)]
    return (*row[: _MAX_COLUMNS - 1], tuple(joined[1:]))


def _paragraph(runs: str, style: str, place: _Place = _Place()) -> str:
    """A paragraph; the order of its properties is the schema's."""
    properties = f'<w:pStyle w:val="{style}"/>'
    if place.number:
        level = min(place.lists - 1, _DEEPEST_LIST)
        properties += (
            f'<w:numPr><w:ilvl w:val="{level}"/><w:numId w:val="{place.number}"/></w:numPr>'
        )
    if place.frame:
        line = f'w:val="{_BORDERS[place.frame]}" w:sz="6" w:space="8" w:color="808080"'
        properties += f"<w:pBdr><w:left {line}/></w:pBdr>"
    if place.depth:
        hanging = f' w:hanging="{STEP}"' if place.number else ""
        properties += f'<w:ind w:left="{place.depth * STEP}"{hanging}/>'
    return f"<w:p><w:pPr>{properties}</w:pPr>{runs}</w:p>"


def _run(text: str, properties: str = "") -> str:
    """Text as runs; newlines and tabs are elements of their own."""
    if not text:
        return ""
    lines = (
        "<w:tab/>".join(
            f'<w:t xml:space="preserve">{xml(part)}</w:t>' if part else ""
            for part in line.split("\t")
        )
        for line in text.split("\n")
    )
    return f"<w:r>{properties}{'<w:br/>'.join(lines)}</w:r>"


def _properties(marks: _Marks, *, code: bool = False) -> str:
    style = marks.style or ("CodeCharacters" if code else "")
    found = f'<w:rStyle w:val="{style}"/>' if style else ""
    if code and marks.style:
        found += '<w:rFonts w:ascii="Courier New" w:hAnsi="Courier New" w:cs="Courier New"/>'
    found += "<w:b/><w:bCs/>" if marks.bold else ""
    found += "<w:i/><w:iCs/>" if marks.italic else ""
    found += "<w:strike/>" if marks.strike else ""
    return f"<w:rPr>{found}</w:rPr>" if found else ""
