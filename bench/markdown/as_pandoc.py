"""A document as pandoc's own tree, in JSON, from which pandoc writes Markdown."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Sequence
from typing import Any

from server.export import nodes
from server.export.inline import footnote_inline

_Tree = dict[str, Any]
_NO_ATTRIBUTES = ["", [], []]
_ALIGN = {"t": "AlignDefault"}


def as_pandoc(document: nodes.Document) -> str:
    """The input of `pandoc -f json`."""
    version = [1, 23, 1]
    blocks = _blocks(document.children)
    return json.dumps({"pandoc-api-version": version, "meta": {}, "blocks": blocks})


def _blocks(blocks: Iterable[nodes.Block], paragraph: str = "Para") -> list[_Tree]:
    return [_block(block, paragraph) for block in blocks]


def _block(block: nodes.Block, paragraph: str) -> _Tree:
    match block:
        case nodes.Heading(level=level, inline=inline):
            return {"t": "Header", "c": [level, _NO_ATTRIBUTES, _content(inline)]}
        case nodes.Paragraph(inline=inline):
            return {"t": paragraph, "c": _content(inline)}
        case nodes.List(ordered=ordered, items=items):
            written = [_item(item, items) for item in items]
            if not ordered:
                return {"t": "BulletList", "c": written}
            return {"t": "OrderedList", "c": [[1, {"t": "Decimal"}, {"t": "Period"}], written]}
        case nodes.Quote(children=children):
            return {"t": "BlockQuote", "c": _blocks(children)}
        case nodes.CodeBlock(lang=lang, text=text):
            return {"t": "CodeBlock", "c": [["", [lang] if lang else [], []], text]}
        case nodes.Table(rows=[head, *body]):
            columns = [[_ALIGN, {"t": "ColWidthDefault"}] for _ in head]
            rows = [_row(row) for row in body]
            bodies = [[_NO_ATTRIBUTES, 0, [], rows]]
            caption = [None, []]
            ends = [_NO_ATTRIBUTES, []]
            heads = [_NO_ATTRIBUTES, [_row(head)]]
            return {"t": "Table", "c": [_NO_ATTRIBUTES, caption, columns, heads, bodies, ends]}
        case nodes.Rule():
            return {"t": "HorizontalRule"}
        case _:
            raise AssertionError(block)


def _item(item: nodes.Item, items: Sequence[nodes.Item]) -> list[_Tree]:
    loose = any(isinstance(child, nodes.Paragraph) for one in items for child in one.children[1:])
    paragraph = "Para" if loose else "Plain"
    written = _blocks(item.children, paragraph)
    if item.checked is None:
        return written
    if not written or written[0]["t"] != paragraph:
        written.insert(0, {"t": paragraph, "c": []})
    box = {"t": "Str", "c": "☒" if item.checked else "☐"}
    written[0]["c"] = [box, {"t": "Space"}, *written[0]["c"]]
    return written


def _row(row: Sequence[Sequence[nodes.Inline]]) -> list[Any]:
    cells = [
        [_NO_ATTRIBUTES, _ALIGN, 1, 1, [{"t": "Plain", "c": _content(cell)}] if cell else []]
        for cell in row
    ]
    return [_NO_ATTRIBUTES, cells]


def _content(inline: Iterable[nodes.Inline]) -> list[_Tree]:
    return list(_inline(inline))


def _inline(inline: Iterable[nodes.Inline]) -> Iterator[_Tree]:
    for node in inline:
        match node:
            case nodes.Text(text=text):
                yield from _words(text)
            case nodes.Code(text=text):
                yield {"t": "Code", "c": [_NO_ATTRIBUTES, text]}
            case nodes.LineBreak():
                yield {"t": "LineBreak"}
            case nodes.FootnoteRef(text=text):
                yield {"t": "Note", "c": [{"t": "Para", "c": _content(footnote_inline(text))}]}
            case nodes.Strong(children=children):
                yield {"t": "Strong", "c": _content(children)}
            case nodes.Emphasis(children=children):
                yield {"t": "Emph", "c": _content(children)}
            case nodes.Strike(children=children):
                yield {"t": "Strikeout", "c": _content(children)}
            case nodes.Link(href=href, children=children):
                yield {"t": "Link", "c": [_NO_ATTRIBUTES, _content(children), [href, ""]]}


def _words(text: str) -> Iterator[_Tree]:
    for index, word in enumerate(text.split(" ")):
        if index:
            yield {"t": "Space"}
        if word:
            yield {"t": "Str", "c": word}
