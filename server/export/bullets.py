"""Lists that were typed or pasted as text (X4). Pure."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import replace
from typing import Final

from server.export.lines import Break, Line, Span

_BULLET: Final = re.compile(
    r"\s*[•◦▪‣●■\uf0b7\uf0a7]\s+(?=\S)|\s*[•◦▪‣●■\uf0b7\uf0a7]\s*(?=[^\W\d_])"
)


def bulleted(lines: Iterable[Line]) -> Iterator[Line]:
    """The same lines; a paragraph that begins with a pasted bullet is an item of a list.

    Mail and word processors paste whole lists into one paragraph, with breaks: each line of it
    that begins with a bullet is an item of its own.
    """
    for line in lines:
        if line.kind == "paragraph" and any(_has_bullet(span) for span in line.spans):
            yield from map(_item, _parts(line))
        elif line.kind == "bullet":
            yield _item(line)
        else:
            yield line


def _has_bullet(span: Span) -> bool:
    return isinstance(span.text, str) and _BULLET.match(span.text) is not None


def _parts(line: Line) -> Iterator[Line]:
    """The line cut at each break that a bullet follows."""
    start = 0
    for index, span in enumerate(line.spans):
        if index > start and _has_bullet(span) and isinstance(line.spans[index - 1].text, Break):
            yield replace(line, spans=line.spans[start : index - 1])
            start = index
    yield replace(line, spans=line.spans[start:])


def _item(line: Line) -> Line:
    first = line.spans[0] if line.spans else None
    if first is None or not isinstance(first.text, str) or first.marks.code:
        return line
    found = _BULLET.match(first.text)
    if found is None:
        return line
    rest = first.text[found.end() :]
    kept = (Span(rest, first.marks), *line.spans[1:]) if rest else line.spans[1:]
    return replace(line, kind="bullet", spans=kept)
