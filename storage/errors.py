"""What can go wrong with the store, each one sentence: what, where, what to do.

StoreError
├── StoreUnavailable     nothing of this call was kept; the same call may succeed later
│   ├── StoreBusy            another process holds the store, or too much is queued
│   │   └── StoreContended       undone in favour of another process; the store retries by itself
│   ├── StoreFull            the disk, the quota or the largest file size is reached
│   ├── StoreUnreachable     the database server does not answer, or takes no writes
│   │   └── StoreUncertain       it went away in a commit: this one may have been kept
│   └── StoreClosed          the store is closed or closing
├── StoreBroken          damage or a failing disk: this process must write no more
│   └── StoreWentBack        the database lost what it had said to be kept
├── StoreNotWritable     the folder or the file cannot be written
├── StoreTooNew          made by a newer version; nothing was touched
├── StoreInUse           another server serves this store
├── StoreOnNetwork       its folder is on a network file system
├── StoreForbidden       the database's user lacks a right
├── BadText              a text that cannot be kept as it is
├── StoreNotSupported    an address that names no kind of store
├── StoreElsewhere       a database server keeps it, whose own tools copy it
├── BackupNotWritten     a backup could not be made
├── BadBackup            a file that is no backup, or a damaged or a newer one
├── FolderNotEmpty       nothing is restored over what is there
└── NoSuchNote           the note is not in the store
"""

from __future__ import annotations

from pathlib import Path


class StoreError(Exception):
    """Carries fields; `str()` makes the sentence."""


class StoreUnavailable(StoreError):
    """Nothing of this call was kept; the same call may succeed later."""

    def __init__(self, where: str, reason: str) -> None:
        super().__init__(where, reason)
        self.where = where
        self.reason = reason

    def __str__(self) -> str:
        return f"The store {self.where} cannot serve now: {self.reason}. Try again."


class StoreBusy(StoreUnavailable):
    def __str__(self) -> str:
        return f"The store {self.where} is busy: {self.reason}. Try again in a moment."


class StoreContended(StoreBusy):
    def __init__(self, where: str) -> None:
        super().__init__(where, "other processes changed the same notes at once")


class StoreFull(StoreUnavailable):
    def __str__(self) -> str:
        return f"The store {self.where} cannot grow: {self.reason}. Free some space on its disk."


class StoreUnreachable(StoreUnavailable):
    def __str__(self) -> str:
        return (
            f"The database {self.where} does not answer: {self.reason}. "
            "Check that it runs and that its address is right."
        )


class StoreUncertain(StoreUnreachable):
    """The one that may have been kept, whole: the store tells, once it can be read again. Nothing
    follows from it that was not asked for: what is submitted again is checked against the log."""

    def __str__(self) -> str:
        return (
            f"The database {self.where} went away while it made something durable ({self.reason}): "
            "whether that was kept shows when it is back. Check that it runs."
        )


class StoreClosed(StoreUnavailable):
    def __init__(self, where: str) -> None:
        super().__init__(where, "it is closed")

    def __str__(self) -> str:
        return f"The store {self.where} is closed; nothing more can be read or written."


class StoreBroken(StoreError):
    """Damage or a failing disk. Whoever writes must stop: what follows could not be trusted."""

    def __init__(self, where: str, reason: str) -> None:
        super().__init__(where, reason)
        self.where = where
        self.reason = reason

    def __str__(self) -> str:
        return (
            f"The store {self.where} cannot be trusted: {self.reason}. "
            "Check the disk, run `calepin verify`, and restore a backup if it finds damage."
        )


class StoreWentBack(StoreBroken):
    """After a failover to a standby that lagged behind, or a restore under a running server. What
    was called saved may be missing, and browsers have it: ended and started anew, the server
    loads what there is, and they send what is not."""

    def __init__(self, where: str) -> None:
        super().__init__(where, "it no longer has what it had said to be kept")

    def __str__(self) -> str:
        return (
            f"The database {self.where} has gone back to an earlier moment, and lacks what it had "
            "said to be kept, as after a failover to a standby that lagged behind. Start Calepin "
            "again: browsers then send what is missing."
        )


