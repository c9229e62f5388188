"""The day that the tests of the store write in."""

from __future__ import annotations

from sqlalchemy import Connection

from storage import catalogue, log, people, verify
from storage.database import Database
from storage.records import Day, Item, Link, NoteRef, Person, Section
from storage.values import (
    Accepted,
    ConnectionId,
    DayId,
    ItemId,
    LinkId,
    Milliseconds,
    NoteId,
    PersonId,
    SectionId,
    Submission,
)

DAY = DayId("day000000001")
NOTES = [NoteId(f"note0000000{n}") for n in (1, 2, 3)]

Told = dict[tuple[NoteId, int], bytes]
"""What was acknowledged: the data, by note and position."""


def make_day(where: str) -> None:
    """The day alone in the store at `where`, without any row."""
    with Database.open(where) as database, database.write() as db:
        db.exec_driver_sql("DELETE FROM day")
        seed(db)


def edit(data: bytes, note: NoteId = NOTES[0]) -> Submission:
    """A writer's."""
    return Submission(note, PersonId("writer"), ConnectionId("c"), Milliseconds(7), data)


def tell(told: Told, batch: list[Submission], outcomes: list[object]) -> None:
    """Write down what was acknowledged; nothing may be twice."""
    for one, outcome in zip(batch, outcomes, strict=True):
        assert isinstance(outcome, Accepted)
        assert (one.note, outcome.seq) not in told
        told[one.note, outcome.seq] = one.data


def assert_kept(where: str, told: Told, *, unsure: int = 0) -> None:
    """All that was acknowledged is in the store, in its place; nothing is twice or missing.

    At most `unsure` rows may be there besides, whose senders were told nothing.
    """
    with Database.open(where) as database, database.read() as db:
        rows = {(note, row.seq): row.data for note in NOTES for row in log.tail(db, note, 0)}
        # Each position, and no gap; each sent only once, and so there only once.
        assert verify.verify(db).findings == ()
    assert told.items() <= rows.items()
    assert len(set(rows.values())) == len(rows)
    assert len(rows) <= len(told) + unsure


def seed(db: Connection) -> None:
    at = Milliseconds(1)
    catalogue.add_day(db, Day(DAY, "A day", at))
    section = SectionId("section00001")
    catalogue.add_section(db, Section(section, DAY, 0, "Meetings", "meeting"))
    for position, note in enumerate(NOTES):
        item = ItemId(f"item{position:08}")
        catalogue.add_item(db, Item(item, DAY, section, position, f"Item {position}"))
        catalogue.add_note(db, NoteRef(note, DAY, item, at))
    for role in ("writer", "moderator"):
        link = LinkId(f"link-{role}")
        people.add_link(db, Link(link, DAY, role, f"hash of {role}", at))
        people.add_person(db, Person(PersonId(role), DAY, link, role.title(), role, "#123456", at))
