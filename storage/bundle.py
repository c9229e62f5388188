"""The file of a backup: a zip of members stored as they are, with a manifest of their hashes.

    manifest.json     what this is, of which version, and of each other member its size and SHA-256
    calepin.sqlite    the copy of the store
    secret.key        what all links hang on

Nothing is compressed and nothing is extracted by the name that a file gives: so a file is never
larger unpacked than packed, and reaches no other place than it is told to.
"""

from __future__ import annotations

import errno
import json
import os
import struct
import zipfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path
from typing import IO, Any

from storage.errors import BadBackup

FORMAT = "calepin backup"
VERSION = 1
"""Of the file's form. A higher one is refused: what it means is not known here."""

MANIFEST = "manifest.json"
MAX_MANIFEST_BYTES = 64 * 1024
_PIECE_BYTES = 1024 * 1024

_MALFORMED = (
    zipfile.BadZipFile,
    EOFError,
    KeyError,
    NotImplementedError,
    OverflowError,
    RuntimeError,
    struct.error,
    ValueError,
)
"""All that the zip library raises of bytes that are no zip."""


@dataclass(frozen=True, slots=True)
class Part:
    """One member, as the manifest has it."""

    bytes: int
    sha256: str


@dataclass(frozen=True, slots=True)
class Bundle:
    """An open backup whose manifest was read, and whose members are exactly those it names."""

    path: Path
    made_by: str
    """The version of Calepin that wrote it."""
    parts: Mapping[str, Part]
    _zip: zipfile.ZipFile

    def extract(self, name: str, to: Path) -> None:
        """Write one member to the file `to`, which must not exist, for its owner alone; on the
        disk on return. Raises BadBackup when it is not what the manifest says, OSError when it
        cannot be written."""
        with to.open("xb") as out:
            to.chmod(0o600)
            for piece in self._pieces(name):
                out.write(piece)
            _sync(out)

    def check(self) -> None:
        """Read every member and hold it against the manifest. Raises BadBackup."""
        for name in self.parts:
            for _ in self._pieces(name):
                pass

    def _pieces(self, name: str) -> Iterator[bytes]:
        part = self.parts[name]
        digest, size = sha256(), 0
        with _readable(self.path):
            member = self._zip.open(name)
        with member:
            while True:
                with _readable(self.path):
                    piece = member.read(_PIECE_BYTES)
                if not piece:
                    break
                size += len(piece)
                digest.update(piece)
                yield piece
        if (size, digest.hexdigest()) != (part.bytes, part.sha256):
            raise BadBackup(self.path, f"it is damaged: {name} is not what was written")


def write_bundle(target: Path, sources: Mapping[str, Path], *, made_by: str) -> None:
    """Write the file `target`, which must not exist, for its owner alone; on the disk on return.

    Raises OSError.
    """
    parts: dict[str, dict[str, Any]] = {}
    with target.open("xb") as file:
        target.chmod(0o600)
        with zipfile.ZipFile(file, "w", zipfile.ZIP_STORED) as archive:
            for name, source in sources.items():
                digest, size = sha256(), 0
                with (
                    source.open("rb") as content,
                    archive.open(_entry(name), "w", force_zip64=True) as member,
                ):
                    while piece := content.read(_PIECE_BYTES):
                        size += len(piece)
                        digest.update(piece)
                        member.write(piece)
                parts[name] = {"bytes": size, "sha256": digest.hexdigest()}
            manifest = {"format": FORMAT, "version": VERSION, "calepin": made_by, "files": parts}
            archive.writestr(_entry(MANIFEST), json.dumps(manifest, indent=2) + "\n")
        _sync(file)


@contextmanager
def open_bundle(path: Path, names: frozenset[str]) -> Iterator[Bundle]:
    """Open a backup that holds exactly `names`. Raises BadBackup for any other file."""
    if path.exists() and not path.is_file():
        raise BadBackup(path, "it is not a file")
    try:
        file = path.open("rb")
    except OSError as error:
        raise BadBackup(path, error.strerror or str(error)) from error
    with file:
        with _readable(path, "it is not a backup of Calepin, or is cut short"):
            archive = zipfile.ZipFile(file)
        with archive:
            yield _read_manifest(path, archive, names)


def _read_manifest(path: Path, archive: zipfile.ZipFile, names: frozenset[str]) -> Bundle:
    foreign = BadBackup(path, "it is not a backup of Calepin")
    entries = {entry.filename: entry for entry in archive.infolist()}
    if MANIFEST not in entries:
        raise foreign
    if any(entry.compress_type != zipfile.ZIP_STORED for entry in entries.values()):
        raise foreign
    with _readable(path), archive.open(MANIFEST) as member:
        text = member.read(MAX_MANIFEST_BYTES + 1)
    if len(text) > MAX_MANIFEST_BYTES:
        raise foreign
    try:
        found = json.loads(text)
    except (ValueError, RecursionError) as error:
        raise foreign from error
    if not isinstance(found, dict) or found.get("format") != FORMAT:
        raise foreign
    version, made_by = found.get("version"), found.get("calepin")
    if type(version) is not int or not isinstance(made_by, str) or not made_by.isprintable():
        raise foreign
    if version > VERSION:
        reason = f"a newer version of Calepin made it ({made_by[:40]}); use that version"
        raise BadBackup(path, reason)
    parts = _parts(found.get("files"))
    if parts is None or set(parts) != names:
        raise foreign
    if set(entries) != names | {MANIFEST} or len(archive.infolist()) != len(entries):
        raise BadBackup(path, "it holds something that no backup holds")
    return Bundle(path, made_by, parts, archive)


def _parts(found: Any) -> dict[str, Part] | None:
    if not isinstance(found, dict):
        return None
    parts: dict[str, Part] = {}
    for name, part in found.items():
        if not isinstance(part, dict) or type(part.get("bytes")) is not int:
            return None
        parts[name] = Part(part["bytes"], str(part.get("sha256")))
    return parts


def _entry(name: str) -> zipfile.ZipInfo:
    entry = zipfile.ZipInfo(name)
    entry.external_attr = 0o600 << 16
    return entry


@contextmanager
def _readable(path: Path, otherwise: str = "it is damaged") -> Iterator[None]:
    """Inside, whatever a malformed zip makes the library raise becomes BadBackup."""
    try:
        yield
    except _MALFORMED as error:
        raise BadBackup(path, otherwise) from error
    except OSError as error:
        # A place before the file's beginning, which a malformed zip may name, is EINVAL.
        reason = otherwise if error.errno == errno.EINVAL else error.strerror or str(error)
        raise BadBackup(path, reason) from error


def _sync(file: IO[bytes]) -> None:
    file.flush()
    os.fsync(file.fileno())
