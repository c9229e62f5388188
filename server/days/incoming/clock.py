"""Dates and times of day as files write them. Pure."""

from __future__ import annotations

import datetime
import re

_CLOCK = re.compile(
    r"(?P<hour>[0-9]{1,2})\s*(?:[:hH.]\s*(?P<minute>[0-9]{2})?(?::[0-9]{2}(?:\.0+)?)?)"
    r"\s*(?P<half>[aApP][mM])?"
)
_HALF = re.compile(r"(?P<hour>[0-9]{1,2})\s*(?P<half>[aApP][mM])")
_LENGTH = re.compile(
    r"(?P<hours>[0-9]{1,3})\s*[:hH]\s*(?P<minutes>[0-9]{2})?(?::[0-9]{1,2})?"
    r"|(?P<alone>[0-9]{1,4})\s*(?:min\.?|minutes?|mn|['’′])?"
)
_ISO = re.compile(r"(?P<date>[0-9]{4}-[0-9]{2}-[0-9]{2})(?:[T ](?P<clock>[0-9]{2}:[0-9]{2})\S*)?")
_FRENCH = re.compile(r"(?P<day>[0-9]{1,2})[/.-](?P<month>[0-9]{1,2})[/.-](?P<year>[0-9]{4})")

DAY_MINUTES = 24 * 60


def clock(text: str) -> str | None:
    """ "9h30", "9:30", "9 h", "09:30:00" or "2:05 pm" as "HH:MM"; None for what is no time."""
    found = _CLOCK.fullmatch(text.strip()) or _HALF.fullmatch(text.strip())
    if found is None:
        return None
    groups = found.groupdict()
    hour, minute, half = int(groups["hour"]), int(groups.get("minute") or 0), groups["half"]
    if half is not None:
        if not 1 <= hour <= 12:
            return None
        hour = hour % 12 + (12 if half.lower() == "pm" else 0)
    return f"{hour:02}:{minute:02}" if hour < 24 and minute < 60 else None


def length(text: str) -> int | None:
    """ "0:45", "01:30:00", "1h30", "45 min" or "45" in minutes; None for what is no length."""
    found = _LENGTH.fullmatch(text.strip())
    if found is None:
        return None
    if found["alone"] is not None:
        return int(found["alone"])
    minutes = int(found["minutes"] or 0)
    return int(found["hours"]) * 60 + minutes if minutes < 60 else None


def after(start: str, minutes: int) -> str | None:
    """When what lasts so long ends; None on the next day."""
    ends = int(start[:2]) * 60 + int(start[3:]) + minutes
    return f"{ends // 60:02}:{ends % 60:02}" if ends < DAY_MINUTES else None


def iso(text: str) -> tuple[str, str] | None:
    """ "2026-11-23" or "2026-11-23T09:30:00+01:00" as its date and its time of day.

    The time is "" where it has none, and is what the clocks of the place show: the zone is left
    aside. None for what is no such date.
    """
    found = _ISO.fullmatch(text.strip())
    if found is None or not exists(found["date"]):
        return None
    time = found["clock"] or ""
    return None if time and clock(time) is None else (found["date"], time)


def day_month_year(text: str) -> str | None:
    """ "23/11/2026" as "2026-11-23"; None for what is no such date."""
    found = _FRENCH.fullmatch(text.strip())
    if found is None:
        return None
    date = f"{found['year']}-{int(found['month']):02}-{int(found['day']):02}"
    return date if exists(date) else None


def exists(date: str) -> bool:
    """Whether "YYYY-MM-DD" is a day of the calendar."""
    try:
        datetime.date.fromisoformat(date)
    except ValueError:
        return False
    return True
