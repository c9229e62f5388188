"""A file as edits of a note: what a worker process, or a command, makes of the two."""

from __future__ import annotations

from server.export.panes import Pane, Piece, import_pieces
from server.incoming.formats import Format
from server.incoming.reading import read_file


def edits_of(
    state: bytes,
    data: bytes,
    name: str,
    format: Format | None,
    pane: Pane,
    client_id: int,
) -> list[Piece]:
    """The edits that append a file to a note whose whole state is the update `state`; at least one.

    `client_id` must be new to the note. Raises BadInput or TooLarge for the file, with its `name`,
    and `server.sync.document.Choked` when the library cannot read the note.
    """
    text = read_file(data, name, format)
    return import_pieces(state, text, client_id=client_id, pane=pane)
