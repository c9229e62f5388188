"""`calepin export`: a day, a section or a note as a document, at this moment of the store."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING

import click

from server.cli.options import data_option
from server.cli.store import open_store
from server.days.locks import find_target
from server.errors import BadInput, Unavailable

if TYPE_CHECKING:
    from server.days.documents import Format
    from server.export.day import Part


@click.command()
@click.argument("target", metavar="DAY|SECTION|NOTE")
@data_option
@click.option(
    "--format",
    "form",
    type=click.Choice(["md", "zip", "html", "docx", "odt", "json", "text"]),
    default="md",
    show_default=True,
    help="All but zip: one document. A zip: one Markdown file an item, of a whole day.",
)
@click.option(
    "--part",
    type=click.Choice(["all", "notes", "conclusions"]),
    default="all",
    show_default=True,
    help="Both panes of the notes, or one.",
)
@click.option(
    "-o",
    "output",
    default="-",
    help="The file to write, or to replace; - is standard output.",
    metavar="FILE",
)
def export(target: str, data: Path | None, form: Format, part: Part, output: str) -> None:
    """Write DAY, SECTION or NOTE as a document, in the order of the programme."""
    # Only exporting needs the CRDT library; most commands start faster without it.
    from server.days.contents import read_contents
    from server.days.documents import render

    if form in ("zip", "docx", "odt") and output == "-" and sys.stdout.isatty():
        raise BadInput(f"The format {form} is not for the screen: name a file with -o.")
    with open_store(data) as store, store.database.read() as db:
        contents = read_contents(db, find_target(db, target).day)
    document = render(contents, target, form, part).data
    if output == "-":
        sys.stdout.buffer.write(document)
        sys.stdout.buffer.flush()
        return
    try:
        Path(output).write_bytes(document)
    except OSError as error:
        raise Unavailable(f"{output or '“”'} cannot be written: {error.strerror}.") from error
