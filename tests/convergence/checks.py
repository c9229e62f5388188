"""What must hold after quiet, whatever has happened."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial
from typing import Any

import pycrdt

from server.sync.messages import SyncStep2, Update
from server.sync.shape import read
from storage import held as storage_held
from storage.values import HeldState, Kind, Row
from tests.convergence.person import Person
from tests.convergence.world import MODERATOR, World
from tests.sync.conftest import NOTE, delta
from tests.sync.library import PANES, joined


async def check(world: World) -> dict[str, Any]:
    """Hold a world at rest to the promises. Returns the bytes of its rows and what they show."""
    rows = await world.store.tail(NOTE, 0)
    updates = [row.data for row in rows if row.kind is Kind.UPDATE]
    doc: pycrdt.Doc[pycrdt.Text] = pycrdt.Doc()
    for update in updates:
        doc.apply_update(update)
    for person in world.people:
        assert delta(person.doc) == delta(doc), f"{person.name} shows another note"
    _positions_and_locks(rows)
    for person in world.people:
        _connections(person, rows, world)
        assert not person.member.session.must_resync, f"{person.name} is out of step"
        if person.exact and person.member.counts_saved:
            assert person.unsynced == 0, f"{person.name} counts {person.unsynced} as not saved"
    await world.check_promised()
    held = await world.store.read(lambda db: storage_held.of_note(db, NOTE))
    assert not [one for one in held if one.state is HeldState.OPEN]
    return {
        "updates": [update.hex() for update in updates],
        "shown": {pane: joined(doc.get(pane, type=pycrdt.Text).diff()) for pane in PANES},
    }


def _positions_and_locks(rows: Sequence[Row]) -> None:
    """No gap and no double (L4); no row of a writer between a lock and the next unlock (K1)."""
    assert [row.seq for row in rows] == list(range(1, len(rows) + 1))
    locked = False
    for row in rows:
        if row.kind is Kind.UPDATE:
            may_pass = row.author == MODERATOR or row.author.startswith("moderator-")
            assert not locked or may_pass, f"row {row.seq} of {row.author} stands inside a lock"
        else:
            assert locked == (row.kind is Kind.UNLOCK)
            locked = row.kind is Kind.LOCK
    assert not locked


def _connections(person: Person, rows: Sequence[Row], world: World) -> None:
    """Of each of a person's connections: the counts (L5), and the order of its rows (L4)."""
    for member in [*person.past, person.member]:
        counts, said = member.session.counts, person.said.get(member.id, [])
        # A server that dies takes along what it has not judged yet.
        unjudged = sum(_is_edit(waits) for waits in member.deferred)
        assert counts.received + unjudged == len(said)
        assert counts.refused == 0
        assert counts.received == counts.accepted + counts.nothing + counts.held
        if member.id in world.disturbed:
            continue
        stored = [row.data for row in rows if row.connection == member.id]
        assert len(stored) == counts.accepted, f"{member.id}: {counts}, {len(stored)} rows"
        sent = iter(said)
        for data in stored:
            assert any(_is_of(data, one) for one in sent), f"{member.id} is out of order"


def _is_edit(waits: Callable[[], None]) -> bool:
    assert isinstance(waits, partial)
    return isinstance(waits.args[-1], bytes | Update | SyncStep2)


def _is_of(row: bytes, sent: bytes) -> bool:
    """Whether a row is what is new of an update that was sent."""
    if row == sent:
        return True
    new, whole = read(row), read(sent)
    runs = {run.client: run for run in whole.runs}
    for run in new.runs:
        if run.client not in runs or not (
            runs[run.client].start <= run.start and run.end <= runs[run.client].end
        ):
            return False
    return all(
        any(client == c and s <= start and end <= e for c, s, e in whole.deletes)
        for client, start, end in new.deletes
    )
