"""Which key a store goes with: several machines must have the same (A1), and none is kept here.

The store remembers a fingerprint of the first key that it was used with.
"""

from __future__ import annotations

import hmac

from sqlalchemy import Connection

from storage import settings

FINGERPRINT = "key_fingerprint"
_OF = b"calepin: which key this is"


def fingerprint(key: bytes) -> str:
    """What tells keys apart and tells nothing of them."""
    return hmac.digest(key, _OF, "sha256").hex()


def known(db: Connection) -> str | None:
    """The fingerprint of the store's key; None for a store that was not used with any yet."""
    return settings.get(db, FINGERPRINT)


def agree(db: Connection, key: bytes) -> bool:
    """Whether the key is the store's. Of all that come to a store without one, the first one's
    becomes it."""
    settings.put_first(db, FINGERPRINT, fingerprint(key))
    return known(db) == fingerprint(key)
