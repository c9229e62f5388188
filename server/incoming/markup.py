"""XML and HTML of strangers as plain values, within bounds. Where the server touches lxml. Pure.

Nothing is loaded, no entity is defined, and nothing is nested deeper than somebody would nest it. A
document beyond the bounds is refused as a whole: no part of it is lost in silence.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, Final

from lxml import etree  # type: ignore[import-untyped]

from server.errors import BadInput, TooLarge

MAX_DEPTH = 200
"""Levels of elements. A browser's own documents have some thirty, an office's some twenty."""
MAX_ELEMENTS = 500_000
"""A document of 20,000 words out of Word has some 100,000."""

_NUL: Final = str.maketrans({"\x00": "\ufffd"})


@dataclass(slots=True, eq=False)
class Element:
    """An element: `name` is local in HTML and `prefix:name` in XML; a child is one, or text."""

    name: str
    attributes: Mapping[str, str]
    children: list[Element | str] = field(default_factory=list)

    def get(self, name: str) -> str:
        """The value of an attribute, or ""."""
        return self.attributes.get(name, "")

    @property
    def elements(self) -> Iterator[Element]:
        return (child for child in self.children if isinstance(child, Element))

    def find(self, *path: str) -> Element | None:
        """The first child of this name, and in it the first of the next, and so on."""
        found: Element | None = self
        for name in path:
            if found is None:
                return None
            found = next((one for one in found.elements if one.name == name), None)
        return found

    def all(self) -> Iterator[Element]:
        """The element and all elements in it, in the order of the document."""
        waiting = [self]
        while waiting:
            one = waiting.pop()
            yield one
            waiting.extend(reversed(list(one.elements)))

    def text(self) -> str:
        """All text in it."""
        return "".join(child if isinstance(child, str) else child.text() for child in self.children)


def parse_xml(data: bytes, names: Mapping[str, str], *, of: str) -> Element:
    """The root of an XML document. `names` gives each namespace its prefix; elements of others have
    the prefix `?`. Raises BadInput or TooLarge, with `of` as the name of what is read."""
    target = _Target(names, of=of)
    parser = etree.XMLParser(
        target=target,
        resolve_entities="internal",  # of which there are none: whatever declares one is refused
        load_dtd=False,
        no_network=True,
        huge_tree=False,
        remove_comments=True,
        remove_pis=True,
    )
    return _parsed(data, parser, of)


def parse_html(text: str, *, of: str) -> Element:
    """The root of an HTML document, however it is written. Raises BadInput or TooLarge."""
    target = _Target(None, of=of)
    parser = etree.HTMLParser(
        target=target,
        encoding="utf-8",
        no_network=True,
        huge_tree=False,
        remove_comments=True,
        remove_pis=True,
    )
    data = text.translate(_NUL).encode("utf-8", "replace")
    return _parsed(data, parser, of) if data.strip() else Element("html", {})


def _parsed(data: bytes, parser: Any, of: str) -> Element:
    try:
        root = etree.fromstring(data, parser)
    except etree.LxmlError as error:
        raise BadInput(f"{of} is damaged: {_said(error)}.") from None
    if any(entry.level >= etree.ErrorLevels.FATAL for entry in parser.error_log):
        # An HTML parser goes on after every mistake, but not after this: the rest would be missing.
        raise BadInput(f"{of} is nested too deep, or holds what no document holds.")
    if not isinstance(root, Element):
        raise BadInput(f"{of} is empty.")
    return root


def _said(error: Exception) -> str:
    # Nothing of the document may come into the sentence; a place may.
    line = getattr(error, "lineno", None)
    return f"it cannot be read beyond line {line}" if line else "it cannot be read"


class _Target:
    """Builds the elements, and counts them."""

    def __init__(self, names: Mapping[str, str] | None, *, of: str) -> None:
        self._names = names
        self._of = of
        self._short: dict[str, str] = {}
        self._open: list[Element] = []
        self._root: Element | None = None
        self._count = 0

    def doctype(self, *said: Any) -> None:
        if self._names is not None:
            raise BadInput(
                f"{self._of} declares a document type, and may define entities with it: "
                "save it anew with an office program."
            )
        del said

    def start(self, tag: str, attributes: Mapping[str, str]) -> None:
        self._count += 1
        if self._count > MAX_ELEMENTS:
            raise TooLarge(
                f"{self._of} has more than {MAX_ELEMENTS} elements: import it in parts.",
                limit=MAX_ELEMENTS,
            )
        if len(self._open) >= MAX_DEPTH:
            raise BadInput(f"{self._of} is nested more than {MAX_DEPTH} levels deep.")
        found = {self._name(name): value for name, value in attributes.items()}
        element = Element(self._name(tag), found)
        if self._open:
            self._open[-1].children.append(element)
        elif self._root is None:
            self._root = element
        self._open.append(element)

    def end(self, tag: str) -> None:
        del tag
        self._open.pop()

    def data(self, text: str) -> None:
        if self._open:
            self._open[-1].children.append(text)

    def close(self) -> Element | None:
        return self._root

    def _name(self, tag: str) -> str:
        names = self._names
        if names is None:
            return tag
        short = self._short.get(tag)
        if short is None:
            space, _, local = tag[1:].rpartition("}") if tag[:1] == "{" else ("", "", tag)
            prefix = names.get(space, "?") if space else ""
            short = f"{prefix}:{local}" if prefix else local
            if len(self._short) < _MAX_NAMES:
                self._short[tag] = short
        return short


_MAX_NAMES: Final = 2_000
"""Of tags and attributes that are remembered; the formats have a few hundred."""
