"""An act on a day's programme: what every change of it has in common.

Each runs in one transaction that keeps other acts on the same programme waiting, so what it finds
is what it changes, whatever the number of processes. Each leaves a line in the journal, by which
the day has another version (`storage.versions`). No act touches a note or its address.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Self, TypeAlias, TypeVar

from sqlalchemy import Connection

from server.days.ids import is_id, shown_id
from server.errors import Conflict, NotFound
from storage import catalogue, journal
from storage.records import Day, Item, Section
from storage.values import DayId, ItemId, Milliseconds, NoteId, PersonId, SectionId

T = TypeVar("T", Section, Item)
Record: TypeAlias = Day | Section | Item

_SAID = ("title", "kind", "room", "start", "end")
"""The fields whose value a line of the journal repeats: one line each."""


@dataclass(frozen=True, slots=True)
class Act:
    """Who changes the programme of a day, and when, in the transaction of `db`."""

    db: Connection
    day: DayId
    by: PersonId
    at: Milliseconds

    @classmethod
    def begin(cls, db: Connection, day: DayId, *, by: PersonId, at: Milliseconds) -> Self:
        """Wait for the acts of others, then act. Raises NotFound."""
        if not is_id(day) or not catalogue.hold_day(db, day):
            raise NotFound(f"There is no day {shown_id(day)}.", day=shown_id(day))
        return cls(db, day, by, at)

    def find_section(self, id: str, *, removed: bool = False) -> Section:
        """A section of the day that stands in its programme, or was `removed`. Raises NotFound."""
        found = catalogue.find_section(self.db, SectionId(id)) if is_id(id) else None
        if found is None or found.day != self.day or (found.removed_at is not None) != removed:
            where = "was removed from" if removed else "is in"
            raise NotFound(f"No section {shown_id(id)} {where} the programme of this day.")
        return found

    def find_item(self, id: str, *, removed: bool = False) -> Item:
        """An item of the day that stands in its programme, or was `removed`. Raises NotFound."""
        found = catalogue.find_item(self.db, ItemId(id)) if is_id(id) else None
        if found is None or found.day != self.day or (found.removed_at is not None) != removed:
            where = "was removed from" if removed else "is in"
            raise NotFound(f"No item {shown_id(id)} {where} the programme of this day.")
        return found

    def note_of(self, item: ItemId) -> NoteId:
        ref = catalogue.note_of_item(self.db, item)
        if ref is None:
            raise NotFound(f"The item {item} has no note.")
        return ref.id

    def write(self, what: str, why: str, note: NoteId | None = None) -> None:
        """Leave a line in the journal: titles and rooms may stand there, a note's text never."""
        journal.write(self.db, self.day, at=self.at, who=self.by, what=what, why=why, note=note)


def refuse_changed(
    record: Record,
    was: Mapping[str, Any],
    wanted: Mapping[str, Any],
    *,
    by: str | None,
) -> None:
    """Refuse to write over what is not any more what the person saw. Raises Conflict.

    A field that somebody else has brought to the very value that is wanted is no conflict. `by` is
    who changed the record last, where that is known.
    """
    for field, seen in was.items():
        now = getattr(record, field)
        if now not in (seen, wanted.get(field, seen)):
            raise Conflict(
                f"`{field}` was changed meanwhile: look at what it is now, and send your change "
                "again if it shall stand.",
                field=field,
                now=shown(now),
                by=by,
            )


def shown(value: Any) -> Any:
    """The value of a field as the API shows it."""
    if isinstance(value, tuple):
        return [
            one if isinstance(one, str) else {"name": one.name, "organisation": one.organisation}
            for one in value
        ]
    return value


def told(record: Record, wanted: Mapping[str, Any]) -> str:
    """What changes of a record, as a line of the journal says it; "" where nothing does."""
    return "; ".join(
        f"{field}: “{getattr(record, field)}” → “{value}”" if field in _SAID else field
        for field, value in wanted.items()
        if getattr(record, field) != value
    )


def put(among: Iterable[T], one: T, before: str | None) -> list[T]:
    """The records in their new order: `one` in front of the one with the id `before`; at the end
    where that is None, or is not there any more."""
    order = [other for other in among if other.id != one.id]
    ids: list[str] = [other.id for other in order]
    order.insert(ids.index(before) if before in ids else len(ids), one)
    return order


def following(among: Sequence[T], one: T) -> str | None:
    """The id of what stands behind `one`; None where it is the last."""
    ids: list[str] = [other.id for other in among]
    at = ids.index(one.id) + 1
    return ids[at] if at < len(ids) else None


def number(records: Sequence[T], change: Callable[[T, int], object]) -> None:
    """Have `change` write the place of each record that is not where it was."""
    for position, record in enumerate(records):
        if record.position != position:
            change(record, position)
