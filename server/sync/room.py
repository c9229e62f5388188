"""The live side of one note in one process: who is connected, what is queued, what is committed.

Everything here runs on the event loop and nothing waits. A received update is checked, judged and
queued; the pump commits the queue and calls `committed`, and only then is anything applied, shown
or acknowledged (L1).
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import partial

import structlog

from server.bus.messages import Announcement, Committed, Locking
from server.bus.messages import Message as Said
from server.errors import CalepinError, ProtocolError
from server.sync import ywebsocket
from server.sync.audience import show as write_to_all
from server.sync.awareness import Presence
from server.sync.codec import decode_state_vector
from server.sync.greeting import LARGE_BYTES, Turns, WholeNote
from server.sync.intake import Behind, Intake
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
from server.sync.notices import announcement_notice, hears_hello, locking_notice, state_notice
from server.sync.queued import Queued
from server.sync.replica import Replica
from server.sync.tallies import Tallies
from server.sync.transport import Pause
from storage.muted import Mute
from storage.planned import PlannedLock
from storage.values import (
    ConnectionId,
    HeldUpdate,
    Lock,
    Milliseconds,
    NoteId,
    PersonId,
)

log = structlog.get_logger("calepin.sockets")


@dataclass(eq=False)
class Room:
    """One note, live. Made by `rooms` from what storage has loaded."""

    note: NoteId
    replica: Replica
    clock: Callable[[], Milliseconds]
    names: Callable[[PersonId], str]
    wake: Callable[[Room], None]
    turns: Turns
    say: Callable[[Said], None] | None = None
    """To the other processes that have this note; None where there are none."""
    is_shared: bool = False
    """Other processes append to its log as well, with or without a way to say so."""
    look: Callable[[Room], None] = lambda _: None
    """Have the log read again, soon."""
    announced: Callable[[Member], Iterable[Announcement]] = lambda _: ()
    """What was said a moment ago to the people here, for somebody who has just come."""
    tallies: Tallies = field(default_factory=Tallies)
    """Of all rooms of the process together."""

    members: dict[ConnectionId, Member] = field(default_factory=dict)
    presence: Presence = field(default_factory=Presence)
    intake: Intake = field(init=False)
    planned: PlannedLock | None = None
    """The lock that is to fall, as far as this process has heard."""
    heading: Mapping[str, object] | None = None
    """What the programme says above the note, as told last; None for a day's own note."""
    sweep_due: bool = False
    failed: bool = False
    """Its state cannot be trusted any more; it ends, and the next arrival loads the note anew."""
    is_unread: bool = False
    """Its log could not be read when there was something new in it."""
    people_moved: bool = False
    """Somebody came or left since other processes were told who is here."""
    waiting_since: float = 0.0
    """When the first of what is queued was queued; kept by the pump."""
    last_sent: float = 0.0
    next_tick_at: float = 0.0
    presence_due_at: float = 0.0
    renewals_due_at: float = 0.0
    idle_since: float | None = None
    _whole: WholeNote = field(default_factory=WholeNote)
    _deferring: list[Member] = field(default_factory=list)
    """Who has sent something that waits until the log has been read."""
    ahead: list[Committed] = field(default_factory=list)
    """What others committed, as it was heard."""
    counted: list[Committed] = field(default_factory=list)
    """What of it comes next in the log and is counted in; it is shown with ours that is on its way
    there."""
    unshown: set[int] = field(default_factory=set)
    """Positions of ours that wait to be shown with what others appended before them."""

    def __post_init__(self) -> None:
        self.presence.tells = self.say is not None
        wake = partial(self.wake, self)
        self.intake = Intake(
            self.note, self.replica, self.clock, wake, self.tallies, self.is_shared
        )

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
        self.people_moved = True
        self.idle_since = None
        if member.counts_saved:
            member.say_scope(readonly=not self.takes_from(member))

    def leave(self, member: Member) -> None:
        """Forget a connection; what it sent is already queued and stays so."""
        if self.members.pop(member.id, None) is not None:
            self.people_moved = True
            self.presence.leave(member.id)
            self.tallies.leave(member.session.counts)

    def takes_from(self, member: Member) -> bool:
        """Whether what this member types is part of the note now."""
        session = member.session
        may_write = session.may_write and not session.muted
        return session.privileged or (may_write and self.lock is None)

    # Messages

    def receive(self, member: Member, message: Message) -> None:
        """Take one message. Raises ProtocolError or UpdateRefused; the member's part then ends."""
        if member.deferred:
            member.deferred.append(partial(self._receive, member, message))
        else:
            self._receive(member, message)

    def _receive(self, member: Member, message: Message) -> None:
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
            if self.heading is not None:
                member.notify(self.heading)
            for announcement in self.announced(member):
                self.announce(announcement, to=[member])

    def _edit(
        self,
        member: Member,
        update: bytes,
        *,
        fresh: bool,
        counted: int | None,
        has_followed: bool = False,
    ) -> None:
        """Take an edit. One that builds on what only other processes may have heard so far waits
        until the log has been read, and everything behind it in order."""
        try:
            came_in = self.intake.edit(
                member,
                update,
                fresh=fresh,
                counted=counted,
                has_followed=has_followed,
            )
        except Behind:
            again = partial(
                self._edit, member, update, fresh=fresh, counted=counted, has_followed=True
            )
            member.deferred.append(again)
            self._deferring.append(member)
            member.socket.pause(Pause.FOLLOWING)
            self.look(self)
            return
        self.sweep_due = self.sweep_due or (came_in and bool(self.replica.held))

    def _take_deferred(self) -> None:
        """The log has been read: judge what waited for it, also of those who have left since."""
        deferring, self._deferring = self._deferring, []
        for member in deferring:
            deferred, member.deferred = member.deferred, []
            while deferred and not member.deferred:
                try:
                    deferred.pop(0)()
                except CalepinError as error:
                    deferred.clear()
                    self.end_member(member, error)
            if member.deferred:
                member.deferred += deferred
            else:
                member.socket.resume(Pause.FOLLOWING)

    def end_member(self, member: Member, error: CalepinError) -> None:
        """End one connection's part in the note, with a reason."""
        log.info("note_ended", code=error.code, connection=member.id)
        self.tallies.end(error)
        member.end(error)
        self.leave(member)

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

    def tell_others(self, message: Said) -> None:
        """Tell the other processes that have this note."""
        if self.say is not None:
            self.say(message)

    def set_held(self, held: Iterable[HeldUpdate]) -> None:
        """Follow what waits for a decision, and tell those whom it concerns."""
        moved = self.replica.set_held(held)
        if moved:
            for member in self.members.values():
                if member.session.privileged or member.visitor.person in moved:
                    self.tell_state(member)

    def followed(self) -> None:
        """Everything in the log up to a moment is followed: go on with what waited for that."""
        self._take_deferred()
        if self.queue or self.sweep_due:
            self.wake(self)

    def show(
        self, merged: Sequence[bytes], authors: set[ConnectionId], last_seq: int, rows: int
    ) -> None:
        """Show and apply the next `rows` rows of the log, the last of which is at `last_seq`."""
        only = next(iter(authors)) if len(authors) == 1 else None
        for update in merged:
            # Shown before it is applied: who falls behind here was in step with the document.
            self.broadcast(ywebsocket.update(update), but=only)
            self.replica.apply(update)
        self._whole.forget()
        self.replica.moved(last_seq, rows)

    def broadcast(self, body: bytes, *, but: ConnectionId | None = None) -> None:
        """Write one prebuilt frame to every member that is in step."""
        write_to_all(
            self.members.values(), body, but=but, state_vector=self.replica.document.state_vector
        )

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
                    member.say_scope(readonly=not self.takes_from(member))
                self.tell_state(member)
            if lock is None and session.must_resync and (was or not session.question_open):
                self.ask_afresh(member)
        self.sweep_due = self.sweep_due or (lock is None and bool(replica.held))

    def follow_mutes(self, mutes: Mapping[PersonId, Mute]) -> None:
        """Follow who may not write: what they send from now on is held, and asked for when it is
        given back to them."""
        for member in list(self.members.values()):
            mute = mutes.get(member.visitor.person)
            if member.mute == mute:
                continue
            member.set_mute(mute)
            member.say_scope(readonly=not self.takes_from(member))
            self.tell_state(member)
            if member.session.must_resync and self.takes_from(member):
                self.ask_afresh(member)
                self.sweep_due = self.sweep_due or bool(self.replica.held)

    def announce(self, announcement: Announcement, *, to: Iterable[Member]) -> None:
        """Tell members what somebody has to say to them."""
        notice = announcement_notice(announcement)
        for member in to:
            member.notify(notice)

    def tell_state(self, member: Member) -> None:
        held = self.replica.held.values()
        member.notify(state_notice(member, self.lock, self.planned, held, self.names))

    def warn(self, warning: Locking) -> None:
        """Tell everybody that a lock is about to fall."""
        notice = locking_notice(in_ms=warning.in_ms, by=warning.by, why=warning.why)
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
