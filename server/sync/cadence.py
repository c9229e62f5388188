"""When a room speaks unasked: presence, on a slow tick with a budget of bytes, and heartbeats.

Every frame to every socket is a system call, and they are most of what a busy note costs. So
presence that is due while edits are on their way to the log goes out with them, in one write.
"""

from __future__ import annotations

from server.bus.messages import Presence
from server.sync import ywebsocket
from server.sync.room import Room

PRESENCE_FAST_SECONDS = 0.1
PRESENCE_SLOW_SECONDS = 1.0
PRESENCE_SLOW_MEMBERS = 300
PRESENCE_BUDGET_BYTES = 16 * 1024
PRESENCE_WAITS_SECONDS = 0.15
"""How long presence waits for edits that are under way; a store that hangs must not hold it up."""
RENEWAL_SECONDS = 10.0
"""Providers forget a person after 30 s without a renewal."""
HEARTBEAT_SECONDS = 15.0
"""y-websocket drops a socket that has been silent for 30 s; the promise is 20 (W5)."""


def tick(room: Room, now: float) -> None:
    """Send presence and a heartbeat where due, but for presence that edits will take along."""
    if not room.is_committing or now >= room.presence_due_at + PRESENCE_WAITS_SECONDS:
        send_presence(room, now)
    if room.members and now - room.last_sent > HEARTBEAT_SECONDS:
        for member in room.members.values():
            if not member.socket.is_behind():
                member.send(ywebsocket.HEARTBEAT)
        room.last_sent = now


def send_presence(room: Room, now: float) -> None:
    """Send presence where due. Called behind edits, it shares their write to each socket."""
    presence = room.presence
    if now < room.presence_due_at:
        return
    renewals = now >= room.renewals_due_at and presence.has_renewals()
    if not (renewals or presence.has_changes() or presence.has_untold()):
        return
    if now >= room.renewals_due_at:
        room.renewals_due_at = now + RENEWAL_SECONDS
    body = presence.take(PRESENCE_BUDGET_BYTES, renewals=renewals)
    if body is not None:
        room.broadcast(ywebsocket.awareness(body))
        room.last_sent = now
    entries, gone = presence.take_untold(PRESENCE_BUDGET_BYTES)
    if entries or gone:
        room.tell_others(Presence(entries, gone, whole=False))
    share = min(1.0, len(room.members) / PRESENCE_SLOW_MEMBERS)
    room.presence_due_at = (
        now + PRESENCE_FAST_SECONDS + share * (PRESENCE_SLOW_SECONDS - PRESENCE_FAST_SECONDS)
    )
