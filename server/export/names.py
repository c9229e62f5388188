"""A title as part of a name: of a file, or of a place in a page. Pure."""

from __future__ import annotations

import re
import unicodedata
from typing import Final

_NOT_IN_NAME: Final = re.compile(r"[^a-z0-9]+")


def slug(title: str) -> str:
    """A title as part of a name: at most 60 of a-z, 0-9 and -, and never nothing."""
    plain = title.replace("œ", "oe").replace("æ", "ae").replace("Œ", "oe").replace("’", "'")
    letters = unicodedata.normalize("NFKD", plain).encode("ascii", "ignore").decode().lower()
    return _NOT_IN_NAME.sub("-", letters).strip("-")[:60].strip("-") or "note"
