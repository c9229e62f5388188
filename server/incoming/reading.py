"""A file of any of the formats as the lines of a note. Pure.

Everything ends in the lines that a note is made of, as the reader of Markdown does; there is no
other way into a note. What is above a limit is refused as a whole.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from server.errors import BadInput, TooLarge
from server.export.day import is_empty
from server.export.lines import Footnote, Line, Span
from server.export.reader import PaneTexts, read_note
from server.incoming.decoding import decoded
from server.incoming.docx import read_docx
from server.incoming.etherpad import read_etherpad
from server.incoming.formats import Format
from server.incoming.html import read_html
from server.incoming.limits import MAX_FILE_BYTES, MAX_MARKUP_BYTES, MAX_TEXT_BYTES
from server.incoming.odt import read_odt
from server.incoming.recognising import format_of
from server.incoming.spans import as_held, trimmed

_LARGE: Final = frozenset({Format.DOCX, Format.ODT, Format.ETHERPAD})


def read_file(data: bytes, name: str, format: Format | None = None) -> PaneTexts:
    """What is to be read in a file, for the two panes of a note.

    `name` is what the file is called in what is said of it. Raises BadInput or TooLarge, with one
    sentence that holds nothing of its text.
    """
    if len(data) > MAX_FILE_BYTES:
        raise _too_large(name, MAX_FILE_BYTES)
    if format is None:
        format = format_of(data, name)
    if format not in _LARGE and len(data) > MAX_MARKUP_BYTES:
        raise _too_large(name, MAX_MARKUP_BYTES)
    found = _read(data, name, format)
    panes = PaneTexts(as_held(found.notes), as_held(found.conclusions))
    if all(map(is_empty, _panes(panes))):
        raise BadInput(f"There is no text in {name}.")
    if sum(map(_size, _panes(panes))) > MAX_TEXT_BYTES:
        raise TooLarge(
            f"The text of {name} has more than {MAX_TEXT_BYTES >> 20} MiB: import it in parts.",
            limit_bytes=MAX_TEXT_BYTES,
        )
    return panes


def _read(data: bytes, name: str, format: Format) -> PaneTexts:
    match format:
        case Format.MARKDOWN:
            return read_note(_text(data, name))
        case Format.TEXT:
            return PaneTexts(tuple(_plain_lines(_text(data, name))), ())
        case Format.HTML:
            return read_html(decoded(data, of=name, declares=True), of=name)
        case Format.ETHERPAD:
            return read_etherpad(decoded(data, of=name), of=name)
        case Format.DOCX:
            return read_docx(data, of=name)
        case Format.ODT:
            return read_odt(data, of=name)


def _text(data: bytes, name: str) -> str:
    text = decoded(data, of=name)
    if "\x00" in text:
        raise BadInput(f"{name} cannot be taken: it is no text; save it as UTF-8.")
    return text


def _plain_lines(text: str) -> list[Line]:
    """Each line of the file is one of the note; empty ones only stood between others."""
    lines = (Line(spans=trimmed([Span(line)])) for line in text.split("\n"))
    return [line for line in lines if line.spans]


def _panes(panes: PaneTexts) -> tuple[Sequence[Line], Sequence[Line]]:
    return panes.notes, panes.conclusions


def _size(lines: Sequence[Line]) -> int:
    return len(lines) + sum(_span_size(span) for line in lines for span in line.spans)


def _span_size(span: Span) -> int:
    match span.text:
        case str(text) | Footnote(text=text):
            return len(text.encode("utf-8", "replace"))
        case _:
            return 1


def _too_large(name: str, limit: int) -> TooLarge:
    return TooLarge(f"{name} is larger than {limit >> 20} MiB.", limit_bytes=limit)
