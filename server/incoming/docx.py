"""DOCX as lines: of Word, LibreOffice, Google Docs, Pandoc, and our own exports. Pure.

Changes that are tracked are read as accepted. Pictures leave their alternative text, fields their
last result, text boxes their paragraphs. What only concerns the page is left out.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import replace
from typing import Final

from server.export.lines import HEADINGS, LISTS, MAX_INDENT, Footnote, Line, Span
from server.export.reader import PaneTexts
from server.incoming.docx_parts import Numbering, Parts, indent, outline, value
from server.incoming.docx_runs import Runs
from server.incoming.html_own import CONCLUSIONS, is_of_a_note
from server.incoming.markup import Element
from server.incoming.package import Package
from server.incoming.spans import as_cell, as_row, footnote, item, kept_apart, trimmed

_STEP: Final = 360
"""How far our own exports indent a level, in twentieths of a point."""
_NOTED: Final = re.compile(r"_Toc\d+_h([1-6])")
_THROUGH: Final = frozenset({"w:sdt", "w:sdtContent", "w:customXml", "w:ins", "w:moveTo", "w:body"})
_CODE: Final = frozenset({"code", "html preformatted", "source code", "preformatted text"})
_QUOTES: Final = frozenset({"quote", "intense quote", "block text", "quotations", "citation"})
_MAX_SPAN: Final = 63


def read_docx(data: bytes, *, of: str) -> PaneTexts:
    """The panes of a document; of one that is not an export of a note, all is notes."""
    reader = _Reader(Parts(Package(data, of=of), of=of))
    reader.is_note = reader.parts.styles.is_ours and is_of_a_note(
        _words(one) for one in reader.parts.body.elements if reader.style_of(one) == "Label"
    )
    reader.blocks(reader.parts.body.elements)
    return PaneTexts(tuple(reader.notes), tuple(reader.conclusions))


class _Reader:
    def __init__(self, parts: Parts) -> None:
        self.parts = parts
        self.notes: list[Line] = []
        self.conclusions: list[Line] = []
        self._lines = self.notes
        self._runs = Runs(parts.styles, parts.links, self._footnote)
        self._items: list[tuple[int, int]] = []
        """The open items, outermost first: how far their words are indented, and their level."""
        self._list = ""
        self._joined: list[Span] = []
        """What a paragraph begins with whose end before it was deleted."""
        self._is_apart = True
        """An empty paragraph stands before the next."""
        self.is_note = False
        """It is a note that Calepin exported, and not a whole day."""
        self.is_titled = False

    def style_of(self, element: Element) -> str:
        """The name of the style of a paragraph."""
        return self.parts.styles.name(value(element.find("w:pPr", "w:pStyle")))

    def blocks(self, elements: Iterable[Element]) -> None:
        for element in elements:
            if element.name == "w:p":
                self._paragraph(element)
            elif element.name == "w:tbl":
                self._table(element)
            elif element.name in _THROUGH and not _is_contents(element):
                self.blocks(element.elements)

    def _paragraph(self, paragraph: Element) -> None:
        properties = paragraph.find("w:pPr")
        style = value(properties.find("w:pStyle")) if properties is not None else ""
        self._runs.spans = []
        self._runs.read(paragraph)
        spans = [*self._joined, *self._runs.spans]
        boxes, self._runs.boxes = self._runs.boxes, []
        self._joined = []
        if properties is not None and properties.find("w:rPr", "w:del") is not None:
            self._joined = spans
            return
        name = self.parts.styles.name(style)
        if not self._is_of_frame(name, properties, spans):
            self._line(paragraph, properties, style, name, spans)
        for box in boxes:
            self.blocks(box.elements)

    def _is_of_frame(self, name: str, properties: Element | None, spans: list[Span]) -> bool:
        """Whether a paragraph is a part of the export and not of the note; it changes the pane."""
        if name.casefold().startswith("toc "):
            return True
        if not self.is_note:
            return False
        if name == "Title" and not self.is_titled:
            self.is_titled = True
            return True
        if name == "Label" and _left_border(properties) == "double":
            self._lines = []  # what follows came too late for the note
        elif name == "Label" and "".join(str(span.text) for span in spans) in CONCLUSIONS:
            self._lines = self.conclusions
        return name in ("Label", "Facts", "Last Fact")

    def _line(
        self,
        paragraph: Element,
        properties: Element | None,
        style: str,
        name: str,
        spans: list[Span],
    ) -> None:
        styles = {one.casefold() for one in self.parts.styles.names(style)}
        is_code = bool(styles & _CODE)
        level = self._heading(paragraph, properties, style)
        found = None if level else self.parts.numbering.of(properties, style)
        kept = tuple(spans) if is_code else trimmed(spans)
        if not kept and found is None:
            if name == "Horizontal Line" or _is_rule(properties):
                self._lines.append(self._place(properties, style, None, quote=False, kind="rule"))
            self._is_apart = True
            return
        quote = bool(styles & _QUOTES) or _left_border(properties) == "single"
        place = self._place(properties, style, found, quote=quote)
        if level:
            place = replace(place, kind=HEADINGS[min(level, len(HEADINGS)) - 1])
        line = item(replace(place, spans=kept))
        self._keep_apart(line, found, is_code=is_code)
        self._lines.extend(_code(line) if is_code else [line])
        self._is_apart = False

    def _heading(self, paragraph: Element, properties: Element | None, style: str) -> int:
        noted = [
            found[1]
            for one in paragraph.elements
            if one.name == "w:bookmarkStart" and (found := _NOTED.fullmatch(one.get("w:name")))
        ]
        if noted and self.parts.styles.is_ours:
            return int(noted[0])
        direct = outline(properties.find("w:outlineLvl") if properties is not None else None)
        return self.parts.styles.heading(style) or direct

    def _place(
        self,
        properties: Element | None,
        style: str,
        found: Numbering | None,
        *,
        quote: bool,
        kind: str = "paragraph",
    ) -> Line:
        """Where a paragraph stands: in a list by its numbering, and in an item by its indent."""
        left = indent(properties.find("w:ind") if properties is not None else None)
        if left is None and found is not None:
            left = found.left
        if left is None:
            left = indent(self.parts.styles.paragraph(style, "w:ind")) or 0
        if quote and self.parts.styles.is_ours:
            left -= _STEP
        if found is not None:
            self._items = [one for one in self._items if one[1] < found.level]
            self._items.append((left, found.level))
            kind = "ordered" if found.ordered else "bullet"
            return Line(kind=kind, indent=min(found.level, MAX_INDENT), quote=quote)  # type: ignore[arg-type]
        while self._items and not 0 < self._items[-1][0] <= left:
            self._items.pop()
        level = self._items[-1][1] + 1 if self._items else 0
        return Line(kind=kind, indent=min(level, MAX_INDENT), quote=quote)  # type: ignore[arg-type]

    def _keep_apart(self, line: Line, found: Numbering | None, *, is_code: bool) -> None:
        last = self._lines[-1] if self._lines else Line()
        if found is not None:
            was, self._list = self._list, found.list
            begins = was != found.list and last.indent == line.indent and line.kind == "ordered"
            if last.kind in LISTS and (begins or self._is_apart):
                kept_apart(self._lines, replace(line, spans=()))
        elif self._is_apart and ((line.quote and last.quote) or (is_code and last.kind == "code")):
            self._lines.append(Line(indent=line.indent))

    # Tables

    def _table(self, table: Element) -> None:
        ours = self.parts.styles.is_ours
        left = table.find("w:tblPr", "w:tblInd")
        far = int(left.get("w:w")) if left is not None and left.get("w:w").isdecimal() else 0
        while self._items and not (ours and 0 < self._items[-1][0] <= far):
            self._items.pop()
        place = Line(
            kind="row", indent=min(self._items[-1][1] + 1 if self._items else 0, MAX_INDENT)
        )
        if self._lines and self._lines[-1].kind == "row":
            self._lines.append(replace(place, kind="paragraph"))
        for row in _children(table, "w:tr"):
            if row.find("w:trPr", "w:del") is not None:
                continue
            cells: list[Iterable[Span]] = []
            for cell in _children(row, "w:tc"):
                inside = _Reader(self.parts)
                inside.blocks(cell.elements)
                cells.append(list(as_cell([*inside.notes, *inside.conclusions])))
                wide = value(cell.find("w:tcPr", "w:gridSpan"))
                extra = int(wide) if wide.isdecimal() and len(wide) < 4 else 1
                cells.extend([()] * (min(extra, _MAX_SPAN) - 1))
            if cells:
                self._lines.append(replace(place, spans=as_row(cells)))
        self._is_apart = True

    def _footnote(self, kind: str, id: str) -> Footnote | None:
        notes, links = self.parts.notes[kind]
        found = notes.get(id)
        if found is None:
            return None
        lines: list[Line] = []
        for paragraph in found.all():
            if paragraph.name == "w:p":
                runs = Runs(self.parts.styles, links, lambda *_: None)
                runs.read(paragraph)
                lines.append(Line(spans=trimmed(runs.spans)))
        return footnote(lines)


def _children(element: Element, name: str) -> Iterable[Element]:
    for child in element.elements:
        if child.name == name:
            yield child
        elif child.name in _THROUGH:
            yield from _children(child, name)


def _words(paragraph: Element) -> str:
    return "".join(one.text() for one in paragraph.all() if one.name == "w:t")


def _is_contents(element: Element) -> bool:
    """Whether this is a table of contents, as a program makes it."""
    gallery = element.find("w:sdtPr", "w:docPartObj", "w:docPartGallery")
    return value(gallery) == "Table of Contents"


def _left_border(properties: Element | None) -> str:
    borders = properties.find("w:pBdr") if properties is not None else None
    if borders is None or len(list(borders.elements)) != 1:
        return ""
    return value(borders.find("w:left"))


def _is_rule(properties: Element | None) -> bool:
    borders = properties.find("w:pBdr") if properties is not None else None
    return borders is not None and value(borders.find("w:bottom")) not in ("", "nil", "none")


def _code(line: Line) -> Iterable[Line]:
    """A paragraph of code has a line for each of its breaks."""
    place = replace(line, kind="code", spans=())
    text = "".join(span.text if isinstance(span.text, str) else "\n" for span in line.spans)
    for each in text.split("\n"):
        yield replace(place, spans=(Span(each),) if each else ())
