"""Commands to Redis, as bytes."""

from __future__ import annotations

from typing import cast

import hiredis


def command(*words: bytes) -> bytes:
    """One command of the protocol. The library's own types know commands of one word alone."""
    return cast(bytes, hiredis.pack_command(words))  # type: ignore[arg-type]


GREETING = command(b"HELLO", b"3")
"""Asks for the third version of the protocol; the answer says who the server is. Asked again and
again, it tells that the connection lives and that its end has not become a replica."""
