"""The messages of both framings, as values. `ywebsocket` and `hocuspocus` know their bytes."""

from __future__ import annotations

import msgspec


class SyncStep1(msgspec.Struct, frozen=True):
    """What the peer has; it asks for the rest."""

    state_vector: bytes


class SyncStep2(msgspec.Struct, frozen=True):
    """All that the asker lacked: the answer to one SyncStep1, in order."""

    update: bytes


class Update(msgspec.Struct, frozen=True):
    """One edit, as it happens."""

    update: bytes


class Awareness(msgspec.Struct, frozen=True):
    """Presence: who is here and where; an encoded awareness update."""

    data: bytes


class QueryAwareness(msgspec.Struct, frozen=True):
    """Asks for everybody's presence."""


class Authenticate(msgspec.Struct, frozen=True):
    """A capability for one note (Hocuspocus framing)."""

    token: str


class Stateless(msgspec.Struct, frozen=True):
    """Text beside the document (Hocuspocus framing): our own notices are JSON in it."""

    payload: str


class CloseNote(msgspec.Struct, frozen=True):
    """The peer leaves one note of a shared socket (Hocuspocus framing)."""


class Liveness(msgspec.Struct, frozen=True):
    """A ping or pong of the application; says nothing but "here"."""


Message = (
    SyncStep1
    | SyncStep2
    | Update
    | Awareness
    | QueryAwareness
    | Authenticate
    | Stateless
    | CloseNote
    | Liveness
)
