"""Files as one archive, of which the same files make the same bytes. Pure."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Iterable
from typing import Final

_NO_DATE: Final = (1980, 1, 1, 0, 0, 0)


def archived(files: Iterable[tuple[str, str | bytes]]) -> bytes:
    """The files as one archive, stored as they are: no date, and no compressor's version, in it."""
    into = io.BytesIO()
    with zipfile.ZipFile(into, "w", zipfile.ZIP_STORED) as archive:
        for name, text in files:
            entry = zipfile.ZipInfo(name, _NO_DATE)
            entry.create_system = 3
            entry.external_attr = 0o644 << 16
            archive.writestr(entry, text)
    return into.getvalue()
