"""When somebody should look after a room: the rules, as values. Pure.

Times of a programme are minutes of a clock on the wall. Where a day has no date, or an item no
time, nothing is late.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import Enum
from zoneinfo import ZoneInfo

from storage.values import Milliseconds

GRACE_MINUTES = 5
"""A debate begins late, and somebody has to open the page."""
SOON_MINUTES = 5
"""So long before the end conclusions should be there to be agreed on."""
MINUTE_MS = 60_000


class Attention(Enum):
    """What is wrong, the most urgent first."""

    HELD = "held"
    """Texts wait for a decision."""
    EMPTY = "empty"
    """It began five minutes ago, and nothing is written."""
    NO_CONCLUSIONS = "no_conclusions"
    """It ends within five minutes, or has ended, and has no conclusions."""
    NOBODY = "nobody"
    """It is under way, and nobody has the note open."""


@dataclass(frozen=True, slots=True)
class Hours:
    """When an item begins and ends; None where the programme does not say."""

    start: Milliseconds | None
    end: Milliseconds | None


@dataclass(frozen=True, slots=True)
class Standing:
    """How a note is now. Whether its panes have anything to read is None where it is not known
    yet."""

    people: int
    has_notes: bool | None
    has_conclusions: bool | None
    held: int
    is_locked: bool


def hours_of(date: str, start: str, end: str, *, timezone: str) -> Hours:
    """The hours of an item as moments. `date` is YYYY-MM-DD, the others HH:MM; each may be ""."""
    first = _moment(date, start, timezone)
    last = _moment(date, end, timezone)
    return Hours(first, last)


def attention(note: Standing, hours: Hours, now: Milliseconds) -> list[Attention]:
    """What asks for attention. A locked note is done, but for the texts that wait."""
    found = [Attention.HELD] if note.held else []
    if note.is_locked or hours.start is None:
        return found
    has_begun = now >= hours.start + GRACE_MINUTES * MINUTE_MS
    is_over = hours.end is not None and now >= hours.end
    if has_begun and note.has_notes is False:
        found.append(Attention.EMPTY)
    if (
        hours.end is not None
        and now >= hours.start
        and now >= hours.end - SOON_MINUTES * MINUTE_MS
        and note.has_conclusions is False
    ):
        found.append(Attention.NO_CONCLUSIONS)
    if has_begun and not is_over and note.people == 0:
        found.append(Attention.NOBODY)
    return found


def _moment(date: str, time: str, timezone: str) -> Milliseconds | None:
    if not date or not time:
        return None
    try:
        local = datetime.fromisoformat(f"{date}T{time}:00").replace(tzinfo=ZoneInfo(timezone))
    except ValueError:
        return None
    return Milliseconds(int(local.timestamp() * 1000))
