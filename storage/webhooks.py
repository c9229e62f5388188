"""Addresses that are told what happens to a day, and what waits to be told to each.

What happened is written down in the transaction in which it happens, once for each address: so a
crash loses none of it, and an address that is registered later is told nothing of what was before.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from sqlalchemy import Connection, delete, func, insert, select, update

from storage.native import run
from storage.tables import day, delivery, item, note, webhook
from storage.values import DayId, Milliseconds, NoteId, WebhookId

MAX_WAITING: Final = 5_000
"""For one address. A day of a hundred notes that are locked and unlocked ten times makes 2,000."""

_OF_DAY = "SELECT id FROM webhook WHERE day = ? AND gone_at IS NULL"


@dataclass(frozen=True, slots=True)
class Webhook:
    """An address of a day, and how the last attempt to reach it went.

    `status` is the HTTP status that it answered, `failure` a short fixed word that the server gives
    its meaning; of an attempt that was a success it is None. `gone_at` is when it said that it
    wants nothing more.
    """

    id: WebhookId
    day: DayId
    url: str
    created_at: Milliseconds
    by: str
    delivered: int = 0
    given_up: int = 0
    tried_at: Milliseconds | None = None
    status: int | None = None
    failure: str | None = None
    gone_at: Milliseconds | None = None


@dataclass(frozen=True, slots=True)
class Queue:
    """What waits for an address: how much, when the next attempt is due, and how often the one
    was tried that was tried most."""

    waiting: int = 0
    due_at: Milliseconds | None = None
    attempts: int = 0


@dataclass(frozen=True, slots=True)
class Event:
    """What happened to a day at `at`; `line` is the number of its line in the journal.

    `type` and `state` are short fixed words. `note` and `seq`, the position of a row, are of what
    happens to a note; None for the day as a whole.
    """

    day: DayId
    line: int
    type: str
    at: Milliseconds
    state: str
    note: NoteId | None = None
    seq: int | None = None

    @property
    def id(self) -> str:
        """The same for every address and every attempt, and never another event's. After a backup
        was put back the numbers of lines come again; the moments do not."""
        return f"msg_{self.day}_{self.line}_{self.at}"


def add(db: Connection, new: Webhook) -> None:
    db.execute(
        insert(webhook).values(
            id=new.id,
            day=new.day,
            url=new.url,
            by=new.by,
            created_at=new.created_at,
            delivered=0,
            given_up=0,
        )
    )


def of_day(db: Connection, id: DayId) -> list[tuple[Webhook, Queue]]:
    """The addresses of a day in the order in which they were registered, with what waits."""
    query = select(webhook).where(webhook.c.day == id).order_by(webhook.c.created_at, webhook.c.id)
    found = [Webhook(**row._mapping) for row in db.execute(query)]
    waits = (
        select(
            delivery.c.webhook,
            func.count(),
            func.min(delivery.c.due_at),
            func.max(delivery.c.attempts),
        )
        .where(delivery.c.webhook.in_([one.id for one in found]))
        .group_by(delivery.c.webhook)
    )
    queues = {
        of: Queue(int(count), Milliseconds(due), int(attempts))
        for of, count, due, attempts in db.execute(waits)
    }
    return [(one, queues.get(one.id, Queue())) for one in found]


def remove(db: Connection, id: WebhookId) -> bool:
    """Forget an address, with what waits for it; False where there is none."""
    return db.execute(delete(webhook).where(webhook.c.id == id)).rowcount == 1


def queue(db: Connection, event: Event) -> None:
    """Have every address of the day told, in the transaction in which it happens.

    An address for which `MAX_WAITING` wait already is not told: the event counts as given up.
    """
    if not run(db, _OF_DAY, (event.day,)):  # of nearly every day there is none
        return
    # An address that somebody forgets at this moment is forgotten first: else its delivery would
    # hang on nothing, and what happens here would fail for it.
    standing = (
        select(webhook.c.id)
        .where(webhook.c.day == event.day, webhook.c.gone_at.is_(None))
        .order_by(webhook.c.id)
        .with_for_update(read=True, key_share=True)
    )
    ids = list(db.execute(standing).scalars())
    full = set(
        db.execute(
            select(delivery.c.webhook)
            .where(delivery.c.webhook.in_(ids))
            .group_by(delivery.c.webhook)
            .having(func.count() >= MAX_WAITING)
        ).scalars()
    )
    if full:
        over = update(webhook).where(webhook.c.id.in_(full))
        db.execute(over.values(given_up=webhook.c.given_up + 1))
    title = _title(db, event)
    for id in ids:
        if id not in full:
            _put(db, id, event, title)


def queue_alone(db: Connection, id: WebhookId, event: Event) -> bool:
    """Have one address told something in place of what of this type waits for it; False where it
    is not there, or wants nothing more."""
    standing = (
        select(webhook.c.id)
        .where(webhook.c.id == id, webhook.c.day == event.day, webhook.c.gone_at.is_(None))
        .with_for_update(read=True, key_share=True)
    )
    if db.execute(standing).scalar() is None:
        return False
    db.execute(delete(delivery).where(delivery.c.webhook == id, delivery.c.type == event.type))
    _put(db, id, event, _title(db, event))
    return True


def waiting(db: Connection) -> int:
    """How much waits for all addresses of all days."""
    return int(db.execute(select(func.count()).select_from(delivery)).scalar_one())


def _put(db: Connection, id: WebhookId, event: Event, title: str) -> None:
    db.execute(
        insert(delivery).values(
            webhook=id,
            event=event.id,
            type=event.type,
            at=event.at,
            note=event.note,
            title=title,
            state=event.state,
            seq=event.seq,
            attempts=0,
            due_at=event.at,
        )
    )


def _title(db: Connection, event: Event) -> str:
    """What the programme calls the note now; the day's title for the day and its own note."""
    if event.note is not None:
        of_note = select(item.c.title).join(note, note.c.item == item.c.id)
        found = db.execute(of_note.where(note.c.id == event.note)).scalar()
        if found is not None:
            return str(found)
    return str(db.execute(select(day.c.title).where(day.c.id == event.day)).scalar_one())
