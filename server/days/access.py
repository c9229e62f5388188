"""Who may do what: four roles, each including the ones before it; and the tokens that carry them.

Pure. A link is a capability: whoever holds its token has its role in its day, and nothing
anywhere else (A1). The token is derived from the server's secret, so that it can be shown again
without being stored; the store keeps only its hash.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
from enum import Enum

from server.errors import NotAllowed
from storage.values import DayId, LinkId

TOKEN_PREFIX = "clp_"  # noqa: S105 (the public beginning of every token, not a secret)
_TOKEN_CHARACTERS = 32
MAX_TOKEN_LENGTH = 100
"""Longer strings are no token and are not hashed."""


class Role(Enum):
    """Ordered: an organiser may do all that a moderator may, and so on down to the reader."""

    READER = "reader"
    WRITER = "writer"
    MODERATOR = "moderator"
    ORGANISER = "organiser"

    def reaches(self, other: Role) -> bool:
        """Whether this role includes `other`."""
        order = list(Role)
        return order.index(self) >= order.index(other)

    @property
    def may_read(self) -> bool:
        return self.reaches(Role.READER)

    @property
    def may_export(self) -> bool:
        """An export shows no more than the page does, so whoever reads may take it home."""
        return self.reaches(Role.READER)

    @property
    def may_write(self) -> bool:
        return self.reaches(Role.WRITER)

    @property
    def may_lock(self) -> bool:
        """Lock, unlock, write in a locked note, and decide what becomes of held updates."""
        return self.reaches(Role.MODERATOR)

    @property
    def may_organise(self) -> bool:
        """Change the programme, the links and the people of the day."""
        return self.reaches(Role.ORGANISER)


def require(role: Role, needed: Role, *, day: DayId, of: DayId) -> None:
    """Pass when a capability for `day` reaches `needed` in the day `of`; raise NotAllowed else."""
    if day != of:
        raise NotAllowed("This link belongs to another day.")
    if not role.reaches(needed):
        raise NotAllowed(
            f"This needs the link of a {needed.value}; yours is the link of a {role.value}.",
            role=role.value,
            needed=needed.value,
        )


def derive_token(secret: bytes, link: LinkId) -> str:
    """The token of a link: the same for ever, and told only by who knows the server's secret."""
    digest = hmac.new(secret, b"link:" + link.encode(), hashlib.sha256).digest()
    return TOKEN_PREFIX + base64.urlsafe_b64encode(digest).decode()[:_TOKEN_CHARACTERS]


def hash_token(token: str) -> str:
    """What the store keeps of a token: SHA-256 in hexadecimal. Tokens have 192 random bits, so a
    slow hash would protect nothing more."""
    return hashlib.sha256(token.encode("utf-8", "surrogatepass")).hexdigest()


def token_matches(token: str, secret_hash: str) -> bool:
    """Whether `token` has this hash, in a time that tells nothing about either."""
    return hmac.compare_digest(hash_token(token).encode(), secret_hash.encode())


def looks_like_token(text: str) -> bool:
    return text.startswith(TOKEN_PREFIX) and len(text) <= MAX_TOKEN_LENGTH


def cookie_key(secret: bytes) -> bytes:
    """The key that signs cookies, so that no cookie says anything about a token."""
    return hmac.new(secret, b"cookie", hashlib.sha256).digest()
