"""What drawn notes found, each as small as it became; every one of them was read otherwise once."""

from __future__ import annotations

import pytest

from server.export.lines import Break, Footnote, Line, Marks, Span
from tests.export.test_fuzz import check
from tests.judges.panel import Panel

pytestmark = pytest.mark.promise("X2", "X4", "X7")

FOUND = {
    "a bullet after a break that nobody sees": [
        Line("bullet", spans=(Span(Break()), Span("• a"))),
    ],
    "a bullet after a blank of another format": [
        Line(spans=(Span(" ", Marks(bold=True)), Span("• a"))),
    ],
    "a bullet after a bullet": [Line(spans=(Span("• ◦ a"),))],
    "a bullet after a control character": [Line(spans=(Span("\x00• a"),))],
    "a bullet after an empty footnote": [Line(spans=(Span(Footnote(" ")), Span("• a")))],
    "an address with what looks like an entity": [
        Line(spans=(Span("https://exemple.fr/a_b_c&amp;a"),))
    ],
    "an address with what is no host": [Line(spans=(Span("HTTP://[]"),))],
    "an address that is encoded": [Line(spans=(Span("https://exemple.fr/%C3%A9_%"),))],
    "a byte order mark at the end": [Line(spans=(Span("a\ufeff"),))],
    "a byte order mark at the start": [Line(spans=(Span("\ufeff"), Span("a", Marks(bold=True))))],
    "a tilde at the end of a format": [Line("row", spans=(Span("a ~", Marks(italic=True)),))],
    "a tilde at the start of a format": [Line(spans=(Span("~ a", Marks(bold=True)), Span("b")))],
    "a number too large for an entity": [Line(spans=(Span("&#87654321;"),))],
}


@pytest.mark.parametrize("lines", FOUND.values(), ids=FOUND.keys())
def test_a_note_that_was_read_otherwise(lines: list[Line], panel: Panel) -> None:
    check(lines, panel)
