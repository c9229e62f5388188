"""The runs of a DOCX's paragraph as spans: formats, fields, links, footnotes, changes. Pure."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from typing import Final

from server.export.lines import PLAIN, Break, Footnote, Marks, Span, safe_link
from server.incoming.docx_parts import Styles, is_mono, is_on, value
from server.incoming.markup import Element

_ADDRESS: Final = re.compile(r'\s*HYPERLINK\s+(?:\\\w+\s+)*"([^"]*)"', re.IGNORECASE)
_PASSED: Final = frozenset(
    [
        "w:del",
        "w:moveFrom",
        "w:pPr",
        "w:rPr",
        "w:sdtPr",
        "w:sdtEndPr",
        "w:instrText",
        "w:delText",
        "w:delInstrText",
        "w:fldData",
        "mc:Fallback",
        "w:txbxContent",
        "w:rt",
        "w:proofErr",
        "w:commentReference",
        "w:annotationRef",
    ]
)
"""Deleted text, properties, and what another element says already."""
_TEXTS: Final = {
    "w:tab": "\t",
    "w:ptab": "\t",
    "w:noBreakHyphen": "\u2011",
    "w:softHyphen": "",
    "w:cr": "\n",
}
_MAX_INSTRUCTION: Final = 10_000
"""Characters of a field's instruction: an address has at most 4,096."""


@dataclass(slots=True)
class _Field:
    """A field that has begun: what it is to be computed from, until its result begins."""

    instruction: str = ""
    in_result: bool = False


class Runs:
    """Reads paragraphs in their order: a field may begin in one and end in another."""

    def __init__(
        self,
        styles: Styles,
        links: Mapping[str, str],
        footnote: Callable[[str, str], Footnote | None],
    ) -> None:
        self._styles = styles
        self._links = links
        self._footnote = footnote
        self._fields: list[_Field] = []
        self.spans: list[Span] = []
        self.boxes: list[Element] = []
        """The text boxes that hang on the paragraph."""

    def read(self, element: Element, marks: Marks = PLAIN) -> None:
        """Add what is in an element to `spans`."""
        for child in element.elements:
            name = child.name
            if name in _PASSED:
                continue
            if name == "w:r":
                self._run(child, marks)
            elif name == "w:hyperlink":
                href = safe_link(self._links.get(child.get("r:id"), ""))
                self.read(child, replace(marks, link=href or marks.link))
            elif name == "w:fldSimple":
                href = _address(child.get("w:instr"))
                self.read(child, replace(marks, link=href or marks.link))
            elif name == "m:t":
                self._text(child.text(), marks)
            else:
                self.read(child, marks)

    def _run(self, run: Element, marks: Marks) -> None:
        properties = run.find("w:rPr")
        if properties is not None:
            if is_on(properties.find("w:vanish")):
                return
            marks = self._marked(properties, marks)
        for child in run.elements:
            name = child.name
            if name == "w:t":
                self._text(child.text(), marks)
            elif name in _TEXTS:
                self._text(_TEXTS[name], marks)
            elif name == "w:br":
                if child.get("w:type") in ("", "textWrapping"):
                    self._text("\n", marks)
            elif name == "w:fldChar":
                self._field(child.get("w:fldCharType"))
            elif name == "w:instrText":
                self._instruct(child.text())
            elif name in ("w:footnoteReference", "w:endnoteReference"):
                kind = name.removeprefix("w:").removesuffix("Reference")
                found = self._footnote(kind, child.get("w:id"))
                if found is not None:
                    self.spans.append(Span(found, marks))
            elif name in ("w:drawing", "w:pict", "w:object", "mc:AlternateContent"):
                self._drawing(child, marks)
            elif name == "w:ruby":
                self.read(child, marks)

    def _marked(self, properties: Element, marks: Marks) -> Marks:
        style = value(properties.find("w:rStyle"))

        def has(*names: str) -> bool:
            said = [is_on(self._property(properties, style, name)) for name in names]
            return any(said)

        mono = is_mono(self._property(properties, style, "w:rFonts"))
        code = mono or "code" in self._styles.name(style).casefold().split()
        return replace(
            marks,
            bold=has("w:b"),
            italic=has("w:i"),
            strike=has("w:strike", "w:dstrike"),
            code=code,
        )

    def _property(self, properties: Element, style: str, name: str) -> Element | None:
        direct = properties.find(name)
        return self._styles.run(style, name) if direct is None else direct

    def _text(self, text: str, marks: Marks) -> None:
        field = self._fields[-1] if self._fields else None
        if field is not None and not field.in_result:
            return
        href = next((found for one in self._fields if (found := _address(one.instruction))), "")
        marks = replace(marks, link=marks.link or href)
        for index, part in enumerate(text.split("\n")):
            if index:
                self.spans.append(Span(Break(), replace(marks, code=False)))
            if part:
                self.spans.append(Span(part, marks))

    def _field(self, what: str) -> None:
        if what == "begin":
            self._fields.append(_Field())
        elif what == "separate" and self._fields:
            self._fields[-1].in_result = True
        elif what == "end" and self._fields:
            self._fields.pop()

    def _instruct(self, text: str) -> None:
        if self._fields and len(self._fields[-1].instruction) < _MAX_INSTRUCTION:
            self._fields[-1].instruction += text

    def _drawing(self, drawing: Element, marks: Marks) -> None:
        """The alternative text of a picture, and the boxes of text in a drawing."""
        waiting = [drawing]
        while waiting:
            one = waiting.pop()
            if one.name == "w:txbxContent":
                self.boxes.append(one)
            elif one.name != "mc:Fallback":
                said = one.get("descr") if one.name == "wp:docPr" else ""
                said = one.get("alt") if one.name == "v:shape" else said
                self._text(said, marks)
                waiting.extend(reversed(list(one.elements)))


def _address(instruction: str) -> str:
    found = _ADDRESS.match(instruction)
    return safe_link(found[1]) if found else ""
