"""What an ODT says beside its text: styles of paragraphs, characters and lists. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import replace
from typing import Final

from server.export.lines import Marks
from server.incoming.markup import Element

_ODF: Final = "urn:oasis:names:tc:opendocument:xmlns"
NAMES: Final = {
    **{f"{_ODF}:{name}:1.0": name for name in ("office", "style", "text", "table")},
    f"{_ODF}:drawing:1.0": "draw",
    f"{_ODF}:xsl-fo-compatible:1.0": "fo",
    f"{_ODF}:svg-compatible:1.0": "svg",
    "http://www.w3.org/1999/xlink": "xlink",
}
_MONO: Final = re.compile(r"courier|consolas|menlo|monaco|mono\b|source code", re.IGNORECASE)
_MAX_CHAIN: Final = 20
_SEPARATE: Final = re.compile(r"_([0-9a-f]{2})_")


class Styles:
    """The styles of a document, of its content and of its own part for styles."""

    def __init__(self, roots: Iterable[Element]) -> None:
        self._styles: dict[tuple[str, str], Element] = {}
        self._lists: dict[str, Element] = {}
        self._automatic: set[str] = set()
        self._faces: dict[str, str] = {}
        for root in roots:
            for group in root.elements:
                for one in group.elements:
                    name = one.get("style:name")
                    if one.name == "style:style":
                        self._styles[one.get("style:family"), name] = one
                        if group.name == "office:automatic-styles":
                            self._automatic.add(name)
                    elif one.name == "text:list-style":
                        self._lists[name] = one
                    elif one.name == "style:font-face":
                        self._faces[name] = one.get("svg:font-family")
        self.is_ours = all(
            ("paragraph", name) in self._styles
            for name in ("Facts", "Label", "Late", "Quoted_20_Item")
        )
        """They are those of a document that Calepin wrote."""

    def names(self, name: str) -> list[str]:
        """The names of a paragraph's style and of those that it is based on, as people see them."""
        found = self._chain("paragraph", name)
        last = found[-1].get("style:parent-style-name") if found else name
        return [_shown(one) for one in (*(style.get("style:name") for style in found), last)]

    def of_paragraph(self, name: str, marks: Marks) -> Marks:
        """The format of a whole paragraph that somebody gave it by hand."""
        found = self._styles.get(("paragraph", name))
        return self._formatted([found], marks) if found and name in self._automatic else marks

    def of_span(self, name: str, marks: Marks) -> Marks:
        """The format that a span adds."""
        return self._formatted(reversed(self._chain("text", name)), marks)

    def hides(self, family: str, name: str) -> bool:
        """Whether text of this style is not shown."""
        for one in self._chain(family, name):
            for part in one.elements:
                if part.get("text:display") == "none":
                    return True
        return False

    def is_rule(self, name: str) -> bool:
        """Whether an empty paragraph of this style is a line across the page."""
        return "Horizontal Line" in self.names(name)

    def is_ordered(self, list: str, level: int) -> bool:
        """Whether a list has numbers at a level, which counts from 1."""
        found = self._lists.get(list)
        for one in found.elements if found is not None else ():
            if one.get("text:level") == str(level):
                return one.name == "text:list-level-style-number" and bool(
                    one.get("style:num-format")
                )
        return False

    def list_of(self, name: str) -> str:
        """The style of list that a style of paragraphs brings along."""
        for one in self._chain("paragraph", name):
            if found := one.get("style:list-style-name"):
                return found
        return ""

    def _chain(self, family: str, name: str) -> list[Element]:
        out: list[Element] = []
        while (found := self._styles.get((family, name))) is not None and len(out) < _MAX_CHAIN:
            out.append(found)
            name = found.get("style:parent-style-name")
        return out

    def _formatted(self, styles: Iterable[Element], marks: Marks) -> Marks:
        for style in styles:
            if style.get("style:name") in ("Source_20_Text", "Teletype"):
                marks = replace(marks, code=True)
            found = style.find("style:text-properties")
            if found is not None:
                marks = self._properties(found, marks)
        return marks

    def _properties(self, found: Element, marks: Marks) -> Marks:
        weight = found.get("fo:font-weight")
        if weight:
            heavy = weight.isdecimal() and len(weight) < 5 and int(weight) >= 600
            marks = replace(marks, bold=weight == "bold" or heavy)
        if slant := found.get("fo:font-style"):
            marks = replace(marks, italic=slant in ("italic", "oblique"))
        if line := found.get("style:text-line-through-style"):
            marks = replace(marks, strike=line != "none")
        font = found.get("style:font-name")
        font = found.get("fo:font-family") or self._faces.get(font, font)
        if font:
            marks = replace(marks, code=_MONO.search(font) is not None)
        return marks


def _shown(name: str) -> str:
    return _SEPARATE.sub(lambda found: chr(int(found[1], 16)), name)
