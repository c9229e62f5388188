"""The note as its log has it, in memory: content, place in the log, lock, owners, what is held.

`state` alone runs ahead of the log: it already counts what is queued, so that the next keystroke
of the same person finds its own last one. Nothing here knows of connections.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from server.errors import UpdateRefused
from server.sync import updates
from server.sync.document import Document
from server.sync.kept import Kept
from storage.held import Mark as HeldMark
from storage.values import (
    HeldState,
    HeldUpdate,
    Loaded,
    Lock,
    PersonId,
    Row,
    Submission,
)


class Replica:
    """Made from what storage has loaded of one note, and moved on by what is committed since.

    `parts` is the content of what was loaded, as it came or put together.
    """

    def __init__(self, loaded: Loaded, parts: Sequence[bytes], held: Iterable[HeldUpdate]) -> None:
        self.document = Document(parts)
        self.seq = loaded.head.seq
        self.tail_rows = len(loaded.rows)
        """How many rows a load would have to read beyond the checkpoint."""
        self.lock: Lock | None = loaded.head.lock
        self.owners: dict[int, PersonId] = dict(loaded.writers)
        """Whose each client id is: who wrote under it first (A3)."""
        self.held: dict[int, HeldUpdate] = {one.id: one for one in held}
        """What waits for a moderator's decision, in order of arrival."""
        self._kept: dict[PersonId, Kept] = {}
        """The same by clocks, of those who send while something of theirs is held."""
        self.state = self.committed_state()

    # What is queued

    def claims(self, checked: updates.Checked, person: PersonId) -> list[int]:
        """The client ids that are used for the first time. Refuses those of others (A3)."""
        fresh = []
        for client in checked.writers:
            owner = self.owners.get(client)
            if owner is None:
                fresh.append(client)
            elif owner != person:
                raise UpdateRefused(f"client id {client} belongs to another person of this note")
        return fresh

    def run_ahead(self, checked: updates.Checked, person: PersonId, writers: Sequence[int]) -> None:
        """Count an update that is being queued."""
        self.state.advance(checked)
        for client in writers:
            self.owners[client] = person

    def fall_back(self) -> None:
        """Forget what ran ahead. What is still queued then has to be counted in again."""
        self.state = self.committed_state()

    def count_in(self, submission: Submission) -> Submission | None:
        """Count in what is queued still, and give what of it is new; None when nothing is.

        Raises UpdateEarly or UpdateRefused when it builds on something that did not enter.
        """
        checked = updates.check(submission.data, self.state)
        if checked.noop:
            return None
        self.claims(checked, submission.author)
        self.run_ahead(checked, submission.author, submission.writers)
        return submission._replace(data=checked.data)

    # What is in the log

    def count_elsewhere(self, update: bytes) -> bool:
        """Count in what another process committed. False when it overlaps with what is queued here:
        then that has to be checked again, after `fall_back`."""
        try:
            checked = updates.check(update, self.state)
        except (updates.UpdateEarly, UpdateRefused):
            return False
        if checked.data is not update and updates.overlaps(update, self.state):
            return False
        self.state.advance(checked)
        return True

    def apply(self, update: bytes) -> None:
        """Take the content of committed rows. `moved` says up to where."""
        self.document.apply(update)

    def moved(self, seq: int, rows: int) -> None:
        """The log is followed up to `seq`, by so many rows with content."""
        self.seq = seq
        self.tail_rows += rows

    def beyond(self, rows: Sequence[Row]) -> list[Row]:
        """The rows that this replica does not have yet."""
        return [row for row in rows if row.seq > self.seq]

    # What is held

    def hold(self, id: int, submission: Submission) -> None:
        """Remember a committed held update."""
        self.held[id] = HeldUpdate(
            id=id,
            note=submission.note,
            author=submission.author,
            connection=submission.connection,
            at=submission.at,
            data=submission.data,
            state=HeldState.OPEN,
            decided_by=None,
        )

        if submission.author in self._kept:
            self._kept[submission.author].add(submission.data)

    def set_held(self, held: Iterable[HeldUpdate]) -> set[PersonId]:
        """Follow what waits in the store; of whom it is that something came or went."""
        was, self.held = self.held, {one.id: one for one in held}
        moved = {(self.held.get(id) or was[id]).author for id in was.keys() ^ self.held.keys()}
        for person in moved:
            self._kept.pop(person, None)
        return moved

    @property
    def held_mark(self) -> HeldMark:
        """Differs from the store's when something came or went there."""
        return len(self.held), max(self.held, default=0)

    def release(self, id: int) -> None:
        """Forget a held update that was decided."""
        held = self.held.pop(id, None)
        if held is not None:
            self._kept.pop(held.author, None)

    def has_kept(self, update: bytes, person: PersonId) -> bool:
        """Whether all of an update is held of this person already: they came back and say it
        again."""
        kept = self._kept.get(person)
        if kept is None:
            mine = [one.data for one in self.held.values() if one.author == person]
            kept = self._kept[person] = Kept(mine)
        return kept.has(update)

    def held_bytes(self, person: PersonId) -> int:
        """How much is held of one person, in bytes."""
        return sum(len(one.data) for one in self.held.values() if one.author == person)

    def covered(self) -> list[int]:
        """Held updates whose content is now wholly in the note."""
        return [
            one.id
            for one in self.held.values()
            if updates.covered(updates.check_shape(one.data), self.state)
        ]

    def committed_state(self) -> updates.NoteState:
        """What the note has in its log, without what runs ahead."""
        document = self.document
        return updates.NoteState.from_parts(
            document.state_vector(), document.deletes(), document.full()
        )
