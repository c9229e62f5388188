"""What a document says, for tests of its writers: characters in their order, blanks left out."""

from __future__ import annotations

import zipfile
from collections.abc import Callable, Iterable
from io import BytesIO

from lxml import etree

from server.export import nodes


class Said:
    """The characters of the text, with a box for a task, and those of its footnotes: those that
    `kept` leaves of each text."""

    def __init__(
        self, blocks: Iterable[nodes.Block], kept: Callable[[str], str] | None = None
    ) -> None:
        self._kept = solid if kept is None else kept
        self.text = ""
        self.footnotes: list[str] = []
        for block in blocks:
            self._block(block)

    def _block(self, block: nodes.Block) -> None:
        match block:
            case nodes.Heading() | nodes.Paragraph() | nodes.Label():
                self._inline(block.inline)
            case nodes.List() | nodes.Facts():
                for item in block.items:
                    if item.checked is not None:
                        self.text += "☑" if item.checked else "☐"
                    self._all(item.children)
            case nodes.Quote() | nodes.Late():
                self._all(block.children)
            case nodes.CodeBlock():
                self.text += self._kept(block.text)
            case nodes.Table():
                for row in block.rows:
                    for cell in row:
                        self._inline(cell)
            case _:
                pass

    def _all(self, blocks: Iterable[nodes.Block]) -> None:
        for block in blocks:
            self._block(block)

    def _inline(self, inline: Iterable[nodes.Inline]) -> None:
        for node in inline:
            match node:
                case nodes.Text() | nodes.Code():
                    self.text += self._kept(node.text)
                case nodes.FootnoteRef():
                    self.footnotes.append(self._kept(node.text))
                case nodes.LineBreak():
                    pass
                case _:
                    self._inline(node.children)


def solid(text: str) -> str:
    return "".join(text.split())


def parts_of(data: bytes) -> dict[str, etree._Element]:
    """The XML of an office document, by name. What is no XML, or asks for another file, fails."""
    strict = etree.XMLParser(resolve_entities=False, no_network=True, recover=False)
    with zipfile.ZipFile(BytesIO(data)) as archive:
        assert archive.testzip() is None
        found = {
            name: etree.fromstring(archive.read(name), strict)
            for name in archive.namelist()
            if name.endswith((".xml", ".rels"))
        }
    assert not any(one.getroottree().docinfo.doctype for one in found.values())
    return found
