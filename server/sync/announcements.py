"""What moderators say to the people of a day: told at once, and to who comes a little later.

Kept in memory alone. A process that begins, or does not hear the others, has nothing to repeat; the
journal of the day says what was said.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterable

from server.bus.bus import Bus
from server.bus.messages import Announcement
from server.sync.member import Member
from server.sync.room import Room
from storage.values import Milliseconds, NoteId

KEPT_MS = 10 * 60 * 1000
"""So long somebody who opens a note is still told."""
MAX_KEPT = 100
"""Of all days together: a day has a handful within ten minutes."""
MAX_LENGTH = 300
"""Characters: it is read in passing, by people who are writing."""


class Announcements:
    """The latest of them, in the order in which they were heard."""

    def __init__(self, bus: Bus | None, clock: Callable[[], Milliseconds]) -> None:
        self._bus = bus
        self._clock = clock
        self._kept: deque[Announcement] = deque(maxlen=MAX_KEPT)

    def announce(self, announcement: Announcement, rooms: Iterable[Room]) -> None:
        """Tell the people whom it reaches: in the rooms of this process, and of all others."""
        if self._bus is not None:
            self._bus.say_to_all(announcement)
        self.hear(announcement, rooms)

    def hear(self, announcement: Announcement, rooms: Iterable[Room]) -> None:
        """Tell those who are connected to this process."""
        if any(one.id == announcement.id for one in self._kept):
            return
        self._kept.append(announcement)
        for room in rooms:
            reached = [m for m in room.members.values() if _reaches(announcement, room.note, m)]
            room.announce(announcement, to=reached)

    def standing(self, note: NoteId, member: Member) -> list[Announcement]:
        """What somebody who opens a note now is still to be told."""
        since = self._clock() - KEPT_MS
        return [one for one in self._kept if one.at > since and _reaches(one, note, member)]


def _reaches(announcement: Announcement, note: NoteId, member: Member) -> bool:
    return announcement.day == member.visitor.day and announcement.note in (None, note)
