"""A pane as the editor draws it: the same elements, and never markup out of a text."""

from __future__ import annotations

from html.parser import HTMLParser

import pytest

from server.export.drawn import drawn
from server.export.lines import Break, Cell, Footnote, Line, Marks, Span, Unknown

HOSTILE = "</p><script>alert(1)</script><img src=x onerror='alert(2)'>\"&"


def test_lines_are_the_elements_of_the_editors_schema() -> None:
    lines = [
        Line(kind="h2", spans=(Span("Titre"),)),
        Line(spans=(Span("a"), Span("b", Marks(bold=True, italic=True, code=True)))),
        Line(kind="ordered", indent=1, spans=(Span("un"),)),
        Line(kind="task", checked=True, spans=(Span("fait"),)),
        Line(kind="code", lang="py", spans=(Span("x = 1"),)),
        Line(quote=True, spans=(Span("dit"),)),
        Line(kind="row", spans=(Span("a"), Span(Cell()), Span("b"))),
    ]
    assert drawn(lines, done="Fait").split("\n") == [
        '<h2 class="line" data-kind="h2">Titre</h2>'
        '<p class="line">a<strong><em><code>b</code></em></strong></p>'
        '<ol class="line" data-kind="ordered" data-indent="1"><li aria-level="2">un</li></ol>'
        '<ul class="line" data-kind="task" data-checked="true"><li aria-level="1">'
        '<input type="checkbox" disabled checked aria-label="Fait">'
        '<span class="task-text">fait</span></li></ul>'
        '<pre class="line" data-kind="code" data-lang="py"><code>x = 1</code></pre>'
        '<blockquote class="line" data-quote="true"><p>dit</p></blockquote>'
        '<div class="line" data-kind="row">a<span class="cell"></span>b</div>'
    ]


def test_a_line_without_words_is_as_high_as_another() -> None:
    assert drawn([], done="") == '<p class="line"><br></p>'
    ending = Line(spans=(Span("a"), Span(Break())))
    assert drawn([ending], done="") == '<p class="line">a<br><br></p>'


@pytest.mark.promise("A6")
def test_no_text_becomes_markup() -> None:
    spans = (
        Span(HOSTILE, Marks(link=f"https://x.test/{HOSTILE}")),
        Span(Footnote(HOSTILE)),
        Span(Unknown()),
    )
    found: list[str] = []
    attributes: list[str] = []

    class Elements(HTMLParser):
        def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
            found.append(tag)
            attributes.extend(name for name, _ in attrs)

    made = drawn([Line(kind="code", lang="c++", spans=spans), Line(spans=spans)], done=HOSTILE)
    Elements().feed(made)
    assert found == ["pre", "code", "a", "sup", "span", "p", "a", "sup", "span"]
    assert {name for name in attributes if name.startswith("on")} == set()
