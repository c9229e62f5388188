"""The second judge: cmark-gfm, the program in C that GitHub reads Markdown with.

It gives HTML, which is read as a tree by html5lib. The version that it implements, CommonMark 0.29,
takes fewer characters for punctuation than 0.31 does, so it reads delimiters otherwise.

It has two faults that are made good here, from the source: it sees the box of a task only where
nothing but blanks stands before the item on its line, so neither in a quotation nor in `- - [ ] a`;
and it takes a box for checked when `[x]` stands anywhere in the line.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from typing import ClassVar
from xml.etree.ElementTree import Element

import cmarkgfm
import html5lib
from cmarkgfm.cmark import Options

from tests.judges.structure import BREAK, PLAIN, Run, Structure, link, runs, task

_OPTIONS = (
    Options.CMARK_OPT_SOURCEPOS
    | Options.CMARK_OPT_UNSAFE  # HTML is shown to us: our own `<br>`, and what should not be there
    | Options.CMARK_OPT_FOOTNOTES
    | Options.CMARK_OPT_STRIKETHROUGH_DOUBLE_TILDE
)
_EXTENSIONS = ["table", "strikethrough", "tasklist"]
"""Not `autolink`: it makes links of addresses without a scheme, which a note shows as text."""

_BOX = re.compile(rb"(?:[-+*]|\d+[.)])[ \t]+\[([ xX])\][ \t]")

_Part = str | Element


def by_github(text: str) -> Structure:
    """What GitHub sees in a text."""
    html = cmarkgfm.markdown_to_html_with_extensions(text, options=_OPTIONS, extensions=_EXTENSIONS)
    page = html5lib.parse(html, namespaceHTMLElements=False)
    return _Reading(page, text.encode().splitlines()).structure()


class _Reading:
    MARKS: ClassVar = {"strong": "strong", "em": "emphasis", "del": "strike"}
    INLINE: ClassVar = frozenset({*MARKS, "a", "br", "code", "input", "sup"})

    def __init__(self, page: Element, source: Sequence[bytes]) -> None:
        self._source = source
        body = page.find("body")
        assert body is not None
        self._body = body
        self._footnotes = {
            str(item.get("id")): self._footnote(item)
            for section in body.findall("section")
            for item in section.iter("li")
        }

    def structure(self) -> Structure:
        return tuple(self._blocks(self._body))

    def _blocks(self, parent: Element) -> Iterator[Structure]:
        """The blocks of a container; words that stand in it directly are a paragraph."""
        words: list[_Part] = []
        for part in _parts(parent):
            if isinstance(part, str) or part.tag in self.INLINE:
                words.append(part)
                continue
            yield from self._loose(words)
            words = []
            if isinstance(part.tag, str) and part.tag != "section":
                yield self._block(part)
        yield from self._loose(words)

    def _loose(self, words: list[_Part]) -> Iterator[Structure]:
        """Words of a list without blank lines; newlines around them are those of the HTML."""
        if words and isinstance(words[0], str):
            words[0] = words[0].lstrip("\n")
        if words and isinstance(words[-1], str):
            words[-1] = words[-1].removesuffix("\n")
        found = runs(self._inline(words, PLAIN))
        if "".join(text for text, _ in found).strip(" "):
            yield ("paragraph", found)

    def _block(self, element: Element) -> Structure:
        match element.tag:
            case "h1" | "h2" | "h3" | "h4" | "h5" | "h6":
                return ("heading", int(element.tag[1]), self._content(element))
            case "p":
                return ("paragraph", self._content(element))
            case "ul" | "ol":
                return ("list", element.tag == "ol", tuple(map(self._item, element)))
            case "blockquote":
                return ("quote", tuple(self._blocks(element)))
            case "pre":
                code = element[0]
                lang = code.get("class", "").removeprefix("language-")
                return ("code", lang, (code.text or "").removesuffix("\n"))
            case "table":
                rows = element.iter("tr")
                return ("table", tuple(tuple(map(self._content, row)) for row in rows))
            case "hr":
                return ("rule",)
            case other:
                raise AssertionError(other)

    def _item(self, item: Element) -> Structure:
        children = tuple(self._blocks(item))
        line, column = map(int, item.get("data-sourcepos", "").partition("-")[0].split(":"))
        before, after = self._source[line - 1][: column - 1], self._source[line - 1][column - 1 :]
        box = _BOX.match(after)
        if item.find("input") is None and item.find("p/input") is None:
            if box is None or not before.strip():
                return (None, children)
            (kind, ((words, marks), *others)), *rest = children
            children = ((kind, ((words[len("[x]") :], marks), *others)), *rest)
        assert box is not None
        return (box[1] != b" ", task(children))

    def _content(self, element: Element) -> tuple[Run, ...]:
        return runs(self._inline(_parts(element), PLAIN))

    def _inline(self, parts: Iterable[_Part], marks: frozenset[str]) -> Iterator[Run]:
        broken = False
        for part in parts:
            if isinstance(part, str):
                text = part.removeprefix("\n") if broken else part
                yield text.replace("\n", " "), marks
                broken = False
                continue
            broken = part.tag == "br"
            match part.tag:
                case "br":
                    yield BREAK
                case "input":
                    pass
                case "code":
                    yield part.text or "", marks | {"code"}
                case "sup":
                    yield self._footnotes[part[0].get("href", "")[1:]], frozenset({"footnote"})
                case "a":
                    yield from self._inline(_parts(part), marks | {link(part.get("href", ""))})
                case "strong" | "em" | "del":
                    yield from self._inline(_parts(part), marks | {self.MARKS[part.tag]})
                case other:
                    raise AssertionError(f"{other}: {part.attrib}")

    def _footnote(self, item: Element) -> str:
        return "\n\n".join(map(self._footnote_words, item.findall("p")))

    def _footnote_words(self, paragraph: Element) -> str:
        words = [part for part in _parts(paragraph) if not _is_way_back(part)]
        return "".join(text for text, _ in self._inline(words, PLAIN)).rstrip(" ")


def _parts(element: Element) -> Iterator[_Part]:
    """The text and the elements in an element, in their order."""
    if element.text:
        yield element.text
    for child in element:
        yield child
        if child.tail:
            yield child.tail


def _is_way_back(part: _Part) -> bool:
    return not isinstance(part, str) and part.get("class") == "footnote-backref"
