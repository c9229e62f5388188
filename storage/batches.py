"""A commit has a name: a row that its transaction inserts, and that tells whether it was kept.

A connection to a database server can be lost while a COMMIT is under way. The server may have
carried it out, or not, or may be about to: its process goes on with what it has received, long
after we have lost sight of it. To say "nothing was kept" would sometimes be a lie, and to submit
again would sometimes write a row twice.

So every transaction of the writer inserts its own name into `batch`, together with its COMMIT. Who
has to know what became of it inserts *the same name*, marked as given up, through a new connection.
The unique index then makes the database decide, once and for good:

- The COMMIT is being carried out: this insert waits for its end.
- It was carried out: the name is there, and the insert finds it.
- It was not: the insert enters. Should the COMMIT come after all, its own insert meets the unique
  index and fails, and with it the transaction.

A row in a table survives what the server's own memory of transactions does not. After a failover
the promoted server may never have heard of a transaction number, or may have given it to another
transaction; but either it has the row, and with it all that was committed before, or it has not.

For the same reason the name of the last commit that was kept is looked for after each new
connection. Where it is missing, the database has gone back to an earlier moment, and what people
were told is saved may be gone: see `StoreWentBack`.

An embedded store needs none of it: its commit ends in this process or with it.
"""

from __future__ import annotations

from typing import NamedTuple
from uuid import UUID

from sqlalchemy import Connection

from storage.native import run, run_script

FORGET_EVERY = 64
"""So many rows of a writer at most are in the table: only the last one is ever asked for."""

KEPT_DAYS = 30
"""For the rows of writers that ended, and can ask no more. A process that was suspended for longer
than this in the middle of a commit, and finds its name gone, would wrongly take it for not kept."""

_MS = "CAST(EXTRACT(EPOCH FROM CURRENT_TIMESTAMP) * 1000 AS BIGINT)"
"""The database's clock: one for all processes, whatever theirs say."""

_GIVE_UP = f"""
INSERT INTO batch (writer, number, kept, at) VALUES (?, ?, FALSE, {_MS}) ON CONFLICT DO NOTHING
"""  # noqa: S608
_KEPT = "SELECT kept FROM batch WHERE writer = ? AND number = ?"
_FORGET_OLD = f"DELETE FROM batch WHERE at < {_MS} - ?"  # noqa: S608


class Batch(NamedTuple):
    """The name of a transaction: who writes, as 32 hexadecimal digits that nobody else has, and
    which of its transactions it is, from 1."""

    writer: str
    number: int


def commit(db: Connection, batch: Batch) -> None:
    """Commit the transaction of `db` under its name, in the one exchange that COMMIT takes.

    Whatever this raises, only `give_up` knows what became of the transaction.
    """
    # Both are ours, hexadecimal digits and a number: a script takes no values.
    writer, number = f"'{UUID(hex=batch.writer).hex}'", int(batch.number)
    sql = f"INSERT INTO batch (writer, number, kept, at) VALUES ({writer}, {number}, TRUE, {_MS});"  # noqa: S608
    if number % FORGET_EVERY == 0:
        # All but this one and the last one, which is looked for after a failover.
        sql += f"DELETE FROM batch WHERE writer = {writer} AND number < {number - 1};"  # noqa: S608
    run_script(db, sql + "COMMIT")


def give_up(db: Connection, batch: Batch) -> bool:
    """Whether the batch was kept; if it was not, it never will be, once `db` is committed.

    Waits for the end of its COMMIT. It may be asked again when the answer was lost.
    """
    run(db, _GIVE_UP, batch)
    return bool(is_kept(db, batch))


def is_kept(db: Connection, batch: Batch) -> bool | None:
    """Whether the batch was kept, or was given up; None where the database knows nothing of it."""
    found = run(db, _KEPT, batch)
    return bool(found[0][0]) if found else None


def forget_old(db: Connection) -> None:
    """Delete what writers left that ended long ago."""
    run(db, _FORGET_OLD, (KEPT_DAYS * 86_400_000,))
