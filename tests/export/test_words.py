"""Words as a French reader counts them."""

from __future__ import annotations

import pytest

from server.export.lines import Break, Footnote, Line, Span
from server.export.words import count_words, words


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("", 0),
        ("l’accord des salarié·e·s", 3),
        ("« Oui ! » — dit-elle…", 2),
        ("2\u202f400\u00a0€ en 2025", 3),
        ("12\u00a0300\u00a0450", 1),
        ("10\u00a0h\u00a030", 3),
        ("Note\u00a0: voir", 2),
        ("😀 🎉", 0),
    ],
)
def test_words_of_a_text(text: str, expected: int) -> None:
    assert count_words(text) == expected


def test_words_of_a_pane() -> None:
    lines = [
        Line("h1", spans=(Span("Un titre"),)),
        Line(
            spans=(
                Span("en gr"),
                Span("as"),
                Span(Break()),
                Span("suite"),
                Span(Footnote("et note")),
            )
        ),
    ]
    assert words(lines) == 7
