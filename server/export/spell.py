"""Inline nodes as Markdown. Pure.

A delimiter of Markdown opens or closes by what stands beside it. Where the neighbour would make it
mean nothing (`**Note :**suite`), the neighbour is written as a numeric entity; where two runs of
delimiters touch, one is written with `_`. So every nesting that the nodes have can be read again.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Final, Literal

from server.export.escape import (
    Around,
    entity,
    escaped,
    heading_end,
    is_blank,
    is_punctuation,
    line_start,
    may_be_punctuation,
)
from server.export.nodes import (
    Code,
    Emphasis,
    FootnoteRef,
    Inline,
    LineBreak,
    Link,
    Strike,
    Strong,
    Text,
    plain,
)

Place = Literal["paragraph", "heading", "cell"]
NumberFootnote = Callable[[str], int]
"""Gives the number under which a footnote's text will be written."""

_AUTOLINK: Final = re.compile(r"https?:[^<>\x00-\x20]*", re.IGNORECASE)
_EMAIL: Final = re.compile(r"[a-zA-Z0-9.+_-]+@[a-zA-Z0-9-]+(?:\.[a-zA-Z0-9-]+)+")
_BARE: Final = re.compile(r"[^\s\x00-\x20()<>\\]+")
_ENTITY: Final = re.compile(r"&(?=#?[A-Za-z0-9]+;)")
_BACKTICKS: Final = re.compile(r"`+")
_NOT_IN_HREF: Final = re.compile(r"[\x00-\x1f\x7f\n]")


@dataclass(slots=True)
class _Text:
    text: str
    in_link: bool


@dataclass(slots=True)
class _Raw:
    """Written as it is; begins and ends with punctuation."""

    text: str


@dataclass(slots=True)
class _Delimiter:
    node: Strong | Emphasis | Strike
    opens: bool
    text: str


@dataclass(slots=True)
class _Newline:
    text: str


_Piece = _Text | _Raw | _Delimiter | _Newline


def spell(nodes: Sequence[Inline], *, place: Place, number: NumberFootnote) -> str:
    """The Markdown of one paragraph, heading or cell. Only a paragraph has several lines."""
    pieces = list(_pieces(nodes, place, number, in_link=False))
    _choose_delimiters(pieces)
    around = Around.of(
        plain(nodes),
        references=any(isinstance(piece, _Raw) and "[" in piece.text for piece in pieces),
        strikes=any(isinstance(piece, _Delimiter) and piece.text == "~~" for piece in pieces),
    )
    out = "".join(_spelled(pieces, around, place))
    return out.replace("|", "\\|") if place == "cell" else out


def _pieces(
    nodes: Iterable[Inline], place: Place, number: NumberFootnote, *, in_link: bool
) -> Iterator[_Piece]:
    for node in nodes:
        match node:
            case Text(text=text):
                yield _Text(text, in_link)
            case Code(text=text):
                yield _Raw(_code(text))
            case LineBreak():
                yield _Newline("\\\n") if place == "paragraph" else _Raw("<br>")
            case FootnoteRef(text=text):
                yield _Raw(f"[^{number(text)}]")
            case Strong() | Emphasis() | Strike():
                yield _Delimiter(node, opens=True, text="")
                yield from _pieces(node.children, place, number, in_link=in_link)
                yield _Delimiter(node, opens=False, text="")
            case Link(href=href, children=children):
                if short := _autolink(href, children):
                    yield _Raw(short)
                else:
                    yield _Raw("[")
                    yield from _pieces(children, place, number, in_link=True)
                    yield _Raw(f"]({_destination(href)})")


def _choose_delimiters(pieces: Sequence[_Piece]) -> None:
    """Give each pair its characters: `*`, but `_` where its delimiters would touch other stars.

    Who touches whom makes a tree (a format never nests in itself), so two characters suffice.
    """
    touching: dict[int, list[int]] = {}
    nodes: dict[int, Strong | Emphasis] = {}
    last: _Piece | None = None
    for piece in pieces:
        if isinstance(piece, _Delimiter) and not isinstance(piece.node, Strike):
            nodes[id(piece.node)] = piece.node
            near = touching.setdefault(id(piece.node), [])
            if isinstance(last, _Delimiter) and not isinstance(last.node, Strike):
                near.append(id(last.node))
                touching[id(last.node)].append(id(piece.node))
        last = piece
    chosen: dict[int, str] = {}
    for start in nodes:
        waiting = [(start, "*")] if start not in chosen else []
        while waiting:
            node, character = waiting.pop()
            if node not in chosen:
                chosen[node] = character
                other = "_" if character == "*" else "*"
                waiting.extend((near, other) for near in touching[node])
    for piece in pieces:
        if isinstance(piece, _Delimiter):
            match piece.node:
                case Strike():
                    piece.text = "~~"
                case Strong():
                    piece.text = chosen[id(piece.node)] * 2
                case Emphasis():
                    piece.text = chosen[id(piece.node)]


