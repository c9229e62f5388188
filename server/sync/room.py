"""The live side of one note in one process: who is connected, what is queued, what is committed.

Everything here runs on the event loop and nothing waits. A received update is checked, judged and
queued; the pump commits the queue and calls `committed`, and only then is anything applied, shown
or acknowledged (L1).
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import partial

from server.errors import CalepinError, ProtocolError
from server.sync import ywebsocket
from server.sync.audience import show
from server.sync.awareness import Presence
from server.sync.codec import decode_state_vector
from server.sync.document import Choked, merge
from server.sync.greeting import LARGE_BYTES, Turns, WholeNote
from server.sync.intake import MAX_WAITING_BYTES, Intake
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
from server.sync.tallies import Tallies
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
    Stale,
)


@dataclass(eq=False)
class Room:
    """One note, live. Made by `rooms` from what storage has loaded."""

    note: NoteId
    replica: Replica
    clock: Callable[[], Milliseconds]
    names: Callable[[PersonId], str]
    wake: Callable[[Room], None]
    turns: Turns
    tallies: Tallies = field(default_factory=Tallies)
    """Of all rooms of the process together."""

    members: dict[ConnectionId, Member] = field(default_factory=dict)
    presence: Presence = field(default_factory=Presence)
    intake: Intake = field(init=False)
    planned: PlannedLock | None = None
    """The lock that is to fall, as far as this process has heard."""
    sweep_due: bool = False
    failed: bool = False
    """Its state cannot be trusted any more; it ends, and the next arrival loads the note anew."""
    waiting_since: float = 0.0
    """When the first of what is queued was queued; kept by the pump."""
    last_sent: float = 0.0
    next_tick_at: float = 0.0
    presence_due_at: float = 0.0
    renewals_due_at: float = 0.0
    idle_since: float | None = None
    _whole: WholeNote = field(default_factory=WholeNote)

    def __post_init__(self) -> None:
        wake = partial(self.wake, self)
        self.intake = Intake(self.note, self.replica, self.clock, wake, self.tallies)

    @property
    def lock(self) -> Lock | None:
        """Who locked the note, when and why, as far as this process has followed the log."""
        return self.replica.lock

    @property
    def is_committing(self) -> bool:
        """Whether edits are under way to the log, so that something is shown soon."""
        return self.intake.is_committing

    @property
    def queue(self) -> list[Queued]:
        """What waits for the next commit, in order."""
        return self.intake.queue

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
            self.tallies.leave(member.session.counts)

    def takes_from(self, member: Member) -> bool:
        """Whether what this member types is part of the note now."""
        session = member.session
        return session.privileged or (session.may_write and self.lock is None)

    # Messages

    def receive(self, member: Member, message: Message) -> None:
        """Take one message. Raises ProtocolError or UpdateRefused; the member's part then ends."""
        if isinstance(message, Update):
            self._edit(member, message.update, fresh=False, counted=None)
        elif isinstance(message, Awareness):
            self.presence.receive(message.data, member.id, member.visitor.person)
        elif isinstance(message, SyncStep2):
            fresh, counted = member.session.answered()
            self._edit(member, message.update, fresh=fresh, counted=counted)
        elif isinstance(message, SyncStep1):
            self._greet(member, message.state_vector)
        elif isinstance(message, QueryAwareness):
            self._show_presence(member)
            self._listen_later(member)
        elif not isinstance(message, Stateless):
            raise ProtocolError(f"a {type(message).__name__} has no meaning inside a note")
        elif hears_hello(message.payload):
            member.listens = True
            self.tell_state(member)

    def _edit(self, member: Member, update: bytes, *, fresh: bool, counted: int | None) -> None:
        came_in = self.intake.edit(member, update, fresh=fresh, counted=counted)
        self.sweep_due = self.sweep_due or (came_in and bool(self.replica.held))

    def _greet(self, member: Member, state_vector: bytes) -> None:
        member.session.greeted = decode_state_vector(state_vector)
        if member.session.greeted or self.replica.document.size() <= LARGE_BYTES:
            self._answer(member, state_vector)
        else:
            member.socket.pause(Pause.TURN)
            self.turns.add(member.socket, partial(self._answer_in_turn, member, state_vector))

    def _answer_in_turn(self, member: Member, state_vector: bytes) -> None:
        member.socket.resume(Pause.TURN)
        if member.id in self.members and not self.failed:
            self._answer(member, state_vector)

    def _answer(self, member: Member, state_vector: bytes) -> None:
        """Send what the peer lacks, and ask for what we lack."""
        document = self.replica.document
        if member.session.greeted:
            member.send(ywebsocket.step_2(document.since(state_vector)))
        else:
            member.socket.write(self._whole.frame(member.prefix, document.full()))
        member.send(ywebsocket.step_1(document.state_vector()))
        member.session.asked(counted=True)
        if not member.session.synced:
            member.session.synced = True
            self._show_presence(member)
        self._listen_later(member)

    def _show_presence(self, member: Member) -> None:
        everybody = self.presence.everybody()
        if everybody is not None:
            member.send(ywebsocket.awareness(everybody))

    def _listen_later(self, member: Member) -> None:
        """Do not read from who asks, and does not read the answers: each can be a whole note."""
        if member.socket.is_behind():
            member.socket.pause(Pause.UNREAD)

    def ask_afresh(self, member: Member) -> None:
        """Begin to end a resynchronisation: ask for everything that we lack."""
        self.intake.ask_afresh(member)

    # After the commit

    def take_queue(self) -> list[Queued]:
        return self.intake.take()

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
            if isinstance(outcome, Stale):
                raise TypeError("a room does not say up to where it followed: nothing is stale")
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
        for member, owed in self.intake.settle():
            if losers:
                member.session.promise_again(owed)
            else:
                member.say_saved(owed)
        if held:
            for member in self.members.values():
                if member in held or member.session.privileged:
                    self.tell_state(member)
        if losers:
            self.intake.lose(losers)
            self.intake.fall_back()
        return in_order and not losers

    def follow(self, rows: Sequence[Row]) -> None:
        """Take rows that others appended (another process, the command line), in order."""
        rows = self.replica.beyond(rows)
        shown = [row.data for row in rows if row.kind is Kind.UPDATE]
        if shown:
            self._show(shown, set(), rows[-1].seq)
            self.intake.fall_back()
        elif rows:
            self.replica.moved(rows[-1].seq, 0)

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
        self._whole.forget()
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
        """Follow a LOCK or UNLOCK that is in the log: tell everybody, ask who was held.

        Who lost a race against a lock that is over already is asked too.
        """
        replica = self.replica
        was, replica.lock = replica.lock, lock
        self.planned = None if lock is not None else self.planned
        replica.seq = max(replica.seq, seq)
        for member in list(self.members.values()):
            session = member.session
            if was != lock:
                member.told_why = member.told_full = False
                if session.may_write and not session.privileged:
                    member.say_scope(readonly=lock is not None)
                self.tell_state(member)
            if lock is None and session.must_resync and (was or not session.question_open):
                self.ask_afresh(member)
        self.sweep_due = self.sweep_due or (lock is None and bool(replica.held))

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
        self.tallies.end(error, len(self.members))
        for member in list(self.members.values()):
            member.socket.close(error.close_code, str(error))
