"""`calepin publish`: choose what of a day everybody may read, and say what should be read again."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

import click

from server.cli.options import data_option
from server.cli.store import acting_person, now, open_store
from server.errors import NotFound
from storage import catalogue, publication
from storage.values import DayId

if TYPE_CHECKING:
    from server.days.publishing import What


@click.command()
@click.argument("day", metavar="DAY")
@click.option(
    "--what",
    type=click.Choice(["nothing", "conclusions", "notes", "both"]),
    required=True,
    help="What everybody may read; nothing takes all of it back, exceptions too.",
)
@click.option(
    "--names/--no-names",
    default=None,
    help="Whether the names of people who took part are shown; as before, or not at first.",
)
@data_option
def publish(day: str, what: What, names: bool | None, data: Path | None) -> None:
    """Publish DAY at an address that needs no link, or take it back. Exceptions for single notes
    are made on its page."""
    # Only reading the texts needs the CRDT library; most commands start faster without it.
    from server.days.contents import read_contents
    from server.days.ids import is_id, shown_id
    from server.days.publishing import choice_of, contacts_of, read_address
    from server.days.publishing import publish as choose

    id = DayId(day)
    with open_store(data) as store:
        with store.database.write() as db:
            if not is_id(day) or catalogue.find_day(db, id) is None:
                raise NotFound(f"There is no day {shown_id(day)}.")
            before = choice_of(publication.find(db, id))
            choice = replace(before, what=what, names=before.names if names is None else names)
            if what == "nothing":
                choice = replace(choice, exceptions={})
            chosen = choice_of(choose(db, id, choice, by=acting_person(db, id), at=now()))
            contents = read_contents(db, id)
        address = read_address(store.settings.address, id)
    if not chosen.is_public:
        click.echo("Nothing of the day is published.")
        return
    for one in contacts_of(contents, chosen):
        click.echo(f"To read again: {one.text} ({one.title}, {one.place})", err=True)
    click.echo(address)
