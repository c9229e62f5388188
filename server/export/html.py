"""A document as HTML: semantic elements, ids that stay, and every text escaped. Pure.

The writer makes elements out of a document's values and nothing else: there is no way for a text
to become markup (A6). An id comes from the id of an item or a section where there is one. Another
heading's comes from the anchor that it stands under and its own words, so that it stays when other
headings change.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from html import escape
from typing import Final

from server.export.inline import footnote_inline
from server.export.labels import Labels
from server.export.names import slug
from server.export.nodes import (
    Block,
    Code,
    CodeBlock,
    Emphasis,
    Facts,
    FootnoteRef,
    Footnotes,
    Heading,
    Inline,
    Item,
    Label,
    Late,
    LineBreak,
    Link,
    List,
    Marker,
    Paragraph,
    Quote,
    Rule,
    Strike,
    Strong,
    Table,
    Text,
    plain,
)

DEEPEST: Final = 6
REL: Final = "nofollow noopener noreferrer"
"""Of every link out: it says nothing of who follows it, and lends its target no weight."""


@dataclass(frozen=True, slots=True)
class Entry:
    """A heading as a table of contents names it. `level` is that of its element."""

    level: int
    anchor: str
    title: str
    is_of_programme: bool
    """Of a day, a section or an item; otherwise of a note's own text."""


@dataclass(frozen=True, slots=True)
class Html:
    """Elements for inside a page's `main`, and their headings in order.

    `parts` has one text for each block, and a last one for footnotes that no block gave a place.
    """

    parts: tuple[str, ...]
    entries: tuple[Entry, ...]

    @property
    def body(self) -> str:
        return "".join(self.parts)


def html(
    blocks: Sequence[Block], words: Labels, *, anchor: str = "", under: Sequence[int] = ()
) -> Html:
    """The blocks as HTML, in the language of `words`.

    `anchor` is the id that they stand under, and `under` the levels of the headings around them,
    outermost first, where the page has written these itself.
    """
    writer = _Writer(words, anchor, under)
    parts = [writer.block(block) for block in blocks]
    return Html((*parts, writer.footnotes()), tuple(writer.entries))


