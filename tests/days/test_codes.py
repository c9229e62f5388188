"""Short codes: what they open, for how long, and what ends them."""

from __future__ import annotations

from typing import Any

import pytest

from server.days import codes
from server.days.access import Role
from server.days.codes import ALPHABET, LENGTH, codes_of, derive_code, read_code, token_of_code
from server.days.withdraw import renew_link
from server.errors import BadInput, NotAuthenticated
from storage import catalogue
from storage import codes as stored
from storage.values import DayId, Milliseconds, PersonId
from tests.days.conftest import SECRET

BEFORE = Milliseconds(1_795_300_000_000)
"""2026-11-22 in the morning: the day is tomorrow."""
HOUR = 60 * 60 * 1000
ADA = PersonId("ada")


def switch_on(store: Any, role: Role = Role.WRITER, now: Milliseconds = BEFORE) -> str:
    with store.database.write() as db:
        codes.switch_on(
            db, store.one.day.id, role, by=ADA, secret=SECRET, new_id=store.new_id, now=now
        )
        return codes_of(db, store.one.day.id, secret=SECRET, now=now)[role][0]


def opens(store: Any, code: str, now: int = BEFORE) -> str | None:
    try:
        with store.database.read() as db:
            return token_of_code(db, code, secret=SECRET, now=Milliseconds(now))
    except NotAuthenticated:
        return None


@pytest.mark.promise("A1")
@pytest.mark.parametrize("role", codes.ROLES)
def test_a_code_opens_its_role_in_its_day_however_it_is_typed(store: Any, role: Role) -> None:
    code = switch_on(store, role)
    token = store.token(store.one, role)
    assert len(code) == LENGTH
    for typed in (code, code.lower(), codes.shown(code), f" {code[:4]}-{code[4:]} "):
        assert opens(store, typed) == token


@pytest.mark.promise("A1")
def test_no_code_opens_what_a_moderator_may(store: Any) -> None:
    for role in (Role.MODERATOR, Role.ORGANISER):
        with pytest.raises(BadInput):
            switch_on(store, role)


def test_what_is_no_code_opens_nothing(store: Any) -> None:
    code = switch_on(store)
    other = code[:-1] + ALPHABET[ALPHABET.index(code[-1]) - 1]
    for typed in ("", other, code[:-1], code + "2", "O" * 8, "clp_", "é" * 8, "\x00", "1" * 8):
        assert opens(store, typed) is None


@pytest.mark.promise("A2")
def test_a_code_ends_when_it_is_replaced_or_switched_off_or_its_link_renewed(store: Any) -> None:
    day = store.one.day.id
    first = switch_on(store)
    second = switch_on(store)
    assert first != second
    assert opens(store, first) is None
    with store.database.write() as db:
        codes.switch_off(db, day, Role.WRITER, by=ADA, secret=SECRET, now=BEFORE)
        assert codes_of(db, day, secret=SECRET, now=BEFORE) == {}
    assert opens(store, second) is None
    third = switch_on(store)
    with store.database.write() as db:
        renew_link(db, day, Role.WRITER, by=ADA, secret=SECRET, new_id=store.new_id, at=BEFORE)
        assert codes_of(db, day, secret=SECRET, now=BEFORE) == {}
    assert opens(store, third) is None


def test_a_code_ends_with_its_day(store: Any) -> None:
    code = switch_on(store)
    midnight = 1_795_474_800_000  # 2026-11-24T00:00 in Paris
    assert opens(store, code, midnight - 1) is not None
    assert opens(store, code, midnight) is None


@pytest.mark.parametrize("days", [-100, 3])
def test_a_code_for_a_day_that_is_far_away_or_over_lasts_two_days(store: Any, days: int) -> None:
    now = Milliseconds(BEFORE + days * 24 * HOUR)
    code = switch_on(store, now=now)
    assert opens(store, code, now + 48 * HOUR - 1) is not None
    assert opens(store, code, now + 48 * HOUR) is None


@pytest.mark.promise("A1")
def test_the_store_has_a_hash_that_cannot_be_tried_out_without_the_key(store: Any) -> None:
    code = switch_on(store)
    with store.database.read() as db:
        (kept,) = stored.of_day(db, store.one.day.id)
    assert code not in repr(kept)
    other = bytes(32)
    assert codes.hash_code(other, code) != kept.secret_hash == codes.hash_code(SECRET, code)
    assert derive_code(other, kept.seed) != code == derive_code(SECRET, kept.seed)


@pytest.mark.promise("O5")
def test_a_deleted_day_has_no_code_left(store: Any) -> None:
    code = switch_on(store)
    with store.database.write() as db:
        assert catalogue.delete_day(db, store.one.day.id)["code"] == 1
        assert catalogue.count_rows(db, DayId(store.one.day.id))["code"] == 0
    assert opens(store, code) is None


def test_each_letter_is_as_likely_as_any_other() -> None:
    made = "".join(derive_code(SECRET, f"seed{n}") for n in range(4_000))
    counts = {letter: made.count(letter) for letter in ALPHABET}
    expected = len(made) / len(ALPHABET)
    # Five standard deviations of a binomial of 32,000 letters: 158.
    assert all(abs(count - expected) < 5 * expected**0.5 for count in counts.values()), counts
    assert read_code(made[:8]) == made[:8]
