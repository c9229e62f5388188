"""What the store remembers about itself, as text under a key."""

from __future__ import annotations

from sqlalchemy import Connection, select

from storage.native import native
from storage.tables import setting
from storage.text import checked

_PUT = """
INSERT INTO setting (key, value) VALUES (?, ?)
ON CONFLICT (key) DO UPDATE SET value = excluded.value
"""
_PUT_FIRST = "INSERT INTO setting (key, value) VALUES (?, ?) ON CONFLICT (key) DO NOTHING"


def get(db: Connection, key: str) -> str | None:
    found: str | None = db.execute(select(setting.c.value).where(setting.c.key == key)).scalar()
    return found


def keys(db: Connection, prefix: str) -> list[str]:
    """The keys that begin so, in order."""
    begins = setting.c.key.startswith(prefix, autoescape=True)
    return list(db.execute(select(setting.c.key).where(begins).order_by(setting.c.key)).scalars())


def put(db: Connection, key: str, value: str) -> None:
    """Set the value, in place of the one before."""
    db.exec_driver_sql(native(db, _PUT), (key, checked(value, "A setting")))


def put_first(db: Connection, key: str, value: str) -> bool:
    """Set the value when there is none; whether this call did, of all that tried at once."""
    return db.exec_driver_sql(native(db, _PUT_FIRST), (key, value)).rowcount == 1
