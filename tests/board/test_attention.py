"""When a room should be looked after, and how many words there are."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from zoneinfo import ZoneInfo

import pytest

from server.board.attention import Attention, Standing, attention, hours_of
from server.board.words import Words, count_words
from server.export.panes import initial_update
from storage.values import Milliseconds

EMPTY, FULL = Attention.EMPTY, Attention.NO_CONCLUSIONS
HELD, NOBODY = Attention.HELD, Attention.NOBODY
HOURS = hours_of("2026-11-23", "10:30", "11:15", timezone="Europe/Paris")
BUSY = Standing(people=3, notes=200, conclusions=12, held=0, is_locked=False)


def at(clock: str) -> Milliseconds:
    moment = datetime.fromisoformat(f"2026-11-23T{clock}:00").replace(
        tzinfo=ZoneInfo("Europe/Paris")
    )
    return Milliseconds(int(moment.timestamp() * 1000))


@pytest.mark.parametrize(
    ("clock", "changed", "expected"),
    [
        ("10:29", {"people": 0, "notes": 0, "conclusions": 0}, []),
        ("10:34", {"people": 0, "notes": 0, "conclusions": 0}, []),
        ("10:35", {"people": 0, "notes": 0, "conclusions": 0}, [EMPTY, NOBODY]),
        ("10:35", {"people": 1, "notes": 0, "conclusions": 0}, [EMPTY]),
        ("10:50", {}, []),
        ("10:50", {"people": 0}, [NOBODY]),
        ("11:09", {"conclusions": 0}, []),
        ("11:10", {"conclusions": 0}, [FULL]),
        ("11:30", {"conclusions": 0, "people": 0}, [FULL]),
        ("11:30", {"people": 0}, []),
        ("11:30", {"conclusions": 0, "notes": 0, "is_locked": True}, []),
        ("11:30", {"conclusions": 0, "held": 2, "is_locked": True}, [HELD]),
        ("10:00", {"held": 1}, [HELD]),
        ("11:12", {"notes": None, "conclusions": None}, []),
        (
            "11:12",
            {"held": 1, "notes": 0, "conclusions": 0, "people": 0},
            [HELD, EMPTY, FULL, NOBODY],
        ),
    ],
)
def test_what_asks_for_attention(
    clock: str, changed: dict[str, int], expected: list[Attention]
) -> None:
    assert attention(replace(BUSY, **changed), HOURS, at(clock)) == expected  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("date", "start", "end"),
    [("", "10:30", "11:15"), ("2026-11-23", "", ""), ("2026-11-23", "", "11:15")],
)
def test_without_hours_nothing_is_late(date: str, start: str, end: str) -> None:
    hours = hours_of(date, start, end, timezone="Europe/Paris")
    nothing = Standing(people=0, notes=0, conclusions=0, held=0, is_locked=False)
    assert attention(nothing, hours, at("11:14")) == []


def test_an_item_without_an_end_goes_on() -> None:
    hours = hours_of("2026-11-23", "10:30", "", timezone="Europe/Paris")
    assert attention(replace(BUSY, people=0, conclusions=0), hours, at("18:00")) == [NOBODY]


def test_an_early_start_before_a_short_debate_is_no_end() -> None:
    hours = hours_of("2026-11-23", "10:30", "10:33", timezone="Europe/Paris")
    before = replace(BUSY, conclusions=0)
    assert attention(before, hours, at("10:29")) == []
    assert attention(before, hours, at("10:31")) == [FULL]


def test_words_are_what_has_a_letter_or_a_digit() -> None:
    notes = "# Un titre\n\n- l’eau : 12 %\n- *deux* — trois\n\n| a | b |\n| - | - |\n| c | d e |\n"
    update = initial_update(notes, "Continuer !", client_id=7)
    empty = initial_update("", "", client_id=7)
    found = count_words([[update], [empty], [b"\xff\xff"]])
    # Un titre, l’eau 12, deux trois, a b c d e.
    assert found == [Words(11, 1), Words(0, 0), None]
