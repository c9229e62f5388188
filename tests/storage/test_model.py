"""Random batches, locks and unlocks, against the few lines of Python that they must agree with."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import count

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from storage import catalogue, held, log, verify
from storage.database import Database
from storage.records import Day, NoteRef
from storage.values import (
    Accepted,
    ConnectionId,
    DayId,
    Held,
    Kind,
    Milliseconds,
    NoteId,
    Outcome,
    PersonId,
    Submission,
)

DAY = DayId("day")
BY = PersonId("moderator")
AT = Milliseconds(5)
HERE = ConnectionId("c")


@dataclass
class Model:
    """A note, in memory."""

    rows: list[tuple[Kind, bytes]] = field(default_factory=list)
    held: list[bytes] = field(default_factory=list)
    locked_at: int | None = None

    def submit(self, one: Submission) -> type[Outcome]:
        if one.hold or (self.locked_at is not None and not one.privileged):
            self.held.append(one.data)
            return Held
        self.rows.append((Kind.UPDATE, one.data))
        return Accepted

    def lock(self) -> None:
        if self.locked_at is None:
            self.rows.append((Kind.LOCK, b"why"))
            self.locked_at = len(self.rows)

    def unlock(self) -> None:
        if self.locked_at is not None:
            self.rows.append((Kind.UNLOCK, b""))
            self.locked_at = None


submissions = st.tuples(st.integers(0, 2), st.booleans(), st.booleans(), st.binary(max_size=4))
steps = st.lists(
    st.one_of(
        st.lists(submissions, min_size=1, max_size=8),
        st.tuples(st.sampled_from(["lock", "unlock"]), st.integers(0, 2)),
    ),
    max_size=12,
)

_fresh = count()


@pytest.fixture(scope="module", params=["sqlite", "postgresql"])
def shared(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Database]:
    """One store for all runs, each with notes of its own."""
    if request.param == "sqlite":
        where = str(tmp_path_factory.mktemp("model"))
    else:
        where = request.getfixturevalue("postgres")
    with Database.open(where) as database:
        with database.write() as db:
            catalogue.delete_day(db, DAY)
            catalogue.add_day(db, Day(DAY, "A day", AT))
        yield database


@pytest.mark.promise("K1")
@pytest.mark.promise("L4")
@settings(max_examples=60, deadline=None)
@given(steps)
def test_the_log_does_what_the_model_does(shared: Database, todo: list) -> None:
    run = next(_fresh)
    ids = [NoteId(f"note{run:06}{n}") for n in range(3)]
    models = {id: Model() for id in ids}
    with shared.write() as db:
        for id in ids:
            catalogue.add_note(db, NoteRef(id, DAY, None, AT))
    for step in todo:
        with shared.write() as db:
            match step:
                case ("lock", int(n)):
                    head = log.lock(db, ids[n], by=BY, why="why", at=AT, connection=HERE)
                    models[ids[n]].lock()
                    assert head.seq == len(models[ids[n]].rows) or head.lock is not None
                case ("unlock", int(n)):
                    log.unlock(db, ids[n], by=BY, at=AT, connection=HERE)
                    models[ids[n]].unlock()
                case batch:
                    made = [
                        Submission(ids[n], BY, HERE, AT, data, privileged=privileged, hold=hold)
                        for n, privileged, hold, data in batch
                    ]
                    for one, outcome in zip(made, log.append(db, made), strict=True):
                        assert type(outcome) is models[one.note].submit(one)
                        if isinstance(outcome, Accepted):
                            assert outcome.seq == len(models[one.note].rows)
    with shared.read() as db:
        heads = log.heads(db, ids)
        for id, model in models.items():
            rows = log.tail(db, id, 0)
            assert [(row.kind, row.data) for row in rows] == model.rows
            assert [row.seq for row in rows] == list(range(1, len(rows) + 1))
            assert [one.data for one in held.of_note(db, id)] == model.held
            lock = heads[id].lock
            assert (heads[id].seq, lock and lock.seq) == (len(rows), model.locked_at)
        if run % 20 == 0:
            assert verify.verify(db).findings == ()
