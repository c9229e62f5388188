"""Who gets in: by a link, by joining, by the cookie of a browser; and who no longer does."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from server.days.access import Role, hash_token
from server.days.colours import colour_of
from server.days.cookies import sign_person
from server.days.people import (
    Visitor,
    join,
    visitor_of_cookie,
    visitor_of_person,
    visitor_of_token,
)
from server.days.words import role_name
from server.errors import BadInput, NotAuthenticated
from storage import people
from storage.values import Milliseconds

SECRET = bytes(range(32))
LATER = Milliseconds(1_795_000_001_000)


def joined(store: Any, name: str = "Ana", role: Role = Role.WRITER) -> Visitor:
    with store.database.write() as db:
        return join(db, store.token(store.one, role), name, new_id=store.new_id, now=LATER)


@pytest.mark.promise("A1")
@pytest.mark.parametrize("role", list(Role))
def test_a_token_gives_its_role_in_its_day(store: Any, role: Role) -> None:
    with store.database.read() as db:
        one = visitor_of_token(db, store.token(store.one, role))
        other = visitor_of_token(db, store.token(store.other, role))
    assert (one.day, one.role, one.name) == (store.one.day.id, role, role_name(role, "fr"))
    assert (other.day, other.role) == (store.other.day.id, role)
    assert one.person != other.person
    assert one.is_link_itself


@pytest.mark.promise("A1")
@pytest.mark.parametrize("token", ["", "clp_", "clp_" + "A" * 32, "x" * 36, "clp_" + "é" * 5000])
def test_a_token_that_is_none_opens_nothing(store: Any, token: str) -> None:
    with store.database.read() as db, pytest.raises(NotAuthenticated, match="not known"):
        visitor_of_token(db, token)


@pytest.mark.promise("A1")
def test_the_hash_of_a_token_opens_nothing(store: Any) -> None:
    """Who reads the store's hashes cannot use them."""
    stolen = hash_token(store.token(store.one, Role.ORGANISER))
    with store.database.read() as db:
        for attempt in (stolen, "clp_" + stolen, "clp_" + stolen[:32]):
            with pytest.raises(NotAuthenticated):
                visitor_of_token(db, attempt)


@pytest.mark.promise("A1")
def test_neither_tokens_nor_the_secret_are_in_the_store(store: Any, tmp_path: Path) -> None:
    joined(store)
    tokens = [store.token(day, role) for day in (store.one, store.other) for role in Role]
    files = [path for path in (tmp_path / "data").rglob("*") if path.is_file()]
    kept = b"".join(path.read_bytes() for path in files)
    assert hash_token(tokens[0]).encode() in kept
    assert not any(token.encode() in kept or token[4:].encode() in kept for token in tokens)
    assert SECRET not in kept


def test_joining_gives_a_person_with_a_name_and_a_colour(store: Any) -> None:
    ana, bo = joined(store, " Ana "), joined(store, "Bo")
    assert (ana.name, ana.role, ana.day) == ("Ana", Role.WRITER, store.one.day.id)
    assert ana.person != bo.person
    assert not ana.is_link_itself
    assert (ana.colour, bo.colour) == (colour_of(4), colour_of(5))


def test_a_name_that_cannot_be_adds_nobody(store: Any) -> None:
    with pytest.raises(BadInput):
        joined(store, "a\x00b")
    with store.database.read() as db:
        assert len(people.people(db, store.one.day.id)) == len(Role)


def test_a_cookie_brings_a_person_back_to_their_day_only(store: Any) -> None:
    ana = joined(store)
    cookie = sign_person(SECRET, ana.day, ana.person)
    with store.database.read() as db:
        assert visitor_of_cookie(db, ana.day, cookie, secret=SECRET) == ana
        with pytest.raises(NotAuthenticated, match="not joined"):
            visitor_of_cookie(db, store.other.day.id, cookie, secret=SECRET)
        with pytest.raises(NotAuthenticated, match="not joined"):
            visitor_of_cookie(db, ana.day, cookie, secret=bytes(32))
        with pytest.raises(NotAuthenticated, match="does not know"):
            visitor_of_person(db, store.other.day.id, ana.person)


def test_a_revoked_link_takes_along_who_came_by_it(store: Any) -> None:
    writer, reader = joined(store), joined(store, "Bo", Role.READER)
    with store.database.write() as db:
        people.revoke_link(db, writer.link, at=LATER)
    with store.database.read() as db:
        with pytest.raises(NotAuthenticated, match="withdrawn"):
            visitor_of_token(db, store.token(store.one, Role.WRITER))
        with pytest.raises(NotAuthenticated, match="withdrawn"):
            visitor_of_person(db, writer.day, writer.person)
        assert visitor_of_person(db, reader.day, reader.person) == reader
        assert visitor_of_token(db, store.token(store.other, Role.WRITER)).role is Role.WRITER


def test_a_removed_person_stays_out_and_others_of_the_link_do_not(store: Any) -> None:
    ana, bo = joined(store), joined(store, "Bo")
    with store.database.write() as db:
        people.remove_person(db, ana.person, at=LATER)
    with store.database.read() as db:
        with pytest.raises(NotAuthenticated, match="removed"):
            visitor_of_person(db, ana.day, ana.person)
        assert visitor_of_person(db, bo.day, bo.person) == bo
