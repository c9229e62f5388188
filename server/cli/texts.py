"""`calepin import`: Markdown into a note, as an edit that joins what stands there."""

from __future__ import annotations

from pathlib import Path

import click

from server.cli.options import data_option
from server.cli.store import COMMAND_LINE, OpenStore, acting_person, now, open_store
from server.days.ids import is_id, new_client_id, shown_id
from server.days.load import read_markdown
from server.errors import BadInput, NoteLocked, NotFound, Unavailable
from storage import catalogue, checkpoints, log
from storage.records import NoteRef
from storage.values import Accepted, NoteId, Submission


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
@data_option
def import_text(note: str, file: Path, pane: str, data: Path | None) -> None:
    """Append FILE, a Markdown file, to NOTE. Nothing that stands there is changed."""
    markdown = read_markdown(file)
    with open_store(data) as store:
        ref = _find(store, note)
        client = new_client_id()
        update = _edit(store, ref.id, markdown, client, conclusions=pane == "conclusions")
        if update is None:
            raise BadInput(f"There is no text in {file}.")
        with store.database.write() as db:
            author = acting_person(db, ref.day)
            edit = Submission(ref.id, author, COMMAND_LINE, now(), update, writers=(client,))
            (outcome,) = log.append(db, [edit])
            if not isinstance(outcome, Accepted):
                # Leaving the block by an error gives the transaction up: nothing is held either.
                raise NoteLocked(f"The note {note} is locked: unlock it before importing into it.")
    click.echo(f"{file} is in the note {note}.")


def _find(store: OpenStore, note: str) -> NoteRef:
    with store.database.read() as db:
        ref = catalogue.find_note(db, NoteId(note)) if is_id(note) else None
    if ref is None:
        raise NotFound(f"There is no note {shown_id(note)}.")
    return ref


def _edit(
    store: OpenStore, note: NoteId, markdown: str, client: int, *, conclusions: bool
) -> bytes | None:
    # As in `calepin new`: the CRDT library is loaded only by what needs it.
    from server.export.panes import import_update
    from server.sync.document import Choked, merge

    with store.database.read() as db:
        standing = checkpoints.parts_at(db, note, log.head(db, note).seq)
    try:
        return import_update(
            merge(standing.parts),
            markdown,
            client_id=client,
            pane="conclusions" if conclusions else "notes",
        )
    except Choked as error:
        raise Unavailable(f"The note {note} cannot be read now; run `calepin verify`.") from error
