"""What the writers of office documents share: XML's text, addresses, and the outline. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from html import escape
from typing import Final
from urllib.parse import quote

from server.export.inline import clean
from server.export.nodes import (
    Block,
    CodeBlock,
    Document,
    Footnotes,
    Heading,
    Inline,
    List,
    Marker,
    Quote,
    head_of,
    plain,
)

DEEPEST: Final = 6
_WIDEST: Final = 30
"""Characters: a column whose texts are longer is no wider for it."""
_WEB: Final = re.compile(
    r"(https?)://([^/?#@]*@)?([\w.-]+|\[[0-9a-f:.]+\])(:[0-9]{1,5})?([/?#].*|)", re.IGNORECASE
)
_IN_USER: Final = "%:@!$&'()*+,;=~"
_IN_PATH: Final = f"{_IN_USER}/?"
_HALF_ESCAPE: Final = re.compile(r"%(?![0-9A-Fa-f]{2})")
_LANGUAGE: Final = re.compile(r"([A-Za-z]{2,3})(?:-([A-Za-z]{2}))?(?:-[A-Za-z0-9]{1,8})*")
_COUNTRIES: Final = {"fr": "FR", "en": "GB"}


@dataclass(frozen=True, slots=True)
class About:
    """What an office document says of itself: `header` on each page, the rest to programs.

    `date` is "2026-11-23" or "".
    """

    title: str
    header: str
    author: str = ""
    description: str = ""
    date: str = ""
    language: str = "fr"

    @property
    def locale(self) -> tuple[str, str]:
        """The language and the country, which office programs want to know for their spelling."""
        found = _LANGUAGE.fullmatch(self.language)
        language = found[1].lower() if found else "en"
        country = found[2] if found else None
        return language, (country or _COUNTRIES.get(language, "")).upper()


@dataclass(frozen=True, slots=True)
class Entry:
    """A heading as the table of contents names it. `level` counts from 1; the title is not in it.

    `number` tells headings of one document apart, and `noted` is that of `Heading`.
    """

    level: int
    number: int
    title: str
    is_of_programme: bool
    noted: int = 0

    @property
    def mark(self) -> str:
        """What a heading is called inside the document: `7`, or `7_h3` where it was of level 3."""
        return f"{self.number}_h{self.noted}" if self.noted else f"{self.number}"


class Outline:
    """Gives headings their levels: 0 is the title, and none is left out below it."""

    def __init__(self) -> None:
        self.entries: list[Entry] = []
        self._open: list[int] = []
        self._count = 0

    def add(self, heading: Heading) -> Entry:
        self._count += 1
        title = plain(heading.inline).replace("\n", " ")
        if self._count == 1:
            self._open = [heading.level]
            return Entry(0, 0, title, True)
        while len(self._open) > 1 and self._open[-1] >= heading.level:
            self._open.pop()
        level = min(len(self._open), DEEPEST)
        self._open.append(heading.level)
        is_of_programme = bool(heading.anchor)
        self.entries.append(Entry(level, self._count, title, is_of_programme, heading.noted))
        return self.entries[-1]

    def contents(self) -> Sequence[Entry]:
        """Of a day, the programme; of a note, which has none, its headings. One leads nowhere."""
        shown = [one for one in self.entries if one.is_of_programme] or self.entries
        return shown if len(shown) > 1 else ()


def head_and_rest(document: Document) -> tuple[Sequence[Block], Sequence[Block]]:
    """What the document is, and what it says: contents go in between."""
    begins = head_of(document.children)
    return document.children[:begins], document.children[begins:]


def is_of_programme(head: Sequence[Block]) -> bool:
    """Whether the plain words under the title are the programme's, and not those of a note."""
    return bool(head) and isinstance(head[0], Heading) and bool(head[0].anchor)


def goes_on(rest: Iterable[Block]) -> bool:
    """Whether a note follows what is known of it, and not the heading of the next item."""
    blocks = (block for block in rest if not isinstance(block, Footnotes | Marker))
    following = next(blocks, None)
    is_next_item = isinstance(following, Heading) and bool(following.anchor)
    return following is not None and not is_next_item


def would_join(one: Block | None, other: Block) -> bool:
    """Whether two blocks are one to a reader when nothing stands between their paragraphs."""
    match one, other:
        case (Quote(), Quote()) | (CodeBlock(), CodeBlock()):
            return True
        case List(ordered=was), List(ordered=ordered):
            return was == ordered
        case _:
            return False


def widths(rows: Sequence[Sequence[tuple[Inline, ...]]], total: int) -> list[int]:
    """How `total` is shared among the columns of a table: by their longest words and texts."""
    weights = [_weight([plain(cell) for cell in column]) for column in zip(*rows, strict=True)]
    return [max(1, total * weight // sum(weights)) for weight in weights]


def _weight(cells: Sequence[str]) -> int:
    word = max(len(word) for cell in cells for word in ["", *cell.split()])
    text = max(map(len, cells))
    # A font that stands in for ours may be wider, and a heading is bold.
    return min(_WIDEST, max(word * 5 // 4, text // 2)) + 3


def xml(text: str) -> str:
    """Text for an element or a quoted attribute, without what XML cannot hold."""
    return escape(clean(text), quote=True)


def address(href: str) -> str:
    """A link's address as a URI that office programs accept, or "" where there is none.

    One bad address makes Word refuse the whole document.
    """
    href = _HALF_ESCAPE.sub("%25", clean(href))
    if found := _WEB.fullmatch(href):
        scheme, user, host, port, rest = found.groups("")
        path, mark, fragment = rest.partition("#")
        path = quote(path, safe=_IN_PATH) + mark + quote(fragment, safe=_IN_PATH)
        return (
            f"{scheme.lower()}://{quote(user, safe=_IN_USER)}{quote(host, safe='%[]:')}{port}{path}"
        )
    if href[:7].lower() == "mailto:":
        return "mailto:" + quote(href[7:], safe=_IN_PATH)
    return ""
