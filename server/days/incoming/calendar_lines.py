"""The lines of a calendar, unfolded, and where in the file each event has its fields. Pure.

The library for calendars follows the rules of a time zone as soon as it meets them, and some rules
never end. So a zone that says more than when summer and winter begin is refused here, from the
same lines that the library is given.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from server.errors import ProgrammeError
from server.sentences import sentence

MAX_ZONES = 100

_RULE_PARTS = {"FREQ", "BYMONTH", "BYDAY", "BYMONTHDAY", "UNTIL", "INTERVAL", "COUNT", "WKST"}
_NAME = re.compile(r"[A-Za-z0-9-]+")


@dataclass(frozen=True, slots=True)
class Lines:
    """The text with one property a line, and of each event its line and those of its fields."""

    text: str
    events: tuple[tuple[int, dict[str, int]], ...]


def read_lines(text: str, *, source: str) -> Lines:
    """Raises ProgrammeError for half a calendar, and for a time zone that no place has."""
    kept: list[str] = []
    events: list[tuple[int, dict[str, int]]] = []
    within: list[str] = []
    zones = 0
    for number, line in _unfolded(text):
        kept.append(line)
        name = _name(line)
        if name == "BEGIN":
            what = line.partition(":")[2].strip().upper()
            within.append(what)
            if what == "VEVENT":
                events.append((number, {}))
            zones += what == "VTIMEZONE"
            if zones > MAX_ZONES:
                message = sentence(
                    "it has more than {most} time zones: take out what is not needed.",
                    most=MAX_ZONES,
                )
                raise ProgrammeError(message, source=source, line=number)
        elif name == "END":
            what = line.partition(":")[2].strip().upper()
            if not within or within.pop() != what:
                message = sentence(
                    "`END:{what}` ends nothing that has begun: save the calendar anew.",
                    what=what[:40],
                )
                raise ProgrammeError(message, source=source, line=number)
        elif within and within[-1] == "VEVENT":
            events[-1][1].setdefault(name, number)
        elif name in ("RRULE", "EXRULE") and "VTIMEZONE" in within and not _is_yearly(line):
            raise ProgrammeError(
                sentence(
                    "a time zone may change every year, and not more often or by other rules: take "
                    "the `VTIMEZONE` out, or save the calendar anew."
                ),
                source=source,
                line=number,
                field=name,
            )
    if within:
        message = sentence(
            "the file ends before its {what} does: copy or save it anew.", what=within[-1][:40]
        )
        raise ProgrammeError(message, source=source, line=len(text.splitlines()))
    return Lines("\r\n".join(kept) + "\r\n", tuple(events))


def _unfolded(text: str) -> Iterator[tuple[int, str]]:
    """Each property with the number of the line that it begins on (RFC 5545, 3.1)."""
    begins, open_ = 0, ""
    for number, line in enumerate(re.split(r"\r\n|\n|\r", text), 1):
        if not line:
            continue
        if line[0] in " \t" and begins:
            open_ += line[1:]
            continue
        if begins:
            yield begins, open_
        begins, open_ = number, line
    if begins:
        yield begins, open_


def _name(line: str) -> str:
    found = _NAME.match(line)
    return "" if found is None else found[0].upper()


def _is_yearly(line: str) -> bool:
    parts = [part.partition("=") for part in line.partition(":")[2].upper().split(";")]
    names = {name.strip() for name, _, _ in parts}
    return names <= _RULE_PARTS and any(
        name.strip() == "FREQ" and value.strip() == "YEARLY" for name, _, value in parts
    )
