"""`calepin new · demo`: make a day, and show what opens it."""

from __future__ import annotations

from pathlib import Path

import click
from sqlalchemy import Connection

from server.cli.links import print_entrance
from server.cli.options import data_option, json_option
from server.cli.store import OpenStore, acting_person, now, open_store
from server.days.clone import note_clone, prepare_clone
from server.days.create import NewDay, add_day, prepare_day
from server.days.entrance import load_entrance
from server.days.fields import clean_date, clean_title
from server.days.ids import new_client_id, new_id
from server.days.incoming.listing import Incoming
from server.days.incoming.wanted import clean_wanted
from server.days.load import load_programme
from server.days.programme import Programme
from storage import catalogue
from storage.values import DayId

SAMPLE = Path(__file__).resolve().parent.parent / "sample" / "programme.yml"


@click.command()
@click.argument("programme", type=click.Path(path_type=Path))
@click.option("--date", default="", help="Which day of a schedule of several, as 2027-03-01.")
@click.option("--title", default="", help="What the day is called, before what the file says.")
@click.option("--timezone", default="", help="Where it is, as Europe/Paris, likewise.")
@data_option
@json_option
def new(
    programme: Path, date: str, title: str, timezone: str, data: Path | None, *, as_json: bool
) -> None:
    """Make a day from PROGRAMME and print its links.

    PROGRAMME is a file in YAML, a schedule of frab or pretalx (JSON or XML), iCalendar, CSV, ODS,
    or an export of a day in JSON.
    """
    # The programme is read before the store is opened: a mistake in it makes no store.
    incoming = load_programme(programme, clean_wanted(date, title, timezone))
    print_remarks(incoming)
    with open_store(data, make=True) as store:
        day = _prepare(incoming.programme, store)
        with store.database.write() as db:
            add_day(db, day, who="command line")
            entrance = load_entrance(db, day.day.id, secret=store.secret)
        print_entrance(entrance, store, as_json=as_json)


@click.command()
@click.argument("day")
@click.option("--date", default="", help="When the new day takes place, as 2027-03-01.")
@click.option("--title", help="What it is called; without it, as DAY is.")
@data_option
@json_option
def clone(day: str, date: str, title: str | None, data: Path | None, *, as_json: bool) -> None:
    """Make a new day with the programme of DAY, without its notes, and print its links."""
    wanted = clean_date(date)
    name = None if title is None else clean_title(title, of="A day")
    with open_store(data) as store:
        source, secret = DayId(day), store.secret
        with store.database.write() as db:
            new = prepare_clone(
                db, source, title=name, date=wanted, secret=secret, now=now(), new_id=new_id
            )
            note_clone(db, source, new.day.id, by=acting_person(db, source), at=now())
            add_day(db, new, who="command line")
            entrance = load_entrance(db, new.day.id, secret=secret)
        print_entrance(entrance, store, as_json=as_json)


@click.command()
@data_option
@json_option
def demo(data: Path | None, *, as_json: bool) -> None:
    """Make the sample day when the store has no day yet, and print the links of the latest day."""
    with open_store(data, make=True) as store:
        with store.database.read() as db:
            latest = _latest(db)
        if latest is None:
            latest = _make_sample(store)
        with store.database.read() as db:
            entrance = load_entrance(db, latest, secret=store.secret)
        print_entrance(entrance, store, as_json=as_json)


def print_remarks(incoming: Incoming) -> None:
    """What was left out of a file, or understood: on standard error, beside what is printed."""
    for remark in incoming.remarks:
        click.echo(f"calepin: {remark}", err=True)


def _make_sample(store: OpenStore) -> DayId:
    day = _prepare(load_programme(SAMPLE).programme, store)
    with store.database.write() as db:
        # Again, inside the transaction: two that start at once make one sample day.
        latest = _latest(db)
        if latest is None:
            add_day(db, day, who="command line")
        return latest or day.day.id


def _latest(db: Connection) -> DayId | None:
    found = catalogue.days(db)
    return max(found, key=lambda day: (day.created_at, day.id)).id if found else None


def _prepare(planned: Programme, store: OpenStore) -> NewDay:
    # Only making a day needs the CRDT library; showing links starts faster without it.
    from server.export.panes import initial_update

    return prepare_day(
        planned,
        secret=store.secret,
        now=now(),
        new_id=new_id,
        new_client_id=new_client_id,
        initial_update=initial_update,
    )