def _spelled(pieces: Sequence[_Piece], around: Around, place: Place) -> Iterator[str]:
    hidden = _hidden(pieces)
    for index, piece in enumerate(pieces):
        if not isinstance(piece, _Text):
            yield piece.text
            continue
        before = pieces[index - 1] if index else None
        after = pieces[index + 1] if index + 1 < len(pieces) else None
        text = piece.text
        first = last = ""
        if (index, len(text) - 1) in hidden:
            text, last = text[:-1], entity(text[-1])
        if text and (index, 0) in hidden:
            text, first = text[1:], entity(text[0])
        body = escaped(
            text,
            around,
            before=";" if first else (before.text[-1:] if before else ""),
            after="&" if last else (after.text[:1] if after else ""),
            in_link=piece.in_link,
        )
        if not first and place == "paragraph" and (before is None or isinstance(before, _Newline)):
            body = line_start(body)
        if not last and place == "heading" and after is None:
            body = heading_end(body)
        yield first + body + last


_Hidden = set[tuple[int, int]]
"""Characters written as entities: the index of their piece and their place in its text."""


def _hidden(pieces: Sequence[_Piece]) -> _Hidden:
    """The characters that would keep a delimiter beside them from opening or closing.

    An entity is punctuation, which counts for the delimiter on its other side when the text is one
    character long: so one hidden character may make another necessary. GitHub's parser looks
    through tildes, of a strike and of the text, to the character behind them.
    """
    hidden: _Hidden = set()
    delimiters = [
        (index, piece) for index, piece in enumerate(pieces) if isinstance(piece, _Delimiter)
    ]
    grows = bool(delimiters)
    while grows:
        size = len(hidden)
        for index, delimiter in delimiters:
            step = -1 if delimiter.opens else 1
            inner = index - step
            if isinstance(pieces[inner], _Text) and _edge(pieces, inner, step, hidden) == "~":
                hidden.add((inner, _end(pieces[inner], step)))
            outer = index + step
            while 0 <= outer < len(pieces) and _is_strike(pieces[outer]):
                outer += step
            text = pieces[outer] if 0 <= outer < len(pieces) else None
            if isinstance(text, _Text):
                at = _end(text, -step)
                if _works_not(delimiter, text.text[at], _edge(pieces, inner, step, hidden)):
                    hidden.add((outer, at))
        grows = len(hidden) > size
    return hidden


def _is_strike(piece: _Piece) -> bool:
    return isinstance(piece, _Delimiter) and isinstance(piece.node, Strike)


def _works_not(delimiter: _Delimiter, outer: str, inner: str) -> bool:
    """Whether a delimiter means nothing between these two characters.

    Of several delimiters in a row, those between have punctuation on both sides and always work.
    """
    if outer != "~" and (is_blank(outer) or is_punctuation(outer)):
        return False
    return delimiter.text[0] == "_" or may_be_punctuation(inner)


def _edge(pieces: Sequence[_Piece], index: int, side: int, hidden: _Hidden) -> str:
    """The character that a piece, inside a pair of delimiters, shows to the delimiter."""
    at = _end(pieces[index], side)
    return "&" if (index, at) in hidden else pieces[index].text[at]


def _end(piece: _Piece, side: int) -> int:
    """The place of its first character for -1, of its last one for 1."""
    return 0 if side == -1 else len(piece.text) - 1


def _code(text: str) -> str:
    """A code span; its fence is longer than any run of backticks in it."""
    runs = {len(run) for run in _BACKTICKS.findall(text)}
    fence = "`" * next(size for size in range(1, len(runs) + 2) if size not in runs)
    padded = text.startswith("`") or text.endswith("`")
    stripped = text.startswith(" ") and text.endswith(" ") and text.strip(" ") != ""
    pad = " " if padded or stripped else ""
    return f"{fence}{pad}{text}{pad}{fence}"


def _autolink(href: str, children: tuple[Inline, ...]) -> str:
    """The short form of a link that shows its own address, or "".

    Nothing can be escaped in it, and some readers take `&amp;` there for an ampersand.
    """
    match children:
        case (Text(text=text),):
            if text == href and _AUTOLINK.fullmatch(href) and not _ENTITY.search(href):
                return f"<{href}>"
            if href == f"mailto:{text}" and _EMAIL.fullmatch(text):
                return f"<{text}>"
    return ""


def _destination(href: str) -> str:
    """An address as the destination of a link.

    What looks like an entity becomes one of an ampersand: GitHub's parser reads entities before it
    reads escapes, so that `\\&amp;` means `&` to it.
    """
    href = _NOT_IN_HREF.sub("", href)
    if _BARE.fullmatch(href):
        return _ENTITY.sub("&amp;", href)
    body = re.sub(r"([<>\\])", r"\\\1", href)
    return f"<{_ENTITY.sub('&amp;', body)}>"
