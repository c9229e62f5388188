"""y-websocket's framing: one message is a type, then its content; the note is in the address.

The bodies of sync and awareness messages are the same in Hocuspocus's framing behind a prefix, so
this module writes them for both. Source: y-websocket 1.5 – 3.1 and y-protocols 1.0.7, read and run.
"""

from __future__ import annotations

from server.errors import ProtocolError
from server.sync.codec import Reader, last_bytes, var_bytes, var_string
from server.sync.messages import (
    Awareness,
    Message,
    QueryAwareness,
    SyncStep1,
    SyncStep2,
    Update,
)

SYNC, AWARENESS, AUTH, QUERY_AWARENESS = 0, 1, 2, 3
STEP_1, STEP_2, UPDATE = 0, 1, 2
PERMISSION_DENIED = 0

_EDIT = bytes([SYNC, UPDATE])
_PRESENCE = bytes([AWARENESS])

HEARTBEAT = b"\x01\x01\x00"
"""Presence of nobody: a message that changes nothing and keeps a provider's watchdog quiet (W5)."""


def decode(data: bytes) -> Message:
    """Read one whole message. Raises ProtocolError on anything else (W4)."""
    # A key or a caret, which nearly all are: without a reader.
    if data[:2] == _EDIT:
        content = last_bytes(data, 2)
        if content is not None:
            return Update(content)
    elif data[:1] == _PRESENCE:
        content = last_bytes(data, 1)
        if content is not None:
            return Awareness(content)
    reader = Reader(data)
    message = read_body(reader, reader.var_uint())
    reader.end()
    return message


def read_body(reader: Reader, kind: int) -> Message:
    """Read what follows the type, for the types that both framings share."""
    if kind == SYNC:
        step = reader.var_uint()
        content = reader.var_bytes()
        if step == UPDATE:
            return Update(content)
        if step == STEP_2:
            return SyncStep2(content)
        if step == STEP_1:
            return SyncStep1(content)
        raise ProtocolError(f"sync message of unknown step {step}; known are 0, 1 and 2")
    if kind == AWARENESS:
        return Awareness(reader.var_bytes())
    if kind == QUERY_AWARENESS:
        return QueryAwareness()
    raise ProtocolError(f"message of unknown type {kind}; known are 0, 1 and 3")


def step_1(state_vector: bytes) -> bytes:
    return b"\x00\x00" + var_bytes(state_vector)


def step_2(update: bytes) -> bytes:
    return b"\x00\x01" + var_bytes(update)


def update(data: bytes) -> bytes:
    return b"\x00\x02" + var_bytes(data)


def awareness(data: bytes) -> bytes:
    return b"\x01" + var_bytes(data)


def permission_denied(reason: str) -> bytes:
    """y-protocols/auth: the only way to tell a plain provider why something was not taken."""
    return b"\x02\x00" + var_string(reason)
