"""A second reading of Markdown, that shares nothing with the reader of the server.

Both a tree and a text become the same plain tuples: a block is its kind and its content, inline
content is runs of characters with the set of their formats. A footnote is its text where it is
called. What is compared is structure and words; how they are written is not.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import Any, ClassVar

import pytest
from markdown_it import MarkdownIt
from markdown_it.tree import SyntaxTreeNode
from mdit_py_plugins.footnote import footnote_plugin
from mdit_py_plugins.tasklists import tasklists_plugin

from server.export import nodes

Structure = tuple[Any, ...]
Run = tuple[str, frozenset[str]]

DATA = Path(__file__).parents[3] / "shared" / "data"


@pytest.fixture(scope="session")
def data() -> Path:
    """The folder of texts that are not part of the project."""
    if not DATA.is_dir():
        pytest.skip("needs the folder of other people's texts, which is not part of the project")
    return DATA


@pytest.fixture(scope="session")
def structure_of_tree() -> Callable[[nodes.Document], Structure]:
    return lambda document: tuple(_block(block) for block in document.children)


@pytest.fixture(scope="session")
def structure_of_text() -> Callable[[str], Structure]:
    return lambda text: _Judge(text).structure()


def _block(block: nodes.Block) -> Structure:
    match block:
        case nodes.Heading(level=level, inline=inline):
            return ("heading", level, _runs(_inline(inline, frozenset())))
        case nodes.Paragraph(inline=inline):
            return ("paragraph", _runs(_inline(inline, frozenset())))
        case nodes.List(ordered=ordered, items=items):
            return ("list", ordered, tuple(map(_item, items)))
        case nodes.Quote(children=children):
            return ("quote", tuple(map(_block, children)))
        case nodes.CodeBlock(lang=lang, text=text):
            return ("code", lang, text)
        case nodes.Table(rows=rows):
            return (
                "table",
                tuple(tuple(_runs(_inline(cell, frozenset())) for cell in row) for row in rows),
            )
        case nodes.Rule():
            return ("rule",)
        case _:
            raise AssertionError(block)


def _item(item: nodes.Item) -> Structure:
    return (item.checked, tuple(map(_block, item.children)))


def _inline(inline: Iterable[nodes.Inline], marks: frozenset[str]) -> Iterator[Run]:
    for node in inline:
        match node:
            case nodes.Text(text=text):
                yield text, marks
            case nodes.Code(text=text):
                yield text, marks | {"code"}
            case nodes.LineBreak():
                yield "\n", frozenset({"break"})
            case nodes.FootnoteRef(text=text):
                yield text, frozenset({"footnote"})
            case nodes.Link(href=href, children=children):
                yield from _inline(children, marks | {f"link {href}"})
            case _:
                yield from _inline(node.children, marks | {type(node).__name__.lower()})


def _runs(runs: Iterable[Run]) -> tuple[Run, ...]:
    out: list[Run] = []
    for text, marks in runs:
        if out and out[-1][1] == marks and not marks & {"footnote", "break"}:
            out[-1] = (out[-1][0] + text, marks)
        elif text:
            out.append((text, marks))
    return tuple(out)


class _Judge:
    MARKS: ClassVar = {"strong": "strong", "em": "emphasis", "s": "strike"}

    def __init__(self, text: str) -> None:
        parser = MarkdownIt("commonmark", {"maxNesting": 400})
        parser.enable(["table", "strikethrough"]).use(footnote_plugin).use(tasklists_plugin)
        parser.normalizeLink = lambda url: url  # type: ignore[method-assign]
        parser.normalizeLinkText = lambda url: url  # type: ignore[method-assign]
        self._root = SyntaxTreeNode(parser.parse(text))
        self._footnotes = {
            node.meta["id"]: self._footnote(node)
            for block in self._root.children
            if block.type == "footnote_block"
            for node in block.children
        }

    def structure(self) -> Structure:
        return tuple(self._blocks(self._root.children))

    def _blocks(self, children: Iterable[SyntaxTreeNode]) -> Iterator[Structure]:
        for node in children:
            if node.type not in ("footnote_block", "html_block", "footnote_anchor"):
                yield self._block(node)

    def _block(self, node: SyntaxTreeNode) -> Structure:
        match node.type:
            case "heading":
                return ("heading", int(node.tag[1]), self._content(node))
            case "paragraph":
                return ("paragraph", self._content(node))
            case "bullet_list" | "ordered_list":
                items = tuple(map(self._item, node.children))
                return ("list", node.type == "ordered_list", items)
            case "blockquote":
                return ("quote", tuple(self._blocks(node.children)))
            case "fence" | "code_block":
                return ("code", node.info, node.content.removesuffix("\n"))
            case "table":
                rows = [row for part in node.children for row in part.children]
                return ("table", tuple(tuple(map(self._content, row.children)) for row in rows))
            case "hr":
                return ("rule",)
            case other:
                raise AssertionError(other)

    def _item(self, item: SyntaxTreeNode) -> Structure:
        checked: bool | None = None
        children = list(self._blocks(item.children))
        if "task-list-item" in str(item.attrs.get("class", "")):
            box = item.children[0].children[0].children[0]
            checked = "checked=" in box.content
            kind, ((text, marks), *rest) = children[0]
            text = text.removeprefix(" ").strip("\u00a0 ") if text.strip() == "" else text[1:]
            words = _runs([(text.lstrip(" "), marks), *rest])
            children[:1] = [(kind, words)] if words else []
        return (checked, tuple(children))

    def _content(self, node: SyntaxTreeNode) -> tuple[Run, ...]:
        return _runs(self._inline(node.children[0].children, frozenset()))

    def _inline(self, children: Iterable[SyntaxTreeNode], marks: frozenset[str]) -> Iterator[Run]:
        for node in children:
            match node.type:
                case "text":
                    yield node.content, marks
                case "code_inline":
                    yield node.content, marks | {"code"}
                case "softbreak":
                    yield " ", marks
                case "hardbreak":
                    yield "\n", frozenset({"break"})
                case "html_inline" if node.content == "<br>":
                    yield "\n", frozenset({"break"})
                case "html_inline" if "checkbox" in node.content:
                    pass
                case "footnote_ref":
                    yield self._footnotes[node.meta["id"]], frozenset({"footnote"})
                case "link":
                    href = node.attrs["href"]
                    yield from self._inline(node.children, marks | {f"link {href}"})
                case "strong" | "em" | "s":
                    yield from self._inline(node.children, marks | {self.MARKS[node.type]})
                case other:
                    raise AssertionError(f"{other}: {node.content!r}")

    def _footnote(self, node: SyntaxTreeNode) -> str:
        [paragraph] = [child for child in node.children if child.type == "paragraph"]
        inline = [
            child for child in paragraph.children[0].children if child.type != "footnote_anchor"
        ]
        return "".join(text for text, _ in self._inline(inline, frozenset()))
