"""The cookie of a day: who this browser is there. Signed: nobody can claim to be another."""

from __future__ import annotations

import hashlib

from itsdangerous import BadSignature, Signer

from server.days.access import cookie_key
from storage.values import DayId, PersonId

MAX_COOKIE_LENGTH = 300


def cookie_name(day: DayId) -> str:
    return f"calepin_{day}"


def sign_person(secret: bytes, day: DayId, person: PersonId) -> str:
    """The cookie's value. It is worth nothing in another day, and outlives no new secret."""
    return _signer(secret, day).sign(person.encode()).decode()


def read_person(secret: bytes, day: DayId, value: str) -> PersonId | None:
    """Whose cookie this is; None when it was not signed here for this day.

    Whether the person is still welcome is for the store to say.
    """
    if len(value) > MAX_COOKIE_LENGTH:
        return None
    try:
        return PersonId(_signer(secret, day).unsign(value.encode()).decode())
    except (BadSignature, UnicodeError):
        return None


def _signer(secret: bytes, day: DayId) -> Signer:
    return Signer(
        cookie_key(secret),
        salt=b"person:" + day.encode(),
        key_derivation="hmac",
        digest_method=hashlib.sha256,
    )
