"""The characters of a text file: what it says of its encoding, or UTF-8. Pure."""

from __future__ import annotations

import codecs
import re
from typing import Final

from server.errors import BadInput

_MARKS: Final = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
_DECLARED: Final = re.compile(
    rb"""<\?xml[^>]{0,200}?encoding\s*=\s*["']([\w.:-]{1,40})|"""
    rb"""<meta[^>]{0,200}?charset\s*=\s*["']?\s*([\w.:-]{1,40})""",
    re.IGNORECASE,
)
_DECLARED_WITHIN: Final = 4096
_WEB: Final = {
    # As browsers read these names; programs that wrote them meant the same.
    "iso-8859-1": "windows-1252",
    "latin1": "windows-1252",
    "us-ascii": "windows-1252",
    "ascii": "windows-1252",
}
_TEXT: Final = frozenset(
    [
        "utf-8",
        "utf-16",
        "utf-16le",
        "utf-16be",
        "windows-1250",
        "windows-1251",
        "windows-1252",
        "windows-1253",
        "windows-1254",
        "windows-1257",
        "iso-8859-2",
        "iso-8859-15",
        "macintosh",
        "koi8-r",
        "gb18030",
        "gbk",
        "gb2312",
        "big5",
        "euc-jp",
        "shift_jis",
        "iso-2022-jp",
        "euc-kr",
    ]
)
"""The encodings that are taken where a file declares one: those of Python that are of text, and
that a browser knows too."""


def decoded(data: bytes, *, of: str, declares: bool = False) -> str:
    """The text, without a byte order mark and with `\\n` as its newline.

    `declares`: an HTML or XML file may name its encoding. Raises BadInput.
    """
    encoding = next((name for mark, name in _MARKS if data.startswith(mark)), "")
    if not encoding and declares and (found := _DECLARED.search(data[:_DECLARED_WITHIN])):
        named = (found[1] or found[2]).decode("ascii").lower()
        encoding = _WEB.get(named, named)
        if encoding not in _TEXT:
            raise BadInput(f"{of} declares an encoding that is not known: save it as UTF-8.")
        if encoding.startswith("utf-16"):
            encoding = "utf-8"  # it was read as ASCII, so it cannot be what it says
    encoding = encoding or "utf-8"
    try:
        text = data.decode(encoding)
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        name = encoding.upper() if encoding.startswith("utf") else encoding
        raise BadInput(
            f"{of} cannot be taken: it is not {name} (line {line}); save it as UTF-8."
        ) from None
    return text.removeprefix("\ufeff").replace("\r\n", "\n").replace("\r", "\n")
