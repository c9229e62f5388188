"""XML from anybody as a small tree, with the line of each element. Pure.

No entity is ever declared or fetched, and nothing is read that is larger or deeper than a schedule
or a sheet is: an answer is a tree or a ProgrammeError, in a time that the size of the file bounds.
"""

from __future__ import annotations

import io
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any
from xml.sax import SAXParseException
from xml.sax.handler import ContentHandler, feature_namespaces

from defusedxml.common import DefusedXmlException
from defusedxml.sax import make_parser

from server.errors import ProgrammeError
from server.sentences import Sentence, sentence

MAX_DEPTH = 50
MAX_ELEMENTS = 200_000
"""A conference of 513 events has 12,000, a sheet of a thousand lines and ten columns 21,000."""


@dataclass(slots=True)
class Element:
    """An element; names of elements and attributes are without their namespace.

    Where two attributes have the same name but for that, it is the first that counts.
    """

    name: str
    line: int
    attributes: dict[str, str]
    content: list[Element | str] = field(default_factory=list)

    def children(self, name: str) -> Iterator[Element]:
        for one in self.content:
            if isinstance(one, Element) and one.name == name:
                yield one

    def child(self, name: str) -> Element | None:
        return next(self.children(name), None)

    def text(self) -> str:
        """All text in it, in order."""
        return "".join(one if isinstance(one, str) else one.text() for one in self.content)

    def text_of(self, name: str) -> str:
        """The trimmed text of the first child of this name, or ""."""
        found = self.child(name)
        return "" if found is None else found.text().strip()


def parse(data: bytes, *, source: str) -> Element:
    """The root of a document. Raises ProgrammeError."""
    parser: Any = make_parser()
    parser.forbid_dtd = True
    parser.setFeature(feature_namespaces, True)
    building = _Building(source)
    parser.setContentHandler(building)
    try:
        parser.parse(io.BytesIO(data))
    except SAXParseException as error:
        message = sentence(
            "it is not well-formed XML ({why}): save it anew.", why=str(error.getMessage())
        )
        raise ProgrammeError(message, source=source, line=error.getLineNumber()) from None
    except DefusedXmlException:
        raise ProgrammeError(
            sentence(
                "it declares a document type or entities, which a programme has no use for and "
                "which can stand for gigabytes: take out `<!DOCTYPE …>`."
            ),
            source=source,
            line=building.line(),
        ) from None
    except (LookupError, ValueError, UnicodeError):
        message = sentence("its encoding is unknown or not what it says: save it as UTF-8.")
        raise ProgrammeError(message, source=source, line=1) from None
    root = building.root
    if root is None:
        raise ProgrammeError(sentence("there is no element in it."), source=source, line=1)
    return root


class _Building(ContentHandler):
    def __init__(self, source: str) -> None:
        super().__init__()
        self.root: Element | None = None
        self._source = source
        self._open: list[Element] = []
        self._count = 0
        self._locator: Any = None

    def line(self) -> int:
        return 1 if self._locator is None else int(self._locator.getLineNumber() or 1)

    def setDocumentLocator(self, locator: Any) -> None:  # noqa: N802 - SAX's name
        self._locator = locator

    def startElementNS(self, name: Any, qname: Any, attrs: Any) -> None:  # noqa: ARG002, N802
        self._count += 1
        if self._count > MAX_ELEMENTS:
            self._refuse(
                sentence(
                    "it has more than {most} elements: take out what is not needed.",
                    most=MAX_ELEMENTS,
                )
            )
        if len(self._open) >= MAX_DEPTH:
            self._refuse(
                sentence(
                    "elements stand in each other more than {most} levels deep.", most=MAX_DEPTH
                )
            )
        attributes: dict[str, str] = {}
        for (_, local), value in attrs.items():
            attributes.setdefault(local, value)
        element = Element(name[1], self.line(), attributes)
        if self._open:
            self._open[-1].content.append(element)
        else:
            self.root = element
        self._open.append(element)

    def endElementNS(self, name: Any, qname: Any) -> None:  # noqa: ARG002, N802
        self._open.pop()

    def characters(self, content: str) -> None:
        if self._open:
            self._open[-1].content.append(content)

    def _refuse(self, message: Sentence) -> None:
        raise ProgrammeError(message, source=self._source, line=self.line())
