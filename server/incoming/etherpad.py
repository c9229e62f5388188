"""Etherpad's own export (`.etherpad`) as lines: the text as it is last, without its history. Pure.

A pad is one text with a list of operations that says which attributes each character has, by
numbers into a pool. A line that is a list or a heading begins with a `*` that carries that.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import Any, Final

import msgspec

from server.errors import BadInput, TooLarge
from server.export.lines import HEADINGS, MAX_INDENT, Line, Marks, Span, safe_link
from server.export.reader import PaneTexts
from server.incoming.spans import item, kept_apart, trimmed

_PAD: Final = re.compile(r"pad:[^:]+")
_OPERATION: Final = re.compile(r"((?:\*[0-9a-z]{1,8})*)(?:\|[0-9a-z]{1,8})?[-+=]([0-9a-z]{1,8})")
_LIST: Final = re.compile(r"(bullet|number|indent)([0-9]{1,2})")
_UNIT: Final = 2
"""Bytes of a character as JavaScript counts them."""
_MAX_RUNS: Final = 500_000

Attributes = Mapping[str, str]


class _Text(msgspec.Struct):
    text: str
    attribs: str


class _Pool(msgspec.Struct, rename="camel"):
    num_to_attrib: dict[str, list[Any]] = {}


class _Pad(msgspec.Struct):
    atext: _Text
    pool: _Pool


def read_etherpad(text: str, *, of: str) -> PaneTexts:
    """The lines of a pad, all as notes. Raises BadInput or TooLarge."""
    pad = _pad(text, of)
    lines: list[Line] = []
    is_apart = False
    for spans, attributes in _lines(pad, of):
        line = _line(spans, attributes)
        if not line.spans and line.kind == "paragraph":
            is_apart = True
            continue
        if is_apart and lines and lines[-1].kind == line.kind != "paragraph":
            kept_apart(lines, Line())
        lines.append(line)
        is_apart = False
    return PaneTexts(tuple(lines), ())


def _pad(text: str, of: str) -> _Pad:
    try:
        # Only what is wanted is made of it: the history of a pad is far longer than its text.
        found = msgspec.json.decode(text, type=dict[str, msgspec.Raw])
        pads = [raw for name, raw in found.items() if _PAD.fullmatch(name)]
        if len(pads) == 1:
            return msgspec.json.decode(pads[0], type=_Pad)
    except (msgspec.DecodeError, RecursionError) as error:
        raise BadInput(f"{of} is no export of a pad, or is damaged.") from error
    raise BadInput(f"{of} is no export of one pad of Etherpad.")


def _lines(pad: _Pad, of: str) -> Iterator[tuple[list[Span], Attributes]]:
    """The spans of each line, and the attributes of the sign that it begins with."""
    spans: list[Span] = []
    sign: Attributes = {}
    begins = True
    for part, attributes in _runs(pad, of):
        marks = _marks(attributes)
        for index, piece in enumerate(part.split("\n")):
            if index:
                yield spans, sign
                spans, sign, begins = [], {}, True
            if piece and begins:
                begins = False
                if piece[0] == "*" and _is_sign(attributes):
                    sign, piece = attributes, piece[1:]
            if piece:
                spans.append(Span(piece, marks))
    yield spans, sign


def _runs(pad: _Pad, of: str) -> Iterator[tuple[str, Attributes]]:
    units = pad.atext.text.encode("utf-16-le", "surrogatepass")
    at = end = count = 0
    for found in _OPERATION.finditer(pad.atext.attribs):
        if found.start() != end or (count := count + 1) > _MAX_RUNS:
            break
        end = found.end()
        size = int(found[2], 36) * _UNIT
        numbers = [int(one, 36) for one in found[1].split("*") if one]
        text = units[at : at + size].decode("utf-16-le", "replace")
        at += size
        yield text, _attributes(pad.pool, numbers)
    if count > _MAX_RUNS:
        raise TooLarge(f"{of} has more than {_MAX_RUNS} changes of format.", limit=_MAX_RUNS)
    if end != len(pad.atext.attribs) or at != len(units):
        raise BadInput(f"{of} is damaged: its text and its formats do not go together.")


def _attributes(pool: _Pool, numbers: list[int]) -> Attributes:
    found: dict[str, str] = {}
    for number in numbers:
        match pool.num_to_attrib.get(str(number)):
            case [str(name), str(value)] if value:
                found[name] = value
    return found


def _is_sign(attributes: Attributes) -> bool:
    return not attributes.keys().isdisjoint(
        {"lmkr", "list", "heading", "tasklist-done", "tasklist-not-done"}
    )


def _marks(attributes: Attributes) -> Marks:
    return Marks(
        bold=attributes.get("bold") == "true",
        italic=attributes.get("italic") == "true",
        strike=attributes.get("strikethrough") == "true",
        code=attributes.get("code") == "true",
        link=safe_link(attributes.get("url")),
    )


def _line(spans: list[Span], sign: Attributes) -> Line:
    line = Line(spans=trimmed(spans))
    heading = sign.get("heading", "")
    if heading == "code":
        return replace(line, kind="code", spans=tuple(spans))
    if heading in HEADINGS:
        return replace(line, kind=heading)
    if "tasklist-done" in sign or "tasklist-not-done" in sign:
        return replace(line, kind="task", checked="tasklist-done" in sign)
    found = _LIST.fullmatch(sign.get("list", ""))
    if found is None:
        return line
    level = min(max(int(found[2]) - 1, 0), MAX_INDENT)
    match found[1]:
        case "bullet":
            return item(replace(line, kind="bullet", indent=level))
        case "number":
            return replace(line, kind="ordered", indent=level)
        case _:
            return replace(line, indent=level + 1 if level < MAX_INDENT else level)
