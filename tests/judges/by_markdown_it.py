"""The first judge: markdown-it-py, with its own footnotes and tasks.

The server reads with the same library, in another setting and with its own tasks and footnotes.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import ClassVar

from markdown_it import MarkdownIt
from markdown_it.tree import SyntaxTreeNode
from mdit_py_plugins.footnote import footnote_plugin
from mdit_py_plugins.tasklists import tasklists_plugin

from tests.judges.structure import BREAK, HTML_BREAK, PLAIN, Run, Structure, link, runs, task


def by_markdown_it(text: str) -> Structure:
    """What markdown-it-py sees in a text."""
    return _Reading(text).structure()


class _Reading:
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
                return ("code", "".join(node.info.split()[:1]), node.content.removesuffix("\n"))
            case "table":
                rows = [row for part in node.children for row in part.children]
                return ("table", tuple(tuple(map(self._content, row.children)) for row in rows))
            case "hr":
                return ("rule",)
            case other:
                raise AssertionError(other)

    def _item(self, item: SyntaxTreeNode) -> Structure:
        children = tuple(self._blocks(item.children))
        if "task-list-item" not in str(item.attrs.get("class", "")):
            return (None, children)
        box = item.children[0].children[0].children[0]
        return ("checked=" in box.content, task(children))

    def _content(self, node: SyntaxTreeNode) -> tuple[Run, ...]:
        return runs(self._inline(node.children[0].children, PLAIN))

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
                    yield BREAK
                case "html_inline" if HTML_BREAK.fullmatch(node.content):
                    yield BREAK
                case "html_inline" if "checkbox" in node.content:
                    pass
                case "footnote_ref":
                    yield self._footnotes[node.meta["id"]], frozenset({"footnote"})
                case "link":
                    yield from self._inline(node.children, marks | {link(str(node.attrs["href"]))})
                case "strong" | "em" | "s":
                    yield from self._inline(node.children, marks | {self.MARKS[node.type]})
                case other:
                    raise AssertionError(f"{other}: {node.content!r}")

    def _footnote(self, node: SyntaxTreeNode) -> str:
        paragraphs = [child.children[0] for child in node.children if child.type == "paragraph"]
        return "\n\n".join(map(self._footnote_words, paragraphs))

    def _footnote_words(self, inline: SyntaxTreeNode) -> str:
        words = [child for child in inline.children if child.type != "footnote_anchor"]
        return "".join(text for text, _ in self._inline(words, PLAIN))
