"""A pane as the editor draws it, so that a page can show a note before any script has run. Pure.

The elements, classes and attributes are those of the editor's schema (client/src/editor/schema.ts):
the page's styles apply, and the editor takes the place of this without moving a letter. Every text
is escaped (A6).
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from html import escape

from server.export.html import REL
from server.export.lines import HEADINGS, LISTS, Break, Cell, Footnote, Line, Marks, Span

_MARKS = (("bold", "strong"), ("italic", "em"), ("strike", "s"), ("code", "code"))


def drawn(lines: Sequence[Line], *, done: str) -> str:
    """The lines as elements for inside a `.pane`. `done` names the box of a task."""
    return "".join(_line(line, done) for line in lines or (Line(),))


def _line(line: Line, done: str) -> str:
    return drawn_around(line, drawn_spans(line.spans), done=done)


def drawn_spans(spans: Iterable[Span]) -> str:
    """What stands inside a line."""
    return "".join(_span(span) for span in spans)


def drawn_around(line: Line, words: str, *, done: str) -> str:
    """A line of which the words are drawn already."""
    # As in the editor, a line without words, or with a break at its end, is as high as one with.
    if not line.spans or isinstance(line.spans[-1].text, Break):
        words += "<br>"
    outer = _attributes(_outer(line))
    inner = "" if line.quote else outer
    body = _body(line, inner, words, done)
    return f"<blockquote{outer}>{body}</blockquote>" if line.quote else body


def _body(line: Line, attributes: str, words: str, done: str) -> str:
    if line.kind in LISTS:
        name = "ol" if line.kind == "ordered" else "ul"
        if line.kind == "task":
            on = " checked" if line.checked else ""
            box = f'<input type="checkbox" disabled{on} aria-label="{_text(done)}">'
            words = f'{box}<span class="task-text">{words}</span>'
        return f'<{name}{attributes}><li aria-level="{line.indent + 1}">{words}</li></{name}>'
    if line.kind == "code":
        return f"<pre{attributes}><code>{words}</code></pre>"
    if line.kind in HEADINGS:
        return f"<{line.kind}{attributes}>{words}</{line.kind}>"
    name = "p" if line.kind == "paragraph" else "div"
    return f"<{name}{attributes}>{words}</{name}>"


def _outer(line: Line) -> Iterable[tuple[str, str]]:
    yield "class", "line"
    if line.kind != "paragraph":
        yield "data-kind", line.kind
    if line.indent:
        yield "data-indent", str(line.indent)
    if line.quote:
        yield "data-quote", "true"
    if line.kind == "task" and line.checked:
        yield "data-checked", "true"
    if line.kind == "code" and line.lang:
        yield "data-lang", line.lang


def _span(span: Span) -> str:
    made = _leaf(span)
    for name, element in reversed(_MARKS):
        if getattr(span.marks, name):
            made = f"<{element}>{made}</{element}>"
    return _linked(made, span.marks)


def _linked(made: str, marks: Marks) -> str:
    if not marks.link:
        return made
    return f'<a href="{_text(marks.link)}" rel="{REL}" target="_blank">{made}</a>'


def _leaf(span: Span) -> str:
    match span.text:
        case str(text):
            return _text(text)
        case Footnote(text=text):
            return f'<sup class="footnote" title="{_text(text)}"></sup>'
        case Break():
            return "<br>"
        case Cell():
            return '<span class="cell"></span>'
    return '<span class="unknown">□</span>'


def _attributes(found: Iterable[tuple[str, str]]) -> str:
    return "".join(f' {name}="{_text(value)}"' for name, value in found)


def _text(text: str) -> str:
    return escape(text, quote=True)
