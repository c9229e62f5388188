"""Whatever people write, the Markdown reads again as the same structure (X2, X4)."""

from __future__ import annotations

import os
from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from server.export.lines import Break, Cell, Footnote, Kind, Line, Marks, Span, merged
from server.export.markdown import markdown
from server.export.nodes import Document
from server.export.reader import read
from server.export.tree import tree

pytestmark = pytest.mark.promise("X2")

EXAMPLES = int(os.environ.get("CALEPIN_FUZZ_EXAMPLES", "200"))
"""`make fuzz` gives more."""

FRAGMENTS = (
    *(
        "a",
        "mot",
        "Été",
        "l’accord",
        "salarié·e·s",
        "acteur.rice.s",
        "tou·te·s",
        "10 h 30",
        "« mot »",
    ),
    *("«mot»", "Note :", "Vraiment ?", "2 400 €", "1986. ", "1. ", "2) ", "- ", "+ ", "* ", "# "),
    *(
        "## titre ##",
        "#ESS",
        "> ",
        ">5",
        "*",
        "**",
        "***",
        "_",
        "__",
        "a_b",
        "_a_",
        "___",
        "---",
        "===",
    ),
    *(
        "`",
        "``",
        "```",
        "~",
        "~~",
        "~~~",
        "[",
        "]",
        "(",
        ")",
        "[x]",
        "[ ] ",
        "[sic]",
        "[…]",
        "[a](b)",
    ),
    *(
        "[a]: b",
        "[^1]",
        "[^1]: x",
        "^[x]",
        "!",
        "![a](b)",
        "!",
        "<",
        "<3",
        "<br>",
        "<b>",
        "</p>",
        "<!-- x -->",
    ),
    *(
        "<script>",
        "&",
        "&amp;",
        "&nbsp;",
        "&#42;",
        "&copy",
        "\\",
        "\\*",
        "\\\\",
        "$",
        "$x$",
        ":smile:",
        ":",
    ),
    *(
        "|",
        "| a | b |",
        "--- | ---",
        "|-|",
        " ",
        "  ",
        "\t",
        "\u00a0",
        "\u202f",
        "\u200b",
        "•",
        "• a",
        "–",
        "…",
    ),
    *(
        "https://exemple.fr/a_b_c",
        "http://x.y/(z)",
        "www.a.fr",
        "moi@exemple.fr",
        "://",
        "😀",
        "👩‍🌾",
        "e\u0301",
    ),
    *(
        "É",
        "№",
        "€",
        "★",
        "'",
        '"',
        "%",
        "=",
        "-",
        "_",
        "·",
        ".",
        ",",
        ";",
        "+1",
        "12:30:15",
        "{",
        "}",
        "\x0b",
    ),
)

texts = st.lists(st.sampled_from(FRAGMENTS), min_size=1, max_size=4).map("".join)
links = st.sampled_from(
    (
        "",
        "",
        "",
        "",
        "https://exemple.fr/é?a=1&copy=2",
        "https://e.fr/a(b)c d\\e",
        "mailto:moi@exemple.fr",
    )
)
marks = st.builds(
    Marks,
    bold=st.sampled_from((False, False, True)),
    italic=st.sampled_from((False, False, True)),
    strike=st.sampled_from((False, False, False, True)),
    code=st.sampled_from((False, False, False, False, True)),
    link=links,
)
spans = st.builds(Span, texts, marks) | st.builds(
    Span,
    st.one_of(texts, texts, texts, st.builds(Footnote, texts), st.just(Break())),
    st.builds(Marks) | marks,
)


def lines_of(kinds: tuple[Kind, ...]) -> st.SearchStrategy[Line]:
    return st.builds(
        Line,
        kind=st.sampled_from(kinds),
        indent=st.sampled_from((0, 0, 0, 1, 1, 2, 3, 8)),
        quote=st.sampled_from((False, False, False, True)),
        checked=st.booleans(),
        lang=st.sampled_from(("", "", "python")),
        spans=st.lists(spans, max_size=4).map(merged),
    )


rows = st.builds(
    Line,
    kind=st.just("row"),
    spans=st.lists(spans | st.just(Span(Cell())), max_size=6).map(merged),
)
paragraphs = st.lists(lines_of(("paragraph",)), min_size=1, max_size=1)
documents = st.lists(
    lines_of(("paragraph", "h1", "h2", "h6", "bullet", "bullet", "ordered", "task", "code", "rule"))
    | rows,
    max_size=8,
)

Judge = Callable[[str], tuple[Any, ...]]
OfTree = Callable[[Document], tuple[Any, ...]]

slow_start = settings(
    max_examples=EXAMPLES,
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.function_scoped_fixture],
    derandomize="CALEPIN_FUZZ_EXAMPLES" not in os.environ,
)


def check(lines: list[Line], structure_of_tree: OfTree, structure_of_text: Judge) -> None:
    document = tree(lines)
    text = markdown(document)
    assert structure_of_text(text) == structure_of_tree(document), text
    again = tree(read(text))
    assert structure_of_tree(again) == structure_of_tree(document), text
    assert markdown(again) == text


@given(lines=paragraphs)
@slow_start
def test_any_paragraph_reads_again(
    lines: list[Line], structure_of_tree: OfTree, structure_of_text: Judge
) -> None:
    check(lines, structure_of_tree, structure_of_text)


@given(lines=documents)
@slow_start
def test_any_document_reads_again(
    lines: list[Line], structure_of_tree: OfTree, structure_of_text: Judge
) -> None:
    check(lines, structure_of_tree, structure_of_text)


@given(text=st.text(max_size=40) | texts)
@slow_start
def test_any_text_can_be_imported(text: str, structure_of_tree: OfTree) -> None:
    document = tree(read(text))
    assert structure_of_tree(tree(read(markdown(document)))) == structure_of_tree(document)
