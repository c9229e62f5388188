"""`calepin programme`: a day's programme from a file once more, the differences first."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import click
from sqlalchemy import Connection

from server.cli.days import print_remarks
from server.cli.options import data_option, json_option, print_json
from server.cli.store import acting_person, now, open_store
from server.days.differences import Differences, compare
from server.days.differences_value import differences_value, says_nothing
from server.days.edit import Act
from server.days.ids import new_client_id, new_id
from server.days.importing import Making, beginnings, bring_in, wanted_for
from server.days.load import load_programme
from server.days.view import DayView, load_day
from storage.values import DayId, ItemId


@click.command()
@click.argument("day")
@click.argument("file", type=click.Path(path_type=Path))
@click.option("--apply", is_flag=True, help="Do what differs; without it, nothing is changed.")
@click.option(
    "--remove",
    is_flag=True,
    help="Also take out what is not in FILE any more, where nothing is written in its note.",
)
@click.option("--date", default="", help="Which day of FILE; without it, the date of DAY.")
@data_option
@json_option
def programme(
    day: str,
    file: Path,
    date: str,
    data: Path | None,
    *,
    apply: bool,
    remove: bool,
    as_json: bool,
) -> None:
    """Compare the programme of DAY with FILE, and with --apply bring the differences in.

    Items are found by the identifier of their source, else by a title that one item alone has in
    its section, and never by their room. No note is ever deleted.
    """
    # As in `calepin new`: the CRDT library is loaded only by what needs it.
    from server.export.panes import initial_update

    id = DayId(day)
    with open_store(data) as store:
        with store.database.read() as db:
            there = load_day(db, id)
        incoming = load_programme(file, wanted_for(there, date))
        begins = beginnings(incoming, Making(new_client_id, initial_update))
        with store.database.read() as db:
            seen = compare(load_day(db, id), incoming)
            blank = _blank(db, seen)
        if apply:
            with store.database.write() as db:
                act = Act.begin(db, id, by=acting_person(db, id), at=now())
                taken = blank if remove else {}
                bring_in(act, incoming, begins, seen=seen.version, blank=taken, new_id=new_id)
    said = differences_value(seen, incoming, blank=blank, removes=remove)
    if as_json:
        print_json(said | {"applied": apply})
        return
    print_remarks(incoming)
    for line in _lines(there, said, applied=apply):
        click.echo(line)


def _blank(db: Connection, differences: Differences) -> dict[ItemId, int]:
    """The items that the file lacks and whose notes nobody would miss, with their positions."""
    from server.days.blank import is_blank, read_written

    found: dict[ItemId, int] = {}
    for _, item in differences.missing:
        written = read_written(db, item.note.id)
        if is_blank(written):
            found[item.id] = written.seq
    return found


def _lines(day: DayView, said: Mapping[str, Any], *, applied: bool) -> Iterator[str]:
    items, sections = said["items"], said["sections"]
    yield f"{day.title}  ·  day {day.id}\n"
    for one in sections["added"]:
        yield f"  new section    “{one['title']}”"
    for one in sections["changed"]:
        yield f"  section        “{one['title']}”"
        yield from _fields(one)
    for one in sections["moved"]:
        yield f"  moved section  “{one['title']}”"
    for one in items["added"]:
        when = f"{one['start']}–{one['end']}".strip("–")
        where = "".join(f", {part}" for part in (when, one["room"]) if part)
        yield f"  added          “{one['title']}”{where}, in “{one['section']}”"
    for one in items["restored"]:
        yield f"  put back       “{one['title']}”, in “{one['to']}”"
    for one in items["changed"]:
        yield f"  changed        “{one['title']}”"
        yield from _fields(one)
    for one in items["moved"]:
        to = f"“{one['from']}” → “{one['to']}”" if one["from"] != one["to"] else f"in “{one['to']}”"
        yield f"  moved          “{one['title']}”: {to}"
    for one in items["missing"]:
        why = "it stays, as its note has a text" if one["text"] else "it stays"
        if one["removed"]:
            why = "it is taken out, as nothing is written in its note"
        yield f"  not in FILE    “{one['title']}”, in “{one['section']}”: {why}"
    yield f"  as it is       {items['same']}"
    if says_nothing(said):
        yield "\nThere is nothing to change."
    elif applied:
        yield "\nThis was brought into the programme."
    else:
        yield "\nNothing was changed. Call it again with --apply to bring this into the programme."


def _fields(one: Mapping[str, Any]) -> Iterator[str]:
    for change in one["changes"]:
        yield f"      {change['field']}: {_said(change['old'])} → {_said(change['new'])}"


def _said(value: Any) -> str:
    if isinstance(value, list):
        return ", ".join(_one(entry) for entry in value) or "none"
    return f"“{value}”"


def _one(entry: Any) -> str:
    if isinstance(entry, str):
        return f"“{entry}”"
    if entry["name"] and entry["organisation"]:
        return f"{entry['name']} ({entry['organisation']})"
    return str(entry["name"] or entry["organisation"])
