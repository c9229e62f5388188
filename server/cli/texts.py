"""`calepin import`: a text into a note, as edits that join what stands there."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from server.cli.options import data_option
from server.cli.store import COMMAND_LINE, OpenStore, acting_person, now, open_store
from server.days.ids import is_id, new_client_id, shown_id
from server.days.load import read_bytes
from server.errors import NoteLocked, NotFound, Unavailable
from server.incoming.formats import Format
from server.incoming.limits import MAX_FILE_BYTES
from storage import catalogue, checkpoints, log
from storage.records import NoteRef
from storage.values import Accepted, NoteId, Submission

if TYPE_CHECKING:
    from server.export.panes import Pane, Piece


@click.command("import")
@click.argument("note")
@click.argument("file", type=click.Path(path_type=Path))
@click.option(
    "--pane",
    type=click.Choice(["notes", "conclusions"]),
    default="notes",
    show_default=True,
    help="Where the text goes; the conclusions of an exported note go to theirs.",
)
@click.option(
    "--format",
    "format_name",
    type=click.Choice([one.value for one in Format]),
    help="What FILE is, where its content and its name do not say it.",
)
@data_option
def import_text(
    note: str, file: Path, pane: Pane, format_name: str | None, data: Path | None
) -> None:
    """Append FILE to NOTE: Markdown, plain text, HTML, Etherpad, DOCX or ODT. Nothing that stands
    there is changed."""
    content = read_bytes(file, MAX_FILE_BYTES)
    format = None if format_name is None else Format(format_name)
    with open_store(data) as store:
        ref = _find(store, note)
        client = new_client_id()
        pieces = _pieces(store, ref.id, content, file.name, format=format, pane=pane, client=client)
        with store.database.write() as db:
            author, at = acting_person(db, ref.day), now()
            # Each piece is a row of its own, so that no row is larger than a person's edit.
            edits = [Submission(ref.id, author, COMMAND_LINE, at, one.update) for one in pieces]
            edits[0] = edits[0]._replace(writers=(client,))
            outcomes = log.append(db, edits)
            if not all(isinstance(outcome, Accepted) for outcome in outcomes):
                # Leaving the block by an error gives the transaction up: nothing is held either.
                raise NoteLocked(f"The note {note} is locked: unlock it before importing into it.")
    click.echo(f"{file} is in the note {note}.")


def _find(store: OpenStore, note: str) -> NoteRef:
    with store.database.read() as db:
        ref = catalogue.find_note(db, NoteId(note)) if is_id(note) else None
    if ref is None:
        raise NotFound(f"There is no note {shown_id(note)}.")
    return ref


def _pieces(
    store: OpenStore,
    note: NoteId,
    content: bytes,
    name: str,
    *,
    format: Format | None,
    pane: Pane,
    client: int,
) -> list[Piece]:
    # As in `calepin new`: the CRDT library is loaded only by what needs it.
    from server.incoming.edits import edits_of
    from server.sync.document import Choked, merge

    with store.database.read() as db:
        standing = checkpoints.parts_at(db, note, log.head(db, note).seq)
    try:
        return edits_of(merge(standing.parts), content, name, format, pane, client)
    except Choked as error:
        raise Unavailable(f"The note {note} cannot be read now; run `calepin verify`.") from error
