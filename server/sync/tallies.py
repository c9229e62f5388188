"""What happened in all notes of this process and is seldom: counted for the metrics as it happens.

What happens with every edit is counted by the sessions, and read from them.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field

from server.errors import CalepinError
from server.sync.session import Counts


@dataclass(slots=True)
class Tallies:
    left: Counts = field(default_factory=Counts)
    """The counts of all sessions that have ended, together."""
    resyncs: int = 0
    """How often a connection of which something was held was asked for all that we lack."""
    gaps: int = 0
    """How often what another process said did not continue what was here: the log was read."""
    stale: int = 0
    """How many edits were checked again, as the same person's came in by another process."""
    ended: Counter[str] = field(default_factory=Counter)
    """By the code of the error: connections, or their parts in one note, that the server ended or
    did not let in. There are as many keys as kinds of errors."""

    def end(self, error: CalepinError, parts: int = 1) -> None:
        self.ended[error.code] += parts

    def leave(self, counts: Counts) -> None:
        """A session has ended."""
        self.left.add(counts)
