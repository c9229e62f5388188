"""A sheet of LibreOffice (ODS): the first one that names columns. Pure.

Read by hand from its one part that matters, as the library for it reads whole trees without a
limit (docs/decisions/0020-programmes-from-elsewhere.md). Repeated lines and cells stand as a number
in the file, so that few bytes can stand for millions: they are counted, and not made.
"""

from __future__ import annotations

import io
import lzma
import re
import struct
import zipfile
import zlib
from collections.abc import Iterator
from dataclasses import dataclass, replace

from server.days.incoming.columns import Line, columns_of, read_lines
from server.days.incoming.listing import MAX_EVENTS, Listing
from server.days.incoming.xml_tree import Element, parse
from server.errors import ProgrammeError
from server.sentences import sentence

MIMETYPE = b"application/vnd.oasis.opendocument.spreadsheet"
MAX_CONTENT_BYTES = 16 * 1024 * 1024
"""Of a sheet's XML, unpacked. A thousand lines of ten columns have one."""
MAX_COLUMNS = 200
MAX_LINES = MAX_EVENTS + 100
MAX_CELL_CHARACTERS = 20_000

_BROKEN = (zipfile.BadZipFile, zlib.error, lzma.LZMAError, struct.error)
_TIME = re.compile(r"PT(?P<hours>[0-9]+)H(?P<minutes>[0-9]+)M[0-9.,]+S")


def is_sheet(data: bytes) -> bool:
    """Whether these bytes are an archive that says it is a sheet: its first part says so."""
    return MIMETYPE in data[:200]


def read_sheet(data: bytes, *, source: str) -> Listing:
    """The listing of a sheet. Raises ProgrammeError with the line and the column."""
    root = parse(_content(data, source), source=f"{source} (content.xml)")
    body = root.child("body")
    book = None if body is None else body.child("spreadsheet")
    names: list[str] = []
    name, chosen = "", list[Line]()
    for table in () if book is None else book.children("table"):
        lines = list(_Sheet(source).lines(table))
        if not lines:
            continue
        names.append(table.attributes.get("name", ""))
        if not chosen or not _names_columns(chosen):
            chosen, name = lines, names[-1]
    listing = read_lines(chosen, source=source)
    others = [other for other in names if other != name]
    if not others:
        return listing
    shown = tuple(other[:60] for other in others[:10])
    remark = sentence("Sheets that are not taken: {sheets}.", sheets=shown)
    return replace(listing, remarks=(*listing.remarks, remark))


def _names_columns(lines: list[Line]) -> bool:
    return any(columns_of(line.cells) is not None for line in lines[:11])


def _content(data: bytes, source: str) -> bytes:
    """The XML of the sheets. Raises ProgrammeError, before more than the limit is in memory."""
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive, archive.open("content.xml") as part:
            content = part.read(MAX_CONTENT_BYTES + 1)
    except RuntimeError:  # how zipfile says that a part is encrypted
        message = sentence("it is locked with a password: save it without one.")
        raise ProgrammeError(message, source=source) from None
    except (*_BROKEN, ValueError, LookupError, EOFError, NotImplementedError, OSError):
        message = sentence(
            "it is no sheet that can be read: open it in LibreOffice, and save it as ODS."
        )
        raise ProgrammeError(message, source=source) from None
    if len(content) > MAX_CONTENT_BYTES:
        raise ProgrammeError(
            sentence(
                "its content has more than {most} MiB when unpacked: keep what is of this day, or "
                "save it as CSV.",
                most=MAX_CONTENT_BYTES // 1024 // 1024,
            ),
            source=source,
        )
    return content


@dataclass(frozen=True, slots=True)
class _Sheet:
    source: str

    def lines(self, table: Element) -> Iterator[Line]:
        """The lines that hold something. A cell that goes over several lines is in each of them."""
        number, made = 1, 0
        spans: dict[int, tuple[int, str]] = {}
        for row in _rows(table):
            repeated = _count(row, "number-rows-repeated")
            cells = self._cells(row, number, spans)
            if any(cells):
                made += repeated
                if made > MAX_LINES:
                    message = sentence(
                        "the sheet has more than {most} lines: take some out.", most=MAX_LINES
                    )
                    raise ProgrammeError(message, source=self.source, line=number)
                for index in range(repeated):
                    yield Line(number + index, cells)
            number += repeated

    def _cells(
        self, row: Element, number: int, spans: dict[int, tuple[int, str]]
    ) -> tuple[str, ...]:
        found: list[str] = []
        for cell in row.content:
            if not isinstance(cell, Element):
                continue
            if cell.name not in ("table-cell", "covered-table-cell"):
                continue
            text = self._value(cell, number) if cell.name == "table-cell" else ""
            for _ in range(min(_count(cell, "number-columns-repeated"), MAX_COLUMNS)):
                column = len(found)
                if column >= MAX_COLUMNS:
                    if not text:
                        break
                    message = sentence(
                        "it has more than {most} columns: take some out.", most=MAX_COLUMNS
                    )
                    raise ProgrammeError(message, source=self.source, line=number)
                left, over = spans.get(column, (0, ""))
                if cell.name == "covered-table-cell" and left:
                    spans[column] = (left - 1, over)
                    found.append(over)
                    continue
                spans[column] = (_count(cell, "number-rows-spanned") - 1, text)
                found.append(text)
        return tuple(found)

    def _value(self, cell: Element, number: int) -> str:
        """What a cell says: its date or time as numbers, everything else as it is shown."""
        kind = cell.attributes.get("value-type", "")
        if kind == "date":
            return cell.attributes.get("date-value", "")[:16].replace("T", " ")
        found = _TIME.fullmatch(cell.attributes.get("time-value", ""))
        if kind == "time" and found is not None:
            return f"{int(found['hours'])}:{int(found['minutes']):02}"
        text = "\n".join(_words(one) for one in cell.children("p")).strip()
        if len(text) > MAX_CELL_CHARACTERS:
            message = sentence(
                "a cell has more than {most} characters: shorten it.", most=MAX_CELL_CHARACTERS
            )
            raise ProgrammeError(message, source=self.source, line=number)
        return text


def _rows(table: Element) -> Iterator[Element]:
    """The rows of a table, out of its headers and groups too."""
    for one in table.content:
        if not isinstance(one, Element):
            continue
        if one.name == "table-row":
            yield one
        elif one.name in ("table-header-rows", "table-row-group", "table-rows"):
            yield from _rows(one)


def _words(paragraph: Element) -> str:
    """The text of a paragraph; spaces and new lines are elements of their own there."""
    parts: list[str] = []
    for one in paragraph.content:
        if isinstance(one, str):
            parts.append(one)
        elif one.name == "s":
            parts.append(" " * min(_count(one, "c"), MAX_COLUMNS))
        elif one.name in ("line-break", "tab"):
            parts.append("\n" if one.name == "line-break" else " ")
        elif one.name not in ("annotation", "note"):
            parts.append(_words(one))
    return "".join(parts)


def _count(element: Element, name: str) -> int:
    """How often an element stands there; 1 where it is not said, or not a number."""
    said = element.attributes.get(name, "1")
    return max(1, int(said)) if said.isascii() and said.isdigit() and len(said) < 10 else 1
