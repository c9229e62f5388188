"""What becomes of a note's rows: shown, then acknowledged, in the order of the log.

Here meet the commits of this process and those of others. Ours are shown when they come next in the
log; where others come between, the log is read and shows all of it in order. So every process shows
the same rows in the same order, whatever it heard when (L7, S6).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from server.bus.messages import Committed, Moved
from server.sync.document import Choked, merge
from server.sync.intake import MAX_WAITING_BYTES
from server.sync.member import Member
from server.sync.queued import Queued
from server.sync.room import Room
from server.sync.transport import Pause
from storage.values import (
    Accepted,
    ConnectionId,
    Held,
    Kind,
    Outcome,
    PersonId,
    Row,
    Stale,
    Submission,
)

MAX_AHEAD = 64
"""Commits of others that wait for the next tick: in the longest gap, sixteen processes say four
each. More, and the log is read in their place."""


def take(room: Room) -> list[Queued]:
    """Take what waits, to commit it. What others committed is counted in first, as far as it is
    known, so that little has to be checked again."""
    room.counted = _take_ahead(room)
    return room.intake.take(_last(room))


def committed(room: Room, batch: Sequence[Queued], outcomes: Sequence[Outcome]) -> bool:
    """Show what of one batch is committed. False when the log must be read first.

    Then the caller reads its tail and calls `follow`, which shows all of it in order. In both
    cases `acknowledge` comes next.
    """
    shown: list[Submission] = []
    first_seq = last_seq = 0
    losers: set[ConnectionId] = set()
    stale: list[Queued] = []
    for queued, outcome in zip(batch, outcomes, strict=True):
        submission = queued.submission
        if isinstance(outcome, Accepted):
            shown.append(submission)
            first_seq = first_seq or outcome.seq
            last_seq = outcome.seq
        elif isinstance(outcome, Stale):
            stale.append(queued)
        else:
            room.replica.hold(outcome.id, submission)
            if not submission.hold:
                losers.add(submission.connection)
                queued.lose_race()
    room.counted += _take_ahead(room)
    seq = _last(room)
    theirs, room.counted = room.counted, []
    in_order = not shown or (first_seq == seq + 1 and last_seq == seq + len(shown))
    ours: list[bytes] = []
    if shown:
        ours = _merged([one.data for one in shown])
        _tell_committed(room, first_seq, last_seq, ours, shown)
    if theirs:
        _show_theirs(room, theirs, and_ours=ours if in_order else [], upto=last_seq)
    elif ours and in_order:
        room.show(ours, {one.connection for one in shown}, last_seq, len(shown))
    if not in_order:
        room.unshown.update(range(first_seq, last_seq + 1))
    if losers:
        room.intake.lose(losers)
    if stale:
        room.tallies.stale += len(stale)
        room.intake.take_back(stale)
    return in_order and not losers and not stale


def acknowledge(room: Room, batch: Sequence[Queued], outcomes: Sequence[Outcome]) -> None:
    """Tell the authors of a batch what became of it. What is accepted has been shown."""
    saved: dict[Member, int] = {}
    held: set[Member] = set()
    has_lost = False
    for queued, outcome in zip(batch, outcomes, strict=True):
        member = queued.member
        is_held = isinstance(outcome, Held)
        has_lost = has_lost or (is_held and not queued.submission.hold)
        if member is None or isinstance(outcome, Stale):
            continue
        member.waiting_bytes -= len(queued.submission.data)
        saved[member] = saved.get(member, 0) + (0 if is_held else queued.saved)
        if is_held:
            held.add(member)
        room.sweep_due = room.sweep_due or (queued.settles and bool(room.replica.held))
    for member, count in saved.items():
        member.say_saved(count)
        if member.waiting_bytes <= MAX_WAITING_BYTES // 2:
            member.socket.resume(Pause.BACKLOG)
    for member, owed in room.intake.settle():
        if has_lost:
            member.session.promise_again(owed)
        else:
            member.say_saved(owed)
    if any(isinstance(outcome, Held) for outcome in outcomes):
        room.tell_others(Moved())
        for member in room.members.values():
            if member in held or member.session.privileged:
                room.tell_state(member)
    if room.ahead:
        room.wake(room)


def _tell_committed(
    room: Room, first: int, last: int, merged: Sequence[bytes], rows: Sequence[Submission]
) -> None:
    if room.say is not None:
        writers = [(client, one.author) for one in rows for client in one.writers]
        room.say(Committed(first, last, merged[0] if len(merged) == 1 else b"", writers))


def hear(room: Room, committed: Committed) -> None:
    """Another process committed this: it is shown with the next tick, together with what else comes
    by then and with what is ours. A frame for each commit of each process would cost everybody in
    the note as many frames more as there are processes."""
    room.ahead.append(committed)
    if len(room.ahead) > MAX_AHEAD:
        room.ahead.clear()
        room.look(room)
    else:
        room.wake(room)


def show_heard(room: Room) -> None:
    """Show what others committed, as far as it comes next in the log. Where something does not,
    the log is read."""
    theirs = _take_ahead(room)
    if theirs:
        _show_theirs(room, theirs)
    if room.ahead:
        room.tallies.gaps += 1
        room.look(room)


def _take_ahead(room: Room) -> list[Committed]:
    """What was heard and continues what is here, in order; it is counted in, and now to be shown.
    What is here already is forgotten."""
    taken: list[Committed] = []
    seq = _last(room)
    for one in sorted(room.ahead, key=lambda committed: committed.first):
        if one.last > seq:
            if one.first != seq + 1 or not one.data:
                break
            if not room.replica.count_elsewhere(one.data):
                break  # something of the same clocks is queued here: the log decides
            room.replica.owners.update(one.writers)
            taken.append(one)
            seq = one.last
        room.ahead.remove(one)
    return taken


def _last(room: Room) -> int:
    """Up to where the log is counted in."""
    return room.counted[-1].last if room.counted else room.replica.seq


def _show_theirs(
    room: Room, theirs: Sequence[Committed], *, and_ours: Sequence[bytes] = (), upto: int = 0
) -> None:
    """In one frame, with ours that come next, up to a position."""
    last = upto if and_ours else theirs[-1].last
    merged = _merged([*(one.data for one in theirs), *and_ours])
    room.show(merged, set(), last, last - room.replica.seq)


def follow(room: Room, rows: Sequence[Row], writers: Mapping[int, PersonId]) -> None:
    """Take rows that others appended (another process, the command line), in order, and whose
    client ids they are. `followed` comes next, when the lock and the rest are followed too."""
    rows = room.replica.beyond(rows)
    shown = [row for row in rows if row.kind is Kind.UPDATE]
    if shown:
        data = [row.data for row in shown]
        room.show(_merged(data), set(), rows[-1].seq, len(shown))
    elif rows:
        room.replica.moved(rows[-1].seq, 0)
    room.replica.owners.update(writers)
    elsewhere = [row.data for row in shown if row.seq not in room.unshown]
    # Each is counted in, also behind one that overlaps.
    overlapping = [data for data in elsewhere if not room.replica.count_elsewhere(data)]
    if overlapping or room.intake.is_doubtful:
        room.intake.fall_back()
    room.unshown.clear()
    room.ahead = [one for one in room.ahead if one.last > room.replica.seq]
    room.sweep_due = room.sweep_due or (bool(shown) and bool(room.replica.held))


def _merged(shown: Sequence[bytes]) -> list[bytes]:
    """The same in one piece, or as it is where the document library fails on it."""
    try:
        return [shown[0] if len(shown) == 1 else merge(shown)]
    except Choked:
        return list(shown)
