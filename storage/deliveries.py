"""What waits to be told to an address: claimed, tried, and settled one way or the other.

A claim is a short transaction of its own, and nothing is held while the address is asked: whoever
dies with a claim lets it run out.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

from sqlalchemy import Connection, delete, func, select, update

from storage.tables import delivery, webhook
from storage.values import DayId, Milliseconds, NoteId, WebhookId


@dataclass(frozen=True, slots=True)
class Delivery:
    """An event on its way to an address, claimed by whoever has this value.

    `title` is that of the note or the day when it happened. `attempts` counts this one too.
    """

    webhook: WebhookId
    day: DayId
    url: str
    event: str
    type: str
    at: Milliseconds
    note: NoteId | None
    title: str
    state: str
    seq: int | None
    attempts: int


def due(db: Connection, now: Milliseconds) -> list[WebhookId]:
    """The addresses for which a delivery is due, the one that waits longest first."""
    query = (
        select(delivery.c.webhook)
        .where(delivery.c.due_at <= now)
        .group_by(delivery.c.webhook)
        .order_by(func.min(delivery.c.due_at), delivery.c.webhook)
    )
    return [WebhookId(id) for id in db.execute(query).scalars()]


def claim(
    db: Connection, most: Mapping[WebhookId, int], *, now: Milliseconds, until: Milliseconds
) -> list[Delivery]:
    """Take at most so many due deliveries of each of these addresses, the oldest first.

    Nobody else is given them before `until`; from then on they are due again, unless they were
    settled. Those that another process is taking are left to it, without waiting.
    """
    claimed: list[Delivery] = []
    for id, count in most.items():
        query = (
            select(delivery, webhook.c.day, webhook.c.url)
            .join(webhook, webhook.c.id == delivery.c.webhook)
            .where(delivery.c.webhook == id, delivery.c.due_at <= now)
            .order_by(delivery.c.due_at, delivery.c.at, delivery.c.event)
            .limit(count)
            .with_for_update(of=delivery, skip_locked=True)
        )
        for row in db.execute(query).mappings():
            values = {name: value for name, value in row.items() if name != "due_at"}
            found = Delivery(**values)
            claimed.append(replace(found, attempts=found.attempts + 1))
    for one in claimed:
        taken = update(delivery).where(delivery.c.webhook == one.webhook)
        db.execute(
            taken.where(delivery.c.event == one.event).values(attempts=one.attempts, due_at=until)
        )
    return claimed


def delivered(db: Connection, one: Delivery, *, at: Milliseconds, status: int) -> None:
    """The address has it. Where it was delivered twice, that counts once."""
    _tried(db, one, at=at, status=status, failure=None)
    if _forget(db, one):
        _count(db, one.webhook, delivered=1)


def failed(
    db: Connection,
    one: Delivery,
    *,
    at: Milliseconds,
    status: int | None,
    failure: str,
    due_at: Milliseconds,
) -> None:
    """Try again at `due_at`; where somebody else claimed it meanwhile, that is theirs to say."""
    _tried(db, one, at=at, status=status, failure=failure)
    db.execute(
        update(delivery)
        .where(
            delivery.c.webhook == one.webhook,
            delivery.c.event == one.event,
            delivery.c.attempts == one.attempts,
        )
        .values(due_at=due_at)
    )


def give_up(
    db: Connection, one: Delivery, *, at: Milliseconds, status: int | None, failure: str
) -> bool:
    """Try it no more; False where it was settled meanwhile."""
    _tried(db, one, at=at, status=status, failure=failure)
    forgotten = _forget(db, one)
    if forgotten:
        _count(db, one.webhook, given_up=1)
    return forgotten


def leave(
    db: Connection, one: Delivery, *, at: Milliseconds, status: int | None, failure: str
) -> None:
    """Try no more what was worth one attempt, and count it nowhere."""
    _tried(db, one, at=at, status=status, failure=failure)
    _forget(db, one)


def end(db: Connection, one: Delivery, *, at: Milliseconds, status: int, failure: str) -> bool:
    """Tell an address nothing more, of what waits for it neither; False where it ended before."""
    standing = update(webhook).where(webhook.c.id == one.webhook, webhook.c.gone_at.is_(None))
    if db.execute(standing.values(gone_at=at)).rowcount == 0:
        return False
    _tried(db, one, at=at, status=status, failure=failure)
    waiting = db.execute(delete(delivery).where(delivery.c.webhook == one.webhook)).rowcount
    _count(db, one.webhook, given_up=waiting)
    return True


def _tried(
    db: Connection, one: Delivery, *, at: Milliseconds, status: int | None, failure: str | None
) -> None:
    # Before the delivery itself is touched: who removes the address takes the two in this order.
    values = {"tried_at": at, "status": status, "failure": failure}
    db.execute(update(webhook).where(webhook.c.id == one.webhook).values(values))


def _forget(db: Connection, one: Delivery) -> bool:
    gone = delete(delivery).where(delivery.c.webhook == one.webhook, delivery.c.event == one.event)
    return db.execute(gone).rowcount == 1


def _count(db: Connection, id: WebhookId, *, delivered: int = 0, given_up: int = 0) -> None:
    db.execute(
        update(webhook)
        .where(webhook.c.id == id)
        .values(delivered=webhook.c.delivered + delivered, given_up=webhook.c.given_up + given_up)
    )
