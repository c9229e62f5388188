"""The heading of a day: its title, where and when it is, and how long it is kept."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from server.days import edit
from server.days.edit import Act
from server.days.moments import parse_last_date
from server.errors import NotFound
from storage import catalogue
from storage.records import Day


def change(
    act: Act, wanted: Mapping[str, Any], last_date: str | None, *, was: Mapping[str, Any]
) -> tuple[Day, Day]:
    """The day as it was and as it is now; `last_date` is the last on which it is kept, "" for
    ever, None where that stays.

    Raises Conflict where the day is not as it `was`, BadInput for a last date that is over.
    """
    found = catalogue.find_day(act.db, act.day)
    if found is None:
        raise NotFound(f"There is no day {act.day}.")
    edit.refuse_changed(found, was, wanted, by=None)
    said = edit.told(found, wanted)
    changed = replace(found, **wanted)
    if last_date is not None:
        ends = parse_last_date(last_date, timezone=found.timezone, now=act.at)
        changed = replace(changed, delete_after=ends)
        said = "; ".join(filter(None, [said, f"delete_after: {last_date or 'never'}"]))
    if changed != found:
        catalogue.change_day(act.db, changed)
        act.write("change", said)
    return found, changed
