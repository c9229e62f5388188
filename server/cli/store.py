"""The store as a command sees it: opened for one command, whoever else has it open."""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from sqlalchemy import Connection

from server.days.access import Role
from server.days.ids import is_id
from server.days.secrets import secret_of
from server.errors import NotFound
from server.settings import Settings, read_settings
from storage import people
from storage.database import FILE_NAME, Database
from storage.values import ConnectionId, DayId, Milliseconds, PersonId

COMMAND_LINE = ConnectionId("command line")
"""The connection of rows that a command writes."""


@dataclass(frozen=True, slots=True)
class OpenStore:
    settings: Settings
    database: Database

    @property
    def secret(self) -> bytes:
        """Read, or made for a store that was never used, when a command needs it: what is written
        can be exported without it. Raises Unavailable."""
        return secret_of(self.database, self.settings)


@contextmanager
def open_store(data: Path | None, *, make: bool = False) -> Iterator[OpenStore]:
    """The store of the settings, with `--data` before them; closed when the block ends.

    Without `make`, a folder without a store is NotFound: a slip in its name must not look like a
    store that lost everything.
    """
    settings = read_settings(data=data)
    if not make and settings.database_url is None and not _has_store(settings.data):
        raise NotFound(
            f"There is no store in {settings.data}: name its folder with --data, "
            "or make a day with `calepin new`."
        )
    with Database.open(settings.store) as database:
        yield OpenStore(settings, database)


def _has_store(data: Path) -> bool:
    """A file without a byte is no store: it was begun and never made, or cut off."""
    try:
        return (data / FILE_NAME).stat().st_size > 0
    except (FileNotFoundError, NotADirectoryError):
        return False
    except OSError:
        # For instance a folder that may not be looked into: opening says what is wrong.
        return True


def now() -> Milliseconds:
    return Milliseconds(time.time_ns() // 1_000_000)


def acting_person(db: Connection, day: DayId) -> PersonId:
    """In whose name a command acts: whoever has the store acts as the organiser's link."""
    found = people.links(db, day) if is_id(day) else []
    links = [link for link in found if link.role == Role.ORGANISER.value]
    return PersonId(links[0].id if links else "organiser")
