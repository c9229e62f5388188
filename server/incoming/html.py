"""HTML as lines: pages, mails, Etherpad's export, what Word and LibreOffice save, our own. Pure.

What a note can hold is kept, and nothing else is: no script, no style, no picture but its
alternative text. As only values come out, there is nothing to sanitise in them.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Final

from server.export.lines import HEADINGS, MAX_INDENT, PLAIN, Break, Line, Marks, Span, safe_lang
from server.export.reader import PaneTexts
from server.incoming.html_inline import HIDDEN, Footnotes, is_hidden, is_sign, marked
from server.incoming.html_own import own_panes
from server.incoming.markup import Element, parse_html
from server.incoming.spans import as_cell, as_row, code_lines, footnote, item, kept_apart, trimmed

_BLOCKS: Final = frozenset(
    [
        "address",
        "article",
        "aside",
        "body",
        "caption",
        "center",
        "dd",
        "details",
        "dialog",
        "div",
        "dl",
        "dt",
        "fieldset",
        "figcaption",
        "figure",
        "footer",
        "form",
        "header",
        "hgroup",
        "html",
        "legend",
        "main",
        "nav",
        "p",
        "search",
        "section",
        "summary",
    ]
)
_LISTS: Final = {"ul": "bullet", "ol": "ordered", "menu": "bullet", "dir": "bullet"}
_PADS: Final = frozenset({"bullet", "number", "indent"})
"""The classes of Etherpad's lists."""
_LANGUAGE: Final = re.compile(r"(?:language|lang|brush:)-?\s*([\w.+#-]+)")
_WORD_ITEM: Final = re.compile(r"mso-list:[^;]*\blevel(\d)")
_MAX_SPAN: Final = 63
"""Columns that one cell may say it is wide."""


def read_html(text: str, *, of: str) -> PaneTexts:
    """The panes of an HTML document; of one that is not an export of a note, all is notes."""
    root = parse_html(text, of=of)
    notes = Footnotes(root)
    found = own_panes(root)
    if found is None:
        return PaneTexts(tuple(_Reader(notes).read([root])), ())
    first, second = found
    return PaneTexts(tuple(_Reader(notes).read(first)), tuple(_Reader(notes).read(second)))


@dataclass(frozen=True, slots=True)
class _Place:
    """Where content stands: how deep, in a quotation or not, in which format, and in a block whose
    breaks are the author's (a paragraph) or not."""

    indent: int = 0
    quote: bool = False
    marks: Marks = PLAIN
    in_words: bool = False

    def line(self) -> Line:
        return Line(indent=min(self.indent, MAX_INDENT), quote=self.quote)


