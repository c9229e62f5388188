"""A message as bytes on a channel: a version, who says it, and what."""

from __future__ import annotations

from typing import Annotated

import msgspec

from server.bus.bus import ProcessId
from server.bus.messages import Committed, Message

VERSION = 1
"""Of the bytes. A message of another version is passed over, so a new number means silence between
old and new processes, and the store alone between them."""
MAX_DATA_BYTES = 64 * 1024
"""The largest merge that a message carries: beyond it, reading the log costs no more than this."""
MAX_MESSAGE_BYTES = 256 * 1024
"""The largest message that is said or taken: the data above, and the presence of a full note."""

_Packed = tuple[int, Annotated[str, msgspec.Meta(min_length=1, max_length=64)], Message]

_encode = msgspec.msgpack.Encoder().encode
_decode = msgspec.msgpack.Decoder(_Packed).decode


class Unreadable(Exception):
    """Bytes that are no message of this version. They are passed over."""


class Wire:
    """Packs what one process says, and unpacks what the others do."""

    def __init__(self, process: ProcessId) -> None:
        # A list of three, and its first two: the same for all that this process says.
        self._head = b"\x93" + _encode(VERSION) + _encode(process)

    def pack(self, message: Message) -> bytes | None:
        """The bytes; None where they are too many. Data that is too large is left out."""
        if isinstance(message, Committed) and len(message.data) > MAX_DATA_BYTES:
            message = Committed(message.first, message.last, b"", message.writers)
        packed = self._head + _encode(message)
        return packed if len(packed) <= MAX_MESSAGE_BYTES else None

    def is_own(self, packed: bytes) -> bool:
        return packed.startswith(self._head)

    def unpack(self, packed: bytes) -> tuple[ProcessId, Message]:
        """Who said what. Raises Unreadable, whatever the bytes are."""
        if len(packed) > MAX_MESSAGE_BYTES:
            raise Unreadable
        try:
            version, process, message = _decode(packed)
        except (msgspec.MsgspecError, ValueError, RecursionError) as error:
            raise Unreadable from error
        if version != VERSION:
            raise Unreadable
        if isinstance(message, Committed) and not 1 <= message.first <= message.last:
            raise Unreadable
        return ProcessId(process), message
