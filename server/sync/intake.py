"""What a note is sent to store: checked, judged, and queued for the next commit.

Nothing is applied or shown here. An edit that the log may take waits in the queue; one that came
too late or too early waits there to be held; what brings nothing new is acknowledged when what it
repeats is durable (L1).
"""

from __future__ import annotations

from collections.abc import Callable, Container, Sequence
from dataclasses import dataclass, field
from functools import partial

from server.errors import TooLarge, UpdateRefused
from server.sync import updates, ywebsocket
from server.sync.member import Member
from server.sync.queued import Queued
from server.sync.replica import Replica
from server.sync.session import Found, Verdict
from server.sync.tallies import Tallies
from server.sync.transport import Pause
from storage.values import ConnectionId, Milliseconds, NoteId, Submission

MAX_WAITING_BYTES = 1024 * 1024
"""What one connection may have received and not yet durable; above it, its socket is not read."""
MAX_HELD_BYTES = 1024 * 1024
"""What one person may have held in one note; above it further edits are refused, visibly."""


class Behind(Exception):
    """An update builds on what is not here, and may be in the log: of another process's commit."""


@dataclass(eq=False)
class Intake:
    """Of one room. `wake` is called when something waits."""

    note: NoteId
    replica: Replica
    clock: Callable[[], Milliseconds]
    wake: Callable[[], None]
    tallies: Tallies
    is_shared: bool = False
    """Other processes append to the note as well."""

    queue: list[Queued] = field(default_factory=list)
    _thanks: list[tuple[Member, int]] = field(default_factory=list)
    """Acknowledgements that wait for what is queued…"""
    _in_flight: list[tuple[Member, int]] | None = None
    """…and for what is being committed; None when nothing is."""
    is_doubtful: bool = False
    """What is queued has to be checked again, by `fall_back`, once the log is followed."""
    _has_lost: bool = False
    """Something of the queue lost a race since it was checked last."""

    @property
    def is_committing(self) -> bool:
        """Whether something is under way to the log."""
        return bool(self.queue) or self._in_flight is not None

    def edit(
        self,
        member: Member,
        update: bytes,
        *,
        fresh: bool,
        counted: int | None,
        has_followed: bool = False,
    ) -> bool:
        """Check one update, judge it, and queue what is to be stored.

        `fresh`: it answers our latest question. `counted`: how many "saved" it is worth where that
        is known. Returns whether what is held may be covered now. Raises UpdateRefused; and where
        following the log may change the judgement, Behind, unless it `has_followed`.
        """
        session = member.session
        may_be_behind = self.is_shared and not has_followed and self._would_take(member, fresh)
        checked: updates.Checked | None = None
        writers: list[int] = []
        try:
            checked = updates.check(update, self.replica.state)
            found = Found.NOTHING if checked.noop else Found.NEW
            writers = self.replica.claims(checked, member.visitor.person)
        except updates.UpdateEarly as early:
            if may_be_behind:
                raise Behind from None
            if fresh and session.must_resync:
                # The answer to "all that we lack" still lacks something: no honest peer does that.
                session.refused()
                raise UpdateRefused(str(early)) from None
            found = Found.EARLY
            updates.check_shape(update)
        except UpdateRefused:
            if may_be_behind and checked is not None:
                # It was well-formed, and a client id was somebody else's: this peer may have heard
                # them through another process, and say again what it heard.
                raise Behind from None
            session.refused()
            raise
        if counted is None:
            counted = 1
            if session.is_greeting:
                shape = updates.check_shape(update)
                counted = int(session.is_counted((run.client, run.end) for run in shape.runs))
        verdict = session.judge(found, fresh=fresh, locked=self.replica.lock is not None)
        if verdict is Verdict.NOTHING:
            self._thank(member, counted + session.owed_if_settled())
            return fresh
        if verdict is Verdict.ACCEPT and checked is not None:  # an early one is never accepted
            self.replica.run_ahead(checked, member.visitor.person, writers)
            self._queue(
                member,
                checked.data,
                writers=writers,
                saved=counted + session.owed_if_settled(),
                settles=fresh,
            )
        elif verdict is Verdict.HOLD:
            self._hold(member, update, counted=counted)
        else:
            member.say_not_saved()
            member.say_why("read-only: this link may read and not write")
        return False

    def _would_take(self, member: Member, fresh: bool) -> bool:
        """Whether an update of this connection enters now, provided that it can."""
        session = member.session
        if session.must_resync and not fresh:
            return False
        may_write = session.may_write and not session.muted
        return session.privileged or (may_write and self.replica.lock is None)

    def _thank(self, member: Member, saved: int) -> None:
        """Acknowledge what brought nothing new, but not before what it repeats is durable (L1)."""
        if self.queue:
            self._thanks.append((member, saved))
        elif self._in_flight is not None:
            self._in_flight.append((member, saved))
        else:
            member.say_saved(saved)

    def _hold(self, member: Member, update: bytes, *, counted: int) -> None:
        session, person = member.session, member.visitor.person
        member.say_not_saved()
        session.saved_owed += counted
        if self.replica.lock is not None:
            member.say_why("locked: your edits are kept aside and are not part of the note")
        elif session.muted:
            member.say_why("you may not write now: your edits are kept aside, not in the note")
        elif not session.question_open:
            self.ask_afresh(member)
        if self.replica.has_kept(update, person):
            return
        waiting = sum(
            len(queued.submission.data)
            for queued in self.queue
            if queued.submission.hold and queued.submission.author == person
        )
        if self.replica.held_bytes(person) + waiting + len(update) > MAX_HELD_BYTES:
            session.held_was_refused()
            refusal = TooLarge(
                "This note does not take edits now, and no more of yours can be kept aside. "
                "Copy your text before you leave the page.",
                limit_bytes=MAX_HELD_BYTES,
            )
            member.notify({"type": "refused", "code": refusal.code, "message": str(refusal)})
            member.say_full(str(refusal))
            return
        self._queue(member, update, hold=True)

    def _queue(
        self,
        member: Member,
        data: bytes,
        *,
        writers: Sequence[int] = (),
        hold: bool = False,
        saved: int = 0,
        settles: bool = False,
    ) -> None:
        submission = Submission(
            note=self.note,
            author=member.visitor.person,
            connection=member.id,
            at=self.clock(),
            data=data,
            privileged=member.session.privileged,
            hold=hold,
            writers=writers,
        )
        self.queue.append(Queued(submission, member, saved, settles))
        member.waiting_bytes += len(data)
        if member.waiting_bytes > MAX_WAITING_BYTES:
            member.socket.pause(Pause.BACKLOG)
        self.wake()

    def ask_afresh(self, member: Member) -> None:
        """Begin to end a resynchronisation: ask for everything that we lack."""
        member.session.asked_afresh()
        self.tallies.resyncs += 1
        member.send(ywebsocket.step_1(self.replica.document.state_vector()))

    # On its way to the log

    def take(self, after: int) -> list[Queued]:
        """Take all that waits, to commit it; it was checked against the log up to `after`."""
        queue, self.queue = self.queue, []
        self._in_flight, self._thanks = self._thanks, []
        if not self.is_shared:
            return queue
        return [one._replace(submission=_as_checked(one.submission, after)) for one in queue]

    def settle(self) -> list[tuple[Member, int]]:
        """What was taken is durable: who is to be thanked for repeating it, and how often."""
        thanks, self._in_flight = self._in_flight or [], None
        return thanks

    def lose(self, losers: Container[ConnectionId]) -> None:
        """A lock from elsewhere was first in the log. What these connections have queued since may
        depend on what was held there. `fall_back` comes when the log is followed."""
        self.is_doubtful = True
        for i, queued in enumerate(self.queue):
            if queued.submission.connection in losers and not queued.submission.hold:
                self._has_lost = True
                queued.lose_race()
                self.queue[i] = queued.as_held()

    def fall_back(self) -> None:
        """Check what is queued against the log as it is. What the log has by now is dropped, as it
        is no news; what built on an edit that did not enter, such as the same person's on another
        connection, is held too."""
        self.is_doubtful = False
        self.replica.fall_back()
        queue, self.queue = self.queue, []
        thanks, self._thanks = self._thanks, []
        has_lost, self._has_lost = self._has_lost, False
        for queued in queue:
            if queued.submission.hold:
                self.queue.append(queued)
                continue
            try:
                submission = self.replica.count_in(queued.submission)
            except (updates.UpdateEarly, UpdateRefused):
                has_lost = True
                queued.lose_race()
                self.queue.append(queued.as_held())
                continue
            member = queued.member
            if member is not None:
                left = 0 if submission is None else len(submission.data)
                member.waiting_bytes -= len(queued.submission.data) - left
            if submission is not None:
                self.queue.append(queued._replace(submission=submission))
            elif member is not None:
                member.session.was_repeated()
                self._thank(member, queued.saved)
        for member, saved in thanks:
            # Perhaps nothing waits any more, and no commit would come to give them with.
            if has_lost:
                member.session.promise_again(saved)
            else:
                self._thank(member, saved)

    def take_back(self, stale: Sequence[Queued]) -> None:
        """Queue again what was not kept, before all that came after it, and who is to be thanked
        with it. `fall_back` then checks it."""
        self.is_doubtful = True
        self.queue[:0] = stale
        self._thanks[:0], self._in_flight = self._in_flight or [], None


def _as_checked(submission: Submission, after: int) -> Submission:
    """Say up to where the note was counted in when this was checked, and what else is in its way:
    a row of the same person under a client id of its own (L7)."""
    meets = partial(updates.share_a_writer, submission.data)
    return submission._replace(after=after, meets=meets)
