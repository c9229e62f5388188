"""The live side of one note in one process: who is connected, what is queued, what is committed.

Everything here runs on the event loop and nothing waits. A received update is checked, judged and
queued; the pump commits the queue and calls `committed`, and only then is anything applied, shown
or acknowledged (L1).
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field

from server.errors import CalepinError, ProtocolError, TooLarge, UpdateRefused
from server.sync import updates, ywebsocket
from server.sync.audience import show
from server.sync.awareness import Presence
from server.sync.codec import decode_state_vector
from server.sync.document import Choked, merge
from server.sync.member import Member
from server.sync.messages import (
    Awareness,
    Message,
    QueryAwareness,
    Stateless,
    SyncStep1,
    SyncStep2,
    Update,
)
from server.sync.notices import hears_hello, state_notice
from server.sync.queued import Queued
from server.sync.replica import Replica
from server.sync.session import Found, Verdict
from server.sync.transport import Pause
from storage.planned import PlannedLock
from storage.values import (
    Accepted,
    ConnectionId,
    Kind,
    Lock,
    Milliseconds,
    NoteId,
    Outcome,
    PersonId,
    Row,
    Submission,
)

MAX_WAITING_BYTES = 1024 * 1024
"""What one connection may have received and not yet durable; above it, its socket is not read."""
MAX_HELD_BYTES = 1024 * 1024
"""What one person may have held in one note; above it further edits are refused, visibly."""


@dataclass(eq=False)
class Room:
    """One note, live. Made by `rooms` from what storage has loaded."""

    note: NoteId
    replica: Replica
    clock: Callable[[], Milliseconds]
    names: Callable[[PersonId], str]
    wake: Callable[[Room], None]

    members: dict[ConnectionId, Member] = field(default_factory=dict)
    presence: Presence = field(default_factory=Presence)
    queue: list[Queued] = field(default_factory=list)
    planned: PlannedLock | None = None
    """The lock that is to fall, as far as this process has heard."""
    sweep_due: bool = False
    failed: bool = False
    """Its state cannot be trusted any more; it ends, and the next arrival loads the note anew."""
    last_sent: float = 0.0
    next_tick_at: float = 0.0
    presence_due_at: float = 0.0
    renewals_due_at: float = 0.0
    idle_since: float | None = None
    _thanks: list[tuple[Member, int]] = field(default_factory=list)
    """Acknowledgements that wait for what is queued…"""
    _thanks_in_flight: list[tuple[Member, int]] | None = None
    """…and for what is being committed; None when nothing is."""

    @property
    def lock(self) -> Lock | None:
        """Who locked the note, when and why, as far as this process has followed the log."""
        return self.replica.lock

    @property
    def is_committing(self) -> bool:
        """Whether edits are under way to the log, so that something is shown soon."""
        return bool(self.queue) or self._thanks_in_flight is not None

    # Arriving and leaving

    def join(self, member: Member) -> None:
        """Let a connection in. It gets updates from its first SyncStep1 on."""
        self.members[member.id] = member
        self.idle_since = None
        if member.counts_saved:
            member.say_scope(readonly=not self.takes_from(member))

    def leave(self, member: Member) -> None:
        """Forget a connection; what it sent is already queued and stays so."""
        if self.members.pop(member.id, None) is not None:
            self.presence.leave(member.id)

    def takes_from(self, member: Member) -> bool:
        """Whether what this member types is part of the note now."""
        session = member.session
        return session.privileged or (session.may_write and self.lock is None)

    # Messages

    def receive(self, member: Member, message: Message) -> None:
        """Take one message. Raises ProtocolError or UpdateRefused; the member's part then ends."""
        if isinstance(message, Update):
            self._edit(member, message.update, fresh=False)
        elif isinstance(message, Awareness):
            self.presence.receive(message.data, member.id, member.visitor.person)
        elif isinstance(message, SyncStep2):
            fresh, counted = member.session.answered()
            self._edit(member, message.update, fresh=fresh, counted=counted)
        elif isinstance(message, SyncStep1):
            self._greet(member, message.state_vector)
        elif isinstance(message, QueryAwareness):
            self._show_presence(member)
        elif not isinstance(message, Stateless):
            raise ProtocolError(f"a {type(message).__name__} has no meaning inside a note")
        elif hears_hello(message.payload):
            member.listens = True
            self.tell_state(member)

    def _greet(self, member: Member, state_vector: bytes) -> None:
        member.session.greeted = decode_state_vector(state_vector)
        member.send(ywebsocket.step_2(self.replica.document.since(state_vector)))
        member.send(ywebsocket.step_1(self.replica.document.state_vector()))
        member.session.asked(counted=True)
        if not member.session.synced:
            member.session.synced = True
            self._show_presence(member)

    def _show_presence(self, member: Member) -> None:
        everybody = self.presence.everybody()
        if everybody is not None:
            member.send(ywebsocket.awareness(everybody))

    def _edit(
        self, member: Member, update: bytes, *, fresh: bool, counted: int | None = None
    ) -> None:
        session = member.session
        checked: updates.Checked | None = None
        writers: list[int] = []
        try:
            checked = updates.check(update, self.replica.state)
            found = Found.NOTHING if checked.noop else Found.NEW
            writers = self.replica.claims(checked, member.visitor.person)
        except updates.UpdateEarly as early:
            if fresh and session.must_resync:
                # The answer to "all that we lack" still lacks something: no honest peer does that.
                session.refused()
                raise UpdateRefused(str(early)) from None
            found = Found.EARLY
            updates.check_shape(update)
        except UpdateRefused:
            session.refused()
            raise
        if counted is None:
            counted = 1
            if session.is_greeting:
                shape = updates.check_shape(update)
                counted = int(session.is_counted((run.client, run.end) for run in shape.runs))
        verdict = session.judge(found, fresh=fresh, locked=self.lock is not None)
        if verdict is Verdict.NOTHING:
            self._thank(member, counted + session.owed_if_settled())
            self.sweep_due = self.sweep_due or (fresh and bool(self.replica.held))
        elif verdict is Verdict.ACCEPT and checked is not None:  # an early one is never accepted
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

    def _thank(self, member: Member, saved: int) -> None:
        """Acknowledge what brought nothing new, but not before what it repeats is durable (L1)."""
        if self.queue:
            self._thanks.append((member, saved))
        elif self._thanks_in_flight is not None:
            self._thanks_in_flight.append((member, saved))
        else:
            member.say_saved(saved)

    def _hold(self, member: Member, update: bytes, *, counted: int) -> None:
        session, person = member.session, member.visitor.person
        member.say_not_saved()
        session.saved_owed += counted
        if self.lock is not None:
            member.say_why("locked: your edits are kept aside and are not part of the note")
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
        self.wake(self)

    def ask_afresh(self, member: Member) -> None:
        """Begin to end a resynchronisation: ask for everything that we lack."""
        member.session.asked_afresh()
        member.send(ywebsocket.step_1(self.replica.document.state_vector()))

    # After the commit

    def take_queue(self) -> list[Queued]:
        queue, self.queue = self.queue, []
        self._thanks_in_flight, self._thanks = self._thanks, []
        return queue

    def committed(self, batch: Sequence[Queued], outcomes: Sequence[Outcome]) -> bool:
        """Show one committed batch, then acknowledge it. False when rows are missing before it.

        Then the caller reads the tail of the log and calls `follow`, which shows all of it in
        order; this call has then only settled what does not depend on order.
        """
        shown: list[bytes] = []
        first_seq = 0
        authors: set[ConnectionId] = set()
        losers: set[ConnectionId] = set()
        held: dict[Member, None] = {}
        for queued, outcome in zip(batch, outcomes, strict=True):
            submission = queued.submission
            if isinstance(outcome, Accepted):
                shown.append(submission.data)
                first_seq = first_seq or outcome.seq
                authors.add(submission.connection)
                last_seq = outcome.seq
                continue
            self.replica.hold(outcome.id, submission)
            if queued.member is not None:
                held[queued.member] = None
            if not submission.hold:
                losers.add(submission.connection)
                queued.lose_race()
        seq = self.replica.seq
        in_order = not shown or (first_seq == seq + 1 and last_seq == seq + len(shown))
        if shown and in_order:
            self._show(shown, authors, last_seq)
        self._acknowledge(batch, outcomes)
        thanks, self._thanks_in_flight = self._thanks_in_flight or [], None
        for member, owed in thanks:
            if losers:
                member.session.promise_again(owed)
            else:
                member.say_saved(owed)
        for member in held:
            self.tell_state(member)
        if losers:
            # A lock from elsewhere was first. What runs ahead of the log counted those edits, and
            # what their authors have queued since may depend on them.
            for i, queued in enumerate(self.queue):
                if queued.submission.connection in losers and not queued.submission.hold:
                    queued.lose_race()
                    self.queue[i] = queued.as_held()
            self._fall_back()
        return in_order and not losers

    def follow(self, rows: Sequence[Row]) -> None:
        """Take rows that others appended (another process, the command line), in order."""
        rows = self.replica.beyond(rows)
        shown = [row.data for row in rows if row.kind is Kind.UPDATE]
        if shown:
            self._show(shown, set(), rows[-1].seq)
            self._fall_back()
        elif rows:
            self.replica.moved(rows[-1].seq, 0)

    def _fall_back(self) -> None:
        self.replica.fall_back(queued.submission for queued in self.queue)

    def _show(self, shown: Sequence[bytes], authors: set[ConnectionId], last_seq: int) -> None:
        only = next(iter(authors)) if len(authors) == 1 else None
        try:
            merged = [shown[0] if len(shown) == 1 else merge(shown)]
        except Choked:
            merged = list(shown)
        for update in merged:
            # Shown before it is applied: who falls behind here was in step with the document.
            self.broadcast(ywebsocket.update(update), but=only)
            self.replica.apply(update)
        self.replica.moved(last_seq, len(shown))

    def _acknowledge(self, batch: Sequence[Queued], outcomes: Sequence[Outcome]) -> None:
        saved: dict[Member, int] = {}
        for queued, outcome in zip(batch, outcomes, strict=True):
            member = queued.member
            if member is None:
                continue
            member.waiting_bytes -= len(queued.submission.data)
            was_saved = queued.saved if isinstance(outcome, Accepted) else 0
            saved[member] = saved.get(member, 0) + was_saved
            self.sweep_due = self.sweep_due or (queued.settles and bool(self.replica.held))
        for member, count in saved.items():
            member.say_saved(count)
            if member.waiting_bytes <= MAX_WAITING_BYTES // 2:
                member.socket.resume(Pause.BACKLOG)

    def broadcast(self, body: bytes, *, but: ConnectionId | None = None) -> None:
        """Write one prebuilt frame to every member that is in step."""
        show(self.members.values(), body, but=but, state_vector=self.replica.document.state_vector)

    def caught_up(self, member: Member) -> None:
        """A socket that was behind has drained: one diff brings it into step again (S1)."""
        if member.behind_at is not None:
            since, member.behind_at = member.behind_at, None
            member.send(ywebsocket.update(self.replica.document.since(since)))
            self._show_presence(member)

    # The lock

    def set_lock(self, lock: Lock | None, seq: int) -> None:
        """Follow a LOCK or UNLOCK that is in the log: tell everybody, ask who was held."""
        replica = self.replica
        was, replica.lock = replica.lock, lock
        self.planned = None if lock is not None else self.planned
        replica.seq = max(replica.seq, seq)
        if (was is None) == (lock is None):
            return
        for member in list(self.members.values()):
            member.told_why = False
            if member.session.may_write and not member.session.privileged:
                member.say_scope(readonly=lock is not None)
            self.tell_state(member)
            if lock is None and member.session.must_resync:
                self.ask_afresh(member)
        self.sweep_due = lock is None and bool(self.replica.held)

    def tell_state(self, member: Member) -> None:
        held = self.replica.held.values()
        member.notify(state_notice(member, self.lock, self.planned, held, self.names))

    def tell_everybody(self, notice: Mapping[str, object]) -> None:
        for member in self.members.values():
            member.notify(notice)

    def covered_held(self) -> list[int]:
        """Held updates whose content is now wholly in the committed note."""
        if self.queue or self.lock is not None:
            return []
        return self.replica.covered()

    def end(self, error: CalepinError) -> None:
        """Close every connection: they come back and load the note anew."""
        self.failed = True
        for member in list(self.members.values()):
            member.socket.close(error.close_code, str(error))
