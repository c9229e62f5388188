"""What waits in a room for the next commit."""

from __future__ import annotations

from typing import NamedTuple

from server.sync.member import Member
from storage.values import Submission


class Queued(NamedTuple):
    """A submission on its way into the log, and what is owed when it is there."""

    submission: Submission
    member: Member | None
    saved: int
    """How many of the member's changes are then acknowledged."""
    settles: bool = False
    """It is the answer to a fresh question: held updates may be covered now."""

    def lose_race(self) -> None:
        """What was accepted here met a lock that was first in the log: it is owed still."""
        member = self.member
        if member is not None:
            member.session.lost_race()
            member.session.saved_owed += self.saved
            member.say_not_saved()

    def as_held(self) -> Queued:
        """The same, to be held in place of entering the log."""
        return self._replace(submission=self.submission._replace(hold=True), saved=0)
