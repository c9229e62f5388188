"""Names, colours and cookies of people."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from server.days.colours import PALETTE, colour_of, least_used
from server.days.cookies import cookie_name, read_person, sign_person
from server.days.names import MAX_NAME_LENGTH, clean_name
from server.errors import BadInput
from storage.values import DayId, PersonId

SECRET = bytes(range(32))
DAY = DayId("d1")


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("Ana", "Ana"),
        ("  Ana   Lopes\u00a0", "Ana Lopes"),
        ("Zoe\u0301", "Zoé"),
        ("salarié·e n°3", "salarié·e n°3"),
        ("👩\u200d🌾", "👩\u200d🌾"),
        ("x" * 60, "x" * 60),
    ],
)
def test_a_name_is_kept_as_typed_but_trimmed(typed: str, kept: str) -> None:
    assert clean_name(typed) == kept


@pytest.mark.parametrize(
    ("typed", "why"),
    [
        ("", "needed"),
        (" \u00a0\u200b ", "needed"),
        ("x" * 61, "at most 60 characters; this one has 61"),
        ("a\x00b", "control"),
        ("a\nb", "control"),
        ("a\u202eb", "control"),
        ("a\ud800", "control"),
    ],
)
def test_a_name_that_cannot_be_is_refused(typed: str, why: str) -> None:
    with pytest.raises(BadInput, match=why):
        clean_name(typed)


@given(st.text())
def test_a_clean_name_is_clean(typed: str) -> None:
    try:
        name = clean_name(typed)
    except BadInput:
        return
    assert 1 <= len(name) <= MAX_NAME_LENGTH
    assert clean_name(name) == name
    name.encode()


def luminance(colour: str) -> float:
    """Relative luminance as WCAG 2.2 defines it."""
    channels = [int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5)]
    linear = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in channels]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


@pytest.mark.parametrize("colour", PALETTE)
def test_a_colour_can_be_read_on_light_and_seen_on_dark(colour: str) -> None:
    assert 1.05 / (luminance(colour) + 0.05) >= 4.5
    assert (luminance(colour) + 0.05) / (luminance("#121212") + 0.05) >= 3


def test_colours_follow_one_another_and_repeat() -> None:
    assert len(set(PALETTE)) == len(PALETTE)
    assert [colour_of(i) for i in range(len(PALETTE))] == list(PALETTE)
    assert colour_of(len(PALETTE)) == PALETTE[0]


def test_the_next_colour_is_the_one_that_fewest_have() -> None:
    assert least_used({}) == PALETTE[0]
    assert least_used({PALETTE[0]: 2, PALETTE[1]: 1, "#000000": 9}) == PALETTE[2]
    uses = dict.fromkeys(PALETTE, 3)
    assert least_used(uses) == PALETTE[0]
    assert least_used(uses | {PALETTE[5]: 2, PALETTE[7]: 2}) == PALETTE[5]


@pytest.mark.promise("A1")
def test_a_cookie_says_who_in_its_own_day_only() -> None:
    value = sign_person(SECRET, DAY, PersonId("p1"))
    assert read_person(SECRET, DAY, value) == "p1"
    assert read_person(SECRET, DayId("d2"), value) is None
    assert read_person(bytes(32), DAY, value) is None
    assert read_person(SECRET, DAY, value.replace("p1", "p2")) is None
    assert cookie_name(DAY) == "calepin_d1"


@given(st.text(max_size=400))
def test_any_text_as_a_cookie_is_nobody(value: str) -> None:
    assert read_person(SECRET, DAY, value) is None
