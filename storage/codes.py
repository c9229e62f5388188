"""The short codes that stand for a link: at most one for each."""

from __future__ import annotations

from dataclasses import asdict, dataclass

from sqlalchemy import Connection, delete, insert, select

from storage.tables import code
from storage.values import DayId, LinkId, Milliseconds


@dataclass(frozen=True, slots=True)
class Code:
    """`seed` gives the code to who has the server's key; `secret_hash` is of the code itself.
    It opens nothing from `ends_at` on."""

    link: LinkId
    day: DayId
    seed: str
    secret_hash: str
    ends_at: Milliseconds


def find_by_hash(db: Connection, secret_hash: str) -> Code | None:
    """The code of that hash, also one whose time is over."""
    row = db.execute(select(code).where(code.c.secret_hash == secret_hash)).first()
    return None if row is None else Code(**row._mapping)


def of_day(db: Connection, day: DayId) -> list[Code]:
    rows = db.execute(select(code).where(code.c.day == day).order_by(code.c.link))
    return [Code(**row._mapping) for row in rows]


def put(db: Connection, new: Code) -> None:
    """Keep a link's code, in place of the one it had."""
    forget(db, new.link)
    db.execute(insert(code).values(asdict(new)))


def forget(db: Connection, link: LinkId) -> bool:
    """Whether there was one."""
    return db.execute(delete(code).where(code.c.link == link)).rowcount == 1
