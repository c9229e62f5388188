"""Bytes as text, by what they say of themselves. Pure."""

from __future__ import annotations

import codecs

from server.errors import ProgrammeError
from server.sentences import sentence

WINDOWS = sentence(
    "It is not UTF-8, and was read as Windows-1252, as Excel writes it in western Europe."
)

_MARKS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)


def decode(data: bytes, *, source: str) -> tuple[str, bool]:
    """The text, and whether it was read as Windows-1252 for want of a better encoding.

    UTF-16 is taken where it begins with its mark. Raises ProgrammeError for what is no text, with
    the line.
    """
    if b"\0" in data and _mark(data) is None:
        line = data.count(b"\n", 0, data.index(b"\0")) + 1
        message = sentence("it holds a NUL, which no text has: save it as UTF-8.")
        raise ProgrammeError(message, source=source, line=line)
    encoding = _mark(data) or "utf-8"
    try:
        return _checked(data.decode(encoding), source), False
    except UnicodeDecodeError as error:
        if encoding != "utf-8":
            message = sentence(
                "it begins as UTF-8 or UTF-16 and goes on as neither: save it as UTF-8."
            )
            raise ProgrammeError(message, source=source) from None
        first = error.start
    try:
        return data.decode("cp1252"), True
    except UnicodeDecodeError:
        line = data.count(b"\n", 0, first) + 1
        message = sentence("it is neither UTF-8 nor Windows-1252: save it as UTF-8.")
        raise ProgrammeError(message, source=source, line=line) from None


def _mark(data: bytes) -> str | None:
    return next((name for mark, name in _MARKS if data.startswith(mark)), None)


def _checked(text: str, source: str) -> str:
    if "\0" in text:
        line = text.count("\n", 0, text.index("\0")) + 1
        message = sentence("it holds a NUL, which no text has: take it out.")
        raise ProgrammeError(message, source=source, line=line)
    return text
