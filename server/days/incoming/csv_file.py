"""CSV, however an office's programs write it. Pure.

Lines are divided by semicolons, commas or tabs: by whichever makes the most names of columns out of
the file's first lines, and not by a statistic of its characters.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator
from itertools import islice

from server.days.incoming.columns import MAX_LINES_ABOVE, Line, columns_of, read_lines
from server.days.incoming.listing import Listing, check_number
from server.errors import ProgrammeError
from server.sentences import sentence

DIVIDERS = ";,\t"


def read_table(text: str, *, source: str) -> Listing:
    """The listing of a table. Raises ProgrammeError with the line and the column."""
    divider = max(DIVIDERS, key=lambda one: _named(text, one))
    lines: list[Line] = []
    for line in _lines(text, divider, source):
        lines.append(line)
        check_number(len(lines) - MAX_LINES_ABOVE - 1, source=source)
    return read_lines(lines, source=source)


def is_table(text: str) -> bool:
    """Whether the first lines name columns."""
    return any(_named(text, one) > 1 for one in DIVIDERS)


def _named(text: str, divider: str) -> int:
    """How many columns are named that are known, when lines are divided so."""
    most = 0
    try:
        for line in islice(_lines(text, divider, ""), MAX_LINES_ABOVE + 1):
            columns = columns_of(line.cells)
            most = max(most, 0 if columns is None else len(columns.places))
    except ProgrammeError:
        pass  # Told when the table is read.
    return most


def _lines(text: str, divider: str, source: str) -> Iterator[Line]:
    """The lines that are not empty, with the number of the one that each begins on."""
    # Excel's own marker of what divides, on a line of its own above all others.
    skipped = 1 if text[:5].lower() == f"sep={divider}" else 0
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=divider, strict=True)
    begins = 1
    try:
        for cells in reader:
            if cells and begins > skipped:
                yield Line(begins, tuple(cells))
            begins = reader.line_num + 1
    except csv.Error as error:
        message = sentence(
            "this is not CSV ({why}): look at the quotes, and save it anew.", why=str(error)
        )
        raise ProgrammeError(message, source=source, line=begins) from None
