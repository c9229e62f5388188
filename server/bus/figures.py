"""What a bus has done since it was made."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(slots=True)
class Figures:
    """Counts of messages, and moments of the monotonic clock. A bus writes, the metrics read."""

    said: int = 0
    """Handed to the connection."""
    dropped: int = 0
    """Not said, for want of room or of a connection; or said, and not answered for when the
    connection ended."""
    heard: int = 0
    """Of others, handed on."""
    passed_over: int = 0
    """Heard, but no message of this version, or too large."""
    bytes_said: int = 0
    bytes_heard: int = 0
    connections: int = 0
    """How often a connection came about."""
    failures: int = 0
    """How often one was lost, or did not come about."""
    is_up: bool = False
    turned_at: float = 0.0
    """When it last came or went."""
    heard_at: float | None = None
    """When Redis last sent anything."""
