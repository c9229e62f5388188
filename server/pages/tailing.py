"""The tails of a day's notes, kept by position: what has not moved is not read again."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Mapping, Sequence

from sqlalchemy import Connection

from server.days.tails import Tail, tails
from server.days.view import DayView, NoteView
from server.service import Service
from storage import checkpoints
from storage.values import DayId, NoteId

MAX_DAYS = 20
"""Whose tails are kept; the day that nobody asked for longest goes first."""

_Kept = dict[NoteId, tuple[int, Tail]]


class Tails:
    """Of one process. Nothing is decoded in its loop, and no room is opened for it."""

    def __init__(self, service: Service) -> None:
        self._service = service
        self._days: OrderedDict[DayId, _Kept] = OrderedDict()

    async def of(self, day: DayView) -> Mapping[NoteId, Tail]:
        """Every note's tail, at the position that `day` saw it or later."""
        kept = self._days.pop(day.id, {})
        self._days[day.id] = kept
        if len(self._days) > MAX_DAYS:
            self._days.popitem(last=False)
        moved = [note for note in day.notes() if kept.get(note.id, (0,))[0] != note.head]
        if moved:
            seqs, contents = await self._contents(moved)
            made = await self._service.aside.run(tails, contents)
            kept.update({note: (seqs[note], made[note]) for note in made})
        return {note.id: kept[note.id][1] for note in day.notes()}

    async def _contents(
        self, moved: Sequence[NoteView]
    ) -> tuple[dict[NoteId, int], dict[NoteId, Sequence[bytes]]]:
        """The positions and contents of notes: of one that is live from its room, which encodes
        itself once for each version anyway; of the others from the store."""
        seqs = {note.id: note.head for note in moved}
        live: dict[NoteId, Sequence[bytes]] = {}
        for note in moved:
            room = self._service.rooms.find(note.id)
            if room is not None and room.replica.seq >= note.head:
                seqs[note.id] = room.replica.seq
                live[note.id] = [room.replica.document.full()]

        def read(db: Connection) -> dict[NoteId, Sequence[bytes]]:
            rest = [note for note in moved if note.id not in live]
            return {one.id: checkpoints.parts_at(db, one.id, one.head).parts for one in rest}

        if len(live) == len(moved):
            return seqs, live
        return seqs, {**await self._service.store.read(read), **live}
