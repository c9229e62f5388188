"""Links and people: who has which role in a day. Nothing is deleted while the day is there:
a link is revoked, a person is removed, and both stay for the log's sake."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import asdict

from sqlalchemy import Connection, func, insert, select, update

from storage.records import Link, Person
from storage.tables import link, person, writer
from storage.values import DayId, LinkId, Milliseconds, NoteId, PersonId


def add_link(db: Connection, new: Link) -> None:
    db.execute(insert(link).values(asdict(new)))


def find_link(db: Connection, id: LinkId) -> Link | None:
    """The link, revoked or not."""
    row = db.execute(select(link).where(link.c.id == id)).first()
    return None if row is None else Link(**row._mapping)


def link_by_hash(db: Connection, secret_hash: str) -> Link | None:
    """The link of that token, revoked or not.

    The hash of a random secret may be looked up in an index: how long that takes tells nothing
    about the secret.
    """
    row = db.execute(select(link).where(link.c.secret_hash == secret_hash)).first()
    return None if row is None else Link(**row._mapping)


def links(db: Connection, of: DayId) -> list[Link]:
    """The links of a day, revoked ones too, oldest first."""
    query = select(link).where(link.c.day == of).order_by(link.c.created_at, link.c.id)
    return [Link(**row._mapping) for row in db.execute(query)]


def revoke_link(db: Connection, id: LinkId, *, at: Milliseconds) -> bool:
    """Revoke a link for good; False when it is unknown or already revoked."""
    statement = (
        update(link).where(link.c.id == id, link.c.revoked_at.is_(None)).values(revoked_at=at)
    )
    return db.execute(statement).rowcount == 1


def withdrawn(db: Connection) -> tuple[set[LinkId], set[PersonId]]:
    """All links that were revoked and all people who were removed, of every day."""
    links = db.execute(select(link.c.id).where(link.c.revoked_at.is_not(None))).scalars()
    gone = db.execute(select(person.c.id).where(person.c.removed_at.is_not(None))).scalars()
    return {LinkId(id) for id in links}, {PersonId(id) for id in gone}


def add_person(db: Connection, new: Person) -> None:
    db.execute(insert(person).values(asdict(new)))


def find_person(db: Connection, id: PersonId) -> Person | None:
    """The person, removed or not."""
    row = db.execute(select(person).where(person.c.id == id)).first()
    return None if row is None else Person(**row._mapping)


def people(db: Connection, of: DayId) -> list[Person]:
    """The people of a day, removed ones too, in the order in which they joined."""
    query = select(person).where(person.c.day == of).order_by(person.c.joined_at, person.c.id)
    return [Person(**row._mapping) for row in db.execute(query)]


def some(
    db: Connection, of: DayId, ids: Collection[PersonId], *, removed_too: bool = False
) -> dict[PersonId, Person]:
    """Those of these people who are of a day and, unless `removed_too`, not removed."""
    query = select(person).where(person.c.id.in_(ids), person.c.day == of)
    if not removed_too:
        query = query.where(person.c.removed_at.is_(None))
    return {PersonId(row.id): Person(**row._mapping) for row in db.execute(query)}


def names(db: Connection, of: Collection[PersonId]) -> dict[PersonId, str]:
    """The names of those of these people who are known, removed or not."""
    query = select(person.c.id, person.c.name).where(person.c.id.in_(of))
    return {PersonId(id): name for id, name in db.execute(query)}


def writers(db: Connection, of: NoteId) -> list[tuple[Person, list[int]]]:
    """The people who wrote in a note, removed ones too, each with their client ids in it, in the
    order of their ids. What came with the programme is nobody's, and left out."""
    query = (
        select(writer.c.client, person)
        .join(person, person.c.id == writer.c.person)
        .where(writer.c.note == of)
        .order_by(person.c.id, writer.c.client)
    )
    found: dict[Person, list[int]] = {}
    for row in db.execute(query):
        columns = dict(row._mapping)
        client = int(columns.pop("client"))
        found.setdefault(Person(**columns), []).append(client)
    return list(found.items())


def colours_in_use(db: Connection, of: DayId) -> dict[str, int]:
    """How many people of a day have each colour; those who were removed do not count."""
    query = (
        select(person.c.colour, func.count().label("people"))
        .where(person.c.day == of, person.c.removed_at.is_(None))
        .group_by(person.c.colour)
    )
    return {row.colour: row.people for row in db.execute(query)}


def joined_since(db: Connection, by: LinkId, since: Milliseconds) -> int:
    """How many people joined by a link since then."""
    query = select(func.count()).where(person.c.link == by, person.c.joined_at > since)
    return db.execute(query).scalar_one()


def change_person(db: Connection, id: PersonId, *, name: str, role: str, colour: str) -> bool:
    """Replace what may change of a person; False when there is no such person."""
    statement = update(person).where(person.c.id == id).values(name=name, role=role, colour=colour)
    return db.execute(statement).rowcount == 1


def remove_person(db: Connection, id: PersonId, *, at: Milliseconds) -> bool:
    """Remove a person from the day; False when unknown or already removed."""
    statement = (
        update(person).where(person.c.id == id, person.c.removed_at.is_(None)).values(removed_at=at)
    )
    return db.execute(statement).rowcount == 1
