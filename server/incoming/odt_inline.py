"""What stands in the paragraphs of an ODT, as spans. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import replace
from typing import Final

from server.export.lines import Break, Line, Marks, Span, safe_link
from server.incoming.markup import Element
from server.incoming.odt_styles import Styles
from server.incoming.spans import footnote

_BLANKS: Final = re.compile(r"[ \t\n\r]+")
_PASSED: Final = frozenset(
    [
        "office:annotation",
        "office:annotation-end",
        "text:tracked-changes",
        "text:hidden-text",
        "text:note-citation",
        "text:ruby-text",
        "text:soft-page-break",
        "office:event-listeners",
        "text:hidden-paragraph",
        "office:forms",
        "text:sequence-decls",
        "text:variable-decls",
        "text:user-field-decls",
        "office:binary-data",
        "svg:title",
    ]
)
"""What is no text of the document. A picture's description is; its title would say it twice."""
_MAX_BLANKS: Final = 1_000
"""Blanks that one element may stand for."""


class Words:
    """Reads one paragraph."""

    def __init__(self, styles: Styles) -> None:
        self._styles = styles
        self.spans: list[Span] = []
        self.boxes: list[Element] = []
        """The text boxes that hang on the paragraph."""
        self._drops_blank = True
        """A blank of the file means nothing here: at the beginning, and behind another one."""

    def read(self, element: Element, marks: Marks) -> None:
        """Add what is in an element to `spans`. Blanks of the file are one blank each; those that
        count are elements."""
        for child in element.children:
            if isinstance(child, str):
                text = _BLANKS.sub(" ", child)
                text = text.removeprefix(" ") if self._drops_blank else text
                if text:
                    self._add(text, marks)
                    self._drops_blank = text.endswith(" ")
            else:
                self._element(child, marks)

    def _element(self, element: Element, marks: Marks) -> None:
        match element.name:
            case "text:s":
                said = element.get("text:c")
                count = int(said) if said.isdecimal() and len(said) < 5 else 1
                self._add(" " * min(max(count, 1), _MAX_BLANKS), marks)
            case "text:tab":
                self._add("\t", marks)
            case "text:line-break":
                self._add(Break(), replace(marks, code=False))
            case "text:a":
                href = safe_link(element.get("xlink:href"))
                self.read(element, replace(marks, link=href or marks.link))
            case "text:span":
                name = element.get("text:style-name")
                if not self._styles.hides("text", name):
                    self.read(element, self._styles.of_span(name, marks))
            case "text:note":
                body = element.find("text:note-body")
                if body is not None:
                    self.spans.append(Span(footnote(_lines(body, self._styles)), marks))
            case "draw:text-box":
                self.boxes.append(element)
            case "table:table" | "text:list":
                pass  # in a frame, beside a text box
            case name if name not in _PASSED:
                self.read(element, marks)

    def _add(self, text: str | Break, marks: Marks) -> None:
        self._drops_blank = False
        self.spans.append(Span(text, marks))


def _lines(body: Element, styles: Styles) -> Iterable[Line]:
    """The paragraphs of a footnote."""
    for one in body.all():
        if one.name in ("text:p", "text:h"):
            words = Words(styles)
            words.read(one, Marks())
            yield Line(spans=tuple(words.spans))
