"""What a note is once its lines are read as a document: nested blocks with inline content.

Every format that leaves the server (Markdown, HTML, text documents) is written from these values.
Text holds no newline and no control character; links are safe; nothing is empty but a table's
cells and an item that somebody left empty between others.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Text:
    text: str


@dataclass(frozen=True, slots=True)
class Code:
    text: str


@dataclass(frozen=True, slots=True)
class LineBreak:
    pass


@dataclass(frozen=True, slots=True)
class FootnoteRef:
    """A footnote where it is called; `text` may have newlines. Writers number them."""

    text: str


@dataclass(frozen=True, slots=True)
class Strong:
    children: tuple[Inline, ...]


@dataclass(frozen=True, slots=True)
class Emphasis:
    children: tuple[Inline, ...]


@dataclass(frozen=True, slots=True)
class Strike:
    children: tuple[Inline, ...]


@dataclass(frozen=True, slots=True)
class Link:
    """Never inside another link, and never around a footnote."""

    href: str
    children: tuple[Inline, ...]


Inline = Text | Code | LineBreak | FootnoteRef | Strong | Emphasis | Strike | Link


@dataclass(frozen=True, slots=True)
class Heading:
    """`anchor` is the id of what it is the heading of, where a page can be opened at it. `noted` is
    the level that it has in its note, where the note can be imported again; 0 elsewhere."""

    level: int
    inline: tuple[Inline, ...]
    anchor: str = ""
    noted: int = 0


@dataclass(frozen=True, slots=True)
class Paragraph:
    inline: tuple[Inline, ...]


@dataclass(frozen=True, slots=True)
class Item:
    """One item of a list. `checked` is None when it is no task."""

    children: tuple[Block, ...]
    checked: bool | None = None


@dataclass(frozen=True, slots=True)
class List:
    ordered: bool
    items: tuple[Item, ...]


@dataclass(frozen=True, slots=True)
class Quote:
    children: tuple[Block, ...]


@dataclass(frozen=True, slots=True)
class CodeBlock:
    lang: str
    text: str


@dataclass(frozen=True, slots=True)
class Table:
    """The first row is the header; every row has as many cells as the longest."""

    rows: tuple[tuple[tuple[Inline, ...], ...], ...]


@dataclass(frozen=True, slots=True)
class Rule:
    pass


@dataclass(frozen=True, slots=True)
class Facts:
    """What the programme says of a day or an item: a line for each, and what is listed under it."""

    items: tuple[Item, ...]


@dataclass(frozen=True, slots=True)
class Label:
    """Names what follows it, without being a heading of the note."""

    inline: tuple[Inline, ...]


@dataclass(frozen=True, slots=True)
class Late:
    """A contribution that came too late for the note, and stands apart; never empty."""

    label: Label
    children: tuple[Block, ...]


@dataclass(frozen=True, slots=True)
class Footnotes:
    """Where the texts of the footnotes called so far are to be read; at the top level only."""


@dataclass(frozen=True, slots=True)
class Marker:
    """A comment for programs that read the document again. Shown nowhere."""

    text: str


Block = (
    Heading
    | Paragraph
    | List
    | Quote
    | CodeBlock
    | Table
    | Rule
    | Facts
    | Label
    | Late
    | Footnotes
    | Marker
)


@dataclass(frozen=True, slots=True)
class Document:
    children: tuple[Block, ...]


def head_of(blocks: Sequence[Block]) -> int:
    """How many blocks say what the document is: contents and the text itself come after them.

    These are the title and what is known of it; without that, all before the second heading.
    """
    headed = [at for at, block in enumerate(blocks) if isinstance(block, Heading)]
    begins = headed[1] if len(headed) > 1 else len(blocks)
    known = [at + 1 for at, block in enumerate(blocks[:begins]) if isinstance(block, Facts)]
    return known[0] if known else begins


def plain(inline: Iterable[Inline]) -> str:
    """The characters alone; a line break is a newline, a footnote is not part of it."""
    out: list[str] = []
    for node in inline:
        match node:
            case Text(text=text) | Code(text=text):
                out.append(text)
            case LineBreak():
                out.append("\n")
            case FootnoteRef():
                pass
            case (
                Strong(children=children)
                | Emphasis(children=children)
                | Strike(children=children)
                | Link(children=children)
            ):
                out.append(plain(children))
    return "".join(out)
