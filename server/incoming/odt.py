"""ODT as lines: of LibreOffice, OpenOffice, Word, and our own exports. Pure.

What was deleted under tracked changes is left out, as are the indexes that a program makes.
Pictures leave their description, text boxes their paragraphs.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from typing import Final

from server.errors import BadInput
from server.export.lines import HEADINGS, LISTS, MAX_INDENT, PLAIN, Line, Span
from server.export.reader import PaneTexts
from server.incoming.html_own import CONCLUSIONS, is_of_a_note
from server.incoming.markup import Element
from server.incoming.odt_inline import Words
from server.incoming.odt_styles import NAMES, Styles
from server.incoming.package import Package
from server.incoming.spans import as_cell, as_row, item, kept_apart, trimmed

_PASSED: Final = frozenset(
    [
        "text:table-of-content",
        "text:alphabetical-index",
        "text:illustration-index",
        "text:table-index",
        "text:object-index",
        "text:user-index",
        "text:bibliography",
        "text:tracked-changes",
        "text:sequence-decls",
        "text:variable-decls",
        "text:user-field-decls",
        "office:forms",
    ]
)
_CODE: Final = frozenset({"Preformatted Text", "Source Code"})
_QUOTES: Final = frozenset({"Quotations", "Quoted Item", "Quote"})
_FRAME: Final = frozenset({"Facts", "Last Fact", "Label", "Late Label"})
"""The styles of what our exports say beside the note."""
_MAX_REPEATED: Final = 63
"""Columns that are said once for several."""


def read_odt(data: bytes, *, of: str) -> PaneTexts:
    """The panes of a document; of one that is not an export of a note, all is notes."""
    package = Package(data, of=of)
    content = package.xml("content.xml", NAMES)
    text = content.find("office:body", "office:text") if content is not None else None
    if content is None or text is None:
        raise BadInput(f"{of} is no document of a word processor, or is damaged.")
    own = package.xml("styles.xml", NAMES)
    styles = Styles([content] if own is None else [own, content])
    reader = _Reader(styles)
    reader.is_note = styles.is_ours and is_of_a_note(
        one.text() for one in text.elements if "Label" in styles.names(one.get("text:style-name"))
    )
    reader.blocks(list(text.elements), _Place())
    return PaneTexts(tuple(reader.notes), tuple(reader.conclusions))


@dataclass(frozen=True, slots=True)
class _Place:
    """In how many lists, in a list of which style, and whether as the first words of an item."""

    depth: int = 0
    list: str = ""
    is_first: bool = False


class _Reader:
    def __init__(self, styles: Styles) -> None:
        self._styles = styles
        self.notes: list[Line] = []
        self.conclusions: list[Line] = []
        self._lines = self.notes
        self.is_note = False
        """It is a note that Calepin exported, and not a whole day."""
        self.is_titled = False
        self._is_apart = False
        """An empty paragraph stands before the next."""

    def blocks(self, elements: Sequence[Element], place: _Place) -> None:
        last: Element | None = None
        for at, element in enumerate(elements):
            name = element.name
            if name in ("text:p", "text:h"):
                self._paragraph(element, place)
                place = replace(place, is_first=False)
            elif name == "text:list":
                if last is not None and last.name == name and not _goes_on(element):
                    self._keep_lists_apart(place)
                self._list(element, place)
                place = replace(place, is_first=False)
            elif name == "table:table":
                following = elements[at + 1] if at + 1 < len(elements) else None
                self._table(element, place.depth + _depth_of_header(following))
            elif name not in _PASSED and element.get("text:display") != "none":
                self.blocks(list(element.elements), place)
            last = element

    def _paragraph(self, paragraph: Element, place: _Place) -> None:
        name = paragraph.get("text:style-name")
        styles = set(self._styles.names(name))
        is_heading = paragraph.name == "text:h" or "Title" in styles
        words = Words(self._styles)
        marks = PLAIN if is_heading else self._styles.of_paragraph(name, PLAIN)
        is_code = bool(styles & _CODE)
        words.read(paragraph, replace(marks, code=False) if is_code else marks)
        if self._styles.hides("paragraph", name):
            return
        spans = tuple(words.spans)
        if not self._is_of_frame(styles, spans):
            self._line(paragraph, name, styles, spans, place, is_code=is_code)
        for box in words.boxes:
            self.blocks(list(box.elements), _Place())

    def _is_of_frame(self, styles: set[str], spans: Sequence[Span]) -> bool:
        """Whether a paragraph is a part of the export and not of the note; it changes the pane."""
        if not self.is_note:
            return False
        if "Title" in styles and not self.is_titled:
            self.is_titled = True
            return True
        if "Late Label" in styles:
            self._lines = []  # what follows came too late for the note
        elif "Label" in styles and "".join(str(span.text) for span in spans) in CONCLUSIONS:
            self._lines = self.conclusions
        return bool(styles & _FRAME)

    def _line(
        self,
        paragraph: Element,
        name: str,
        styles: set[str],
        spans: tuple[Span, ...],
        place: _Place,
        *,
        is_code: bool,
    ) -> None:
        quote = bool(styles & _QUOTES)
        line = Line(indent=min(place.depth, MAX_INDENT), quote=quote)
        spans = spans if is_code else trimmed(spans)
        if place.is_first:
            ordered = self._styles.is_ordered(place.list, place.depth)
            line = replace(line, kind="ordered" if ordered else "bullet", indent=place.depth - 1)
            line = replace(line, indent=min(line.indent, MAX_INDENT))
        elif not spans:
            if self._styles.is_rule(name):
                self._lines.append(replace(line, kind="rule"))
            self._is_apart = True
            return
        elif paragraph.name == "text:h" or "Title" in styles:
            line = replace(line, kind=HEADINGS[self._level(paragraph) - 1])
        if self._is_apart and self._would_join(line, is_code=is_code):
            self._lines.append(Line(indent=line.indent))
        self._is_apart = False
        line = item(replace(line, spans=spans))
        self._lines.extend(_code(line) if is_code and not place.is_first else [line])

    def _level(self, heading: Element) -> int:
        noted = [
            one.get("text:name")[-1]
            for one in heading.elements
            if one.name == "text:bookmark" and "_h" in one.get("text:name")
        ]
        said = noted[0] if noted and self._styles.is_ours else heading.get("text:outline-level")
        level = int(said) if said.isdecimal() and len(said) < 3 else 1
        return min(max(level, 1), len(HEADINGS))

    def _would_join(self, line: Line, *, is_code: bool) -> bool:
        last = self._lines[-1] if self._lines else Line()
        return (is_code and last.kind == "code") or (line.quote and last.quote)

    # Lists

    def _list(self, element: Element, place: _Place) -> None:
        style = element.get("text:style-name") or place.list
        inside = _Place(place.depth + 1, style)
        for child in element.elements:
            if child.name == "text:list-item":
                is_words = any(one.name in ("text:p", "text:h") for one in child.elements)
                first = next(child.elements, None)
                starts = is_words and first is not None and first.name != "text:list"
                self.blocks(list(child.elements), replace(inside, is_first=starts))
            elif child.name == "text:list-header":
                self.blocks(list(child.elements), inside)

    def _keep_lists_apart(self, place: _Place) -> None:
        if self._lines and self._lines[-1].kind in LISTS:
            kept_apart(self._lines, Line(indent=min(place.depth, MAX_INDENT)))

    # Tables

    def _table(self, table: Element, depth: int) -> None:
        place = Line(kind="row", indent=min(depth, MAX_INDENT))
        if self._lines and self._lines[-1].kind == "row":
            self._lines.append(replace(place, kind="paragraph"))
        for row in _rows(table):
            cells: list[Iterable[Span]] = []
            for cell in row.elements:
                if cell.name not in ("table:table-cell", "table:covered-table-cell"):
                    continue
                inside = _Reader(self._styles)
                inside.blocks(list(cell.elements), _Place())
                words = tuple(as_cell([*inside.notes, *inside.conclusions]))
                said = cell.get("table:number-columns-repeated")
                repeated = int(said) if said.isdecimal() and len(said) < 6 else 1
                cells.extend([words] * min(max(repeated, 1), _MAX_REPEATED))
            if cells:
                self._lines.append(replace(place, spans=as_row(cells)))


def _rows(table: Element) -> Iterable[Element]:
    for child in table.elements:
        if child.name == "table:table-row":
            yield child
        elif child.name in ("table:table-header-rows", "table:table-rows", "table:table-row-group"):
            yield from _rows(child)


def _goes_on(element: Element) -> bool:
    return element.get("text:continue-numbering") == "true" or bool(
        element.get("text:continue-list")
    )


def _depth_of_header(element: Element | None) -> int:
    """In how many items a table stands that our exports had to write between two parts of a list:
    the second begins in as many items, without a sign."""
    depth = 0
    while element is not None and element.name == "text:list" and _goes_on(element):
        header = next(element.elements, None)
        if header is None or header.name != "text:list-header":
            break
        depth += 1
        element = next(header.elements, None)
    return depth


def _code(line: Line) -> Iterable[Line]:
    """A paragraph of code has a line for each of its breaks."""
    place = replace(line, kind="code", spans=())
    text = "".join(span.text if isinstance(span.text, str) else "\n" for span in line.spans)
    for each in text.split("\n"):
        yield replace(place, spans=(Span(each),) if each else ())
