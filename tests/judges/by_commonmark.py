"""The third judge: commonmark.js, the reference implementation of CommonMark 0.31, in Node.

It knows no extensions: texts with a table, a task, a strike or a footnote are not for it.
"""

from __future__ import annotations

import json
import subprocess
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from types import TracebackType
from typing import Any, ClassVar, Self

from tests.judges.structure import BREAK, HTML_BREAK, PLAIN, Run, Structure, link, runs

_PROGRAM = Path(__file__).resolve().parents[1] / "peers" / "markdown.mjs"

_Node = Mapping[str, Any]


class ByCommonMark:
    """A judge, in a process of its own. A context manager."""

    MARKS: ClassVar = {"strong": "strong", "emph": "emphasis"}

    def __enter__(self) -> Self:
        self._process = subprocess.Popen(
            ["node", _PROGRAM], stdin=subprocess.PIPE, stdout=subprocess.PIPE
        )
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._process.communicate(timeout=5)  # it ends with its standard input

    def __call__(self, text: str) -> Structure:
        """What commonmark.js sees in a text."""
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        self._process.stdin.write(json.dumps(text).encode() + b"\n")
        self._process.stdin.flush()
        return tuple(self._blocks(json.loads(self._process.stdout.readline())["children"]))

    def _blocks(self, children: Iterable[_Node]) -> Iterator[Structure]:
        for node in children:
            if node["type"] != "html_block":
                yield self._block(node)

    def _block(self, node: _Node) -> Structure:
        match node["type"]:
            case "heading":
                return ("heading", node["level"], self._content(node))
            case "paragraph":
                return ("paragraph", self._content(node))
            case "list":
                items = ((None, tuple(self._blocks(item["children"]))) for item in node["children"])
                return ("list", node["listType"] == "ordered", tuple(items))
            case "block_quote":
                return ("quote", tuple(self._blocks(node["children"])))
            case "code_block":
                info = "".join((node["info"] or "").split()[:1])
                return ("code", info, node["literal"].removesuffix("\n"))
            case "thematic_break":
                return ("rule",)
            case other:
                raise AssertionError(other)

    def _content(self, node: _Node) -> tuple[Run, ...]:
        return runs(self._inline(node["children"], PLAIN))

    def _inline(self, children: Iterable[_Node], marks: frozenset[str]) -> Iterator[Run]:
        for node in children:
            match node["type"]:
                case "text":
                    yield node["literal"], marks
                case "code":
                    yield node["literal"], marks | {"code"}
                case "softbreak":
                    yield " ", marks
                case "linebreak":
                    yield BREAK
                case "html_inline" if HTML_BREAK.fullmatch(node["literal"]):
                    yield BREAK
                case "link":
                    yield from self._inline(node["children"], marks | {link(node["destination"])})
                case "strong" | "emph":
                    yield from self._inline(node["children"], marks | {self.MARKS[node["type"]]})
                case other:
                    raise AssertionError(f"{other}: {node['literal']!r}")
