"""`calepin publish`: choose what of a day everybody may read, say what should be read again, and
write it as a folder."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

import click
from sqlalchemy import Connection

from server.cli.options import data_option
from server.cli.site_folder import may_be_written, write_folder
from server.cli.store import acting_person, now, open_store
from server.errors import BadInput, NotFound, Unavailable
from storage import catalogue, publication
from storage.values import DayId

if TYPE_CHECKING:
    from server.days.contents import Contents
    from server.days.publishing import Choice, What


@click.command()
@click.argument("day", metavar="DAY")
@click.option(
    "--what",
    type=click.Choice(["nothing", "conclusions", "notes", "both"]),
    help="What everybody may read; nothing takes all of it back, exceptions too.",
)
@click.option(
    "--names/--no-names",
    default=None,
    help="Whether the names of people who took part are shown; as before, or not at first.",
)
@click.option(
    "--to",
    type=click.Path(path_type=Path),
    metavar="FOLDER",
    help="Write what is published as a folder of pages, in place of those written there before.",
)
@data_option
def publish(
    day: str, what: What | None, names: bool | None, to: Path | None, data: Path | None
) -> None:
    """Publish DAY at an address that needs no link, or take it back. Exceptions for single notes
    are made on its page."""
    # Only reading the texts needs the CRDT library; most commands start faster without it.
    from server.days.contents import read_contents
    from server.days.ids import is_id, shown_id
    from server.days.publishing import choice_of, contacts_of, read_address

    if what is None and (to is None or names is not None):
        raise BadInput("Say what everybody may read with --what, or where to write it with --to.")
    id = DayId(day)
    with open_store(data) as store:
        with store.database.read() as db:
            if not is_id(day) or catalogue.find_day(db, id) is None:
                raise NotFound(f"There is no day {shown_id(day)}.")
        # What cannot be written is refused before anything is published.
        folder = None if to is None else _Folder(to, id)
        with store.database.write() as db:
            if what is not None:
                _choose(db, id, what, names=names)
            chosen = choice_of(publication.find(db, id))
            contents = read_contents(db, id)
        address = read_address(store.settings.address, id)
    if folder is not None:
        folder.write(contents, chosen)
    if not chosen.is_public:
        click.echo("Nothing of the day is published.")
        return
    for one in contacts_of(contents, chosen):
        click.echo(f"To read again: {one.text} ({one.title}, {one.place})", err=True)
    click.echo(address)


def _choose(db: Connection, day: DayId, what: What, *, names: bool | None) -> None:
    from server.days.publishing import choice_of
    from server.days.publishing import publish as choose

    before = choice_of(publication.find(db, day))
    choice = replace(before, what=what, names=before.names if names is None else names)
    if what == "nothing":
        choice = replace(choice, exceptions={})
    choose(db, day, choice, by=acting_person(db, day), at=now())


class _Folder:
    """Where the pages of a day are written. Raises BadInput where they would replace anything
    else, and Unavailable where it cannot be looked at."""

    def __init__(self, to: Path, day: DayId) -> None:
        from server.pages.assets import read_style

        self._to, self._day = to, day
        self._style = read_style()
        try:
            # A link stays one: what it leads to is replaced.
            self._path = to.resolve()
            if not self._path.parent.is_dir():
                raise BadInput(f"There is no folder {self._path.parent}: make it first.")
            self._has_pages = may_be_written(self._path, day)
        except (OSError, RuntimeError) as error:
            raise self._cannot(error, "looked at") from error

    def write(self, contents: Contents, choice: Choice) -> None:
        """Write the pages. Where nothing is published, one that says so replaces what was there,
        and there is none where nothing was. Raises BadInput and Unavailable."""
        from server.pages.site import site

        if not choice.is_public and not self._has_pages:
            return
        try:
            write_folder(self._path, self._day, site(contents, choice, self._style))
        except OSError as error:
            cannot = self._cannot(error, "written")
            raise Unavailable(
                f"{cannot} The server shows what you chose, and the folder what it did before."
            ) from error

    def _cannot(self, error: OSError | RuntimeError, what: str) -> Unavailable:
        why = (error.strerror if isinstance(error, OSError) else None) or "it leads to itself"
        return Unavailable(f"{self._to} cannot be {what}: {why}.")
