"""The addresses of a day: registered and forgotten by its organisers."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final, Literal

from sqlalchemy import Connection

from server.days.ids import is_id, shown_id
from server.errors import Conflict, NotFound, TooLarge
from server.sentences import sentence
from server.webhooks.addresses import authority_of, parse_address, refuse_internal
from server.webhooks.message import TEST
from storage import catalogue, journal, webhooks
from storage.values import DayId, Milliseconds, PersonId, WebhookId
from storage.webhooks import Event, Queue, Webhook

MAX_WEBHOOKS: Final = 10
"""Of a day. Each is told everything, so more than a few are a mistake, or an attack on others."""

State = Literal["new", "working", "failing", "gone"]


def register(
    db: Connection,
    day: DayId,
    url: str,
    *,
    internal: bool,
    by: PersonId,
    at: Milliseconds,
    new_id: Callable[[], str],
) -> Webhook:
    """Tell an address from now on what happens to the day.

    `internal`: it may be one that the Internet cannot reach. Raises BadInput for what is no such
    address, Conflict where it is registered already, TooLarge, NotFound.
    """
    address = parse_address(url)
    if not internal:
        refuse_internal(address)
    there = [one.url for one, _ in of_day(db, day)]
    if url in there:
        raise Conflict(
            sentence("This address is registered already: for a new secret, remove it first.")
        )
    if len(there) >= MAX_WEBHOOKS:
        raise TooLarge(
            sentence("A day has at most {most} webhooks: remove one first.", most=MAX_WEBHOOKS),
            limit=MAX_WEBHOOKS,
        )
    new = Webhook(WebhookId(new_id()), day, url, at, by)
    webhooks.add(db, new)
    journal.write(db, day, at=at, who=by, what="add_webhook", why=address.authority)
    return new


def remove(db: Connection, day: DayId, id: str, *, by: PersonId, at: Milliseconds) -> Webhook:
    """Tell an address nothing more, of what waits for it neither. Raises NotFound."""
    for one, _ in of_day(db, day):
        if one.id == id:
            webhooks.remove(db, one.id)
            host = authority_of(one.url)
            journal.write(db, day, at=at, who=by, what="remove_webhook", why=host)
            return one
    raise NotFound(f"There is no webhook {shown_id(id)} in this day.")


def send_test(db: Connection, day: DayId, id: str, *, by: PersonId, at: Milliseconds) -> Webhook:
    """Have an address told a word of no meaning, at once and once: it is not tried again.

    Raises NotFound, or Conflict where the address wants nothing more.
    """
    for one, _ in of_day(db, day):
        if one.id == id:
            host = authority_of(one.url)
            line = journal.write(db, day, at=at, who=by, what="test_webhook", why=host)
            if not webhooks.queue_alone(db, one.id, Event(day, line, TEST, at, "test")):
                raise Conflict(
                    sentence(
                        "This address has answered that it wants nothing more: remove it, and add "
                        "it again."
                    )
                )
            return one
    raise NotFound(f"There is no webhook {shown_id(id)} in this day.")


def of_day(db: Connection, day: DayId) -> list[tuple[Webhook, Queue]]:
    """The addresses of a day, with what waits for each. Raises NotFound."""
    if not is_id(day) or catalogue.find_day(db, day) is None:
        raise NotFound(f"There is no day {shown_id(day)}.")
    return webhooks.of_day(db, day)


def state_of(one: Webhook) -> State:
    """What the last attempt says of an address."""
    if one.gone_at is not None:
        return "gone"
    if one.tried_at is None:
        return "new"
    return "working" if one.failure is None else "failing"
