"""The channels of Redis: one for each note, one for all; and which of them are listened to.

Redis has no databases for channels, so the number of one is a part of the name.
"""

from __future__ import annotations

from collections.abc import Iterator

from storage.values import NoteId

ASKED_AT_ONCE = 500
"""Channels in one command: Redis serves nobody else while it works on one."""


class Channels:
    """What a process wants to hear, and what it has asked Redis for."""

    def __init__(self, prefix: str, db: int) -> None:
        scope = f"{prefix}{db}:" if db else prefix
        self.everybody = f"{scope}all".encode()
        self._of_notes = f"{scope}note:".encode()
        self._wanted: set[NoteId] = set()
        self._changed: dict[NoteId, None] = {}
        """Of which Redis was not told whether they are wanted: no more than there are notes."""
        self._must_ask_for_all = False
        self._unconfirmed: dict[NoteId, int] = {}
        """How often Redis was asked for a note and has not said yes: a note that was forgotten
        meanwhile and is wanted again is not heard for sure before the last yes."""

    def of(self, note: NoteId) -> bytes:
        return self._of_notes + note.encode()

    def listen(self, note: NoteId) -> None:
        if note not in self._wanted:
            self._wanted.add(note)
            self._changed[note] = None

    def forget(self, note: NoteId) -> None:
        if note in self._wanted:
            self._wanted.discard(note)
            self._changed[note] = None

    def wanted(self, channel: bytes) -> NoteId | None:
        """The note of a channel, where it is listened to."""
        note = self._note(channel)
        return note if note in self._wanted else None

    def begin(self) -> None:
        """On a connection that has confirmed nothing."""
        self._unconfirmed.clear()
        self._changed = dict.fromkeys(self._wanted)
        self._must_ask_for_all = True

    def asks(self) -> Iterator[tuple[bytes, ...]]:
        """The commands for what has changed since the last time, in the order in which it did."""
        if self._must_ask_for_all:
            self._must_ask_for_all = False
            yield (b"SUBSCRIBE", self.everybody)
        changed, self._changed = self._changed, {}
        begun = [note for note in changed if note in self._wanted]
        ended = [note for note in changed if note not in self._wanted]
        for note in begun:
            self._unconfirmed[note] = self._unconfirmed.get(note, 0) + 1
        for command, notes in ((b"SUBSCRIBE", begun), (b"UNSUBSCRIBE", ended)):
            for first in range(0, len(notes), ASKED_AT_ONCE):
                yield (command, *map(self.of, notes[first : first + ASKED_AT_ONCE]))

    def confirmed(self, channel: bytes) -> NoteId | None:
        """The note that is heard from now on, if that was the last yes that it lacked."""
        note = self._note(channel)
        if note is None or note not in self._unconfirmed:
            return None
        self._unconfirmed[note] -= 1
        if self._unconfirmed[note] > 0:
            return None
        del self._unconfirmed[note]
        return note if note in self._wanted and note not in self._changed else None

    def _note(self, channel: bytes) -> NoteId | None:
        if not channel.startswith(self._of_notes):
            return None
        return NoteId(channel.removeprefix(self._of_notes).decode(errors="replace"))
