"""What a folder of published pages says of itself: of which day it is, and what is in it. Pure."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from typing import Final

import msgspec

MANIFEST: Final = "manifest.json"
FORMAT: Final = "calepin-published"
VERSION: Final = 1


class SiteFile(msgspec.Struct, frozen=True):
    """One file: its size and its hash, in hexadecimal digits."""

    size: int = msgspec.field(name="bytes")
    sha256: str

    @staticmethod
    def of(data: bytes) -> SiteFile:
        return SiteFile(len(data), hashlib.sha256(data).hexdigest())


class SiteManifest(msgspec.Struct, frozen=True):
    """Of every file but itself."""

    format: str
    version: int
    day: str
    files: dict[str, SiteFile]

    @staticmethod
    def of(day: str, files: Mapping[str, bytes]) -> SiteManifest:
        found = {name: SiteFile.of(data) for name, data in sorted(files.items())}
        return SiteManifest(FORMAT, VERSION, day, found)

    def write(self) -> bytes:
        """The same manifest is always the same bytes."""
        return (json.dumps(msgspec.to_builtins(self), indent=1) + "\n").encode()


def read_site_manifest(data: bytes) -> SiteManifest | None:
    """None where it is none that Calepin wrote."""
    try:
        found = msgspec.json.decode(data, type=SiteManifest)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        return None
    return found if found.format == FORMAT else None
