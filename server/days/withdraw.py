"""Taking a right away: a link is renewed, a person is removed, or may not write (A2).

Here it is taken away in the store, which everybody is asked at who comes from now on; a server
that runs on the store closes what is open (`server.sync.rooms`).
"""

from __future__ import annotations

from collections.abc import Callable

from sqlalchemy import Connection

from server.days.access import Role
from server.days.create import make_link, person_of_link
from server.days.ids import is_id, shown_id
from server.errors import Conflict, NotFound
from storage import catalogue, journal, muted, people
from storage.records import Link, Person
from storage.values import DayId, LinkId, Milliseconds, PersonId


def renew_link(
    db: Connection,
    day: DayId,
    role: Role,
    *,
    by: PersonId,
    secret: bytes,
    new_id: Callable[[], str],
    at: Milliseconds,
) -> Link:
    """Withdraw the link of a role, and with it everybody who joined by it; make one in its place.

    Where the link was withdrawn already, one is made all the same. Raises NotFound.
    """
    found = catalogue.find_day(db, day) if is_id(day) else None
    if found is None:
        raise NotFound(f"There is no day {shown_id(day)}.", day=shown_id(day))
    for link in people.links(db, day):
        if link.role == role.value and link.revoked_at is None:
            people.revoke_link(db, link.id, at=at)
    new = make_link(LinkId(new_id()), day, role, secret, at)
    people.add_link(db, new)
    people.add_person(db, person_of_link(new, list(Role).index(role), found.language))
    journal.write(db, day, at=at, who=by, what="renew_link", why=role.value)
    return new


def remove_person(
    db: Connection, day: DayId, id: PersonId, *, by: PersonId, at: Milliseconds
) -> Person:
    """Remove somebody who joined the day; what they wrote stays.

    Raises NotFound, and Conflict for a link that is used as a person: that is renewed instead.
    """
    person = _person_of(db, day, id)
    if person.id == PersonId(person.link):
        raise Conflict(f"This is the link of the {person.role}s itself: renew the link instead.")
    if people.remove_person(db, id, at=at):
        journal.write(db, day, at=at, who=by, what="remove_person", why=person.name)
    return person


def mute_person(
    db: Connection, day: DayId, id: PersonId, *, by: PersonId, at: Milliseconds
) -> Person:
    """Let somebody read and not write, in this day, until `unmute_person`.

    Raises NotFound, and Conflict for who could give it back to themselves.
    """
    person = _person_of(db, day, id)
    if Role(person.role).may_lock:
        raise Conflict(f"{person.name} is a {person.role}: writing is taken from writers only.")
    if muted.mute(db, muted.Mute(person.id, at, by)):
        journal.write(db, day, at=at, who=by, what="mute_person", why=person.name)
    return person


def unmute_person(
    db: Connection, day: DayId, id: PersonId, *, by: PersonId, at: Milliseconds
) -> Person:
    """Let them write again. Raises NotFound."""
    person = _person_of(db, day, id)
    if muted.unmute(db, person.id):
        journal.write(db, day, at=at, who=by, what="unmute_person", why=person.name)
    return person


def _person_of(db: Connection, day: DayId, id: PersonId) -> Person:
    person = people.find_person(db, id) if is_id(id) else None
    if person is None or person.day != day:
        raise NotFound(f"There is nobody {shown_id(id)} in this day.")
    return person


def people_of_day(db: Connection, day: DayId) -> list[Person]:
    """Who joined the day, removed people too, in order; the links themselves are left out.

    Raises NotFound.
    """
    if not is_id(day) or catalogue.find_day(db, day) is None:
        raise NotFound(f"There is no day {shown_id(day)}.", day=shown_id(day))
    return [one for one in people.people(db, day) if one.id != PersonId(one.link)]
