"""Days and what they are made of: sections, items, notes. Plain functions over a connection.

`add_…` inserts, `change_…` replaces what may change of the record with that id, and what is not
there is None or an empty list. Lists come in the order of the programme, and hold what stands in
it; what was removed is found by its id, in the list of removed items, and among the notes.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import asdict
from typing import Any

from sqlalchemy import Connection, Row, Select, delete, func, insert, select, update

from storage.records import Day, Item, NoteRef, Section, Speaker
from storage.tables import (
    checkpoint,
    code,
    day,
    delivery,
    held,
    item,
    journal,
    link,
    log,
    muted,
    note,
    person,
    planned_lock,
    publication,
    section,
    webhook,
    writer,
)
from storage.values import DayId, ItemId, Kind, Milliseconds, NoteId, SectionId

# Days


def add_day(db: Connection, new: Day) -> None:
    db.execute(insert(day).values(asdict(new)))


def find_day(db: Connection, id: DayId) -> Day | None:
    row = db.execute(select(day).where(day.c.id == id)).first()
    return None if row is None else Day(**row._mapping)


def days(db: Connection) -> list[Day]:
    """All days, the latest first."""
    query = select(day).order_by(day.c.date.desc(), day.c.created_at.desc(), day.c.id)
    return [Day(**row._mapping) for row in db.execute(query)]


def change_day(db: Connection, changed: Day) -> bool:
    """Replace all but the id and the moment of creation; False when there is no such day."""
    values = asdict(changed)
    del values["id"], values["created_at"]
    return db.execute(update(day).where(day.c.id == changed.id).values(values)).rowcount == 1


def hold_day(db: Connection, id: DayId) -> bool:
    """Let nobody else change the programme until the transaction ends; False without such a day.

    Whoever calls this first reads what all others have written. Rows of notes, links and the
    journal are added by others meanwhile.
    """
    query = select(day.c.id).where(day.c.id == id).with_for_update(key_share=True)
    return db.execute(query).first() is not None


def days_to_delete(db: Connection, now: Milliseconds) -> list[DayId]:
    """The days whose time to be deleted has come."""
    query = select(day.c.id).where(day.c.delete_after <= now).order_by(day.c.id)
    return [DayId(id) for id in db.execute(query).scalars()]


def delete_day(db: Connection, id: DayId) -> dict[str, int]:
    """Delete a day for good with all that hangs on it; how many rows of each table went (O5).

    Of several processes that delete it at once, one did; the others are told that nothing went.
    """
    counts = count_rows(db, id)
    if db.execute(delete(day).where(day.c.id == id)).rowcount == 0:
        return dict.fromkeys(counts, 0)
    return counts


def count_rows(db: Connection, id: DayId) -> dict[str, int]:
    """How many rows of each table belong to the day; all zero when nothing of it is left."""
    notes = select(note.c.id).where(note.c.day == id).scalar_subquery()
    counts = {"day": _count(db, select(func.count()).select_from(day).where(day.c.id == id))}
    for table in (section, item, note, link, person, journal, publication, code, webhook):
        query = select(func.count()).select_from(table).where(table.c.day == id)
        counts[table.name] = _count(db, query)
    for table in (log, checkpoint, held, writer, planned_lock):
        query = select(func.count()).select_from(table).where(table.c.note.in_(notes))
        counts[table.name] = _count(db, query)
    people = select(person.c.id).where(person.c.day == id).scalar_subquery()
    query = select(func.count()).select_from(muted).where(muted.c.person.in_(people))
    counts["muted"] = _count(db, query)
    told = select(webhook.c.id).where(webhook.c.day == id).scalar_subquery()
    query = select(func.count()).select_from(delivery).where(delivery.c.webhook.in_(told))
    return counts | {"delivery": _count(db, query)}


# Sections


def add_section(db: Connection, new: Section) -> None:
    db.execute(insert(section).values(asdict(new)))


def find_section(db: Connection, id: SectionId) -> Section | None:
    row = db.execute(select(section).where(section.c.id == id)).first()
    return None if row is None else Section(**row._mapping)


def sections(db: Connection, of: DayId) -> list[Section]:
    query = (
        select(section)
        .where(section.c.day == of, section.c.removed_at.is_(None))
        .order_by(section.c.position, section.c.id)
    )
    return [Section(**row._mapping) for row in db.execute(query)]


def count_sections(db: Connection, of: DayId) -> int:
    """How many sections there are, with those that were removed."""
    return _count(db, select(func.count()).select_from(section).where(section.c.day == of))


def change_section(db: Connection, changed: Section) -> bool:
    """Replace all but the id and the day; False when there is no such section."""
    values = asdict(changed)
    del values["id"], values["day"]
    return (
        db.execute(update(section).where(section.c.id == changed.id).values(values)).rowcount == 1
    )


# Items


def add_item(db: Connection, new: Item) -> None:
    db.execute(insert(item).values(_item_values(new)))


def find_item(db: Connection, id: ItemId) -> Item | None:
    row = db.execute(select(item).where(item.c.id == id)).first()
    return None if row is None else _item(row)


def items(db: Connection, of: DayId) -> list[Item]:
    query = (
        select(item)
        .join(section, section.c.id == item.c.section)
        .where(item.c.day == of, item.c.removed_at.is_(None))
        .order_by(section.c.position, section.c.id, item.c.position, item.c.id)
    )
    return [_item(row) for row in db.execute(query)]


def items_of_section(db: Connection, id: SectionId) -> list[Item]:
    query = (
        select(item)
        .where(item.c.section == id, item.c.removed_at.is_(None))
        .order_by(item.c.position, item.c.id)
    )
    return [_item(row) for row in db.execute(query)]


def count_items(db: Connection, of: DayId) -> tuple[int, int]:
    """How many items stand in the programme, and how many there are with the removed ones."""
    every = select(func.count()).select_from(item).where(item.c.day == of)
    return _count(db, every.where(item.c.removed_at.is_(None))), _count(db, every)


def removed_items(db: Connection, of: DayId) -> list[Item]:
    """The items that were taken out of the programme, in the order in which they were."""
    query = (
        select(item)
        .where(item.c.day == of, item.c.removed_at.is_not(None))
        .order_by(item.c.removed_at, item.c.id)
    )
    return [_item(row) for row in db.execute(query)]


def written_after_removal(db: Connection, of: DayId) -> set[NoteId]:
    """The notes of removed items that were blank then, and that somebody has written in since."""
    query = (
        select(note.c.id)
        .join(item, item.c.id == note.c.item)
        .join(log, log.c.note == note.c.id)
        .where(item.c.day == of, log.c.seq > item.c.blank_seq, log.c.kind == int(Kind.UPDATE))
        .distinct()
    )
    return {NoteId(id) for id in db.execute(query).scalars()}


def items_of_notes(db: Connection, notes: Collection[NoteId]) -> dict[NoteId, Item]:
    """The items of these notes; the note of a day itself has none."""
    query = (
        select(note.c.id.label("of"), *item.c)
        .join(note, note.c.item == item.c.id)
        .where(note.c.id.in_(notes))
    )
    found: dict[NoteId, Item] = {}
    for row in db.execute(query):
        values = dict(row._mapping)
        id = NoteId(values.pop("of"))
        found[id] = _item_of(values)
    return found


def change_item(db: Connection, changed: Item) -> bool:
    """Replace all but the id and the day; False when there is no such item."""
    values = _item_values(changed)
    del values["id"], values["day"]
    return db.execute(update(item).where(item.c.id == changed.id).values(values)).rowcount == 1


# Notes


def add_note(db: Connection, new: NoteRef) -> None:
    """Make a note with an empty log, open."""
    db.execute(insert(note).values(**asdict(new), head=0))


def find_note(db: Connection, id: NoteId) -> NoteRef | None:
    row = db.execute(_notes().where(note.c.id == id)).first()
    return None if row is None else NoteRef(**row._mapping)


def note_of_item(db: Connection, id: ItemId) -> NoteRef | None:
    row = db.execute(_notes().where(note.c.item == id)).first()
    return None if row is None else NoteRef(**row._mapping)


def conclusion_of_day(db: Connection, id: DayId) -> NoteRef | None:
    """The note of the day itself."""
    row = db.execute(_notes().where(note.c.day == id, note.c.item.is_(None))).first()
    return None if row is None else NoteRef(**row._mapping)


def notes(db: Connection, of: DayId) -> list[NoteRef]:
    """The notes of a day, of removed items too; its own conclusion last."""
    query = (
        _notes()
        .outerjoin(item, item.c.id == note.c.item)
        .outerjoin(section, section.c.id == item.c.section)
        .where(note.c.day == of)
        .order_by(
            note.c.item.is_(None), section.c.position, section.c.id, item.c.position, item.c.id
        )
    )
    return [NoteRef(**row._mapping) for row in db.execute(query)]


def notes_of_section(db: Connection, id: SectionId) -> list[NoteRef]:
    """The notes of a section in the order of the programme."""
    query = (
        _notes()
        .join(item, item.c.id == note.c.item)
        .where(item.c.section == id, item.c.removed_at.is_(None))
        .order_by(item.c.position, item.c.id)
    )
    return [NoteRef(**row._mapping) for row in db.execute(query)]


def _notes() -> Select[Any]:
    return select(note.c.id, note.c.day, note.c.item, note.c.created_at)


def _item_values(record: Item) -> dict[str, Any]:
    return asdict(record) | {
        "people": [asdict(speaker) for speaker in record.people],
        "questions": list(record.questions),
    }


def _item(row: Row[Any]) -> Item:
    return _item_of(dict(row._mapping))


def _item_of(values: dict[str, Any]) -> Item:
    values["people"] = tuple(Speaker(**speaker) for speaker in values["people"])
    values["questions"] = tuple(values["questions"])
    return Item(**values)


def _count(db: Connection, query: Select[Any]) -> int:
    return int(db.execute(query).scalar_one())
