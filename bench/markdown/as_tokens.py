"""A document as the tokens of markdown-it, from which mdformat writes Markdown."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import Any

from markdown_it.token import Token

from server.export import nodes
from server.export.inline import footnote_inline

_BOX = '<input class="task-list-item-checkbox" {}disabled="disabled" type="checkbox">'


class Tokens:
    """The tokens of one document, and of its footnotes, which are counted."""

    def __init__(self) -> None:
        self._footnotes: list[str] = []

    def of(self, document: nodes.Document) -> list[Token]:
        out = list(self._blocks(document.children))
        if self._footnotes:
            out.append(Token("footnote_block_open", "section", 1))
            for number, text in enumerate(self._footnotes):
                meta = {"id": number, "label": str(number + 1)}
                words = self._paragraph(footnote_inline(text), hidden=False)
                out.extend(_around("footnote", "", words, meta=meta))
            out.append(Token("footnote_block_close", "section", -1))
        return out

    def _blocks(self, blocks: Iterable[nodes.Block], *, tight: bool = False) -> Iterator[Token]:
        for block in blocks:
            yield from self._block(block, tight=tight)

    def _block(self, block: nodes.Block, *, tight: bool) -> Iterator[Token]:
        match block:
            case nodes.Heading(level=level, inline=inline):
                yield from _around(
                    "heading", f"h{level}", self._content(inline), markup="#" * level
                )
            case nodes.Paragraph(inline=inline):
                yield from self._paragraph(inline, hidden=tight)
            case nodes.List(ordered=ordered, items=items):
                tag = "ol" if ordered else "ul"
                kind = "ordered_list" if ordered else "bullet_list"
                inner = [token for item in items for token in self._item(item, items)]
                yield from _around(kind, tag, inner, markup="." if ordered else "-")
            case nodes.Quote(children=children):
                yield from _around("blockquote", "blockquote", self._blocks(children))
            case nodes.CodeBlock(lang=lang, text=text):
                yield Token("fence", "code", 0, content=text + "\n", info=lang, markup="```")
            case nodes.Table(rows=[head, *body]):
                inner = list(_around("thead", "thead", self._row(head, "th")))
                if body:
                    rows = [token for row in body for token in self._row(row, "td")]
                    inner.extend(_around("tbody", "tbody", rows))
                yield from _around("table", "table", inner)
            case nodes.Rule():
                yield Token("hr", "hr", 0, markup="---")
            case _:
                raise AssertionError(block)

    def _item(self, item: nodes.Item, items: Sequence[nodes.Item]) -> Iterator[Token]:
        tight = not any(
            isinstance(child, nodes.Paragraph) for each in items for child in each.children[1:]
        )
        children = item.children
        attrs: dict[str, str | int | float] = {}
        inner: list[Token] = []
        if item.checked is not None:
            attrs["class"] = "task-list-item"
            has_words = bool(children) and isinstance(children[0], nodes.Paragraph)
            words = children[0].inline if has_words else ()  # type: ignore[union-attr]
            box = Token("html_inline", "", 0)
            box.content = _BOX.format('checked="checked" ' if item.checked else "")
            inner.extend(self._paragraph(words, hidden=tight, first=box))
            children = children[1:] if has_words else children
        inner.extend(self._blocks(children, tight=tight))
        yield from _around("list_item", "li", inner, attrs=attrs)

    def _row(self, row: Sequence[Sequence[nodes.Inline]], tag: str) -> Iterator[Token]:
        cells = [token for cell in row for token in _around(tag, tag, self._content(cell))]
        yield from _around("tr", "tr", cells)

    def _paragraph(
        self, inline: Iterable[nodes.Inline], *, hidden: bool, first: Token | None = None
    ) -> list[Token]:
        content = self._content(inline, first=first)
        return list(_around("paragraph", "p", content, hidden=hidden))

    def _content(
        self, inline: Iterable[nodes.Inline], *, first: Token | None = None
    ) -> list[Token]:
        before = [] if first is None else [first, Token("text", "", 0, content=" ")]
        return [Token("inline", "", 0, children=[*before, *self._inline(inline)])]

    def _inline(self, inline: Iterable[nodes.Inline]) -> Iterator[Token]:
        for node in inline:
            match node:
                case nodes.Text(text=text):
                    yield Token("text", "", 0, content=text)
                case nodes.Code(text=text):
                    yield Token("code_inline", "code", 0, content=text, markup="`")
                case nodes.LineBreak():
                    yield Token("hardbreak", "br", 0)
                case nodes.FootnoteRef(text=text):
                    self._footnotes.append(text)
                    number = len(self._footnotes)
                    meta = {"id": number - 1, "subId": 0, "label": str(number)}
                    yield Token("footnote_ref", "", 0, meta=meta)
                case nodes.Strong(children=children):
                    yield from _around("strong", "strong", self._inline(children), markup="**")
                case nodes.Emphasis(children=children):
                    yield from _around("em", "em", self._inline(children), markup="*")
                case nodes.Strike(children=children):
                    yield from _around("s", "s", self._inline(children), markup="~~")
                case nodes.Link(href=href, children=children):
                    inner = self._inline(children)
                    yield from _around("link", "a", inner, attrs={"href": href})


def _around(kind: str, tag: str, inner: Iterable[Token], **fields: Any) -> Iterator[Token]:
    yield Token(f"{kind}_open", tag, 1, **fields)
    yield from inner
    yield Token(f"{kind}_close", tag, -1, **fields)
