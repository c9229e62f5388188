"""A folder of published pages on the disk: whole at every moment, and nobody else's.

It is written beside its place, made durable, and takes its name in one step: where it replaces
another one, the two exchange their names. So a web server shows the pages before or the pages
after, whenever this is stopped.
"""

from __future__ import annotations

import ctypes
import errno
import fcntl
import os
import shutil
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Final

from server.errors import BadInput, Unavailable
from server.export.site_manifest import MANIFEST, SiteFile, SiteManifest, read_site_manifest
from storage.folders import sync_folder

MAX_MANIFEST_BYTES: Final = 4 * 1024 * 1024
"""A manifest has 150 bytes for each file, of which a day has two for each note."""
_BESIDE: Final = ".calepin-published"
"""Ends the name of a folder that is being written, or that was replaced."""
_AT_FDCWD: Final = -100
_RENAME_EXCHANGE: Final = 2
_CANNOT: Final = (errno.ENOSYS, errno.EINVAL, errno.ENOTSUP)


def may_be_written(folder: Path, day: str) -> bool:
    """Whether there are pages of this day in the folder; False where there is nothing.

    Raises BadInput where there is anything that Calepin did not write there for this day, or that
    somebody has changed since: it would be lost. Raises OSError.
    """
    if not os.path.lexists(folder):
        return False
    if not folder.is_dir():
        raise BadInput(f"{folder} is no folder: name one that Calepin may write as a whole.")
    found = _names(folder)
    if not found:
        return False
    if MANIFEST not in found:
        raise _not_ours(folder, found[0])
    manifest = _read_manifest(folder)
    if manifest.day != day:
        raise BadInput(f"{folder} has the pages of another day: name another folder.")
    for name in found:
        if name != MANIFEST and not _is_as_written(folder / name, manifest):
            raise _not_ours(folder, name)
    return True


def write_folder(folder: Path, day: str, files: Mapping[str, bytes]) -> None:
    """Have the folder hold these files and nothing else. Durable when it returns.

    Raises BadInput as `may_be_written` does, Unavailable where the file system cannot do it in one
    step, and OSError; the folder is then as it was.
    """
    _sweep(folder)
    with _beside(folder) as new:
        for name, data in files.items():
            _write(new / name, data)
        new.chmod(0o755)  # whoever serves it is another user
        sync_folder(new)
        if may_be_written(folder, day):
            _exchange(new, folder)
        else:
            new.rename(folder)
        sync_folder(folder.parent)


def _names(folder: Path) -> list[str]:
    with os.scandir(folder) as entries:
        return sorted(entry.name for entry in entries)


def _read_manifest(folder: Path) -> SiteManifest:
    with (folder / MANIFEST).open("rb") as file:
        found = read_site_manifest(file.read(MAX_MANIFEST_BYTES))
    if found is None:
        raise _not_ours(folder, MANIFEST)
    return found


def _is_as_written(path: Path, manifest: SiteManifest) -> bool:
    said = manifest.files.get(path.name)
    if said is None or path.is_symlink() or not path.is_file():
        return False
    return SiteFile.of(path.read_bytes()) == said


def _not_ours(folder: Path, name: str) -> BadInput:
    shown = "".join(one if one.isprintable() else "?" for one in name[:64])
    return BadInput(
        f"{folder} would be replaced as a whole, and “{shown}” in it is not as Calepin wrote it: "
        "name another folder, or empty this one."
    )


@contextmanager
def _beside(folder: Path) -> Iterator[Path]:
    """A new folder beside the one that is named; gone when the block ends, whatever is in it then.

    While it is written it is held, so that nobody sweeps it away.
    """
    new = Path(tempfile.mkdtemp(prefix=f".{folder.name}.", suffix=_BESIDE, dir=folder.parent))
    number = os.open(new, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
    try:
        fcntl.flock(number, fcntl.LOCK_EX)
        yield new
    finally:
        os.close(number)
        shutil.rmtree(new, ignore_errors=True)


def _sweep(folder: Path) -> None:
    """Delete what was left beside the folder by a process that was killed."""
    for path in folder.parent.glob(f".*{_BESIDE}"):
        if not path.name.startswith(f".{folder.name}.") or path.is_symlink():
            continue
        with suppress(OSError):
            number = os.open(path, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
            try:
                fcntl.flock(number, fcntl.LOCK_EX | fcntl.LOCK_NB)
                shutil.rmtree(path)
            finally:
                os.close(number)


def _write(path: Path, data: bytes) -> None:
    with path.open("xb") as file:
        os.fchmod(file.fileno(), 0o644)
        file.write(data)
        file.flush()
        os.fsync(file.fileno())


def _exchange(new: Path, old: Path) -> None:
    """Give each folder the name of the other, in one step (Linux: renameat2(2))."""
    rename = getattr(ctypes.CDLL(None, use_errno=True), "renameat2", None)
    number = errno.ENOSYS
    if rename is not None:
        at, by = ctypes.c_int(_AT_FDCWD), ctypes.c_uint(_RENAME_EXCHANGE)
        if rename(at, os.fsencode(new), at, os.fsencode(old), by) == 0:
            return
        number = ctypes.get_errno()
    if number in _CANNOT:
        raise Unavailable(
            f"Two folders cannot exchange their names where {old} is, so its pages cannot be "
            "replaced in one step: write to a new folder, and move that in its place."
        )
    raise OSError(number, os.strerror(number), str(old))
