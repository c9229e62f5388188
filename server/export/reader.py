"""Markdown as lines: what an import and a programme's initial texts go through. Pure.

CommonMark with the tables, tasks, strikes and footnotes of GFM. Nesting becomes indent. HTML stays
text, except `<br>`; links that a note may not hold become their text; an image becomes a link to
it. What lines cannot hold loses its form and keeps its words.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Final

from markdown_it import MarkdownIt
from markdown_it.tree import SyntaxTreeNode
from mdit_py_plugins.footnote import footnote_plugin

from server.export.bullets import bulleted
from server.export.inline import clean
from server.export.lines import (
    HEADINGS,
    MAX_INDENT,
    PLAIN,
    Break,
    Cell,
    Footnote,
    Line,
    Marks,
    Span,
    merged,
    safe_lang,
    safe_link,
)

MAX_NESTING = 100
"""Levels of nesting that are read; what is nested deeper is not Markdown that a person wrote."""

NOTES_MARKER: Final = "calepin: notes"
CONCLUSIONS_MARKER: Final = "calepin: conclusions"
END_MARKER: Final = "calepin: end"
"""Comments that say in the file of a whole note where its panes begin and end. A comment that
somebody typed into a note is written with an escape, and so is none of these."""

_TASK: Final = re.compile(r"\[([ xX])\](?:\s+|$)")
_COMMENT: Final = re.compile(r"<!-- (calepin: \w+) -->")
_BREAK: Final = re.compile(r"<br\s*/?>", re.IGNORECASE)
_FRONT_MATTER: Final = re.compile(
    r"\A---[ \t]*\n(?=\w[\w-]*:)(?:\w[\w-]*:.*\n|[ \t#-].*\n|\n)*?---[ \t]*(?:\n|\Z)"
)


@dataclass(frozen=True, slots=True)
class PaneTexts:
    """The two panes of a note as lines."""

    notes: tuple[Line, ...]
    conclusions: tuple[Line, ...]


def read(markdown: str) -> list[Line]:
    """The lines of a text. Total: any text has lines."""
    panes = read_note(markdown)
    return [*panes.notes, *panes.conclusions]


def read_note(markdown: str) -> PaneTexts:
    """The panes of a note's file: front matter is left out, the marker divides the panes."""
    body = _FRONT_MATTER.sub("", markdown.removeprefix("\ufeff").replace("\r\n", "\n"), count=1)
    root = SyntaxTreeNode(_parser().parse(body))
    notes = _Footnotes(root.children)
    panes = _panes([node for node in root.children if node.type != "footnote_reference"])
    first, second, _ = (_lines(pane, notes, _Place()) for pane in panes)
    first.extend(notes.never_called())
    return PaneTexts(tuple(bulleted(first)), tuple(bulleted(second)))


def _panes(
    blocks: Sequence[SyntaxTreeNode],
) -> tuple[list[SyntaxTreeNode], list[SyntaxTreeNode], list[SyntaxTreeNode]]:
    """The blocks of each pane, and those of neither: without markers, all are notes."""
    notes: list[SyntaxTreeNode] = []
    conclusions: list[SyntaxTreeNode] = []
    neither: list[SyntaxTreeNode] = []
    places: dict[str, list[SyntaxTreeNode]] = {
        NOTES_MARKER: notes,
        CONCLUSIONS_MARKER: conclusions,
        END_MARKER: neither,
    }
    marked = any(_marker(node) in places for node in blocks)
    into = neither if marked else notes
    for node in blocks:
        if (marker := _marker(node)) in places:
            into = places[marker]
        else:
            into.append(node)
    return notes, conclusions, neither


def _marker(node: SyntaxTreeNode) -> str:
    """The text of a comment that stands alone, or ""."""
    if node.type != "paragraph":
        return ""
    found = _COMMENT.fullmatch(node.children[0].content)
    return "" if found is None else found[1]


def _parser() -> MarkdownIt:
    parser = MarkdownIt("commonmark", {"maxNesting": MAX_NESTING})
    parser.enable(["table", "strikethrough"]).disable("html_block").use(footnote_plugin)
    # Definitions are read where they stand, so that one which is never called is not lost.
    parser.disable(["footnote_tail", "footnote_inline"])
    # An address is what was written: markdown-it would encode it, and show it decoded.
    parser.normalizeLink = lambda url: url  # type: ignore[method-assign]
    parser.normalizeLinkText = lambda link: link  # type: ignore[method-assign]
    parser.validateLink = lambda url: True  # type: ignore[method-assign]  # noqa: ARG005
    return parser


@dataclass(frozen=True, slots=True)
class _Place:
    """Where a block stands: how deep in lists, and whether in a quotation."""

    indent: int = 0
    quote: bool = False

    def deeper(self) -> _Place:
        return replace(self, indent=min(self.indent + 1, MAX_INDENT))

    def line(self, **fields: object) -> Line:
        return replace(Line(indent=self.indent, quote=self.quote), **fields)  # type: ignore[arg-type]


class _Footnotes:
    """The texts of the footnotes by label."""

    def __init__(self, blocks: Iterable[SyntaxTreeNode]) -> None:
        self._texts: dict[str, str] = {}
        self._called: set[str] = set()
        for node in blocks:
            if node.type == "footnote_reference":
                text = _plain(_lines(node.children, self, _Place()))
                self._texts.setdefault(str(node.meta["label"]), text)

    def call(self, label: str) -> str:
        self._called.add(label)
        return self._texts.get(label, "")

    def never_called(self) -> list[Line]:
        left = [text for label, text in self._texts.items() if label not in self._called and text]
        return [Line(spans=tuple(_with_breaks(text))) for text in left]


