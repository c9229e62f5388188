"""Which format a file has, by its content first and then by its name. Pure."""

from __future__ import annotations

import re
from typing import Final

from server.errors import BadInput
from server.incoming.formats import ACCEPTED, Format
from server.incoming.package import Package

ODT_TYPE: Final = b"application/vnd.oasis.opendocument.text"
_ARCHIVE: Final = b"PK\x03\x04"
_OTHERS: Final = (
    (b"%PDF-", "a PDF"),
    (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "a document of an older Office, or one with a password"),
    (b"{\\rtf", "an RTF"),
)
_ENDINGS: Final = {
    "md": Format.MARKDOWN,
    "markdown": Format.MARKDOWN,
    "mdown": Format.MARKDOWN,
    "mkd": Format.MARKDOWN,
    "txt": Format.TEXT,
    "text": Format.TEXT,
    "html": Format.HTML,
    "htm": Format.HTML,
    "xhtml": Format.HTML,
    "etherpad": Format.ETHERPAD,
    "docx": Format.DOCX,
    "docm": Format.DOCX,
    "odt": Format.ODT,
}
_HTML: Final = re.compile(
    rb"\s*(?:<\?xml[^>]*>\s*)?(?:(?><!--.*?-->)\s*)*<(?:!doctype\s+html|html|head|body|meta)\b",
    re.IGNORECASE | re.DOTALL,
)
_PAD: Final = re.compile(rb'\s*\{.*?"pad:[^"]*"\s*:', re.DOTALL)
_LOOKED_AT: Final = 4096


def format_of(data: bytes, name: str) -> Format:
    """The format of a file of this content and name. Raises BadInput for what is none of them.

    `name` is shown; a file without an ending is Markdown if it is text.
    """
    if data.startswith(_ARCHIVE):
        return _of_archive(data, name)
    for begins, what in _OTHERS:
        if data.startswith(begins):
            raise BadInput(
                f"{name} is {what}, which cannot be read here: save it as .docx or .odt. "
                f"What is taken is {ACCEPTED}."
            )
    start = data[:_LOOKED_AT].removeprefix(b"\xef\xbb\xbf")
    ending = name.rpartition(".")[2].lower() if "." in name else ""
    by_name = _ENDINGS.get(ending)
    if by_name in (Format.MARKDOWN, Format.TEXT):
        return by_name  # a Markdown file may well begin with HTML
    if _HTML.match(start):
        return Format.HTML
    if _PAD.match(start):
        return Format.ETHERPAD
    if by_name in (Format.DOCX, Format.ODT):
        raise BadInput(f"{name} is no .{ending} document: its content is something else.")
    if by_name is not None:
        return by_name
    if not ending and b"\x00" not in start:
        return Format.MARKDOWN
    raise BadInput(f"{name} is none of the formats that are taken: {ACCEPTED}.")


def _of_archive(data: bytes, name: str) -> Format:
    package = Package(data, of=name)
    kind = package.part("mimetype") if "mimetype" in package else None
    if kind is not None and kind.strip() == ODT_TYPE:
        return Format.ODT
    if (
        "[Content_Types].xml" in package
        and "_rels/.rels" in package
        and "xl/workbook.xml" not in (package)
    ):
        return Format.DOCX
    raise BadInput(f"{name} is an archive or a document of another kind. Taken are {ACCEPTED}.")
