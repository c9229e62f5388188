"""What a log gives at each of its positions is what somebody had who stopped there (H1)."""

from __future__ import annotations

from random import Random

import pycrdt
import pytest

from server.days.looking_back import look, parts_then, read_past
from server.errors import NotFound
from server.export.panes import Panes, panes
from server.sync.document import condense, replay
from storage import checkpoints, log
from storage.moments import MINUTE_MS
from storage.values import ConnectionId, Kind, Milliseconds, NoteId, PersonId, Submission
from tests.export.test_restored import START, draw_edit
from tests.storage.seeding import NOTES

pytestmark = pytest.mark.promise("H1")

NOTE = NOTES[0]
PEOPLE = (PersonId("ada"), PersonId("bo"), PersonId("cléo"))


def drawn_rows(rng: Random, count: int) -> list[tuple[PersonId, bytes]]:
    """So many edits by three people who hear of each other sooner or later."""
    rows = [(PEOPLE[0], START)]
    docs = [pycrdt.Doc(client_id=10 + number) for number in range(len(PEOPLE))]
    heard = [0] * len(docs)
    while len(rows) < count:
        number = rng.randrange(len(docs))
        doc = docs[number]
        # Nobody writes who has not the note as it began.
        upto = rng.randint(max(1, heard[number]), len(rows))
        for _, update in rows[heard[number] : upto]:
            doc.apply_update(update)
        heard[number] = upto
        rows += [(PEOPLE[number], update) for update in draw_edit(rng, doc)]
    return rows


@pytest.mark.parametrize("seed", range(4))
def test_each_position_is_what_was_seen_there(database, seed: int) -> None:
    rng = Random(seed)
    seen: dict[int, Panes] = {}
    watching: pycrdt.Doc[pycrdt.Text] = pycrdt.Doc()
    at = Milliseconds(MINUTE_MS)
    with database.write() as db:
        for number, (author, update) in enumerate(drawn_rows(rng, 50)):
            at = Milliseconds(at + rng.choice((1_000, 20_000, 200_000)))
            log.append(db, [Submission(NOTE, author, ConnectionId("c"), at, update)])
            watching.apply_update(update)
            seen[log.head(db, NOTE).seq] = panes(watching)
            if number % 9 == 4:
                log.lock(db, NOTE, by=author, at=at, connection=ConnectionId("c"), why="")
                log.unlock(db, NOTE, by=author, at=at, connection=ConnectionId("c"))
                seen[log.head(db, NOTE).seq] = panes(watching)
            if number in (20, 35):
                check(db, NOTE)
        for seq, there in seen.items():
            assert panes(replay(parts_then(db, NOTE, seq))) == there, f"seed {seed}, at {seq}"
        end = log.head(db, NOTE).seq
        for seq in (0, -1, end + 1):
            with pytest.raises(NotFound):
                parts_then(db, NOTE, seq)
        # And each moment is where its minute ended; what it removed stands beside.
        moments = read_past(db, NOTE, None).moments
        assert len(moments) > 5
        for moment in moments:
            past = read_past(db, NOTE, moment.seq)
            assert past.moment == moment
            now = look(past.before, past.then)
            lines = [one.line for one in now.notes if one.change != "removed"]
            assert lines == list(seen[moment.seq].notes), f"seed {seed}, at {moment.seq}"


def check(db, note: NoteId) -> None:
    """A checkpoint at the end of the log as it is, which is made as the server makes one."""
    rows = log.tail(db, note, 0)
    data = condense([row.data for row in rows if row.kind is Kind.UPDATE])
    checkpoints.write(db, note, rows[-1].seq, data)
    made = checkpoints.read_back(db, note, rows[-1].seq)
    assert made is not None
    checkpoints.confirm(db, made, at=Milliseconds(1))
