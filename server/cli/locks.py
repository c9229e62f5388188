"""`calepin lock · unlock`: of a note, a section or a day, whether or not a server is running."""

from __future__ import annotations

from pathlib import Path

import click

from server.cli.options import data_option
from server.cli.store import COMMAND_LINE, acting_person, now, open_store
from server.days import locks


@click.command()
@click.argument("target", metavar="NOTE|SECTION|DAY")
@click.option("--why", default="", help="The reason, shown to the people in the note.")
@data_option
def lock(target: str, why: str, data: Path | None) -> None:
    """Lock a note, or all the notes of a section or a day. What people type then is kept aside."""
    with open_store(data) as store, store.database.write() as db:
        found = locks.find_target(db, target)
        by = acting_person(db, found.day)
        heads = locks.lock(db, found, by=by, why=why, at=now(), connection=COMMAND_LINE)
    _say(len(heads), "locked")


@click.command()
@click.argument("target", metavar="NOTE|SECTION|DAY")
@data_option
def unlock(target: str, data: Path | None) -> None:
    """Unlock a note, or all the notes of a section or a day."""
    with open_store(data) as store, store.database.write() as db:
        found = locks.find_target(db, target)
        by = acting_person(db, found.day)
        heads = locks.unlock(db, found, by=by, at=now(), connection=COMMAND_LINE)
    _say(len(heads), "unlocked")


def _say(count: int, what: str) -> None:
    click.echo(f"{count} {'note is' if count == 1 else 'notes are'} {what}.")
