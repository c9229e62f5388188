"""Leaving a text for the moderators of a locked note: held like what is typed too late (K4)."""

from __future__ import annotations

from typing import Final

from server.bus.messages import Moved
from server.days.people import Visitor
from server.errors import Conflict, TooLarge, Unavailable
from server.export.panes import Piece
from server.incoming.edits import edits_of
from server.incoming.formats import Format
from server.sync.document import Choked, merge
from server.sync.importing import Means
from server.sync.intake import MAX_HELD_BYTES
from server.sync.room import Room
from storage import log as storage_log
from storage.values import NoteId, Submission

MAX_CHARACTERS: Final = 10_000
"""Of one text: some pages. What is longer than that is a note of its own."""


class Leaving:
    """Keeps texts aside that people leave on purpose."""

    def __init__(self, means: Means) -> None:
        self._means = means

    async def leave(self, note: NoteId, text: str, visitor: Visitor) -> None:
        """Keep a plain text aside under the visitor's name; durable, and in the moderators' list,
        on return. Where the note is unlocked just now, the text is part of it at its end.

        Raises Conflict where the note is open, NotAllowed, TooLarge, Unavailable or StoreError.
        """
        means = self._means
        room = await means.rooms.open(note)
        self._require(room, visitor)
        client = means.unused_client(room)
        try:
            pieces: list[Piece] = await means.elsewhere(
                edits_of,
                room.replica.document.full(),
                text.encode(),
                "The text",
                Format.TEXT,
                "notes",
                client,
            )
            update = merge([piece.update for piece in pieces])
        except Choked as error:
            raise Unavailable("This note cannot be written now; try again soon.") from error
        row = Submission(
            note,
            visitor.person,
            means.new_connection_id(),
            means.clock(),
            update,
            writers=(client,),
        )

        # The note may have been let go and opened again meanwhile.
        room = await means.rooms.open(note)

        async def step() -> None:
            self._require(room, visitor)
            if room.replica.held_bytes(visitor.person) + len(update) > MAX_HELD_BYTES:
                raise TooLarge(
                    "Too much of yours waits in this note: ask a moderator to decide on it first."
                )
            room.idle_since = None  # it stays while its log moves
            await means.store.write(lambda db: storage_log.append(db, [row]))
            room.tell_others(Moved())
            await means.pump.follow(room)

        await means.pump.step(step)

    def _require(self, room: Room, visitor: Visitor) -> None:
        self._means.require_writer(room, visitor)
        if room.lock is None or visitor.role.may_lock:
            raise Conflict("You may write in this note itself: nothing needs to be kept aside.")
