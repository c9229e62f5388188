"""A pane of a note as values: lines, as the shared text holds them. Pure; total for any content.

`lines` reads what pycrdt's `Text.diff()` gives, `delta` writes it back. The attributes of a line
are those of the newline that ends it; the same keys on letters mean nothing. Whatever a client put
there that this version does not know is read as the plainest thing that shows its text.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, Final, Literal, cast, get_args

Kind = Literal[
    "paragraph",
    "h1",
    "h2",
    "h3",
    "h4",
    "h5",
    "h6",
    "bullet",
    "ordered",
    "task",
    "code",
    "row",
    "rule",
]
KINDS: Final[tuple[Kind, ...]] = get_args(Kind)
HEADINGS: Final[tuple[Kind, ...]] = ("h1", "h2", "h3", "h4", "h5", "h6")
LISTS: Final[tuple[Kind, ...]] = ("bullet", "ordered", "task")
MAX_INDENT = 8
MAX_LINK_CHARACTERS = 4096

_LANG = re.compile(r"[\w.+#-]{1,40}", re.ASCII)
_LINK = re.compile(r"https?://[^\s/?#]|mailto:[^\s]", re.IGNORECASE)
_CONTROL = re.compile(r"[\x00-\x1f\x7f]")


@dataclass(frozen=True, slots=True)
class Footnote:
    """A footnote where it is called, with its whole text."""

    text: str


@dataclass(frozen=True, slots=True)
class Break:
    """A new line inside a line."""


@dataclass(frozen=True, slots=True)
class Cell:
    """Divides the cells of a `row` line."""


@dataclass(frozen=True, slots=True)
class Unknown:
    """An embed of a newer client: it is shown as a box."""


Embed = Footnote | Break | Cell | Unknown


@dataclass(frozen=True, slots=True)
class Marks:
    """The formats of a span. `link` is an address that passed `safe_link`, or ""."""

    bold: bool = False
    italic: bool = False
    strike: bool = False
    code: bool = False
    link: str = ""


PLAIN: Final = Marks()


@dataclass(frozen=True, slots=True)
class Span:
    """Characters, or one embed, of one format. Text holds no newline and is not empty."""

    text: str | Embed
    marks: Marks = PLAIN

    @property
    def plain(self) -> str:
        """What there is to read, where nothing but text may stand."""
        match self.text:
            case str():
                return self.text
            case Footnote(text=text):
                return f" ({text})"
            case Break():
                return "\n"
            case _:
                return " "


@dataclass(frozen=True, slots=True)
class Line:
    """One line. `indent` is 0 to 8; `checked` counts for tasks and `lang` for code only."""

    kind: Kind = "paragraph"
    indent: int = 0
    quote: bool = False
    checked: bool = False
    lang: str = ""
    spans: tuple[Span, ...] = ()

    @property
    def is_blank(self) -> bool:
        """True when there is nothing to read in it."""
        return all(
            isinstance(span.text, Break | Cell)
            or (isinstance(span.text, str) and not span.text.strip())
            or (isinstance(span.text, Footnote) and not span.text.text.strip())
            for span in self.spans
        )


Insert = tuple[Any, Mapping[str, Any] | None]
"""One step of a delta: text or an embed's value, and its attributes."""


def safe_link(address: object) -> str:
    """The address if a note may hold it (http, https, mailto), otherwise ""."""
    if not isinstance(address, str) or len(address) > MAX_LINK_CHARACTERS:
        return ""
    address = _CONTROL.sub("", address.strip())
    return address if _LINK.match(address) else ""


def safe_lang(name: object) -> str:
    """The name of a code block's language if it is one, otherwise ""."""
    return name if isinstance(name, str) and _LANG.fullmatch(name) else ""


def merged(spans: Iterable[Span]) -> tuple[Span, ...]:
    """The same spans, neighbours of one format joined and empty ones left out."""
    out: list[Span] = []
    for span in spans:
        if span.text == "":
            continue
        last = out[-1] if out else None
        if (
            last is not None
            and isinstance(last.text, str)
            and isinstance(span.text, str)
            and last.marks == span.marks
        ):
            out[-1] = Span(last.text + span.text, span.marks)
        else:
            out.append(span)
    return tuple(out)


def lines(delta: Iterable[Insert]) -> list[Line]:
    """The lines of a pane. Text after the last newline is one more paragraph."""
    out: list[Line] = []
    spans: list[Span] = []
    for insert, found in delta:
        attributes = found or {}
        marks = _marks(attributes)
        if not isinstance(insert, str):
            spans.append(Span(_embed(insert), marks))
            continue
        *ended, rest = insert.split("\n")
        for text in ended:
            spans.append(Span(text, marks))
            out.append(replace(_line(attributes), spans=merged(spans)))
            spans = []
        spans.append(Span(rest, marks))
    if last := merged(spans):
        out.append(Line(spans=last))
    return out


def delta(lines: Sequence[Line]) -> list[tuple[Any, dict[str, Any]]]:
    """The inserts that write these lines. Every line ends with its newline."""
    out: list[tuple[Any, dict[str, Any]]] = []
    for line in lines:
        out.extend((_embedded(span.text), _span_attributes(span.marks)) for span in line.spans)
        out.append(("\n", line_attributes(line)))
    return out


def line_attributes(line: Line) -> dict[str, Any]:
    """What the newline of a line carries; defaults are left out."""
    found: dict[str, Any] = {}
    if line.kind != "paragraph":
        found["kind"] = line.kind
    if line.indent:
        found["indent"] = line.indent
    if line.quote:
        found["quote"] = True
    if line.kind == "task" and line.checked:
        found["checked"] = True
    if line.kind == "code" and line.lang:
        found["lang"] = line.lang
    return found


def _line(attributes: Mapping[str, Any]) -> Line:
    kind = attributes.get("kind")
    known = cast(Kind, kind) if kind in KINDS else "paragraph"
    return Line(
        kind=known,
        indent=_indent(attributes.get("indent")),
        quote=bool(attributes.get("quote")),
        checked=known == "task" and bool(attributes.get("checked")),
        lang=safe_lang(attributes.get("lang")) if known == "code" else "",
    )


def _indent(value: object) -> int:
    """Numbers come back as floats, and a client may have written any."""
    if isinstance(value, bool) or not isinstance(value, int | float) or value != value:
        return 0
    return int(min(MAX_INDENT, max(0, value)))


def _marks(attributes: Mapping[str, Any]) -> Marks:
    if not attributes:
        return PLAIN
    return Marks(
        bold=_is_on(attributes.get("bold")),
        italic=_is_on(attributes.get("italic")),
        strike=_is_on(attributes.get("strike")),
        code=_is_on(attributes.get("code")),
        link=safe_link(attributes.get("link")),
    )


def _is_on(value: object) -> bool:
    return value is not None and value is not False


def _embed(value: object) -> Embed:
    if isinstance(value, Mapping) and len(value) == 1:
        match dict(value):
            case {"footnote": str(text)}:
                return Footnote(text)
            case {"break": True}:
                return Break()
            case {"cell": True}:
                return Cell()
    return Unknown()


def _embedded(text: str | Embed) -> str | dict[str, Any]:
    match text:
        case Footnote(text=note):
            return {"footnote": note}
        case Break():
            return {"break": True}
        case Cell():
            return {"cell": True}
        case Unknown():
            return {"unknown": True}
        case str():
            return text


def _span_attributes(marks: Marks) -> dict[str, Any]:
    found: dict[str, Any] = {
        name: True for name in ("bold", "italic", "strike", "code") if getattr(marks, name)
    }
    if marks.link:
        found["link"] = marks.link
    return found