class _Reader:
    def __init__(self, notes: Footnotes) -> None:
        self.lines: list[Line] = []
        self._notes = notes
        self._spans: list[Span] = []
        self._item: Line | None = None
        """The item whose first words have not come yet."""

    def read(self, elements: Sequence[Element]) -> list[Line]:
        return self._read(Element("body", {}, [*elements]), _Place())

    def read_cell(self, cell: Element) -> list[Line]:
        """The lines of one cell, or of a footnote, whose breaks are its author's."""
        return self._read(cell, _Place(in_words=True))

    def _read(self, element: Element, place: _Place) -> list[Line]:
        self._children(element, place)
        self._flush(place)
        return self.lines

    # Blocks

    def _children(self, element: Element, place: _Place) -> None:
        last: Element | None = None
        for child in element.children:
            if isinstance(child, str):
                self._spans.append(Span(child, place.marks))
                last = last if child.isspace() else None
            else:
                if last is not None and _would_join(last, child):
                    self._flush(place)
                    kept_apart(self.lines, place.line())
                self._element(child, place)
                last = child

    def _element(self, element: Element, place: _Place) -> None:
        name = element.name
        if name in HIDDEN or self._notes.is_text(element) or is_hidden(element):
            return
        if name in _LISTS:
            self._list(element, place)
        elif name == "li":  # outside any list
            self._li(element, "bullet", place)
        elif name == "blockquote":
            self._block(element, replace(place, quote=True, in_words=False))
        elif name == "pre":
            self._pre(element, place)
        elif name == "table":
            self._table(element, place)
        elif name == "hr":
            self._flush(place)
            self._end_item()
            self.lines.append(replace(place.line(), kind="rule"))
        elif name in HEADINGS:
            self._heading(element, place)
        elif name == "p":
            self._paragraph(element, place)
        elif name in _BLOCKS:
            self._block(element, replace(place, in_words=place.in_words or name in ("dt", "dd")))
        else:
            self._inline(element, place)

    def _block(self, element: Element, place: _Place) -> None:
        self._flush(place)
        self._children(element, place)
        self._flush(place)

    def _heading(self, element: Element, place: _Place) -> None:
        self._flush(place)
        self._end_item()
        noted = element.get("data-level")
        level = int(noted) if noted in tuple("123456") else int(element.name[1])
        start = len(self.lines)
        self._block(element, replace(place, in_words=True))
        for index in range(start, len(self.lines)):
            if self.lines[index].kind == "paragraph":
                self.lines[index] = replace(self.lines[index], kind=HEADINGS[level - 1])

    def _paragraph(self, element: Element, place: _Place) -> None:
        found = _WORD_ITEM.search(element.get("style"))
        if found is None:
            self._block(element, replace(place, in_words=True))
            return
        # Word saves lists as paragraphs, whose sign is text that is marked as such.
        self._flush(place)
        signs = [one.text() for one in element.all() if is_sign(one)]
        ordered = bool(signs) and signs[0][:1] != "o" and signs[0][:1].isalnum()
        level = min(int(found[1]) - 1, MAX_INDENT)
        start = len(self.lines)
        self._block(element, replace(place, indent=place.indent + level, in_words=True))
        for index in range(start, len(self.lines)):
            self.lines[index] = replace(self.lines[index], kind="ordered" if ordered else "bullet")

    def _list(self, element: Element, place: _Place) -> None:
        self._flush(place)
        kind = _LISTS[element.name]
        is_pads = _is_pads(element)
        if not is_pads:
            self._end_item()
        self._item = None
        if "indent" in element.get("class").split():
            kind = "paragraph"
        inside = replace(place, in_words=False)
        last: Element | None = None
        for child in element.children:
            if isinstance(child, str):
                self._spans.append(Span(child, place.marks))
                continue
            if child.name == "li":
                self._flush(replace(inside, indent=inside.indent + 1))
                self._li(child, kind, inside)
            elif child.name in _LISTS:
                # A list directly in a list is how many editors write one that is deeper.
                self._flush(replace(inside, indent=inside.indent + 1))
                if last is not None and _would_join(last, child):
                    kept_apart(self.lines, replace(place, indent=place.indent + 1).line())
                self._list(child, replace(inside, indent=inside.indent + 1))
            else:
                self._element(child, replace(inside, indent=inside.indent + 1))
            last = child
        self._flush(replace(inside, indent=inside.indent + 1))

    def _li(self, element: Element, kind: str, place: _Place) -> None:
        if self._notes.is_text(element) or is_hidden(element):
            return
        self._flush(place)
        self._item = replace(place.line(), kind=kind)  # type: ignore[arg-type]
        box = next((one for one in element.all() if one.get("type") == "checkbox"), None)
        if box is not None and box.name == "input":
            self._item = replace(self._item, kind="task", checked="checked" in box.attributes)
        inside = replace(place, indent=place.indent + 1)
        self._children(element, inside)
        self._flush(inside)
        self._end_item()

    def _pre(self, element: Element, place: _Place) -> None:
        self._flush(place)
        self._end_item()
        code = next((one for one in element.elements if one.name == "code"), element)
        found = _LANGUAGE.search(code.get("class")) or _LANGUAGE.search(element.get("class"))
        text = _code(element)
        first = element.children[0] if element.children else ""
        if isinstance(first, str):
            text = text.removeprefix("\n")
        text = text.removesuffix("\n")
        if text.strip():
            lang = safe_lang(found[1]) if found else ""
            self.lines.extend(code_lines(text, replace(place.line(), lang=lang)))

    def _table(self, element: Element, place: _Place) -> None:
        self._flush(place)
        self._end_item()
        if self.lines and self.lines[-1].kind == "row":
            kept_apart(self.lines, place.line())
        for row in _rows(element):
            cells: list[Sequence[Span]] = []
            for cell in row.elements:
                if cell.name not in ("td", "th") or is_hidden(cell):
                    continue
                cells.append(list(as_cell(_Reader(self._notes).read_cell(cell))))
                wide = cell.get("colspan")
                extra = int(wide) if wide.isdecimal() and len(wide) < 4 else 1
                cells.extend([()] * (min(extra, _MAX_SPAN) - 1))
            if cells:
                self.lines.append(replace(place.line(), kind="row", spans=as_row(cells)))

    # Words

    def _inline(self, element: Element, place: _Place) -> None:
        name = element.name
        if name == "br":
            if place.in_words or self._item is not None:
                self._spans.append(Span(Break(), place.marks))
            else:
                # Where nothing says what a paragraph is, each line is one.
                self._flush(place)
        elif name == "img":
            self._spans.append(Span(element.get("alt"), place.marks))
        elif (body := self._notes.called_by(element)) is not None:
            lines = _Reader(self._notes.within()).read_cell(body)
            self._spans.append(Span(footnote(lines), place.marks))
        else:
            self._children(element, replace(place, marks=marked(element, place.marks)))

    def _flush(self, place: _Place) -> None:
        """End the line that is being collected."""
        spans, self._spans = trimmed(self._spans, collapse=True), []
        if not spans:
            return
        if self._item is not None:
            self.lines.append(item(replace(self._item, spans=spans)))
            self._item = None
        else:
            self.lines.append(replace(place.line(), spans=spans))

    def _end_item(self) -> None:
        """What follows is no more the first words of an item: it has none."""
        if self._item is not None:
            if self._item.kind != "paragraph":
                self.lines.append(self._item)
            self._item = None


def _would_join(one: Element, other: Element) -> bool:
    """Whether an empty line must keep two neighbours apart. Etherpad writes one list as several."""
    return (
        one.name == other.name
        and one.name in ("ul", "ol", "blockquote", "pre")
        and not _is_pads(other)
    )


def _is_pads(list: Element) -> bool:
    return bool(_PADS.intersection(list.get("class").split()))


def _rows(table: Element) -> Iterator[Element]:
    for child in table.elements:
        if child.name == "tr":
            yield child
        elif child.name in ("thead", "tbody", "tfoot"):
            yield from _rows(child)
        elif child.name == "caption":
            yield Element("tr", {}, [Element("td", {}, child.children)])


def _code(element: Element) -> str:
    return "".join(
        child if isinstance(child, str) else "\n" if child.name == "br" else _code(child)
        for child in element.children
    )