class StoreForbidden(StoreError):
    def __init__(self, where: str, reason: str) -> None:
        super().__init__(where, reason)
        self.where = where
        self.reason = reason

    def __str__(self) -> str:
        return (
            f"The database {self.where} refuses: {self.reason}. "
            "Make its user the owner of the database, or give it the right to make and change "
            "tables there."
        )


class BadText(StoreError):
    """Nothing was kept. The text itself is not repeated."""

    def __init__(self, what: str) -> None:
        super().__init__(what)
        self.what = what

    def __str__(self) -> str:
        return (
            f"{self.what} holds a character that cannot be stored (NUL, or half of a character): "
            "take it out."
        )


class StoreNotWritable(StoreError):
    def __init__(self, path: Path | str, reason: str) -> None:
        super().__init__(path, reason)
        self.path = path
        self.reason = reason

    def __str__(self) -> str:
        return (
            f"Calepin cannot write in {self.path} ({self.reason}): "
            "give it the right to, or choose another folder with CALEPIN_DATA."
        )


class StoreTooNew(StoreError):
    def __init__(self, where: str, revision: str) -> None:
        super().__init__(where, revision)
        self.where = where
        self.revision = revision

    def __str__(self) -> str:
        return (
            f"The store {self.where} was made by a newer version of Calepin "
            f"(its revision is {self.revision}); nothing was changed. Use that version."
        )


class StoreInUse(StoreError):
    def __init__(self, path: Path, owner: str) -> None:
        super().__init__(path, owner)
        self.path = path
        self.owner = owner

    def __str__(self) -> str:
        who = f" (process {self.owner})" if self.owner else ""
        return (
            f"Another server{who} already serves the store in {self.path}: "
            "stop it first, or give this one another folder with CALEPIN_DATA."
        )


class StoreOnNetwork(StoreError):
    def __init__(self, path: Path, kind: str) -> None:
        super().__init__(path, kind)
        self.path = path
        self.kind = kind

    def __str__(self) -> str:
        return (
            f"The folder {self.path} is on a network file system ({self.kind}), where what is "
            "called saved may be lost: choose a folder on a disk of this machine with "
            "CALEPIN_DATA, or PostgreSQL with CALEPIN_DATABASE_URL."
        )


class StoreNotSupported(StoreError):
    def __init__(self, where: str, reason: str) -> None:
        super().__init__(where, reason)
        self.where = where
        self.reason = reason

    def __str__(self) -> str:
        return (
            f"The database {self.where} cannot be used: {self.reason}. "
            "Give a folder, or an address such as postgresql://user@host/name."
        )


class StoreElsewhere(StoreError):
    """Backups hold embedded stores alone."""

    def __init__(self, where: str) -> None:
        super().__init__(where)
        self.where = where

    def __str__(self) -> str:
        return (
            f"The store {self.where} is kept by a database server: its own tools make and restore "
            "its backups (pg_dump, pg_restore). Keep secret.key of the data folder with them."
        )


class BackupNotWritten(StoreError):
    def __init__(self, path: Path, reason: str) -> None:
        super().__init__(path, reason)
        self.path = path
        self.reason = reason

    def __str__(self) -> str:
        return f"The backup {self.path} cannot be written: {self.reason}."


class BadBackup(StoreError):
    """Nothing was changed."""

    def __init__(self, path: Path, reason: str) -> None:
        super().__init__(path, reason)
        self.path = path
        self.reason = reason

    def __str__(self) -> str:
        return f"{self.path} cannot be restored: {self.reason}."


class FolderNotEmpty(StoreError):
    def __init__(self, path: Path) -> None:
        super().__init__(path)
        self.path = path

    def __str__(self) -> str:
        return (
            f"The folder {self.path} is not empty, and nothing is restored over what is there: "
            "name another one with --data, or move its content away."
        )


class NoSuchNote(StoreError):
    def __init__(self, note: str) -> None:
        super().__init__(note)
        self.note = note

    def __str__(self) -> str:
        return f"There is no note {self.note} in the store."
