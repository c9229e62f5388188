"""Which file system a folder is on, and whether an embedded store may be served from there.

SQLite's write-ahead mode needs memory that all its processes share and locks that hold, and a
network file system promises neither; what it calls synchronised may not be on any disk (L2).
"""

from __future__ import annotations

import re
from contextlib import suppress
from pathlib import Path, PurePath

from storage.errors import StoreOnNetwork

MOUNTS = Path("/proc/self/mounts")
"""Linux's table of what is mounted; elsewhere there is none, and nothing is refused."""

NETWORK = frozenset(
    {
        *("9p", "afs", "beegfs", "ceph", "cifs", "coda", "gfs2", "glusterfs", "lustre", "ncpfs"),
        *("nfs", "nfs4", "ocfs2", "orangefs", "smb3", "smbfs"),
        *("fuse.ceph", "fuse.glusterfs", "fuse.rclone", "fuse.s3fs", "fuse.sshfs", "davfs"),
        "fuse.davfs2",
    }
)
"""Kinds whose files are on other machines, or are written by several at once."""


def file_system_of(folder: PurePath, table: str) -> str | None:
    """The kind of file system that an absolute path is on, by the table of mounts."""
    kind, depth = None, -1
    for line in table.splitlines():
        fields = line.split(" ")
        if len(fields) < 3:
            continue
        point = PurePath(_unescaped(fields[1]))
        # Of two on the same point, the later one lies on top.
        if folder.is_relative_to(point) and len(point.parts) >= depth:
            kind, depth = fields[2], len(point.parts)
    return kind


def refuse_network(folder: Path, *, mounts: Path = MOUNTS) -> None:
    """Raises StoreOnNetwork when the folder, there or not yet, is on a network file system."""
    table = ""
    with suppress(OSError):
        table = mounts.read_text(errors="surrogateescape")
    kind = file_system_of(folder.resolve(), table)
    if kind in NETWORK:
        raise StoreOnNetwork(folder, kind)


def _unescaped(field: str) -> str:
    """Blanks, line ends and backslashes are written in octal there."""
    return re.sub(r"\\([0-7]{3})", lambda found: chr(int(found[1], 8)), field)
