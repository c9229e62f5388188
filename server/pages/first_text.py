"""The text of a note inside its page, for before the editor is there, and for who has no script.

It is drawn in the process aside, from what is committed: nothing that is kept aside is in it.
A page never waits long for it, as it can do without.
"""

from __future__ import annotations

import asyncio
import json
import time
from collections.abc import Sequence

from markupsafe import Markup

from server.days.view import NoteView
from server.errors import Unavailable
from server.export.drawn import drawn
from server.export.panes import panes
from server.pages.shelf import Page, Shelf
from server.service import Service
from server.sync.document import Choked, merge
from storage import checkpoints

MAX_BYTES = 400_000
"""Of a note's content: a longer one, some 20,000 words with their history, would take longer to
draw and to send than its reader gains."""
MAX_WAIT_SECONDS = 0.5
"""The process aside may be busy with something longer."""
FRESH_SECONDS = 1.0
"""How old a text may be while people write: however many come at once, it is drawn this often."""

Drawn = dict[str, Markup]
"""The elements inside each pane, by its name."""


class FirstTexts:
    """Of one process; made once for each version of a note and language."""

    def __init__(self, service: Service) -> None:
        self._service = service
        self._shelf = Shelf(time.monotonic, fresh_seconds=FRESH_SECONDS)

    async def of(self, note: NoteView, *, done: str) -> Drawn:
        """Empty where the note is too long, cannot be read, or is not drawn in time."""
        try:
            async with asyncio.timeout(MAX_WAIT_SECONDS):
                page = await self._shelf.page(
                    (note.id, done),
                    version=note.head,
                    choice=None,
                    make=lambda: self._make(note, done),
                )
        except (TimeoutError, Unavailable):
            return {}
        # What `drawn` made: every text in it is escaped there.
        return {pane: Markup(text) for pane, text in json.loads(page.data).items()}  # noqa: S704

    async def _make(self, note: NoteView, done: str) -> Page:
        parts = await self._parts(note)
        if sum(map(len, parts)) > MAX_BYTES:
            return Page.of(b"{}")
        return Page.of(await self._service.aside.run(draw, parts, done))

    async def _parts(self, note: NoteView) -> Sequence[bytes]:
        """Of a live note from its room, which encodes itself for who comes anyway."""
        room = self._service.rooms.find(note.id)
        if room is not None and room.replica.seq >= note.head:
            return [room.replica.document.full()]
        read = await self._service.store.read(
            lambda db: checkpoints.parts_at(db, note.id, note.head)
        )
        return read.parts


def draw(parts: Sequence[bytes], done: str) -> bytes:
    """Both panes as JSON, from the updates that make a note. For a process that may take its
    time."""
    try:
        found = panes(merge(parts))
    except Choked:
        return b"{}"
    shown = {"notes": found.notes, "conclusions": found.conclusions}
    return json.dumps({pane: drawn(lines, done=done) for pane, lines in shown.items()}).encode()
