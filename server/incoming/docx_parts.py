"""What a DOCX says beside its text: styles, numbering, links, and the parts that it has. Pure."""

from __future__ import annotations

import posixpath
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Final

from server.errors import BadInput
from server.incoming.markup import Element
from server.incoming.package import Package

_MAIN: Final = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
_STRICT: Final = "http://purl.oclc.org/ooxml/wordprocessingml/main"
NAMES: Final = {
    _MAIN: "w",
    _STRICT: "w",
    "http://schemas.openxmlformats.org/officeDocument/2006/relationships": "r",
    "http://purl.oclc.org/ooxml/officeDocument/relationships": "r",
    "http://schemas.openxmlformats.org/package/2006/relationships": "rel",
    "http://schemas.openxmlformats.org/drawingml/2006/wordprocessingDrawing": "wp",
    "http://purl.oclc.org/ooxml/drawingml/wordprocessingDrawing": "wp",
    "http://schemas.openxmlformats.org/markup-compatibility/2006": "mc",
    "http://schemas.openxmlformats.org/officeDocument/2006/math": "m",
    "urn:schemas-microsoft-com:vml": "v",
}
_OFF: Final = frozenset({"0", "false", "off", "none"})
_HEADING: Final = re.compile(
    r"(?:heading|titre|titolo|título|überschrift)\s*([1-9])", re.IGNORECASE
)
_LIST: Final = re.compile(r"(?:list|liste)\b.*?([2-9])", re.IGNORECASE)
_MONO: Final = re.compile(r"courier|consolas|menlo|monaco|mono\b|source code", re.IGNORECASE)
_MAX_CHAIN: Final = 20
"""Styles that are based on one another; Word's own are up to four."""


@dataclass(frozen=True, slots=True)
class Numbering:
    """The list that a paragraph is in: `list` tells lists apart."""

    list: str
    level: int
    ordered: bool
    left: int | None


class Parts:
    """The parts of one document. Raises BadInput or TooLarge."""

    def __init__(self, package: Package, *, of: str) -> None:
        self._package = package
        main = next(
            (target for _, kind, target in self._related("") if kind == "officeDocument"), ""
        )
        document = package.xml(main, NAMES) if main else None
        body = document.find("w:body") if document is not None else None
        if body is None:
            raise BadInput(f"{of} is no document of a word processor, or is damaged.")
        self.body = body
        found = {kind: target for _, kind, target in self._related(main)}
        self.links = self._links(main)
        self.styles = Styles(self._xml(found.get("styles")))
        self.numbering = Numberings(self._xml(found.get("numbering")), self.styles)
        self.notes = {
            kind: (self._notes(found.get(f"{kind}s"), kind), self._links(found.get(f"{kind}s", "")))
            for kind in ("footnote", "endnote")
        }

    def _xml(self, name: str | None) -> Element | None:
        return self._package.xml(name, NAMES) if name else None

    def _related(self, part: str) -> Iterator[tuple[str, str, str]]:
        """The id, the kind and the target of what a part leads to."""
        folder, _, name = part.rpartition("/")
        root = self._package.xml(posixpath.join(folder, "_rels", f"{name}.rels"), NAMES)
        for one in root.elements if root is not None else ():
            target = one.get("Target")
            if one.get("TargetMode") != "External":
                target = posixpath.normpath(posixpath.join("/", folder, target)).lstrip("/")
            yield one.get("Id"), one.get("Type").rpartition("/")[2], target

    def _links(self, part: str) -> dict[str, str]:
        if not part:
            return {}
        return {id: target for id, kind, target in self._related(part) if kind == "hyperlink"}

    def _notes(self, part: str | None, kind: str) -> dict[str, Element]:
        root = self._xml(part)
        return {
            one.get("w:id"): one
            for one in (root.elements if root is not None else ())
            if one.name == f"w:{kind}"
        }


