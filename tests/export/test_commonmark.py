"""The examples of CommonMark and other people's notes go in and come out as what they are (X2, X7).

An example that lines can hold is the same tree for every judge, before and after. What lines cannot
hold is named and counted, so that the number can only go down on purpose; it comes in as something
else, with its words, and that goes out and in as it is.
"""

from __future__ import annotations

import gzip
import json
import re
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pytest
from markdown_it import MarkdownIt
from markdown_it.tree import SyntaxTreeNode

from server.export.markdown import markdown
from server.export.reader import read
from server.export.tree import tree
from tests.judges.panel import Panel
from tests.judges.structure import structure

pytestmark = pytest.mark.promise("X2")

OUT_OF_SCHEMA = {
    "HTML is text in a note": 72,
    "links that are not http, https or mailto, and titles": 60,
    "images": 22,
    "a format inside the same format": 19,
    "an address that was typed becomes a link": 17,
    "empty headings, code and quotations": 9,
    "ordered lists that do not start at 1": 8,
    "quotations in quotations": 6,
    "blanks and characters that no reader sees": 5,
    "words of a code block that are no language": 4,
}
"""222 examples; the other 430 are compared."""

OLDER = {28: {"cmark-gfm"}, 354: {"cmark-gfm"}}
"""What CommonMark 0.29, which GitHub has, reads otherwise than 0.31: `&#87654321;` and `*£*a`."""


def test_examples_of_commonmark(data: Path, panel: Panel) -> None:
    with gzip.open(data / "markdown" / "commonmark-0.31.2.json.gz") as file:
        examples = json.load(file)
    assert len(examples) == 652
    reasons: Counter[str] = Counter()
    otherwise: dict[int, set[str]] = {}
    for example in examples:
        text = re.sub(r"/ur[li]\b", "https://e.org/url", example["markdown"])
        document = tree(read(text))
        if reason := _out_of_schema(text):
            reasons[reason] += 1
        elif others := panel.others(text, structure(document)):
            otherwise[example["example"]] = set(others)
        written = markdown(document)
        assert panel.others(written, structure(document)) == {}, example
        assert tree(read(written)) == document, example
        assert markdown(tree(read(written))) == written, example
    assert otherwise == OLDER
    assert dict(reasons) == OUT_OF_SCHEMA


def _out_of_schema(text: str) -> str:
    """Why lines cannot hold a text, or ""."""
    root = SyntaxTreeNode(MarkdownIt("commonmark").enable(["table", "strikethrough"]).parse(text))
    return next(_reasons(root, []), "")


def _reasons(node: SyntaxTreeNode, around: list[str]) -> Iterator[str]:
    if node.type in ("html_block", "html_inline") and node.content != "<br>":
        yield "HTML is text in a note"
    if node.type == "link" and (
        not re.match("https?://[^/]|mailto:.", str(node.attrs["href"]), re.IGNORECASE)
        or "title" in node.attrs
    ):
        yield "links that are not http, https or mailto, and titles"
    if node.type == "image":
        yield "images"
    if node.type == "ordered_list" and node.attrs.get("start", 1) != 1:
        yield "ordered lists that do not start at 1"
    if node.type in ("heading", "blockquote") and not any(one.content for one in node.walk()):
        yield "empty headings, code and quotations"
    if node.type in ("fence", "code_block") and not node.content.strip():
        yield "empty headings, code and quotations"
    if node.type == "fence" and node.info and not re.fullmatch(r"[\w.+#-]{1,40}", node.info):
        yield "words of a code block that are no language"
    if node.type == "blockquote" and "blockquote" in around:
        yield "quotations in quotations"
    if node.type in ("strong", "em") and node.type in around:
        yield "a format inside the same format"
    if node.type == "text" and node.content != node.content.strip() and _at_edge(node):
        yield "blanks and characters that no reader sees"
    if node.type == "text" and "\n" in node.content:
        yield "blanks and characters that no reader sees"
    if node.type == "code_inline" and node.content.isspace():
        yield "blanks and characters that no reader sees"
    if node.type == "text" and "://" in node.content and "link" not in around:
        yield "an address that was typed becomes a link"
    for child in node.children:
        yield from _reasons(child, [*around, node.type])


def _at_edge(node: SyntaxTreeNode) -> bool:
    before, after = node.previous_sibling, node.next_sibling
    text = node.content
    breaks = ("hardbreak",)
    return (text != text.lstrip() and (before is None or before.type in breaks)) or (
        text != text.rstrip() and (after is None or after.type in breaks)
    )


@pytest.mark.promise("X7")
def test_notes_of_real_days(data: Path, panel: Panel) -> None:
    files = [*(data / "notes-fr").glob("*.md"), *(data / "day" / "notes").glob("*.md")]
    assert len(files) == 20
    for file in files:
        document = tree(read(file.read_text()))
        text = markdown(document)
        assert panel.others(text, structure(document)) == {}, file.name
        assert tree(read(text)) == document, file.name
        assert markdown(tree(read(text))) == text, file.name
