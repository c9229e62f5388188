"""Writing one message to many: built once per framing, and only to those who are in step (S1)."""

from __future__ import annotations

from collections.abc import Callable, Iterable

from server.sync.member import Member
from server.sync.transport import frame
from storage.values import ConnectionId


def show(
    members: Iterable[Member],
    body: bytes,
    *,
    but: ConnectionId | None,
    state_vector: Callable[[], bytes],
) -> None:
    """Write `body` to every member that is in step, `but` one.

    A member whose socket has fallen behind is passed over from now on: what it had then,
    `state_vector()`, is noted, and one diff brings it into step when its socket has drained.
    """
    frames: dict[bytes, bytes] = {}
    for member in members:
        if member.id == but or not member.session.synced or member.behind_at is not None:
            continue
        if member.socket.is_behind():
            member.behind_at = state_vector()
            continue
        prefix = member.prefix
        ready = frames.get(prefix)
        if ready is None:
            ready = frames[prefix] = frame(prefix + body)
        member.socket.write(ready)
