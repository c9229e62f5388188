"""What whoever takes a file in says of it, as it was typed. Pure."""

from __future__ import annotations

import zoneinfo

from server.days.fields import clean_date, clean_line
from server.days.incoming.listing import Wanted
from server.errors import BadInput
from server.sentences import sentence


def clean_wanted(date: str = "", title: str = "", timezone: str = "") -> Wanted:
    """Raises BadInput with the name of a field that cannot be what it says."""
    return Wanted(clean_date(date), clean_line("title", title), clean_timezone(timezone))


def clean_timezone(text: str) -> str:
    name = text.strip()
    try:
        return zoneinfo.ZoneInfo(name).key if name else ""
    except (zoneinfo.ZoneInfoNotFoundError, ValueError, OSError):
        raise BadInput(
            sentence("`timezone` is none that is known: write one such as Europe/Paris."),
            field="timezone",
        ) from None
