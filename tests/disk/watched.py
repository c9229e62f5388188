"""Between SQLite and the system: a VFS that tells a witness everything, and does it all the same.

It is SQLite's own VFS of this system with six functions replaced; locks, shared memory and reading
stay as they are. SQLite calls them in the order in which it depends on them.
"""

from __future__ import annotations

import _sqlite3
import ctypes
from collections.abc import Iterator
from contextlib import contextmanager
from ctypes import CFUNCTYPE, POINTER, Structure, c_char_p, c_int, c_int64, c_void_p
from pathlib import Path
from typing import Any, Protocol

OK = 0


class Witness(Protocol):
    """Hears of each step before it is done, and of each synchronisation once it is complete.

    An answer that is not OK is what SQLite gets in place of the step.
    """

    def opened(self, path: Path) -> int:
        """A file is open; the number by which the steps on it are told."""
        ...

    def wrote(self, file: int, at: int, data: bytes) -> int: ...
    def cut(self, file: int, size: int) -> int: ...
    def begins_sync(self, file: int) -> int: ...
    def synced(self, file: int) -> None: ...
    def deleted(self, path: Path) -> int: ...
    def begins_folder_sync(self, path: Path) -> None: ...


class _Methods(Structure):
    """sqlite3_io_methods, to its second version: without the third, no file is mapped."""

    _fields_ = [
        ("version", c_int),
        *(
            (name, c_void_p)
            for name in (
                *("close", "read", "write", "truncate", "sync", "size", "lock", "unlock"),
                *("is_locked", "control", "sector_size", "characteristics"),
                *("shm_map", "shm_lock", "shm_barrier", "shm_unmap"),
            )
        ),
    ]


class _Vfs(Structure):
    _fields_ = [
        ("version", c_int),
        ("file_size", c_int),
        ("max_path", c_int),
        ("next", c_void_p),
        ("name", c_char_p),
        ("data", c_void_p),
        *(
            (name, c_void_p)
            for name in (
                *("open", "delete", "access", "full_path", "dl_open", "dl_error", "dl_sym"),
                *("dl_close", "randomness", "sleep", "time", "last_error", "time_int64"),
                *("set_system_call", "get_system_call", "next_system_call"),
            )
        ),
    ]


_Open = CFUNCTYPE(c_int, c_void_p, c_void_p, c_void_p, c_int, POINTER(c_int))
_Delete = CFUNCTYPE(c_int, c_void_p, c_char_p, c_int)
_Close = CFUNCTYPE(c_int, c_void_p)
_Write = CFUNCTYPE(c_int, c_void_p, c_void_p, c_int, c_int64)
_Truncate = CFUNCTYPE(c_int, c_void_p, c_int64)
_Sync = CFUNCTYPE(c_int, c_void_p, c_int)
_OpenFolder = CFUNCTYPE(c_int, c_char_p, POINTER(c_int))
SetSystemCall = CFUNCTYPE(c_int, c_void_p, c_char_p, c_void_p)
GetSystemCall = CFUNCTYPE(c_void_p, c_void_p, c_char_p)


def can_watch() -> bool:
    """Whether this Python's SQLite is a library of its own: one that was built into Python and
    hides its names cannot be watched."""
    return hasattr(ctypes.CDLL(getattr(_sqlite3, "__file__", None)), "sqlite3_vfs_find")


def library() -> ctypes.CDLL:
    """The SQLite that Python's own module calls. Its names are found through that module."""
    found = ctypes.CDLL(getattr(_sqlite3, "__file__", None))
    found.sqlite3_vfs_find.restype = POINTER(_Vfs)
    found.sqlite3_vfs_find.argtypes = [c_char_p]
    found.sqlite3_vfs_register.argtypes = [POINTER(_Vfs), c_int]
    return found


