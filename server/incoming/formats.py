"""The formats that notes are read from. Pure."""

from __future__ import annotations

from enum import Enum


class Format(Enum):
    """What notes are read from. The value is what people call it by."""

    MARKDOWN = "markdown"
    TEXT = "text"
    HTML = "html"
    ETHERPAD = "etherpad"
    DOCX = "docx"
    ODT = "odt"


ACCEPTED = (
    "Markdown (.md), plain text (.txt), HTML, Etherpad (.etherpad, or its HTML), Word (.docx) and "
    "LibreOffice (.odt)"
)
"""The formats, as a sentence names them."""
