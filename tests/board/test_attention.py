"""When a room should be looked after, and how many words there are."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import datetime
from zoneinfo import ZoneInfo

import pytest

from server.board.attention import Attention, Standing, attention, hours_of
from server.board.words import Words, count_words
from server.days.blank import Written, is_blank
from server.export.day import ExportDay, ExportItem, ExportNote, ExportSection
from server.export.files import day_markdown
from server.export.json_file import json_of
from server.export.panes import initial_update, panes
from storage.values import Milliseconds

EMPTY, FULL = Attention.EMPTY, Attention.NO_CONCLUSIONS
HELD, NOBODY = Attention.HELD, Attention.NOBODY
HOURS = hours_of("2026-11-23", "10:30", "11:15", timezone="Europe/Paris")
BUSY = Standing(people=3, has_notes=True, has_conclusions=True, held=0, is_locked=False)


def at(clock: str) -> Milliseconds:
    moment = datetime.fromisoformat(f"2026-11-23T{clock}:00").replace(
        tzinfo=ZoneInfo("Europe/Paris")
    )
    return Milliseconds(int(moment.timestamp() * 1000))


@pytest.mark.parametrize(
    ("clock", "changed", "expected"),
    [
        ("10:29", {"people": 0, "has_notes": False, "has_conclusions": False}, []),
        ("10:34", {"people": 0, "has_notes": False, "has_conclusions": False}, []),
        ("10:35", {"people": 0, "has_notes": False, "has_conclusions": False}, [EMPTY, NOBODY]),
        ("10:35", {"people": 1, "has_notes": False, "has_conclusions": False}, [EMPTY]),
        ("10:50", {}, []),
        ("10:50", {"people": 0}, [NOBODY]),
        ("11:09", {"has_conclusions": False}, []),
        ("11:10", {"has_conclusions": False}, [FULL]),
        ("11:30", {"has_conclusions": False, "people": 0}, [FULL]),
        ("11:30", {"people": 0}, []),
        ("11:30", {"has_conclusions": False, "has_notes": False, "is_locked": True}, []),
        ("11:30", {"has_conclusions": False, "held": 2, "is_locked": True}, [HELD]),
        ("10:00", {"held": 1}, [HELD]),
        ("11:12", {"has_notes": None, "has_conclusions": None}, []),
        (
            "11:12",
            {"held": 1, "has_notes": False, "has_conclusions": False, "people": 0},
            [HELD, EMPTY, FULL, NOBODY],
        ),
    ],
)
def test_what_asks_for_attention(
    clock: str, changed: dict[str, int | bool | None], expected: list[Attention]
) -> None:
    assert attention(replace(BUSY, **changed), HOURS, at(clock)) == expected  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("date", "start", "end"),
    [("", "10:30", "11:15"), ("2026-11-23", "", ""), ("2026-11-23", "", "11:15")],
)
def test_without_hours_nothing_is_late(date: str, start: str, end: str) -> None:
    hours = hours_of(date, start, end, timezone="Europe/Paris")
    nothing = Standing(people=0, has_notes=False, has_conclusions=False, held=0, is_locked=False)
    assert attention(nothing, hours, at("11:14")) == []


def test_an_item_without_an_end_goes_on() -> None:
    hours = hours_of("2026-11-23", "10:30", "", timezone="Europe/Paris")
    assert attention(replace(BUSY, people=0, has_conclusions=False), hours, at("18:00")) == [NOBODY]


def test_an_early_start_before_a_short_debate_is_no_end() -> None:
    hours = hours_of("2026-11-23", "10:30", "10:33", timezone="Europe/Paris")
    before = replace(BUSY, has_conclusions=False)
    assert attention(before, hours, at("10:29")) == []
    assert attention(before, hours, at("10:31")) == [FULL]


def test_words_are_what_has_a_letter_or_a_digit() -> None:
    notes = "# Un titre\n\n- l’eau : 12 %\n- *deux* — trois\n\n| a | b |\n| - | - |\n| c | d e |\n"
    update = initial_update(notes, "Continuer !", client_id=7)
    empty = initial_update("", "", client_id=7)
    found = count_words([[update], [empty], [b"\xff\xff"]])
    # Un titre, l’eau 12, deux trois, a b c d e.
    assert found == [
        Words(11, 1, has_notes=True, has_conclusions=True),
        Words(0, 0, has_notes=False, has_conclusions=False),
        None,
    ]


@pytest.mark.parametrize(
    ("text", "is_there"),
    [
        ("", False),
        ("- [ ] \n", False),
        ("- [x] \n", False),
        ("1. \n", False),
        ("# \n", False),
        ("> \n", False),
        ("- [ ] à faire\n", True),
        ("?!\n", True),
        ("---\n", True),
    ],
)
def test_all_parts_call_the_same_notes_empty(text: str, is_there: bool) -> None:
    """The board, an export and its files, and who asks whether a note may be taken out."""
    update = initial_update(text, "", client_id=7)
    lines = panes(update).notes
    (counted,) = count_words([[update]])
    assert counted is not None
    assert counted.has_notes == is_there
    note = ExportNote("n", 1, notes=tuple(lines))
    assert note.state("all") == ("open" if is_there else "empty")
    assert is_blank(Written(1, (update,), has_held=False)) != is_there
    section = ExportSection("s", "Débats", (ExportItem("Le garage", note),))
    day = ExportDay("d", "Une journée", (section,), ExportNote("d", 1))
    (item,) = json.loads(json_of(day, note, "all"))["sections"][0]["items"]
    assert item["note"]["state"] == note.state("all")
    assert bool(item["note"]["notes"]) == is_there
    assert f"\nempty: {int(not is_there)}\n" in day_markdown(day, "all")
