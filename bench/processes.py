"""What processes have used: from /proc, all their threads together. Linux only."""

from __future__ import annotations

import os
from dataclasses import dataclass
from pathlib import Path

_TICKS = os.sysconf("SC_CLK_TCK")


@dataclass(frozen=True, slots=True)
class Usage:
    """CPU seconds since the process began, and memory now, in MiB."""

    cpu_seconds: float
    memory_mib: float


def usage(pid: int) -> Usage:
    """Of one process; its memory is what is resident."""
    stat = _stat(pid)
    status = Path(f"/proc/{pid}/status").read_text()
    resident = next(line for line in status.splitlines() if line.startswith("VmRSS"))
    return Usage((int(stat[11]) + int(stat[12])) / _TICKS, int(resident.split()[1]) / 1024)


def usage_of_family(pid: int) -> Usage:
    """Of a process and all that it started, those included that have ended. Pages that several of
    them share count once (the proportional set size)."""
    parents = {}
    for folder in Path("/proc").glob("[0-9]*"):
        try:
            parents[int(folder.name)] = int(_stat(int(folder.name))[1])
        except OSError:
            continue  # ended meanwhile
    family = {pid}
    while more := {p for p, parent in parents.items() if parent in family} - family:
        family |= more
    ticks = kibibytes = 0
    for member in family:
        try:
            ticks += sum(map(int, _stat(member)[11:15]))
            rollup = Path(f"/proc/{member}/smaps_rollup").read_text().splitlines()
        except OSError:
            continue
        kibibytes += next((int(x.split()[1]) for x in rollup if x.startswith("Pss:")), 0)
    return Usage(ticks / _TICKS, kibibytes / 1024)


def _stat(pid: int) -> list[str]:
    """The fields of /proc/PID/stat from the third on: 1 is the parent, 11 to 14 are ticks, of its
    own and of children that ended."""
    return Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()
