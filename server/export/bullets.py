"""Lists that were typed or pasted as text (X4). Pure."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import replace
from typing import Final

from server.export.inline import tidy
from server.export.lines import Break, Line, Span

_SIGNS: Final = "•◦▪‣●■\uf0b7\uf0a7"
_SIGN: Final = re.compile(f"[{_SIGNS}]")
_BULLETS: Final = re.compile(rf"(?:[{_SIGNS}]\s+(?=\S)|[{_SIGNS}]\s*(?=[^\W\d_]))+")
"""More than one: a list is a list again when what it became is read."""


def bulleted(lines: Iterable[Line]) -> Iterator[Line]:
    """The same lines; a paragraph that begins with a pasted bullet is an item of a list.

    Mail and word processors paste whole lists into one paragraph, with breaks: each line of it
    that begins with a bullet is an item of its own.
    """
    for line in lines:
        if line.kind in ("paragraph", "bullet") and any(map(_has_sign, line.spans)):
            seen = replace(line, spans=tidy(line.spans))
            yield from map(_item, [seen] if line.kind == "bullet" else _parts(seen))
        else:
            yield line


def _has_sign(span: Span) -> bool:
    return isinstance(span.text, str) and _SIGN.search(span.text) is not None


def _bullets(span: Span) -> re.Match[str] | None:
    if not isinstance(span.text, str) or span.marks.code:
        return None
    return _BULLETS.match(span.text)


def _parts(line: Line) -> Iterator[Line]:
    """The line cut at each break that a bullet follows."""
    start = 0
    for index, span in enumerate(line.spans):
        if index > start and _bullets(span) and isinstance(line.spans[index - 1].text, Break):
            yield replace(line, spans=line.spans[start : index - 1])
            start = index
    yield replace(line, spans=line.spans[start:])


def _item(line: Line) -> Line:
    found = _bullets(line.spans[0]) if line.spans else None
    if found is None:
        return line
    first, *others = line.spans
    return replace(
        line, kind="bullet", spans=(Span(found.string[found.end() :], first.marks), *others)
    )
