"""Whoever uses a link itself has a name in the day's language."""

from __future__ import annotations

from typing import Any

import pytest

from server.days.access import Role
from server.days.create import prepare_day
from server.days.people import visitor_of_token
from server.days.programme import parse_programme
from server.days.words import ROLE_NAMES, role_name
from storage import people
from tests.days.conftest import NOW, SECRET, initial_text


def test_both_languages_name_every_role_differently() -> None:
    assert set(ROLE_NAMES) == {"fr", "en"}
    for names in ROLE_NAMES.values():
        assert set(names) == set(Role)
        assert len(set(names.values())) == len(Role)


@pytest.mark.parametrize(
    ("language", "name"),
    [("fr", "Écriture"), ("fr-CA", "Écriture"), ("en", "Writer"), ("pt-BR", "Writer")],
)
def test_a_day_names_its_links_people_in_its_language(language: str, name: str) -> None:
    new = prepare_day(
        parse_programme(f"title: T\nlanguage: {language}\n", source="p.yml"),
        secret=SECRET,
        now=NOW,
        new_id=iter(map(str, range(100))).__next__,
        new_client_id=lambda: 1,
        initial_update=initial_text,
    )
    names = {person.role: person.name for person in new.people}
    assert names == {role.value: role_name(role, language) for role in Role}
    assert names["writer"] == name


def test_it_is_the_name_that_the_day_knows(store: Any) -> None:
    with store.database.read() as db:
        visitors = [visitor_of_token(db, store.token(store.one, role)) for role in Role]
        known = {person.id: person.name for person in people.people(db, store.one.day.id)}
    for role, visitor in zip(Role, visitors, strict=True):
        assert visitor.name == known[visitor.person] == role_name(role, "fr")
