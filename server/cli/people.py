"""`calepin people`: who joined a day, and removing somebody."""

from __future__ import annotations

from pathlib import Path

import click

from server.cli.options import data_option, json_option, print_json
from server.cli.store import acting_person, now, open_store
from server.days.withdraw import people_of_day, remove_person
from storage.values import DayId, PersonId


@click.command()
@click.argument("day")
@click.option(
    "--remove", help="Remove this person: an id, as this command prints it.", metavar="ID"
)
@data_option
@json_option
def people(day: str, remove: str | None, data: Path | None, *, as_json: bool) -> None:
    """Print who joined DAY, each with an id; with --remove, first take somebody out of it.

    What they wrote stays. A server that runs closes their connections.
    """
    id = DayId(day)
    with open_store(data) as store:
        if remove is not None:
            with store.database.write() as db:
                remove_person(db, id, PersonId(remove), by=acting_person(db, id), at=now())
        with store.database.read() as db:
            found = people_of_day(db, id)
    if as_json:
        print_json(
            {
                "day": day,
                "people": [
                    {
                        "person": one.id,
                        "name": one.name,
                        "role": one.role,
                        "removed": one.removed_at is not None,
                    }
                    for one in found
                ],
            }
        )
        return
    for one in found:
        gone = "  (removed)" if one.removed_at is not None else ""
        click.echo(f"{one.id}  {one.role:<10} {one.name}{gone}")
