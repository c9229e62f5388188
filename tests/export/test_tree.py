"""What lines show: nesting by indent, runs that form one block, separators (X2)."""

from __future__ import annotations

import pytest

from server.export.lines import Break, Cell, Footnote, Kind, Line, Marks, Span
from server.export.markdown import markdown
from server.export.tree import tree

pytestmark = pytest.mark.promise("X2")


def line(text: str = "", kind: Kind = "paragraph", indent: int = 0, **fields: object) -> Line:
    spans = (Span(text),) if text else ()
    return Line(kind=kind, indent=indent, spans=spans, **fields)  # type: ignore[arg-type]


def test_indented_items_nest() -> None:
    lines = [
        line("un", "bullet"),
        line("un a", "ordered", 1),
        line("un b", "ordered", 1),
        line("suite de un", indent=1),
        line("deux", "bullet"),
    ]
    assert markdown(tree(lines)) == ("- un\n\n  1. un a\n  2. un b\n\n  suite de un\n\n- deux\n")


def test_levels_that_nobody_used_leave_no_gap() -> None:
    lines = [
        line("a", "bullet", 5),
        line("b", "bullet", 8),
        line("c", "bullet", 6),
        line("d", "bullet"),
    ]
    assert markdown(tree(lines)) == "- a\n  - b\n  - c\n- d\n"


def test_an_empty_line_parts_two_lists() -> None:
    lines = [line("a", "bullet"), line(), line("b", "bullet"), line(), line("c", "bullet")]
    assert markdown(tree(lines)) == "- a\n\n* b\n\n- c\n"
    lines = [line("a", "ordered"), line(), line("b", "ordered")]
    assert markdown(tree(lines)) == "1. a\n\n1) b\n"


def test_tasks_and_bullets_share_a_list() -> None:
    lines = [line("a", "task", checked=True), line("b", "bullet"), line("", "task")]
    assert markdown(tree(lines)) == "- [x] a\n- b\n- [ ] &nbsp;\n"


def test_a_quotation_may_stand_in_an_item() -> None:
    lines = [line("a", "bullet"), line("q", indent=1, quote=True), line("r", quote=True)]
    assert markdown(tree(lines)) == "- a\n\n  > q\n\n> r\n"


def test_lines_of_code_are_one_block() -> None:
    lines = [
        line("if a:", "code", lang="python"),
        line("", "code"),
        line("    ```", "code"),
        line("```", "code"),
        line("x", "code", lang="sh"),
    ]
    assert markdown(tree(lines)) == ("````python\nif a:\n\n    ```\n```\n````\n\n```sh\nx\n```\n")


def test_rows_are_a_table_and_ragged_ones_are_filled() -> None:
    lines = [
        Line("row", spans=(Span("a|b"), Span(Cell()), Span("c"))),
        Line("row", spans=(Span("d"), Span(Break()), Span("e"))),
        Line("row", spans=(Span("x|y", Marks(code=True)), Span(Cell()), Span(Cell()), Span("z"))),
    ]
    assert markdown(tree(lines)) == (
        "| a\\|b | c |  |\n| --- | --- | --- |\n| d<br>e |  |  |\n| `x\\|y` |  | z |\n"
    )


def test_footnotes_are_numbered_in_reading_order() -> None:
    lines = [
        Line(spans=(Span("a"), Span(Footnote("une\ndeux")))),
        Line("bullet", spans=(Span("b"), Span(Footnote("* trois")), Span(Footnote(" ")))),
    ]
    assert markdown(tree(lines)) == (
        "a[^1]\n\n- b[^2]\n\n[^1]: une\\\n    deux\n\n[^2]: \\* trois\n"
    )


def test_nothing_with_words_is_left_out() -> None:
    kinds: tuple[Kind, ...] = (
        "paragraph",
        "h1",
        "h6",
        "bullet",
        "ordered",
        "task",
        "code",
        "row",
        "rule",
    )
    for kind in kinds:
        assert "mot" in markdown(tree([line("mot", kind)])), kind


def test_nothing_gives_nothing() -> None:
    assert markdown(tree([])) == ""
    assert markdown(tree([line(), line("", "h1"), line("  ")])) == ""


def test_the_deepest_nesting() -> None:
    lines = [line(f"n{indent}", "ordered", indent) for indent in range(9)]
    text = markdown(tree(lines))
    assert text.splitlines()[-1] == f"{'   ' * 8}1. n8"
