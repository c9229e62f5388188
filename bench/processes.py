"""What a process has used: from /proc, all its threads together."""

from __future__ import annotations

import os
from dataclasses import dataclass
from pathlib import Path

_TICKS = os.sysconf("SC_CLK_TCK")


@dataclass(frozen=True, slots=True)
class Usage:
    """CPU seconds since the process began, and resident memory now, in MiB."""

    cpu_seconds: float
    memory_mib: float


def usage(pid: int) -> Usage:
    """Of one process. Linux only."""
    stat = Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()
    status = Path(f"/proc/{pid}/status").read_text()
    resident = next(line for line in status.splitlines() if line.startswith("VmRSS"))
    return Usage((int(stat[11]) + int(stat[12])) / _TICKS, int(resident.split()[1]) / 1024)
