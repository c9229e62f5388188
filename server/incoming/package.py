"""The archives that office documents are, opened within bounds. Pure.

Only the parts that are asked for are read, and none beyond its limit, whatever the archive says of
its size. So an archive that would fill the memory is refused before it does.
"""

from __future__ import annotations

import zlib
from collections.abc import Mapping
from io import BytesIO
from typing import Final
from zipfile import ZIP_DEFLATED, ZIP_STORED, BadZipFile, ZipFile, ZipInfo

from server.errors import BadInput, TooLarge
from server.incoming.markup import Element, parse_xml

MAX_ENTRIES = 5_000
"""Of an archive; a document has some twenty, and one for each of its pictures."""
MAX_PART_BYTES = 16 * 1024 * 1024
"""Of one part, unpacked; 20,000 words out of Word are some 4 MiB."""
MAX_UNPACKED_BYTES = 32 * 1024 * 1024
"""Of all parts that are read of one document, unpacked."""

_ENCRYPTED: Final = 0x1


class Package:
    """An open archive. Raises BadInput or TooLarge, with a sentence that names the document."""

    def __init__(self, data: bytes, *, of: str) -> None:
        self._of = of
        self._read = 0
        try:
            self._archive = ZipFile(BytesIO(data))
        except (BadZipFile, OSError, ValueError, NotImplementedError) as error:
            raise self._damaged() from error
        entries = self._archive.infolist()
        if len(entries) > MAX_ENTRIES:
            raise TooLarge(f"{of} has more than {MAX_ENTRIES} parts.", limit=MAX_ENTRIES)
        # Of two parts of one name a reader takes one, and another reader the other.
        self._entries: dict[str, ZipInfo] = {}
        for entry in entries:
            if entry.filename in self._entries:
                raise self._damaged()
            self._entries[entry.filename] = entry

    def __contains__(self, name: str) -> bool:
        return name in self._entries

    def part(self, name: str) -> bytes | None:
        """The bytes of a part; None where there is none."""
        entry = self._entries.get(name)
        if entry is None:
            return None
        if entry.flag_bits & _ENCRYPTED:
            raise BadInput(f"{self._of} is protected by a password: save it without one.")
        if entry.compress_type not in (ZIP_STORED, ZIP_DEFLATED):
            raise self._damaged()
        limit = min(MAX_PART_BYTES, MAX_UNPACKED_BYTES - self._read)
        try:
            with self._archive.open(entry) as part:
                data = part.read(limit + 1)
        except (
            BadZipFile,
            OSError,
            EOFError,
            ValueError,
            NotImplementedError,
            zlib.error,
        ) as error:
            raise self._damaged() from error
        if len(data) > limit:
            raise TooLarge(
                f"The text of {self._of} has more than {limit >> 20} MiB when it is unpacked: "
                "import it in parts.",
                limit_bytes=limit,
            )
        self._read += len(data)
        return data

    def xml(self, name: str, names: Mapping[str, str]) -> Element | None:
        """The root of a part; None where there is none."""
        data = self.part(name)
        return None if data is None else parse_xml(data, names, of=self._of)

    def _damaged(self) -> BadInput:
        return BadInput(f"{self._of} is damaged: its archive cannot be read.")
