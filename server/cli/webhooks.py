"""`calepin webhooks`: the addresses that are told what happens to a day."""

from __future__ import annotations

from pathlib import Path

import click

from server.cli.options import data_option, json_option, print_json
from server.cli.store import acting_person, now, open_store
from server.days.ids import new_id
from server.days.moments import show_moment
from server.webhooks.message import derive_secret, shown_secret
from server.webhooks.registering import of_day, register, remove, state_of
from storage import catalogue
from storage.values import DayId
from storage.webhooks import Queue, Webhook


@click.command()
@click.argument("day", metavar="DAY")
@click.option("--add", help="Tell this address from now on, and print its secret.", metavar="URL")
@click.option(
    "--remove", "gone", help="Tell this one nothing more: an id, as printed here.", metavar="ID"
)
@data_option
@json_option
def webhooks(
    day: str, add: str | None, gone: str | None, data: Path | None, *, as_json: bool
) -> None:
    """Print the addresses that are told when a note of DAY is locked or unlocked, or the day is
    published; with --add or --remove, change them first.

    A secret is printed once. A server that runs delivers.
    """
    id, secret = DayId(day), None
    with open_store(data) as store:
        if gone is not None or add is not None:
            key = store.secret
            with store.database.write() as db:
                by = acting_person(db, id)
                if gone is not None:
                    remove(db, id, gone, by=by, at=now())
                if add is not None:
                    internal = store.settings.internal_webhooks
                    new = register(db, id, add, internal=internal, by=by, at=now(), new_id=new_id)
                    secret = shown_secret(derive_secret(key, new.id))
        with store.database.read() as db:
            found = of_day(db, id)
            of = catalogue.find_day(db, id)
    if as_json:
        listed = [_value(one, queue) for one, queue in found]
        print_json({"day": day, "webhooks": listed} | ({"secret": secret} if secret else {}))
        return
    zone = of.timezone if of else "UTC"
    for one, queue in found:
        click.echo(f"{one.id}  {state_of(one):<8} {_said(one, queue, zone)}  {one.url}")
    if secret is not None:
        click.echo(f"\nIts secret, which is not shown again: {secret}")


def _value(one: Webhook, queue: Queue) -> dict[str, object]:
    return {
        "webhook": one.id,
        "url": one.url,
        "state": state_of(one),
        "delivered": one.delivered,
        "given_up": one.given_up,
        "waiting": queue.waiting,
    }


def _said(one: Webhook, queue: Queue, zone: str) -> str:
    said = f"{one.delivered} delivered, {queue.waiting} waiting, {one.given_up} given up"
    if one.tried_at is None or one.failure is None:
        return said
    why = f"status {one.status}" if one.status is not None else one.failure
    return f"{said}; {why} at {show_moment(one.tried_at, timezone=zone)}"
