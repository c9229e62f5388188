"""A short code in place of a link, for those who cannot scan one: said aloud, and typed.

It is derived from the server's key, so that it can be shown again; the store keeps an HMAC of it
under that key, as a plain hash of so few letters could be tried out. A code leads to its link for
a while, and ends with it.
"""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import Callable
from datetime import date
from typing import Final

from sqlalchemy import Connection

from server.days.access import Role, derive_token, token_matches
from server.days.moments import end_of
from server.errors import BadInput, NotAuthenticated, NotFound
from storage import catalogue, codes, journal, people
from storage.codes import Code
from storage.records import Day, Link
from storage.values import DayId, Milliseconds, PersonId

ALPHABET: Final = "23456789ABCDEFGHJKMNPQRSTUVWXYZ"
"""No 0 and O, no 1, I and L: they are taken for each other on a slide and on the telephone."""
LENGTH: Final = 8
ROLES: Final = (Role.READER, Role.WRITER)
"""What a code may open: a moderator's link is handed over with more care."""
DAYS_AHEAD: Final = 60
"""A code ends with the date of its day, unless that is further away."""
_HOURS_OTHERWISE: Final = 48
_DAY_MS: Final = 24 * 60 * 60 * 1000


def shown(code: str) -> str:
    """As it is said and printed: KRT4 M7XP."""
    return f"{code[:4]} {code[4:]}"


def read_code(text: str) -> str | None:
    """The code that was typed, whatever its case, spaces and hyphens; None for what is none."""
    code = "".join(text.split()).replace("-", "").upper()
    is_one = len(code) == LENGTH and all(letter in ALPHABET for letter in code)
    return code if is_one else None


def derive_code(secret: bytes, seed: str) -> str:
    """The code that comes of a seed, each of all codes as likely as any other."""
    digest = hmac.new(secret, b"code:" + seed.encode(), hashlib.sha256).digest()
    # 256 bits over 31^8: no letter is likelier than another by more than one in 2^200.
    number, letters = int.from_bytes(digest), []
    for _ in range(LENGTH):
        number, place = divmod(number, len(ALPHABET))
        letters.append(ALPHABET[place])
    return "".join(letters)


def hash_code(secret: bytes, code: str) -> str:
    """What the store keeps of a code."""
    return hmac.new(secret, b"typed:" + code.encode(), hashlib.sha256).hexdigest()


def token_of_code(db: Connection, text: str, *, secret: bytes, now: Milliseconds) -> str:
    """The token of the link that a typed code stands for. Raises NotAuthenticated."""
    code = read_code(text)
    found = codes.find_by_hash(db, hash_code(secret, code)) if code else None
    link = people.find_link(db, found.link) if found and now < found.ends_at else None
    token = derive_token(secret, link.id) if link else ""
    if link is None or link.revoked_at is not None or not token_matches(token, link.secret_hash):
        raise NotAuthenticated("This code opens nothing: look at it again, or ask for the link.")
    return token


def codes_of(
    db: Connection, day: DayId, *, secret: bytes, now: Milliseconds
) -> dict[Role, tuple[str, Milliseconds]]:
    """The codes of a day that open something now, and until when each does."""
    standing = {link.id: Role(link.role) for link in _standing(db, day, secret)}
    return {
        standing[one.link]: (derive_code(secret, one.seed), one.ends_at)
        for one in codes.of_day(db, day)
        if one.link in standing and now < one.ends_at
    }


def switch_on(
    db: Connection,
    day: DayId,
    role: Role,
    *,
    by: PersonId,
    secret: bytes,
    new_id: Callable[[], str],
    now: Milliseconds,
) -> Code:
    """Make a code for the link of a role, in place of the one it had. Raises NotFound where the
    day has no such link, BadInput for a role that gets none."""
    link = _link(db, day, role, secret)
    found = catalogue.find_day(db, day)
    if found is None:
        raise NotFound(f"There is no day {day}.")
    while True:
        seed = new_id()
        hashed = hash_code(secret, derive_code(secret, seed))
        if codes.find_by_hash(db, hashed) is None:
            break
    new = Code(link.id, day, seed, hashed, _ends(found, now))
    codes.put(db, new)
    journal.write(db, day, at=now, who=by, what="make_code", why=role.value)
    return new


def switch_off(
    db: Connection, day: DayId, role: Role, *, by: PersonId, secret: bytes, now: Milliseconds
) -> None:
    """From now on the code opens nothing; whoever came in by it stays. Raises as `switch_on`."""
    if codes.forget(db, _link(db, day, role, secret).id):
        journal.write(db, day, at=now, who=by, what="end_code", why=role.value)


def _link(db: Connection, day: DayId, role: Role, secret: bytes) -> Link:
    if role not in ROLES:
        raise BadInput("A code opens what a reader's or a writer's link opens, and no more.")
    for link in _standing(db, day, secret):
        if link.role == role.value:
            return link
    raise NotFound(f"The {role.value}s of this day have no link: renew it first.")


def _standing(db: Connection, day: DayId, secret: bytes) -> list[Link]:
    return [
        link
        for link in people.links(db, day)
        if link.revoked_at is None
        and token_matches(derive_token(secret, link.id), link.secret_hash)
    ]


def _ends(day: Day, now: Milliseconds) -> Milliseconds:
    """With the date of the day; in two days where that is past, far away or not said."""
    if day.date:
        end = end_of(date.fromisoformat(day.date), timezone=day.timezone)
        if now < end <= now + DAYS_AHEAD * _DAY_MS:
            return end
    return Milliseconds(now + _HOURS_OTHERWISE * 60 * 60 * 1000)
