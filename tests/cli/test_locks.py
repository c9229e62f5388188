"""`calepin lock` and `unlock`, on a note, a section or a day."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from server.days.view import DayView, load_day
from storage import planned
from storage.database import Database
from storage.values import DayId


@pytest.fixture
def database(day: Any, tmp_path: Path) -> Iterator[Database]:
    """The day's store, open beside the commands, as a server has it."""
    assert day["items"]
    with Database.open(tmp_path / "data") as database:
        yield database


def view(database: Database, day: Any) -> DayView:
    with database.read() as db:
        return load_day(db, DayId(day["day"]))


def test_a_note_is_locked_with_a_reason_and_unlocked(
    calepin: Any, day: Any, database: Database
) -> None:
    note = day["items"][1]["note"]
    assert calepin("lock", note, "--why", "On conclut").out == "1 note is locked.\n"
    first, second = view(database, day).sections[0].items
    assert first.note.lock is None
    assert second.note.lock is not None
    assert second.note.lock.why == "On conclut"
    assert calepin("unlock", note).out == "1 note is unlocked.\n"
    assert view(database, day).sections[0].items[1].note.lock is None


def test_a_section_and_a_day_are_locked(calepin: Any, day: Any, database: Database) -> None:
    section = view(database, day).sections[0].id
    assert calepin("lock", section).out == "2 notes are locked.\n"
    assert [note.lock is not None for note in view(database, day).notes()] == [True, True, False]
    assert calepin("lock", day["day"]).out == "3 notes are locked.\n"
    assert all(note.lock for note in view(database, day).notes())
    assert calepin("verify").status == 0


@pytest.mark.promise("K6")
def test_a_lock_is_planned_and_cancelled(calepin: Any, day: Any, database: Database) -> None:
    tomorrow = datetime.now(UTC) + timedelta(days=1)
    said = calepin("lock", day["day"], "--at", f"{tomorrow:%Y-%m-%dT%H:%MZ}", "--why", "fin").out
    shown = tomorrow.astimezone(ZoneInfo("Europe/Paris"))
    assert said == f"3 notes are to be locked at {shown:%Y-%m-%d %H:%M} (Europe/Paris).\n"
    assert not any(note.lock for note in view(database, day).notes())
    moment = int(tomorrow.replace(second=0, microsecond=0).timestamp() * 1000)

    def plans() -> list[tuple[int, str]]:
        with database.read() as db:
            return [(plan.at, plan.why) for plan in planned.of_day(db, DayId(day["day"]))]

    assert plans() == [(moment, "fin")] * 3
    calepin("unlock", day["items"][0]["note"])
    assert len(plans()) == 2
    calepin("lock", day["items"][1]["note"])
    assert len(plans()) == 1
    calepin("unlock", day["day"])
    assert plans() == []


def test_a_moment_that_is_none_is_one_sentence(calepin: Any, day: Any, database: Database) -> None:
    for wrong in ("soon", "2020-01-01T10:00", "25:00", ""):
        calepin("lock", day["day"], "--at", wrong).refused(2)
    with database.read() as db:
        assert planned.of_day(db, DayId(day["day"])) == []
