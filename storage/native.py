"""SQL for the hot path, sent to the driver as it is: no statement is built or compiled there."""

from __future__ import annotations

from functools import lru_cache

from sqlalchemy import Connection


def native(db: Connection, sql: str) -> str:
    """`sql`, written with `?` for each parameter, in the way that this database's driver wants."""
    return sql if db.dialect.paramstyle == "qmark" else _with_percent(sql)


@lru_cache(maxsize=1024)
def _with_percent(sql: str) -> str:
    return sql.replace("%", "%%").replace("?", "%s")
