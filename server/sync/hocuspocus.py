"""Hocuspocus's framing: every message begins with the name of its note, so one socket carries many.

Source: @hocuspocus/provider 4.0 – 4.8 and @hocuspocus/server 4.7.0, read and run. With "session
awareness" the name is `note\\0session`; we answer under exactly the name we were asked by.
"""

from __future__ import annotations

from server.errors import ProtocolError
from server.sync.codec import Reader, var_string
from server.sync.messages import (
    Authenticate,
    CloseNote,
    Liveness,
    Message,
    Stateless,
)
from server.sync.ywebsocket import read_body

SYNC, AWARENESS, AUTH, QUERY_AWARENESS, STATELESS = 0, 1, 2, 3, 5
CLOSE, SYNC_STATUS, PING, PONG = 7, 8, 9, 10
TOKEN, DENIED, AUTHENTICATED = 0, 1, 2

MAX_NAME_BYTES = 256
"""An id and the name of a session; each answer repeats it."""
MAX_TOKEN_BYTES = 4096

_LIVENESS = {bytes([PING]), bytes([PONG])}


def decode(data: bytes) -> tuple[str, Message]:
    """Read one whole message: the name it is for, and what it says. Raises ProtocolError (W4)."""
    if data in _LIVENESS:
        return "", Liveness()
    reader = Reader(data)
    name = reader.var_string()
    if len(data) - reader.remaining > MAX_NAME_BYTES + 2:
        raise ProtocolError(f"the name of a note has at most {MAX_NAME_BYTES} bytes")
    kind = reader.var_uint()
    message: Message
    if kind == AUTH:
        message = _authenticate(reader)
    elif kind == STATELESS:
        message = Stateless(reader.var_string())
    elif kind == CLOSE:
        message = CloseNote()
    elif kind in (SYNC, AWARENESS, QUERY_AWARENESS):
        message = read_body(reader, kind)
    else:
        raise ProtocolError(f"message of unknown type {kind} for a note")
    reader.end()
    return name, message


def _authenticate(reader: Reader) -> Authenticate:
    step = reader.var_uint()
    if step != TOKEN:
        raise ProtocolError(f"authentication message of unknown step {step}; only a token is taken")
    if reader.remaining > MAX_TOKEN_BYTES:
        raise ProtocolError(f"a token message has at most {MAX_TOKEN_BYTES} bytes")
    token = reader.var_string()
    if reader.remaining:
        reader.var_string()  # the provider's version, sent since 4.0; nothing depends on it
    return Authenticate(token)


def note_of(name: str) -> str:
    """The note's id within a routing name."""
    return name.partition("\0")[0]


def prefix(name: str) -> bytes:
    """What stands before each message for this name."""
    return var_string(name)


def authenticated(*, readonly: bool) -> bytes:
    return b"\x02\x02" + var_string("readonly" if readonly else "read-write")


def permission_denied(reason: str) -> bytes:
    return b"\x02\x01" + var_string(reason)


def stateless(payload: str) -> bytes:
    return bytes([STATELESS]) + var_string(payload)


SAVED = bytes([SYNC_STATUS, 1])
"""One of the peer's unsynced changes is durable and part of the note."""

NOT_SAVED = bytes([SYNC_STATUS, 0])
"""One of the peer's changes is not part of the note; its count of unsynced changes stays."""
