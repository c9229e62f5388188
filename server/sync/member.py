"""One connection in one note: its person, its session, and how it is spoken to.

The framing is a prefix and two flags; everything else of a message is the same for both framings.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from server.days.people import Visitor
from server.errors import CalepinError
from server.sync import hocuspocus, ywebsocket
from server.sync.session import Session
from server.sync.transport import Socket, frame
from storage.muted import Mute
from storage.values import ConnectionId


@dataclass(slots=True, eq=False)
class Member:
    """A connection in a room. `prefix` is what its framing puts before each message.

    `counts_saved`: the peer counts its unsynced changes and must be told of each (Hocuspocus).
    `listens`: the peer has said that it knows our stateless notices (W3).
    """

    id: ConnectionId
    visitor: Visitor
    socket: Socket
    prefix: bytes
    counts_saved: bool
    session: Session = field(init=False)
    listens: bool = False
    told_why: bool = False
    told_full: bool = False
    behind_at: bytes | None = None
    """The note's state vector when the socket fell behind: what the peer has had."""
    mute: Mute | None = None
    """Since when this person may not write, and by whom."""
    waiting_bytes: int = 0
    """Received and not yet durable."""
    deferred: list[Callable[[], None]] = field(default_factory=list)
    """What it sent, in order, that is judged when the log has been read. Its socket is not read
    meanwhile."""

    def __post_init__(self) -> None:
        self.session = Session(self.visitor.role)

    def set_mute(self, mute: Mute | None) -> None:
        """Take writing from this person, or give it back. Who passes a lock passes this too."""
        self.mute = None if self.session.privileged else mute
        self.session.muted = self.mute is not None
        self.told_why = self.told_full = False

    def send(self, body: bytes) -> None:
        self.socket.write(frame(self.prefix + body))

    def say_saved(self, count: int) -> None:
        """Acknowledge: `count` of its changes are durable and part of the note."""
        if count and self.counts_saved:
            self.socket.write(frame(self.prefix + hocuspocus.SAVED) * count)

    def say_not_saved(self) -> None:
        if self.counts_saved:
            self.send(hocuspocus.NOT_SAVED)

    def say_scope(self, *, readonly: bool) -> None:
        """Tell a provider that knows scopes whether what is typed is taken now (U3)."""
        if self.counts_saved:
            self.send(hocuspocus.authenticated(readonly=readonly))

    def say_why(self, reason: str) -> None:
        """Tell a plain provider, once, why its edits are not taken. It only logs it."""
        if not self.counts_saved and not self.told_why:
            self.told_why = True
            self.send(ywebsocket.permission_denied(reason))

    def say_full(self, reason: str) -> None:
        """Tell a plain provider, once for each lock, that no more of its edits are kept aside."""
        if not self.counts_saved and not self.told_full:
            self.told_full = True
            self.send(ywebsocket.permission_denied(reason))

    def notify(self, notice: Mapping[str, object]) -> None:
        """Send one of our own notices, to a peer that has shown that it knows them."""
        if self.listens:
            self.send(hocuspocus.stateless(json.dumps(dict(notice), ensure_ascii=False)))

    def end(self, error: CalepinError) -> None:
        """End this connection's part in the note, with the listed code and a sentence."""
        self.notify({"type": "refused", "code": error.code, "message": str(error)})
        if self.counts_saved:
            self.send(hocuspocus.NOT_SAVED)
            self.send(hocuspocus.permission_denied(str(error)))
        else:
            self.socket.close(error.close_code, str(error))
