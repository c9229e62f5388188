"""All that SQLite did to its files, in order; and what of it a disk has after power was lost.

What a file had when its last completed synchronisation began is there. Of what came later each
sector of each write, each change of length and each new or deleted name is there or is not,
independently, as no disk is obliged to keep an order that nobody asked for.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from random import Random
from typing import Any

from tests.disk.watched import OK

SECTOR_BYTES = 512
"""What a disk writes wholly or not at all."""


@dataclass(frozen=True, slots=True)
class Named:
    """A name of the folder means this file from now on; None when it is deleted."""

    name: str
    file: int | None


@dataclass(frozen=True, slots=True)
class Wrote:
    file: int
    at: int
    data: bytes


@dataclass(frozen=True, slots=True)
class Cut:
    file: int
    size: int


@dataclass(frozen=True, slots=True)
class Synced:
    file: int
    began: int
    """How long the tape was when the synchronisation began: what stands before is on the disk."""


@dataclass(frozen=True, slots=True)
class SyncedFolder:
    began: int


@dataclass(frozen=True, slots=True)
class Said:
    """Something that happened outside the disk, such as an acknowledgement."""

    what: Any


Event = Named | Wrote | Cut | Synced | SyncedFolder | Said


@dataclass
class Tape:
    """A witness that writes down, of the files of one folder. Whole before it begins: empty."""

    folder: Path
    events: list[Event] = field(default_factory=list)
    _names: dict[str, int] = field(default_factory=dict)
    _files: int = 0
    _syncs: dict[int, int] = field(default_factory=dict)
    _folder_began: int | None = None

    def say(self, what: Any) -> None:
        self.events.append(Said(what))

    # The witness. SQLite's threads call; each call is one step of the interpreter's.

    def opened(self, path: Path) -> int:
        assert path.parent == self.folder, f"{path} is not in {self.folder}"
        found = self._names.get(path.name)
        if found is None:
            self._files += 1
            found = self._names[path.name] = self._files
            self.events.append(Named(path.name, found))
        return found

    def wrote(self, file: int, at: int, data: bytes) -> int:
        self.events.append(Wrote(file, at, data))
        return OK

    def cut(self, file: int, size: int) -> int:
        self.events.append(Cut(file, size))
        return OK

    def begins_sync(self, file: int) -> int:
        self._syncs[file] = len(self.events)
        return OK

    def synced(self, file: int) -> None:
        self.events.append(Synced(file, self._syncs[file]))
        if self._folder_began is not None:
            self.events.append(SyncedFolder(self._folder_began))
            self._folder_began = None

    def deleted(self, path: Path) -> int:
        if self._names.pop(path.name, None) is not None:
            self.events.append(Named(path.name, None))
        return OK

    def begins_folder_sync(self, path: Path) -> None:
        # It is a part of the synchronisation of a new file, and complete when that is.
        assert path == self.folder
        self._folder_began = len(self.events)

    # Power is lost

    def said(self, upto: int) -> list[Any]:
        """What had happened outside the disk before this instant, in order."""
        return [event.what for event in self.events[:upto] if isinstance(event, Said)]

    def disk(self, upto: int, chance: Random, *, lies: bool = False) -> dict[str, bytes]:
        """The files that are found when power was lost at this instant. `lies`: a disk that never
        does what a synchronisation asks for."""
        events = self.events[:upto]
        luck = chance.choice([0.0, 1.0, chance.random()])
        keeps = lambda: chance.random() < luck  # noqa: E731 (a short name for a short thing)
        barriers: dict[int, int] = {}
        folder_barrier = 0
        for event in events:
            if isinstance(event, Synced) and not lies:
                barriers[event.file] = max(barriers.get(event.file, 0), event.began)
            elif isinstance(event, SyncedFolder) and not lies:
                folder_barrier = event.began
        found: dict[str, bytes] = {}
        for name, file in _names(events, folder_barrier, keeps):
            barrier = barriers.get(file, 0)
            image = _Image(chance)
            for position, event in enumerate(events):
                if isinstance(event, Wrote | Cut) and event.file == file:
                    image.take(event, keeps if position >= barrier else None)
            found[name] = image.content()
        return found


def _names(
    events: list[Event], barrier: int, keeps: Callable[[], bool]
) -> Iterator[tuple[str, int]]:
    """Which names the folder has, and which files they mean."""
    names: dict[str, int | None] = {}
    for position, event in enumerate(events):
        if isinstance(event, Named) and (position < barrier or keeps()):
            names[event.name] = event.file
    return ((name, file) for name, file in names.items() if file is not None)


class _Image:
    """One file as it comes to be on the disk."""

    def __init__(self, chance: Random) -> None:
        self._chance = chance
        self._bytes = bytearray()
        self._length = 0

    def take(self, event: Wrote | Cut, keeps: Callable[[], bool] | None) -> None:
        """A step that is on the disk, or one that may be in part."""
        if isinstance(event, Cut):
            if keeps is None or keeps():
                self._length = event.size
                # What is cut off is gone, should the file grow again.
                self._bytes[event.size :] = b""
            return
        end = event.at + len(event.data)
        if keeps is None:
            self._put(event.at, event.data)
            self._length = max(self._length, end)
            return
        at = event.at
        while at < end:
            next_at = min(end, (at // SECTOR_BYTES + 1) * SECTOR_BYTES)
            if keeps():
                self._put(at, event.data[at - event.at : next_at - event.at])
            elif len(self._bytes) < next_at and self._chance.random() < 0.5:
                # Never written: nothing, or what an earlier owner of the sector left.
                start = max(at, len(self._bytes))
                self._put(start, self._chance.randbytes(next_at - start))
            at = next_at
        if keeps():
            self._length = max(self._length, end)

    def content(self) -> bytes:
        return bytes(self._bytes[: self._length].ljust(self._length, b"\0"))

    def _put(self, at: int, data: bytes) -> None:
        if len(self._bytes) < at:
            self._bytes.extend(bytes(at - len(self._bytes)))
        self._bytes[at : at + len(data)] = data
