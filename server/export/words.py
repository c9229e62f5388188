"""How many words a text has, as a French reader counts them. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Final

from server.export.lines import Footnote, Line, Span

_GROUPED: Final = re.compile(r"(?<=\d)[\u00a0\u202f](?=\d{3}(?!\d))")


def count_words(text: str) -> int:
    """Words between blanks that hold a letter or a digit.

    `l’accord` and `salarié·e·s` are one word, `2 400` is one, and `«`, `:` or `–` standing alone
    between blanks are none.
    """
    return sum(any(map(str.isalnum, word)) for word in _GROUPED.sub("", text).split())


def words(lines: Iterable[Line]) -> int:
    """The words of a pane, its footnotes included."""
    return sum(count_words("".join(_text(span) for span in line.spans)) for line in lines)


def _text(span: Span) -> str:
    match span.text:
        case str():
            return span.text
        case Footnote(text=text):
            return f" {text} "
        case _:
            return " "
