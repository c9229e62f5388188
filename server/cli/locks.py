"""`calepin lock · unlock`: of a note, a section or a day, whether or not a server is running."""

from __future__ import annotations

from pathlib import Path

import click

from server.cli.options import data_option
from server.cli.store import COMMAND_LINE, acting_person, now, open_store
from server.days import locks
from server.days.moments import parse_moment, show_moment


@click.command()
@click.argument("target", metavar="NOTE|SECTION|DAY")
@click.option("--why", default="", help="The reason, shown to the people in the note.")
@click.option(
    "--at",
    "moment",
    help="When: 11:15, which is of today, or 2026-11-23T11:15, in the day's timezone. "
    "A server that runs then locks.",
    metavar="TIME",
)
@data_option
def lock(target: str, why: str, moment: str | None, data: Path | None) -> None:
    """Lock a note, or all the notes of a section or a day. What people type then is kept aside."""
    with open_store(data) as store, store.database.write() as db:
        found = locks.find_target(db, target)
        by = acting_person(db, found.day)
        if moment is not None:
            zone = locks.timezone_of(db, found.day)
            at = parse_moment(moment, timezone=zone, now=now())
            plans = locks.plan(db, found, by=by, why=why, at=at, now=now())
            count, what = len(plans), f"to be locked at {show_moment(at, timezone=zone)} ({zone})"
        else:
            heads = locks.lock(db, found, by=by, why=why, at=now(), connection=COMMAND_LINE)
            count, what = len(heads), "locked"
    _say(count, what)


@click.command()
@click.argument("target", metavar="NOTE|SECTION|DAY")
@data_option
def unlock(target: str, data: Path | None) -> None:
    """Unlock a note, or all the notes of a section or a day. What is planned is cancelled."""
    with open_store(data) as store, store.database.write() as db:
        found = locks.find_target(db, target)
        by = acting_person(db, found.day)
        heads = locks.unlock(db, found, by=by, at=now(), connection=COMMAND_LINE)
    _say(len(heads), "unlocked")


def _say(count: int, what: str) -> None:
    click.echo(f"{count} {'note is' if count == 1 else 'notes are'} {what}.")
