"""What a reader sees in a text, and what a note says, as the same plain tuples.

A block is its kind and its content; inline content is runs of characters with the set of their
formats. Two texts are the same when their tuples are. What does not count:

- how something is written: which marker, fence or delimiter, and in which order formats nest;
- whether a list has blank lines between its items;
- a line that is broken in the source where the paragraph goes on: it is one blank;
- blanks beside a line break, which nobody sees;
- the words after the language of a block of code, and the newline that ends the block;
- the alignment of columns, and the number from which a list counts;
- how characters of an address are percent-encoded;
- the label of a footnote and the place where its text stands: it is its words where it is called.

Every other blank counts, no-break spaces too.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator
from typing import Any
from urllib.parse import quote, unquote_to_bytes

from server.export import nodes

Structure = tuple[Any, ...]
Run = tuple[str, frozenset[str]]
Judge = Callable[[str], Structure]

PLAIN: frozenset[str] = frozenset()
BREAK: Run = ("\n", frozenset({"break"}))
HTML_BREAK = re.compile(r"<br ?/?>")
EXTENSIONS = frozenset({"strike", "footnote"})
"""The formats that CommonMark alone does not have."""


def structure(document: nodes.Document) -> Structure:
    """What a document says."""
    return tuple(map(_block, document.children))


def is_commonmark(blocks: Iterable[Structure]) -> bool:
    """Whether CommonMark alone has all of it: no table, task, strike or footnote."""
    return all(map(_is_commonmark, blocks))


def link(address: str) -> str:
    """The format of what stands in a link."""
    return "link " + quote(unquote_to_bytes(address), safe="!#$%&'()*+,-./:;=?@_~")


def runs(found: Iterable[Run]) -> tuple[Run, ...]:
    """The same runs; neighbours of one format are one, and no blanks are beside a break."""
    out: list[Run] = []
    for text, marks in found:
        last = out[-1] if out else None
        if (text, marks) == BREAK and last and "code" not in last[1]:
            out[-1] = (last[0].rstrip(" "), last[1])
        elif last == BREAK and "code" not in marks:
            text = text.lstrip(" ")
        if out and out[-1][1] == marks and not marks & {"footnote", "break"}:
            out[-1] = (out[-1][0] + text, marks)
        elif text:
            out.append((text, marks))
    return tuple(run for run in out if run[0])


def task(children: Iterable[Structure]) -> tuple[Structure, ...]:
    """The blocks of a task, of which the first still has the blanks after the box.

    A task without words is written with a no-break space, without which GitHub sees no task.
    """
    match tuple(children):
        case (("paragraph", ((text, marks), *others)), *rest):
            text = text.lstrip(" ")
            words = runs([("" if text == "\u00a0" and not others else text, marks), *others])
            return (("paragraph", words), *rest) if words else tuple(rest)
        case without_words:
            return without_words


def _is_commonmark(block: Structure) -> bool:
    match block:
        case ("table", *_):
            return False
        case ("list", _, items):
            return all(checked is None and is_commonmark(inner) for checked, inner in items)
        case ("quote", children):
            return is_commonmark(children)
        case ("paragraph", inline) | ("heading", _, inline):
            return not any(marks & EXTENSIONS for _, marks in inline)
        case _:
            return True


def _block(block: nodes.Block) -> Structure:
    match block:
        case nodes.Heading(level=level, inline=inline):
            return ("heading", level, _content(inline))
        case nodes.Paragraph(inline=inline):
            return ("paragraph", _content(inline))
        case nodes.List(ordered=ordered, items=items):
            return ("list", ordered, tuple(map(_item, items)))
        case nodes.Quote(children=children):
            return ("quote", tuple(map(_block, children)))
        case nodes.CodeBlock(lang=lang, text=text):
            return ("code", lang, text)
        case nodes.Table(rows=rows):
            return ("table", tuple(tuple(map(_content, row)) for row in rows))
        case nodes.Rule():
            return ("rule",)
        case _:
            raise AssertionError(block)


def _item(item: nodes.Item) -> Structure:
    return (item.checked, tuple(map(_block, item.children)))


def _content(inline: Iterable[nodes.Inline]) -> tuple[Run, ...]:
    return runs(_inline(inline, PLAIN))


def _inline(inline: Iterable[nodes.Inline], marks: frozenset[str]) -> Iterator[Run]:
    for node in inline:
        match node:
            case nodes.Text(text=text):
                yield text, marks
            case nodes.Code(text=text):
                yield text, marks | {"code"}
            case nodes.LineBreak():
                yield BREAK
            case nodes.FootnoteRef(text=text):
                yield text, frozenset({"footnote"})
            case nodes.Link(href=href, children=children):
                yield from _inline(children, marks | {link(href)})
            case _:
                yield from _inline(node.children, marks | {type(node).__name__.lower()})
