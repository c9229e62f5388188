"""A moment as people write it: a date and a time, or a time of today. No clock: now comes in."""

from __future__ import annotations

import re
from datetime import UTC, date, datetime, timedelta
from datetime import time as clock_time
from zoneinfo import ZoneInfo

from server.errors import BadInput
from storage.values import Milliseconds

MOST_DAYS_AHEAD = 366
"""Further away is a slip of the pen."""

_TIME = re.compile(r"([01]?[0-9]|2[0-3]):([0-5][0-9])")
_CLOCK = re.compile(
    r"([0-9]{1,2}) ?(?:(?:h|:|\.|heures?) ?([0-9]{2})?|([0-9]{2}))?(?: ?([ap])\.?m\.?)?"
)
_DATE = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
_MOMENT = re.compile(
    r"[0-9]{4}-[0-9]{2}-[0-9]{2}[T ][0-9]{2}:[0-9]{2}(:[0-9]{2}(\.[0-9]{1,6})?)?"
    r"(Z|[+-][0-9]{2}:[0-9]{2})?"
)


def parse_moment(text: str, *, timezone: str, now: Milliseconds) -> Milliseconds:
    """The moment that `text` says: an ISO date and time, or HH:MM, which is of today.

    Without an offset it is in `timezone`; an hour that comes twice there is the first of the two.
    Raises BadInput for what cannot be read, does not exist, is past or is too far away.
    """
    wanted, zone = text.strip(), ZoneInfo(timezone)
    today = datetime.fromtimestamp(now / 1000, zone).date()
    try:
        if (time := _TIME.fullmatch(wanted)) is not None:
            local = datetime.combine(today, clock_time(int(time[1]), int(time[2])))
        elif _MOMENT.fullmatch(wanted):
            local = datetime.fromisoformat(wanted)
        else:
            raise ValueError(wanted)
        moment = local if local.tzinfo is not None else local.replace(tzinfo=zone)
        shown_there = moment.astimezone(UTC).astimezone(zone)
    except (ValueError, OverflowError):
        raise BadInput(
            f"“{_shown(wanted)}” is no time: write one such as 11:15 or 2026-11-23T11:15.",
            field="at",
        ) from None
    if local.tzinfo is None and _wall(shown_there) != _wall(moment):
        raise BadInput(
            f"{local:%Y-%m-%d %H:%M} does not exist in {timezone}: the clocks change then.",
            field="at",
        )
    at = milliseconds(moment)
    shown = show_moment(at, timezone=timezone)
    if at <= now:
        raise BadInput(f"{shown} ({timezone}) is past: give a moment to come.", field="at")
    if at > now + MOST_DAYS_AHEAD * 24 * 3600 * 1000:
        raise BadInput(f"{shown} is more than a year away: give a closer moment.", field="at")
    return at


def parse_clock(text: str, *, field: str) -> str:
    """A time of day as people type it (14h30, 14:30, 1430, 14 h, 2.30 pm), as "14:30"; "" for "".

    Raises BadInput with the name of the field.
    """
    wanted = " ".join(text.split()).lower()
    if not wanted:
        return ""
    found = _CLOCK.fullmatch(wanted)
    hours, minutes = (int(found[1]), int(found[2] or found[3] or 0)) if found else (99, 0)
    half = found[4] if found else None
    if half is not None:
        hours = hours % 12 + (12 if half == "p" else 0) if 1 <= hours <= 12 else 99
    if hours > 23 or minutes > 59:
        raise BadInput(
            f"“{_shown(wanted)}” is no time of day: write one such as 14:30 or 14h30.", field=field
        )
    return f"{hours:02}:{minutes:02}"


def parse_last_date(text: str, *, timezone: str, now: Milliseconds) -> Milliseconds | None:
    """When the date that `text` says is over in that zone; None for "". Raises BadInput."""
    if not text:
        return None
    try:
        if not _DATE.fullmatch(text):
            raise ValueError(text)
        at = end_of(date.fromisoformat(text), timezone=timezone)
    except (ValueError, OverflowError):
        raise BadInput(
            f"“{_shown(text)}” is no date: write one that exists, such as 2027-01-31.",
            field="delete_after",
        ) from None
    if at <= now:
        raise BadInput(
            f"{text} is over: the day would be deleted at once. Give a date to come.",
            field="delete_after",
        )
    return at


def show_moment(at: Milliseconds, *, timezone: str) -> str:
    """A moment for people, in their zone: 2026-11-23 11:15."""
    local = datetime.fromtimestamp(at / 1000, ZoneInfo(timezone))
    return f"{local:%Y-%m-%d %H:%M:%S}".removesuffix(":00")


def end_of(day: date, *, timezone: str) -> Milliseconds:
    """When this date is over in that zone. Raises OverflowError beyond the calendar."""
    following = day + timedelta(days=1)
    midnight = datetime(following.year, following.month, following.day, tzinfo=ZoneInfo(timezone))
    return milliseconds(midnight)


def date_that_ends(at: Milliseconds, *, timezone: str) -> str:
    """The date that is over at this moment, as 2026-11-23."""
    last = datetime.fromtimestamp((at - 1) / 1000, ZoneInfo(timezone))
    return last.date().isoformat()


def milliseconds(moment: datetime) -> Milliseconds:
    """Of a moment with a zone."""
    return Milliseconds(int(moment.timestamp() * 1000))


def _wall(moment: datetime) -> datetime:
    return moment.replace(tzinfo=None, fold=0)


def _shown(text: str) -> str:
    return "".join(letter if letter.isprintable() else "?" for letter in text[:40])