class _Writer:
    """Counts headings and footnotes under each anchor."""

    def __init__(self, words: Labels, anchor: str, under: Sequence[int]) -> None:
        self.entries: list[Entry] = []
        self._words = words
        self._anchor = anchor
        self._outline = list(under)
        """The levels that the open headings asked for, outermost first."""
        self._ids: Counter[str] = Counter()
        self._called = 0
        self._waiting: list[tuple[int, str]] = []

    def blocks(self, blocks: Iterable[Block]) -> str:
        return "".join(map(self.block, blocks))

    def footnotes(self) -> str:
        """The texts of the footnotes that were called since the last time."""
        if not self._waiting:
            return ""
        start = self._waiting[0][0]
        items = "".join(self._footnote(number, text) for number, text in self._waiting)
        self._waiting.clear()
        at = f' start="{start}"' if start > 1 else ""
        return (
            f'<section class="footnotes" role="doc-endnotes" '
            f'aria-label="{_text(self._words.footnotes)} {start}"><ol{at}>{items}</ol></section>\n'
        )

    def _footnote(self, number: int, text: str) -> str:
        words = self._inline(footnote_inline(text))
        back = _text(self._words.back_to_text)
        # The selector after the arrow keeps it from being drawn as a coloured picture.
        return (
            f'<li id="{self._id(f"fn-{number}")}"><p>{words} '
            f'<a class="back" role="doc-backlink" href="#{self._id(f"fnref-{number}")}" '
            f'aria-label="{back} {number}">↩\ufe0e</a></p></li>'
        )

    def block(self, block: Block) -> str:
        match block:
            case Heading():
                return self._heading(block)
            case Paragraph(inline=inline):
                return f"<p>{self._inline(inline)}</p>\n"
            case List(ordered=ordered, items=items):
                name = "ol" if ordered else "ul"
                return f"<{name}>{self._items(items)}</{name}>\n"
            case Facts(items=items):
                return f'<ul class="facts">{self._items(items)}</ul>\n'
            case Quote(children=children):
                return f"<blockquote>{self.blocks(children)}</blockquote>\n"
            case CodeBlock(lang=lang, text=text):
                of = f' class="language-{_text(lang)}"' if lang else ""
                return f'<pre tabindex="0"><code{of}>{_text(text)}</code></pre>\n'
            case Table(rows=rows):
                return self._table(rows)
            case Rule():
                return "<hr>\n"
            case Label(inline=inline):
                return f'<p class="label">{self._inline(inline)}</p>\n'
            case Late(label=label, children=children):
                name = _text(plain(label.inline))
                inside = self.block(label) + self.blocks(children)
                return f'<div class="late" role="group" aria-label="{name}">{inside}</div>\n'
            case Footnotes():
                return self.footnotes()
            case Marker():
                return ""

    def _heading(self, heading: Heading) -> str:
        """The element's level leaves none out, whatever level was asked for."""
        while self._outline and self._outline[-1] >= heading.level:
            self._outline.pop()
        self._outline.append(heading.level)
        level = min(len(self._outline), DEEPEST)
        title = plain(heading.inline).replace("\n", " ")
        if heading.anchor:
            self._begin(heading.anchor)
            anchor = heading.anchor
        else:
            anchor = self._unused(slug(title))
        self.entries.append(Entry(level, anchor, title, bool(heading.anchor)))
        words = self._inline(heading.inline)
        noted = f' data-level="{heading.noted}"' if heading.noted else ""
        return f'<h{level} id="{_text(anchor)}"{noted}>{words}</h{level}>\n'

    def _begin(self, anchor: str) -> None:
        """From here on, ids are below this one."""
        self._anchor = anchor
        self._ids.clear()
        self._called = 0

    def _id(self, name: str) -> str:
        return _text(f"{self._anchor}-{name}" if self._anchor else name)

    def _unused(self, name: str) -> str:
        """An id under the anchor; of several of one name, the second ends in `.2`."""
        self._ids[name] += 1
        again = f".{self._ids[name]}" if self._ids[name] > 1 else ""
        # `h-`: no heading's words make the id of a footnote.
        return f"{self._anchor}-h-{name}{again}" if self._anchor else f"h-{name}{again}"

    def _items(self, items: Iterable[Item]) -> str:
        return "".join(map(self._item, items))

    def _item(self, item: Item) -> str:
        """An item's first words stand in it as they are, without a paragraph of their own."""
        first, rest = "", item.children
        if rest and isinstance(rest[0], Paragraph):
            first, rest = self._inline(rest[0].inline), rest[1:]
        if item.checked is None:
            return f"<li>{first}{self.blocks(rest)}</li>"
        mark, said = ("☑", self._words.done) if item.checked else ("☐", self._words.to_do)
        box = f'<span class="box" role="img" aria-label="{_text(said)}">{mark}</span> '
        return f'<li class="task">{box}{first}{self.blocks(rest)}</li>'

    def _table(self, rows: Sequence[Sequence[tuple[Inline, ...]]]) -> str:
        """It scrolls inside itself where it is wider than the page, also by keyboard."""
        head, *body = rows
        # A header without words would head nothing.
        first = "".join(
            f'<th scope="col">{self._inline(cell)}</th>' if cell else "<td></td>" for cell in head
        )
        rest = "".join(
            f"<tr>{''.join(f'<td>{self._inline(cell)}</td>' for cell in row)}</tr>" for row in body
        )
        inside = f"<thead><tr>{first}</tr></thead>" + (f"<tbody>{rest}</tbody>" if rest else "")
        name = _text(self._words.table)
        return (
            f'<div class="table" role="group" aria-label="{name}" tabindex="0">'
            f"<table>{inside}</table></div>\n"
        )

    def _inline(self, inline: Iterable[Inline]) -> str:
        return "".join(map(self._node, inline))

    def _node(self, node: Inline) -> str:
        match node:
            case Text(text=text):
                return _text(text)
            case Code(text=text):
                return f"<code>{_text(text)}</code>"
            case LineBreak():
                return "<br>"
            case FootnoteRef(text=text):
                return self._call(text)
            case Strong(children=children):
                return f"<strong>{self._inline(children)}</strong>"
            case Emphasis(children=children):
                return f"<em>{self._inline(children)}</em>"
            case Strike(children=children):
                return f"<s>{self._inline(children)}</s>"
            case Link(href=href, children=children):
                # A link that is its own address needs none beside it on paper.
                bare = ' class="bare"' if plain(children) == href else ""
                return f'<a{bare} href="{_text(href)}" rel="{REL}">{self._inline(children)}</a>'

    def _call(self, text: str) -> str:
        self._called += 1
        number = self._called
        self._waiting.append((number, text))
        name = _text(self._words.footnote)
        return (
            f'<sup id="{self._id(f"fnref-{number}")}"><a class="call" role="doc-noteref" '
            f'href="#{self._id(f"fn-{number}")}" aria-label="{name} {number}">{number}</a></sup>'
        )


def _text(text: str) -> str:
    return escape(text, quote=True)
