"""When an item is on, by the programme's times in the day's zone. The moment comes in."""

from __future__ import annotations

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

from server.days.view import DayView, ItemView
from storage.values import Milliseconds

UNSAID_MINUTES = 60
"""How long an item lasts of which the programme gives no end."""
_DAY_MINUTES = 24 * 60


def clock_of(day: DayView, now: Milliseconds) -> int | None:
    """The minute of the day that it is there now; None when it is another date than the day's.

    A day without a date is today.
    """
    local = datetime.fromtimestamp(now / 1000, UTC).astimezone(ZoneInfo(day.timezone))
    if day.date and local.date().isoformat() != day.date:
        return None
    return local.hour * 60 + local.minute


def is_on(item: ItemView, clock: int | None) -> bool:
    """Whether an item has begun and is not over; never for one without a time."""
    if clock is None or not item.start:
        return False
    start = _minutes(item.start)
    end = _minutes(item.end) if item.end else start + UNSAID_MINUTES
    if end <= start:
        end = _DAY_MINUTES  # it goes on past midnight
    return start <= clock < end


def nearness(item: ItemView, clock: int | None) -> tuple[int, int]:
    """What sorts items by how likely they are meant: on now, then to come, then over."""
    if not item.start:
        return (2, 0)
    start = _minutes(item.start)
    if clock is None:
        return (1, start)
    if is_on(item, clock):
        return (0, start)
    return (1, start) if start > clock else (3, -start)


def _minutes(time: str) -> int:
    hours, minutes = time.split(":")
    return int(hours) * 60 + int(minutes)
