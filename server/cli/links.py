"""`calepin links`, and how every command prints what opens a day."""

from __future__ import annotations

from pathlib import Path

import click

from server.cli.options import data_option, json_option, print_json
from server.cli.store import OpenStore, acting_person, now, open_store
from server.days.access import Role
from server.days.entrance import Entrance, load_entrance
from server.days.ids import new_id
from server.days.withdraw import renew_link
from server.errors import Unavailable
from storage.values import DayId


@click.command()
@click.argument("day")
@click.option(
    "--renew",
    type=click.Choice([role.value for role in Role]),
    help="Withdraw the link of this role, with all who joined by it, and make a new one.",
)
@data_option
@json_option
def links(day: str, renew: str | None, data: Path | None, *, as_json: bool) -> None:
    """Print the links of DAY again; with --renew, first put a new one in place of one of them."""
    with open_store(data) as store:
        if renew is not None:
            secret = store.secret
            with store.database.write() as db:
                renew_link(
                    db,
                    DayId(day),
                    Role(renew),
                    by=acting_person(db, DayId(day)),
                    secret=secret,
                    new_id=new_id,
                    at=now(),
                )
        with store.database.read() as db:
            entrance = load_entrance(db, DayId(day), secret=store.secret)
        if not entrance.tokens:
            raise Unavailable(
                f"No link of the day {day} can be shown: all were withdrawn, "
                f"or made with another key than {store.settings.key}."
            )
        print_entrance(entrance, store, as_json=as_json)


def print_entrance(entrance: Entrance, store: OpenStore, *, as_json: bool) -> None:
    address = store.settings.address
    if as_json:
        print_json(entrance.as_json(address))
        return
    day = entrance.day
    click.echo(f"{day.title}  ·  day {day.id}, {sum(1 for _ in day.items())} notes\n")
    for role, link in entrance.links(address).items():
        click.echo(f"  {role.value:<10} {link}")
    click.echo("\nGive each group its link. Whoever holds a link has its role in this day.")
