"""Formats, links and footnotes of HTML. Pure."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import Final

from server.export.lines import Marks, safe_link
from server.incoming.markup import Element

HIDDEN: Final = frozenset(
    [
        "applet",
        "area",
        "audio",
        "base",
        "button",
        "canvas",
        "col",
        "colgroup",
        "datalist",
        "embed",
        "head",
        "iframe",
        "input",
        "link",
        "map",
        "math",
        "meta",
        "noembed",
        "noframes",
        "noscript",
        "object",
        "option",
        "param",
        "progress",
        "meter",
        "script",
        "select",
        "source",
        "style",
        "svg",
        "template",
        "textarea",
        "title",
        "track",
        "video",
    ]
)
"""What is nothing to read in a note."""

_BOLD: Final = frozenset({"b", "strong"})
_ITALIC: Final = frozenset({"i", "em", "cite", "dfn", "var"})
_STRUCK: Final = frozenset({"s", "strike", "del"})
_CODE: Final = frozenset({"code", "kbd", "samp", "tt"})
_STYLE: Final = re.compile(
    r"(?:^|;)\s*(font-weight|font-style|text-decoration(?:-line)?)\s*:\s*([^;]+)",
    re.IGNORECASE,
)
_SIGN: Final = re.compile(r"mso-list:\s*ignore", re.IGNORECASE)
_INVISIBLE: Final = re.compile(r"display:\s*none", re.IGNORECASE)
_BODIES: Final = frozenset({"li", "p", "div", "dd", "aside"})
_NO_BODIES: Final = frozenset({"h1", "h2", "h3", "h4", "h5", "h6", "body", "html", "td", "th"})
_NOTE_ID: Final = re.compile(r"(?:sd)?(?:footnote|endnote|ftn|edn|fn)[\w:.-]*\d+", re.IGNORECASE)
_LONGEST_SIGN: Final = 8
"""Characters: a link of more stands in a table of contents."""


def is_hidden(element: Element) -> bool:
    """Whether a browser shows nothing of an element, or it is the sign of an item."""
    style = element.get("style")
    return (
        "hidden" in element.attributes
        or (bool(style) and _INVISIBLE.search(style) is not None)
        or is_sign(element)
    )


def is_sign(element: Element) -> bool:
    """Whether an element is the bullet or the number that Word writes before an item."""
    style = element.get("style")
    return bool(style) and _SIGN.search(style) is not None


def marked(element: Element, marks: Marks) -> Marks:
    """The format that holds inside an element."""
    name = element.name
    if name in _BOLD:
        marks = replace(marks, bold=True)
    elif name in _ITALIC:
        marks = replace(marks, italic=True)
    elif name in _STRUCK:
        marks = replace(marks, strike=True)
    elif name in _CODE:
        marks = replace(marks, code=True)
    elif name == "a":
        marks = replace(marks, link=safe_link(element.get("href")) or marks.link)
    style = element.get("style")
    return _styled(style, marks) if style else marks


def _styled(style: str, marks: Marks) -> Marks:
    for name, value in _STYLE.findall(style):
        value = value.strip().lower()
        match name.lower():
            case "font-weight":
                heavy = value.isdecimal() and len(value) < 5 and int(value) >= 600
                marks = replace(marks, bold=value in ("bold", "bolder") or heavy)
            case "font-style":
                marks = replace(marks, italic=value.startswith(("italic", "oblique")))
            case _:
                marks = replace(marks, strike=marks.strike or "line-through" in value)
    return marks


class Footnotes:
    """The footnotes of a document: a link into it whose target leads back to the link.

    So they are found in whatever wrote the page: our exports, Word, LibreOffice, Pandoc, Markdown.
    """

    def __init__(self, root: Element) -> None:
        self._bodies: dict[int, Element] = {}
        self._apart: set[int] = set()
        """What is no part of what stands around it: their texts, and the links back."""
        self._parents: dict[int, Element] = {}
        named: dict[str, Element] = {}
        links: list[Element] = []
        for element in root.all():
            for name in (element.get("id"), element.get("name") if element.name == "a" else ""):
                if name:
                    named.setdefault(name, element)
            if element.name == "a" and element.get("href")[:1] == "#":
                links.append(element)
            for child in element.elements:
                self._parents[id(child)] = element
        for link in links:
            target = named.get(link.get("href")[1:])
            is_call = id(link) not in self._apart and len(link.text().strip()) <= _LONGEST_SIGN
            if target is not None and is_call:
                self._pair(link, target)

    def called_by(self, element: Element) -> Element | None:
        """The element with the text of the footnote that a link calls."""
        return self._bodies.get(id(element))

    def is_text(self, element: Element) -> bool:
        """Whether an element is a footnote's text, or leads back from it."""
        return id(element) in self._apart

    def within(self) -> Footnotes:
        """The same for the text of a footnote, in which no other is called."""
        found = Footnotes(_NOTHING)
        found._apart = self._apart
        return found

    def _pair(self, call: Element, target: Element) -> None:
        body = self._body(target)
        if body is None or any(part is call for part in body.all()):
            return
        names = {call.get("id"), call.get("name")}
        above = self._parents.get(id(call))
        if above is not None and above.name in ("sup", "span"):
            names.add(above.get("id"))
        names.discard("")
        back = [
            one
            for one in body.all()
            if one.name == "a" and one.get("href")[:1] == "#" and one.get("href")[1:] in names
        ]
        if back:
            self._bodies[id(call)] = body
            self._apart.add(id(body))
            self._apart.update(map(id, back))

    def _body(self, target: Element) -> Element | None:
        """What holds the text of a footnote; None where the target is no such thing."""
        body = target
        while body.name not in _BODIES:
            above = self._parents.get(id(body))
            if body.name in _NO_BODIES or above is None:
                return None
            body = above
        above = self._parents.get(id(body))
        is_note = above is not None and _NOTE_ID.fullmatch(above.get("id")) is not None
        return above if is_note else body


_NOTHING: Final = Element("html", {})