@contextmanager
def watched(witness: Witness) -> Iterator[None]:
    """Inside, every database that this process opens is watched. Close them before the end."""
    sqlite = library()
    system = sqlite.sqlite3_vfs_find(None)
    watching = _Watching(system, witness)
    sqlite.sqlite3_vfs_register(ctypes.byref(watching.vfs), 1)
    watching.see_folders()
    try:
        yield
    finally:
        watching.see_folders(seen=False)
        sqlite.sqlite3_vfs_unregister(ctypes.byref(watching.vfs))
        sqlite.sqlite3_vfs_register(system, 1)


class _Watching:
    def __init__(self, system: Any, witness: Witness) -> None:
        self._witness = witness
        self._system = system
        self._files: dict[int, int] = {}
        """Where SQLite keeps an open file → the witness's number of it."""
        self._tables: dict[int, tuple[_Methods, list[Any]]] = {}
        self.vfs = _Vfs.from_buffer_copy(system.contents)
        self.vfs.name = b"calepin-watched"
        self.vfs.next = None
        self._keep: list[Any] = [_Open(self._open), _Delete(self._delete)]
        self.vfs.open, self.vfs.delete = map(_address, self._keep)

    def see_folders(self, *, seen: bool = True) -> None:
        """SQLite opens a folder for nothing but to synchronise it, straight away."""
        name = b"openDirectory"
        replace = SetSystemCall(self._system.contents.set_system_call)
        if not seen:
            replace(_address(self._system), name, None)
            return
        original = _OpenFolder(
            GetSystemCall(self._system.contents.get_system_call)(_address(self._system), name)
        )

        def open_folder(file: bytes, descriptor: Any) -> int:
            status: int = original(file, descriptor)
            if status == OK:
                self._witness.begins_folder_sync(Path(file.decode()).parent)
            return status

        self._keep.append(_OpenFolder(open_folder))
        replace(_address(self._system), name, _address(self._keep[-1]))

    def _open(self, _: int, path: int | None, file: int, flags: int, out: Any) -> int:
        # The path as it is in SQLite's memory: it has more behind the zero, and is kept.
        status: int = _Open(self._system.contents.open)(
            _address(self._system), path, file, flags, out
        )
        table = c_void_p.from_address(file)
        if status == OK and path and table.value:
            self._files[file] = self._witness.opened(Path(ctypes.string_at(path).decode()))
            table.value = ctypes.addressof(self._replaced(table.value))
        return status

    def _delete(self, _: int, path: bytes, sync_folder: int) -> int:
        if refused := self._witness.deleted(Path(path.decode())):
            return refused
        status: int = _Delete(self._system.contents.delete)(
            _address(self._system), path, sync_folder
        )
        return status

    def _replaced(self, table: int) -> _Methods:
        """The functions of an open file, made once for each kind of file that the system has."""
        if table not in self._tables:
            original = _Methods.from_address(table)
            methods = _Methods.from_buffer_copy(original)
            methods.version = min(methods.version, 2)
            replaced = self._functions(original)
            self._tables[table] = (methods, list(replaced.values()))
            for name, function in replaced.items():
                setattr(methods, name, _address(function))
        return self._tables[table][0]

    def _functions(self, original: _Methods) -> dict[str, Any]:
        witness, files = self._witness, self._files
        close, write = _Close(original.close), _Write(original.write)
        truncate, sync = _Truncate(original.truncate), _Sync(original.sync)

        def on_close(file: int) -> int:
            files.pop(file, None)
            return close(file)  # type: ignore[no-any-return]

        def on_write(file: int, data: int, size: int, at: int) -> int:
            refused = witness.wrote(files[file], at, ctypes.string_at(data, size))
            return refused or write(file, data, size, at)

        def on_truncate(file: int, size: int) -> int:
            return witness.cut(files[file], size) or truncate(file, size)

        def on_sync(file: int, flags: int) -> int:
            status: int = witness.begins_sync(files[file]) or sync(file, flags)
            if status == OK:
                witness.synced(files[file])
            return status

        return {
            "close": _Close(on_close),
            "write": _Write(on_write),
            "truncate": _Truncate(on_truncate),
            "sync": _Sync(on_sync),
        }


def _address(function: Any) -> int:
    return ctypes.cast(function, c_void_p).value or 0
