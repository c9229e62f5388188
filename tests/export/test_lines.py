"""Lines from the shared text and back, whatever a client wrote there."""

from __future__ import annotations

from typing import Any

import pytest

from server.export.lines import (
    Break,
    Cell,
    Footnote,
    Line,
    Marks,
    Span,
    Unknown,
    delta,
    lines,
    safe_link,
)


def test_attributes_of_a_line_are_those_of_its_newline() -> None:
    found = lines(
        [
            ("Titre", {"kind": "bullet"}),
            ("\n", {"kind": "h2", "indent": 2.0, "quote": True}),
            ("corps\n", None),
            ("fin", None),
        ]
    )
    assert found == [
        Line("h2", 2, quote=True, spans=(Span("Titre"),)),
        Line(spans=(Span("corps"),)),
        Line(spans=(Span("fin"),)),
    ]


@pytest.mark.parametrize(
    ("attributes", "expected"),
    [
        ({"kind": "new-kind"}, Line()),
        ({"kind": ["h1"]}, Line()),
        ({"indent": 99.0}, Line(indent=8)),
        ({"indent": -1}, Line()),
        ({"indent": float("nan")}, Line()),
        ({"indent": "3"}, Line()),
        ({"indent": True}, Line()),
        ({"checked": True}, Line()),
        ({"kind": "task", "checked": True}, Line("task", checked=True)),
        ({"kind": "code", "lang": "c++"}, Line("code", lang="c++")),
        ({"kind": "code", "lang": "`x"}, Line("code")),
    ],
)
def test_what_is_not_known_is_plain(attributes: dict[str, Any], expected: Line) -> None:
    assert lines([("\n", attributes)]) == [expected]


def test_embeds() -> None:
    found = lines(
        [
            ({"footnote": "n"}, None),
            ({"break": True}, {"bold": True}),
            ({"cell": True}, None),
            ({"later": 1}, None),
            ({"footnote": 3.0}, None),
            ("\n", None),
        ]
    )
    assert [span.text for span in found[0].spans] == [
        Footnote("n"),
        Break(),
        Cell(),
        Unknown(),
        Unknown(),
    ]


@pytest.mark.promise("A6")
@pytest.mark.parametrize(
    ("address", "expected"),
    [
        ("https://a.fr/é", "https://a.fr/é"),
        (" HTTP://a.fr ", "HTTP://a.fr"),
        ("mailto:a@b.fr", "mailto:a@b.fr"),
        ("javascript:alert(1)", ""),
        ("java\nscript:alert(1)", ""),
        ("data:text/html,x", ""),
        ("//a.fr", ""),
        ("/a", ""),
        ("https://", ""),
        (3.0, ""),
        ("https://" + "a" * 5000, ""),
    ],
)
def test_only_safe_links(address: object, expected: str) -> None:
    assert safe_link(address) == expected


def test_what_is_written_is_read_again() -> None:
    value = [
        Line("task", 1, checked=True, spans=(Span("a", Marks(bold=True, link="https://a.fr")),)),
        Line("code", lang="sh", quote=True, spans=(Span("x"), Span(Break()))),
        Line(),
    ]
    assert lines(delta(value)) == value