def _lines(nodes: Sequence[SyntaxTreeNode], notes: _Footnotes, place: _Place) -> list[Line]:
    out: list[Line] = []
    previous: SyntaxTreeNode | None = None
    for node in nodes:
        if previous is not None and _would_join(previous, node):
            out.append(place.line())
        out.extend(_block(node, notes, place))
        previous = node
    return out


def _would_join(one: SyntaxTreeNode, other: SyntaxTreeNode) -> bool:
    """Whether an empty line must keep two neighbours apart."""
    code = ("fence", "code_block")
    return (one.type in code and other.type in code) or (
        one.type == other.type
        and one.type in ("bullet_list", "ordered_list", "blockquote", "table")
    )


def _block(node: SyntaxTreeNode, notes: _Footnotes, place: _Place) -> list[Line]:
    match node.type:
        case "heading":
            spans = _inline(node.children[0], notes)
            return [place.line(kind=HEADINGS[int(node.tag[1]) - 1], spans=spans)]
        case "paragraph":
            return [place.line(spans=_inline(node.children[0], notes))]
        case "bullet_list" | "ordered_list":
            return [line for item in node.children for line in _item(node, item, notes, place)]
        case "blockquote":
            return _lines(node.children, notes, replace(place, quote=True))
        case "fence" | "code_block":
            return list(_code(node, place))
        case "table":
            rows = [row for part in node.children for row in part.children]
            return [place.line(kind="row", spans=_row(row, notes)) for row in rows]
        case "hr":
            return [place.line(kind="rule")]
        case "footnote_reference":
            return []
        case _:
            return _lines(node.children, notes, place)


def _item(
    parent: SyntaxTreeNode, item: SyntaxTreeNode, notes: _Footnotes, place: _Place
) -> list[Line]:
    first = item.children[0] if item.children else None
    words = first is not None and first.type == "paragraph"
    spans = _inline(first.children[0], notes) if first is not None and words else ()
    line = place.line(kind="bullet" if parent.type == "bullet_list" else "ordered", spans=spans)
    if first is not None and words and (found := _TASK.match(first.children[0].content)):
        line = replace(
            line, kind="task", checked=found[1] != " ", spans=_without(spans, len("[x]"))
        )
    rest = item.children[1:] if words else item.children
    return [line, *_lines(rest, notes, place.deeper())]


def _without(spans: tuple[Span, ...], characters: int) -> tuple[Span, ...]:
    """Spans without the first characters, which are text, and the blanks after them."""
    first = spans[0]
    assert isinstance(first.text, str)  # noqa: S101 - the mark of a task was read from it
    rest = first.text[characters:].lstrip()
    return (Span(rest, first.marks), *spans[1:]) if rest else spans[1:]


def _code(node: SyntaxTreeNode, place: _Place) -> Iterator[Line]:
    info = node.info.split() if node.type == "fence" else []
    lang = safe_lang(info[0]) if info else ""
    for text in node.content.removesuffix("\n").split("\n"):
        spans = (Span(text),) if text else ()
        yield place.line(kind="code", lang=lang, spans=spans)


def _row(row: SyntaxTreeNode, notes: _Footnotes) -> tuple[Span, ...]:
    spans: list[Span] = []
    for index, cell in enumerate(row.children):
        if index:
            spans.append(Span(Cell()))
        spans.extend(_inline(cell.children[0], notes))
    return tuple(spans)


def _inline(node: SyntaxTreeNode, notes: _Footnotes) -> tuple[Span, ...]:
    return merged(_spans(node.children, notes, PLAIN))


def _spans(nodes: Sequence[SyntaxTreeNode], notes: _Footnotes, marks: Marks) -> Iterator[Span]:
    for node in nodes:
        match node.type:
            case "softbreak":
                yield Span(Break() if _bullet_follows(node) else " ", marks)
            case "hardbreak":
                yield Span(Break(), marks)
            case "code_inline":
                yield Span(clean(node.content), replace(marks, code=True))
            case "html_inline" if _BREAK.fullmatch(node.content):
                yield Span(Break(), marks)
            case "strong":
                yield from _spans(node.children, notes, replace(marks, bold=True))
            case "em":
                yield from _spans(node.children, notes, replace(marks, italic=True))
            case "s":
                yield from _spans(node.children, notes, replace(marks, strike=True))
            case "link":
                href = safe_link(node.attrs.get("href"))
                yield from _spans(node.children, notes, replace(marks, link=href or marks.link))
            case "image":
                source = safe_link(node.attrs.get("src"))
                yield Span(clean(node.content) or source, replace(marks, link=marks.link or source))
            case "footnote_ref":
                yield Span(Footnote(notes.call(str(node.meta["label"]))), marks)
            case _:
                yield Span(clean(node.content), marks)


def _bullet_follows(node: SyntaxTreeNode) -> bool:
    after = node.next_sibling
    return after is not None and after.type == "text" and after.content.startswith("•")


def _plain(lines: Iterable[Line]) -> str:
    """The text of a footnote: it has no format, and its blocks are lines."""
    return "\n".join("".join(span.plain for span in line.spans) for line in lines if line.spans)


def _with_breaks(text: str) -> Iterator[Span]:
    for index, line in enumerate(text.split("\n")):
        if index:
            yield Span(Break())
        yield Span(line)
