"""Files as other tools write them, made in memory; those that are there by path are others'."""

from __future__ import annotations

import gzip
import io
import zipfile
from collections.abc import Callable, Sequence
from pathlib import Path
from xml.sax.saxutils import escape

import pytest

from server.days.incoming.formats import read_programme
from server.days.incoming.listing import Incoming, Wanted
from server.days.programme import ProgrammeItem
from server.errors import ProgrammeError

DATA = Path(__file__).parents[4] / "shared" / "data"
SHEET = "application/vnd.oasis.opendocument.spreadsheet"
ODS = (
    '<?xml version="1.0" encoding="UTF-8"?><office:document-content'
    ' xmlns:office="urn:oasis:names:tc:opendocument:xmlns:office:1.0"'
    ' xmlns:table="urn:oasis:names:tc:opendocument:xmlns:table:1.0"'
    ' xmlns:text="urn:oasis:names:tc:opendocument:xmlns:text:1.0">'
    "<office:body><office:spreadsheet>{}</office:spreadsheet></office:body>"
    "</office:document-content>"
)


@pytest.fixture
def theirs() -> Callable[[str], bytes]:
    """The bytes of a real file that is not part of the project, unpacked."""

    def read(name: str) -> bytes:
        path = DATA / name
        if not path.is_file():
            pytest.skip("needs the folder of other people's schedules, not part of the project")
        data = path.read_bytes()
        return gzip.decompress(data) if name.endswith(".gz") else data

    return read


def read(data: bytes | str, name: str = "", **wanted: str) -> Incoming:
    raw = data.encode() if isinstance(data, str) else data
    return read_programme(raw, name=name, wanted=Wanted(**wanted))


def refused(data: bytes | str, name: str = "", **wanted: str) -> str:
    """The one sentence with which a file is refused."""
    with pytest.raises(ProgrammeError) as caught:
        read(data, name, **wanted)
    said = str(caught.value)
    assert said.endswith((".", ").")), said
    assert "\n" not in said
    assert len(said) < 600
    return said


def items(incoming: Incoming) -> list[ProgrammeItem]:
    return [item for section in incoming.programme.sections for item in section.items]


def sheet(*rows: Sequence[str], name: str = "Feuille1", raw: str = "") -> bytes:
    """An ODS of texts; what is `raw` is XML, and stands in front of them."""
    cells = "".join(
        "<table:table-row>"
        + "".join(f"<table:table-cell>{_paragraphs(cell)}</table:table-cell>" for cell in row)
        + "</table:table-row>"
        for row in rows
    )
    return book(f'<table:table table:name="{name}">{cells}{raw}</table:table>')


def book(tables: str) -> bytes:
    return archive(ODS.format(tables).encode())


def archive(content: bytes) -> bytes:
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as file:
        file.writestr(zipfile.ZipInfo("mimetype"), SHEET)
        file.writestr("content.xml", content)
    return made.getvalue()


def _paragraphs(cell: str) -> str:
    return "".join(f"<text:p>{escape(line)}</text:p>" for line in cell.split("\n") if cell)


def calendar(*events: str, head: str = "") -> str:
    body = "".join(f"BEGIN:VEVENT\r\n{event}\r\nEND:VEVENT\r\n" for event in events)
    return f"BEGIN:VCALENDAR\r\nVERSION:2.0\r\n{head}{body}END:VCALENDAR\r\n"
