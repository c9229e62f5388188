"""A note's lines as short texts, so that a test can say a whole note."""

from __future__ import annotations

from collections.abc import Iterable

from server.export.lines import Break, Cell, Footnote, Line, Span

_KINDS = {"paragraph": "", "bullet": "- ", "ordered": "1. ", "code": "` ", "rule": "---"}


def shown(lines: Iterable[Line]) -> list[str]:
    """Indent as two blanks each, `>` for a quotation, the kind, and the spans with their marks."""
    return [_line(line) for line in lines]


def _line(line: Line) -> str:
    kind = line.kind
    sign = f"[{'x' if line.checked else ' '}] " if kind == "task" else _KINDS.get(kind, f"{kind} ")
    quote = "> " if line.quote else ""
    return "  " * line.indent + quote + sign + "".join(map(_span, line.spans))


def _span(span: Span) -> str:
    match span.text:
        case Break():
            return "⏎"
        case Cell():
            return "|"
        case Footnote(text=text):
            return f"[^{text}]"
        case str() as text:
            marks = span.marks
            text = f"`{text}`" if marks.code else text
            text = f"~{text}~" if marks.strike else text
            text = f"_{text}_" if marks.italic else text
            text = f"*{text}*" if marks.bold else text
            return f"{text}<{marks.link}>" if marks.link else text
        case _:
            return "□"
