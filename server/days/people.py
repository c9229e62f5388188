"""Who somebody is in a day: by a link's token, by the cookie of their browser, or just joining.

Every way in ends in a Visitor or in NotAuthenticated. A link that is revoked takes everybody with
it who came by it; a person who is removed stays out (A2).
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from sqlalchemy import Connection

from server.days import cookies
from server.days.access import Role, hash_token, looks_like_token, token_matches
from server.days.colours import least_used
from server.days.names import clean_name
from server.errors import NotAuthenticated, TooMany
from storage import people
from storage.records import Link, Person
from storage.values import DayId, LinkId, Milliseconds, PersonId

MAX_JOINS_PER_DAY = 5_000
"""By one link within 24 hours: no debate has as many, and made-up names must not fill the store."""
_DAY_MS = 24 * 60 * 60 * 1000


@dataclass(frozen=True, slots=True)
class Visitor:
    """A person in a day, with the capability that brought them there."""

    day: DayId
    link: LinkId
    person: PersonId
    name: str
    role: Role
    colour: str

    @property
    def is_link_itself(self) -> bool:
        """A program with a link's token, not somebody who joined: its limits count per
        connection, and its name is the role's (`words.ROLE_NAMES`)."""
        return self.person == PersonId(self.link)


def open_link(db: Connection, token: str) -> Link:
    """The link of a token. Raises NotAuthenticated when there is none, or no longer."""
    link = people.link_by_hash(db, hash_token(token)) if looks_like_token(token) else None
    if link is None or not token_matches(token, link.secret_hash):
        raise NotAuthenticated("This link is not known here: ask the organisers for the right one.")
    return _standing(link)


def visitor_of_token(db: Connection, token: str) -> Visitor:
    """Who uses a link's token itself, without joining. Raises NotAuthenticated."""
    link = open_link(db, token)
    return _visitor(people.find_person(db, PersonId(link.id)), link)


def visitor_of_cookie(db: Connection, day: DayId, value: str, *, secret: bytes) -> Visitor:
    """Whose cookie of this day it is. Raises NotAuthenticated."""
    person = cookies.read_person(secret, day, value)
    if person is None:
        raise NotAuthenticated("This browser has not joined this day yet: open your link again.")
    return visitor_of_person(db, day, person)


def visitor_of_person(db: Connection, day: DayId, id: PersonId) -> Visitor:
    """The person as the day knows them now. Raises NotAuthenticated when no longer welcome."""
    person = people.find_person(db, id)
    link = None if person is None else people.find_link(db, person.link)
    if person is None or link is None or person.day != day:
        raise NotAuthenticated("This day does not know you any more: open your link again.")
    return _visitor(person, _standing(link))


def join(
    db: Connection, token: str, name: str, *, new_id: Callable[[], str], now: Milliseconds
) -> Visitor:
    """Add a person of that name to the day of the link. Raises BadInput for the name,
    NotAuthenticated for the token, TooMany where a flood of names came before."""
    link = open_link(db, token)
    name = clean_name(name)
    if people.joined_since(db, link.id, Milliseconds(now - _DAY_MS)) >= MAX_JOINS_PER_DAY:
        raise TooMany(
            f"{MAX_JOINS_PER_DAY} people have joined by this link within a day; "
            "ask the organisers for another one."
        )
    person = Person(
        id=PersonId(new_id()),
        day=link.day,
        link=link.id,
        name=name,
        role=link.role,
        colour=least_used(people.colours_in_use(db, link.day)),
        joined_at=now,
    )
    people.add_person(db, person)
    return _visitor(person, link)


def _standing(link: Link) -> Link:
    if link.revoked_at is not None:
        raise NotAuthenticated("This link was withdrawn: ask the organisers for a new one.")
    return link


def _visitor(person: Person | None, link: Link) -> Visitor:
    if person is None or person.removed_at is not None:
        raise NotAuthenticated("You were removed from this day by its organisers.")
    return Visitor(person.day, link.id, person.id, person.name, Role(person.role), person.colour)
