"""Roles include one another, and a token opens the day of its link and nothing else."""

from __future__ import annotations

import hmac

import pytest
from hypothesis import given
from hypothesis import strategies as st

from server.days import access
from server.days.access import Role
from server.errors import NotAllowed
from storage.values import DayId, LinkId

SECRET = bytes(range(32))
DAY, OTHER_DAY = DayId("one"), DayId("two")


@pytest.mark.parametrize(
    ("role", "read", "write", "lock", "organise"),
    [
        (Role.READER, True, False, False, False),
        (Role.WRITER, True, True, False, False),
        (Role.MODERATOR, True, True, True, False),
        (Role.ORGANISER, True, True, True, True),
    ],
)
def test_each_role_may_do_what_the_ones_before_it_may(
    role: Role, *, read: bool, write: bool, lock: bool, organise: bool
) -> None:
    may = (role.may_read, role.may_write, role.may_lock, role.may_organise)
    assert may == (read, write, lock, organise)
    assert role.may_export


@pytest.mark.promise("A1")
def test_a_capability_for_one_day_is_none_for_another() -> None:
    for role in Role:
        access.require(role, role, day=DAY, of=DAY)
        with pytest.raises(NotAllowed, match="another day"):
            access.require(role, Role.READER, day=DAY, of=OTHER_DAY)


def test_a_role_that_does_not_reach_is_told_which_one_does() -> None:
    with pytest.raises(NotAllowed, match="link of a moderator; yours is the link of a writer"):
        access.require(Role.WRITER, Role.MODERATOR, day=DAY, of=DAY)


def test_a_token_is_derived_again_from_the_secret_and_the_link() -> None:
    token = access.derive_token(SECRET, LinkId("l1"))
    assert token == access.derive_token(SECRET, LinkId("l1"))
    assert token != access.derive_token(SECRET, LinkId("l2"))
    assert token != access.derive_token(bytes(32), LinkId("l1"))
    assert token.startswith("clp_")
    assert len(token) == 36
    assert access.looks_like_token(token)


@pytest.mark.promise("A1")
def test_a_token_matches_its_hash_only() -> None:
    token = access.derive_token(SECRET, LinkId("l1"))
    kept = access.hash_token(token)
    assert token not in kept
    assert access.token_matches(token, kept)
    assert not access.token_matches(token[:-1], kept)
    assert not access.token_matches("", kept)


@pytest.mark.promise("A1")
def test_hashes_are_compared_by_the_function_made_for_it(monkeypatch: pytest.MonkeyPatch) -> None:
    compared: list[tuple[bytes, bytes]] = []
    compare = hmac.compare_digest

    def watched(left: bytes, right: bytes) -> bool:
        compared.append((left, right))
        return compare(left, right)

    monkeypatch.setattr(hmac, "compare_digest", watched)
    kept = access.hash_token("clp_right")
    assert not access.token_matches("clp_wrong", kept)
    assert compared == [(access.hash_token("clp_wrong").encode(), kept.encode())]


@given(st.text())
def test_any_text_can_be_asked_about(text: str) -> None:
    access.looks_like_token(text)
    assert access.token_matches(text, access.hash_token(text))
    assert not access.token_matches(text + "x", access.hash_token(text))
