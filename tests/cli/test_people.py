"""`calepin people` and `calepin links --renew`: taking a right away from a shell."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from server.days import people
from server.days.ids import new_id
from server.days.people import Visitor, visitor_of_person
from server.errors import NotAuthenticated
from storage.database import Database
from storage.values import DayId, Milliseconds


@pytest.fixture
def database(day: Any, tmp_path: Path) -> Iterator[Database]:
    """The day's store, open beside the commands, as a server has it."""
    assert day["items"]
    with Database.open(tmp_path / "data") as database:
        yield database


def join(database: Database, day: Any, name: str, at: int = 0) -> Visitor:
    with database.write() as db:
        return people.join(
            db,
            day["tokens"]["writer"],
            name,
            new_id=new_id,
            now=Milliseconds(1_795_000_000_000 + at),
        )


@pytest.mark.promise("A2")
def test_somebody_is_listed_and_removed(calepin: Any, day: Any, database: Database) -> None:
    bruno, zoé = join(database, day, "Bruno"), join(database, day, "Zoé", at=1)
    said = calepin("people", day["day"]).out
    assert said == f"{bruno.person}  writer     Bruno\n{zoé.person}  writer     Zoé\n"
    assert "(removed)" in calepin("people", day["day"], "--remove", bruno.person).out
    listed = calepin("people", day["day"], "--json").json["people"]
    assert [(one["name"], one["removed"]) for one in listed] == [("Bruno", True), ("Zoé", False)]
    with database.read() as db:
        assert visitor_of_person(db, DayId(day["day"]), zoé.person).name == "Zoé"
        with pytest.raises(NotAuthenticated):
            visitor_of_person(db, DayId(day["day"]), bruno.person)


@pytest.mark.promise("A2")
def test_a_renewed_link_is_printed_and_the_old_one_opens_nothing(
    calepin: Any, day: Any, database: Database
) -> None:
    new = calepin("links", day["day"], "--renew", "writer", "--json").json
    assert list(new["tokens"]) == ["reader", "writer", "moderator", "organiser"]
    changed = {role for role, token in new["tokens"].items() if token != day["tokens"][role]}
    assert changed == {"writer"}
    with database.read() as db:
        assert people.open_link(db, new["tokens"]["writer"]).role == "writer"
        with pytest.raises(NotAuthenticated):
            people.open_link(db, day["tokens"]["writer"])


def test_who_is_not_there_is_not_removed(calepin: Any, day: Any) -> None:
    calepin("people", "nowhere").refused(1)
    calepin("links", "a\x00b", "--renew", "writer").refused(1)
    calepin("people", day["day"], "--remove", "nobody").refused(1)
    calepin("links", day["day"], "--renew", "king").refused(2)
