"""The copies on the disk: what a day's folder holds, and how a file is replaced.

Called in the process aside, but for what only reads. Whoever reads a file sees it whole, as it
was or as it is: a new one is written beside it, made durable, and takes its name in one step. Of
all processes that share the folder one writes at a time, and only the one that claimed it last
(`writing.py`).
"""

from __future__ import annotations

import os
import re
import shutil
from collections.abc import Mapping, Sequence
from contextlib import suppress
from pathlib import Path
from typing import Final

import msgspec

from server.copies.index import index
from server.copies.plan import Planned, folder_ending, index_digest
from server.copies.writing import alone, as_writer
from server.days.contents import Contents, decode
from server.days.view import DayView
from server.export.day import State
from server.export.files import note_markdown
from storage.folders import sync_folder
from storage.values import DayId, NoteId

INDEX: Final = "index.md"
RECORD: Final = ".written.json"
_OURS: Final = re.compile(r"[0-9]{2,}-[a-z0-9-]+-[A-Za-z0-9_-]+\.md|\..+\.tmp")
"""Names that copies have, or had."""


class Written(msgspec.Struct, frozen=True):
    """The copy of a note as it was last written."""

    name: str
    digest: str
    state: State
    bytes: int


class Record(msgspec.Struct, frozen=True):
    """What is in a day's folder. Lost or false, it costs only that all is written anew."""

    index: str = ""
    notes: dict[NoteId, Written] = {}


def find_folder(root: Path, day: DayId) -> Path | None:
    """The folder of a day, whatever its title was when it was made."""
    ending = folder_ending(day)
    return next((one for one in folders(root) if one.name.endswith(ending)), None)


def folders(root: Path) -> list[Path]:
    """The folders of all days that have copies."""
    try:
        with os.scandir(root) as found:
            return sorted(Path(one) for one in found if one.is_dir(follow_symlinks=False))
    except FileNotFoundError:
        return []


def read_record(root: Path, day: DayId, name: str) -> Record:
    """What is known to be written of a day; a file that is not there as it was is left out.

    Of a folder that has another name by now, the notes alone are known.
    """
    folder = find_folder(root, day)
    if folder is None:
        return Record()
    try:
        record = msgspec.json.decode((folder / RECORD).read_bytes(), type=Record)
        there = {one.name: one.stat(follow_symlinks=False).st_size for one in os.scandir(folder)}
    except (OSError, msgspec.MsgspecError):
        return Record()
    whole = {note: one for note, one in record.notes.items() if there.get(one.name) == one.bytes}
    settled = whole == record.notes and INDEX in there and folder.name == name
    return Record(record.index if settled else "", whole)


def write_note(root: Path, writer: str, name: str, contents: Contents, planned: Planned) -> Written:
    """Write the copy of one note, the same as its export. Raises OSError and Superseded."""
    day = decode(contents, only=planned.note.id)
    note = next(note for note in day.notes() if note.id == planned.note.id)
    data = note_markdown(day, note).encode()
    with as_writer(root, writer):
        replace_file(_folder(root, contents.day.id, name) / planned.name, data)
    return Written(planned.name, planned.digest, note.state("all"), len(data))


def finish(
    root: Path,
    writer: str,
    name: str,
    day: DayView,
    planned: Sequence[Planned],
    written: Mapping[NoteId, Written],
) -> None:
    """Write the index and remember what is written. Raises OSError and Superseded.

    Once every note has its copy, those of former names are deleted.
    """
    with as_writer(root, writer):
        _finish(_folder(root, day.id, name), day, planned, written)


def _finish(
    folder: Path,
    day: DayView,
    planned: Sequence[Planned],
    written: Mapping[NoteId, Written],
) -> None:
    states = {note: one.state for note, one in written.items()}
    shown = [
        Planned(one.note, written[one.note.id].name, one.digest)
        for one in planned
        if one.note.id in written
    ]
    replace_file(folder / INDEX, index(day, shown, states).encode())
    if len(written) == len(planned):
        names = {one.name for one in written.values()}
        for path in folder.iterdir():
            # What somebody else put there stays.
            if _OURS.fullmatch(path.name) and path.name not in names:
                path.unlink()
    record = Record(index_digest(day, planned, states), dict(written))
    replace_file(folder / RECORD, msgspec.json.encode(record))


def remove_day(root: Path, day: DayId) -> None:
    """Delete the copies of a day, with all else in their folder. Raises OSError."""
    if find_folder(root, day) is not None:
        with alone(root):
            folder = find_folder(root, day)
            if folder is not None:
                shutil.rmtree(folder)
                sync_folder(root)


def replace_file(path: Path, data: bytes) -> None:
    """Make a file hold these bytes, at once and durably; one that does is not touched.

    Only its owner may read it. Raises OSError; the file is then as it was.
    """
    with suppress(OSError):
        if path.read_bytes() == data:
            return
    beside = path.with_name(f".{path.name.lstrip('.')}.tmp")
    flags = os.O_WRONLY | os.O_CREAT | os.O_TRUNC | os.O_NOFOLLOW | os.O_CLOEXEC
    try:
        with open(os.open(beside, flags, 0o600), "wb") as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
        os.replace(beside, path)
    except BaseException:
        with suppress(OSError):
            beside.unlink()
        raise
    sync_folder(path.parent)


def _folder(root: Path, day: DayId, name: str) -> Path:
    """The folder of a day, made or renamed where needed."""
    folder = root / name
    if not folder.is_dir():
        root.mkdir(mode=0o700, exist_ok=True)
        former = find_folder(root, day)
        if former is None:
            folder.mkdir(mode=0o700)
        else:
            former.rename(folder)
        sync_folder(root)
    return folder
