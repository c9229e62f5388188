"""New ids: short enough for an address, random enough to be nobody's guess and never the same."""

from __future__ import annotations

import re
import secrets

_LETTERS = "abcdefghjkmnpqrstuvwxyz23456789"
"""No i, l, o, 0 or 1: an id may be read aloud or copied from a screen."""
_LENGTH = 12
"""59 random bits. An id is no secret: it opens nothing without a capability."""

_ID = re.compile(r"[A-Za-z0-9_-]{1,64}")
_SHOWN = 64


def new_id() -> str:
    return "".join(secrets.choice(_LETTERS) for _ in range(_LENGTH))


def is_id(text: str) -> bool:
    """Whether this can be an id at all. What cannot is not worth asking the store, whose drivers
    refuse some characters (half a character, a zero byte) with errors of their own."""
    return _ID.fullmatch(text) is not None


def shown_id(text: str) -> str:
    """The text in place of an id as a sentence may repeat it: short, and all of it visible."""
    if not text:
        return "“”"
    clean = "".join(character if character.isprintable() else "?" for character in text[:_SHOWN])
    return clean if len(text) <= _SHOWN else clean + "…"


def new_client_id() -> int:
    """A Yjs client id for what the server itself writes: 32 random bits, as a browser's."""
    return secrets.randbits(32)