class Styles:
    """Styles by id, each with those that it is based on."""

    def __init__(self, root: Element | None) -> None:
        self._styles: dict[str, Element] = {}
        self._names: dict[str, str] = {}
        for one in root.elements if root is not None else ():
            if one.name == "w:style":
                id = one.get("w:styleId")
                self._styles[id] = one
                self._names[id] = value(one.find("w:name")) or id
        self.is_ours = {"Facts", "Label", "Late contribution", "After Table"} <= set(
            self._names.values()
        )
        """They are those of a document that Calepin wrote."""

    def name(self, id: str) -> str:
        """The name of a style, which Word writes in English whatever it speaks."""
        return self._names.get(id, id)

    def names(self, id: str) -> list[str]:
        """The names of a style and of those that it is based on."""
        return [self.name(style.get("w:styleId")) for style in self._chain(id)]

    def heading(self, id: str) -> int:
        """The level of a heading of this style, from 1; 0 for what is none."""
        for name in self.names(id) or [id]:
            if found := _HEADING.fullmatch(name.strip()):
                return int(found[1])
            if name.casefold() in ("title", "titre"):
                return 1
        level = self.paragraph(id, "w:outlineLvl")
        return outline(level)

    def paragraph(self, id: str, property: str) -> Element | None:
        """A property of the paragraphs of a style."""
        for style in self._chain(id):
            found = style.find("w:pPr", property)
            if found is not None:
                return found
        return None

    def list_level(self, id: str) -> int:
        """The level of a style of lists that has one of its own, such as `List Bullet 2`."""
        found = _LIST.match(self.name(id))
        return int(found[1]) - 1 if found else 0

    def run(self, id: str, property: str) -> Element | None:
        """A property of the characters of a style of characters."""
        for style in self._chain(id):
            found = style.find("w:rPr", property)
            if found is not None and style.get("w:type") == "character":
                return found
        return None

    def _chain(self, id: str) -> list[Element]:
        out: list[Element] = []
        while id in self._styles and len(out) < _MAX_CHAIN:
            out.append(self._styles[id])
            id = value(self._styles[id].find("w:basedOn"))
        return out


class Numberings:
    """Which lists there are, and how the levels of each are numbered."""

    def __init__(self, root: Element | None, styles: Styles) -> None:
        self._styles = styles
        self._lists: dict[str, Element] = {}
        self._kinds: dict[str, Element] = {}
        for one in root.elements if root is not None else ():
            if one.name == "w:num":
                self._lists[one.get("w:numId")] = one
            elif one.name == "w:abstractNum":
                self._kinds[one.get("w:abstractNumId")] = one

    def of(self, properties: Element | None, style: str) -> Numbering | None:
        """The list of a paragraph with these properties; None for one that is in none."""
        direct = properties.find("w:numPr") if properties is not None else None
        by_style = self._styles.paragraph(style, "w:numPr")
        list = next(
            (
                value(one.find("w:numId"))
                for one in (direct, by_style)
                if one is not None and one.find("w:numId") is not None
            ),
            "",
        )
        if list in ("", "0"):
            return None
        written = value(direct.find("w:ilvl")) if direct is not None else ""
        level = number(written or value(by_style.find("w:ilvl") if by_style is not None else None))
        level = min(max(0, level), 8) or (
            0 if direct is not None else self._styles.list_level(style)
        )
        kind = self._level(list, level)
        sign = value(kind.find("w:numFmt")) if kind is not None else "bullet"
        left = kind.find("w:pPr", "w:ind") if kind is not None else None
        return Numbering(list, level, sign not in ("bullet", "none", ""), indent(left))

    def _level(self, list: str, level: int) -> Element | None:
        one = self._lists.get(list)
        if one is None:
            return None
        for override in one.elements:
            if override.name == "w:lvlOverride" and override.get("w:ilvl") == str(level):
                found = override.find("w:lvl")
                if found is not None:
                    return found
        kind = self._kinds.get(value(one.find("w:abstractNumId")))
        if kind is not None and (linked := value(kind.find("w:numStyleLink"))):
            numbered = self._styles.paragraph(linked, "w:numPr")
            of = value(numbered.find("w:numId")) if numbered is not None else ""
            there = self._lists.get(of)
            kind = self._kinds.get(value(there.find("w:abstractNumId"))) if there else kind
        for each in kind.elements if kind is not None else ():
            if each.name == "w:lvl" and each.get("w:ilvl") == str(level):
                return each
        return None


def value(element: Element | None) -> str:
    """What an element says of itself, or ""."""
    return element.get("w:val") if element is not None else ""


def is_on(element: Element | None) -> bool | None:
    """Whether a property that is there is on; None for one that is not there."""
    return None if element is None else element.get("w:val").lower() not in _OFF


def number(text: str) -> int:
    """A number of the format; 0 for what is none."""
    return int(text) if re.fullmatch(r"-?[0-9]{1,6}", text) else 0


def indent(element: Element | None) -> int | None:
    """How far a paragraph is indented, in twentieths of a point; None where that is not said."""
    if element is None:
        return None
    said = element.get("w:left") or element.get("w:start")
    return number(said) if said else None


def outline(level: Element | None) -> int:
    """The level of a heading by its place in the outline; 0 for what is none."""
    said = value(level)
    return int(said) + 1 if said in tuple("012345678") else 0


def is_mono(fonts: Element | None) -> bool:
    """Whether these are the fonts of code."""
    names: Mapping[str, str] = fonts.attributes if fonts is not None else {}
    return any(_MONO.search(names.get(name, "")) is not None for name in ("w:ascii", "w:hAnsi"))
