"""Five hundred people join one day: each is who they said, and nobody costs more than the first."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from sqlalchemy import Engine, event

from server.days.access import Role
from server.days.colours import PALETTE
from server.days.people import MAX_JOINS_PER_DAY, Visitor, join
from server.errors import TooMany
from storage import people
from storage.records import Person
from storage.values import Milliseconds, PersonId

CROWD = 500
LATER = Milliseconds(1_795_000_001_000)


@contextmanager
def statements() -> Iterator[list[str]]:
    """What is asked of any database within the block."""
    asked: list[str] = []

    def listen(_c: Any, _cursor: Any, statement: str, *_: Any) -> None:
        asked.append(statement)

    event.listen(Engine, "before_cursor_execute", listen)
    try:
        yield asked
    finally:
        event.remove(Engine, "before_cursor_execute", listen)


def joined(store: Any, name: str, role: Role = Role.WRITER) -> Visitor:
    with store.database.write() as db:
        return join(db, store.token(store.one, role), name, new_id=store.new_id, now=LATER)


def test_a_crowd_is_named_and_coloured_evenly_at_a_constant_cost(store: Any) -> None:
    costs, visitors = [], []
    roles = list(Role)
    for number in range(CROWD):
        with statements() as asked:
            visitors.append(joined(store, f"Personne {number}", roles[number % 4]))
        costs.append(asked)
    assert all(asked == costs[0] for asked in costs)
    assert len(costs[0]) <= 4
    assert [visitor.name for visitor in visitors] == [f"Personne {n}" for n in range(CROWD)]
    assert [visitor.role for visitor in visitors] == [roles[n % 4] for n in range(CROWD)]
    assert len({visitor.person for visitor in visitors}) == CROWD

    with store.database.read() as db:
        everybody = people.people(db, store.one.day.id)
    # The links' own people have the first four colours; nobody shares one before all are taken.
    colours = [one.colour for one in store.one.people] + [one.colour for one in visitors]
    for start in range(0, len(colours) - len(PALETTE), len(PALETTE)):
        assert set(colours[start : start + len(PALETTE)]) == set(PALETTE)
    assert Counter(one.colour for one in everybody) == Counter(colours)
    assert {(one.id, one.name) for one in everybody} >= {(v.person, v.name) for v in visitors}


def test_who_left_gives_their_colour_to_the_next(store: Any) -> None:
    first = [joined(store, f"Personne {n}") for n in range(len(PALETTE) - len(Role))]
    with store.database.write() as db:
        people.remove_person(db, first[3].person, at=LATER)
    assert joined(store, "Ana").colour == first[3].colour
    assert joined(store, "Bo").colour == PALETTE[0]


def test_the_people_of_another_day_take_no_colour_here(store: Any) -> None:
    ours = joined(store, "Ana").colour
    with store.database.write() as db:
        token = store.token(store.other, Role.WRITER)
        assert join(db, token, "Bo", new_id=store.new_id, now=LATER).colour == ours


@pytest.mark.promise("A4")
def test_made_up_names_do_not_fill_the_store(store: Any) -> None:
    joined(store, "Ana")
    first = joined(store, "Bo")
    with store.database.write() as db:
        for number in range(MAX_JOINS_PER_DAY - 2):
            id = PersonId(f"made-up-{number}")
            people.add_person(
                db, Person(id, first.day, first.link, "x", "writer", PALETTE[0], LATER)
            )
    with pytest.raises(TooMany, match="another one"):
        joined(store, "Cléo")
    assert joined(store, "Cléo", Role.READER).name == "Cléo", "other links are not concerned"
    with store.database.write() as db:
        token = store.token(store.one, Role.WRITER)
        tomorrow = Milliseconds(LATER + 24 * 60 * 60 * 1000 + 1)
        assert join(db, token, "Dan", new_id=store.new_id, now=tomorrow).name == "Dan"
