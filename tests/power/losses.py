"""What a store that is found after a loss of power must hold, and whether it does."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from pathlib import Path
from random import Random
from typing import Any

from sqlalchemy import Connection

from storage import catalogue, held, log
from storage.database import FILE_NAME, Database
from storage.errors import StoreError
from storage.values import (
    Accepted,
    ConnectionId,
    Head,
    HeldUpdate,
    Kind,
    NoteId,
    Outcome,
    PersonId,
    Row,
    Submission,
)
from storage.verify import verify
from tests.disk.tape import Said, Tape
from tests.power.work import AT, BRIEF_DAY, DAY, NOTES, Answered, Asked

SHARED_MEMORY = FILE_NAME + "-shm"
"""Never synchronised, and worth nothing after a crash: anything may be in it."""


def an_instant(tape: Tape, chance: Random) -> int:
    """When power is lost: anywhere, and as often where an answer has just been given."""
    if chance.random() < 0.5:
        answers = [n for n, event in enumerate(tape.events, start=1) if isinstance(event, Said)]
        return chance.choice(answers)
    return chance.randrange(len(tape.events) + 1)


def problems_after(
    tape: Tape, upto: int, folder: Path, chance: Random, *, lies: bool = False
) -> list[str]:
    """Lose power at an instant, put into the empty `folder` what is left, open it, and look."""
    for name, content in tape.disk(upto, chance, lies=lies).items():
        (folder / name).write_bytes(content)
    if chance.random() < 0.5:
        (folder / SHARED_MEMORY).write_bytes(chance.randbytes(32768))
    said = tape.said(upto)
    try:
        with Database.open(folder) as database:
            with database.read() as db:
                found = _Found(db)
                problems = list(found.problems(said))
            with database.write() as db:
                problems += _goes_on(db, found)
            with database.read() as db:
                problems += [str(finding) for finding in verify(db).findings]
    except StoreError as error:
        return [str(error)]
    return problems


class _Found:
    """The store as it is when it is opened again."""

    def __init__(self, db: Connection) -> None:
        self.heads = log.heads(db, NOTES)
        self.rows: dict[NoteId, list[Row]] = {note: log.tail(db, note, 0) for note in NOTES}
        self.held: dict[int, HeldUpdate] = {
            one.id: one for note in NOTES for one in held.of_note(db, note)
        }
        self.days = {day.id for day in catalogue.days(db)}
        self.findings = verify(db).findings
        self.times = Counter(one.data for one in self.held.values())
        for rows in self.rows.values():
            self.times.update(row.data for row in rows if row.kind is Kind.UPDATE)

    def problems(self, said: Sequence[Any]) -> Iterator[str]:
        """All that is not as it was asked for and answered."""
        yield from map(str, self.findings)
        asked = {one.number: one.what for one in said if isinstance(one, Asked)}
        answers = {one.number: one.outcome for one in said if isinstance(one, Answered)}
        if answers and (DAY not in self.days or len(self.heads) != len(NOTES)):
            yield "the day is gone"
            return
        expected: Counter[bytes] = Counter()
        for number, what in asked.items():
            if isinstance(what, list):
                expected.update(one.data for one in what)
                yield from self._batch(what, answers.get(number))  # type: ignore[arg-type]
            elif isinstance(what, tuple):
                yield from self._position(answers.get(number), locks=what[1])  # type: ignore[arg-type]
            elif number in answers and BRIEF_DAY in self.days:
                yield "the day that was deleted is back"
        for data in self.times - expected:
            yield f"{data[:12]!r} is there and was never sent, or is there twice"
        for note in NOTES:
            yield from self._lock(note, asked, answers)

    def _batch(self, batch: list[Submission], outcomes: list[Outcome] | None) -> Iterator[str]:
        if outcomes is None:
            there = {self.times[one.data] for one in batch}
            if len(there) != 1:
                yield f"{batch[0].data[:12]!r}: a part of its batch is there, and a part is not"
            return
        for one, outcome in zip(batch, outcomes, strict=True):
            if isinstance(outcome, Accepted):
                found: Row | HeldUpdate | None = self._row(one.note, outcome.seq)
            else:
                found = self.held.get(outcome.id)
            if found is None or (found.note, found.author, found.connection, found.data) != (
                *(one.note, one.author, one.connection, one.data),
            ):
                yield f"{one.data[:12]!r} was acknowledged as {outcome} and is not there"

    def _position(self, answer: Head | None, *, locks: bool) -> Iterator[str]:
        """An answered lock or unlock has its row, unless the note was so already."""
        if answer is None:
            return
        seq = answer.lock.seq if answer.lock else answer.seq
        row = self._row(answer.note, seq) if seq else None
        if locks and (row is None or row.kind is not Kind.LOCK):
            yield f"the lock of {answer.note} at {seq} was answered and is not there"
        if not locks and seq and row is None:
            yield f"the unlock of {answer.note} at {seq} was answered and is not there"

    def _lock(self, note: NoteId, asked: dict[int, Any], answers: dict[int, Any]) -> Iterator[str]:
        """What was answered last of a note stands, unless more was asked for since."""
        requests = [
            (number, what[1])
            for number, what in asked.items()
            if isinstance(what, tuple) and what[0] == note
        ]
        if not requests or requests[-1][0] not in answers:
            return
        number, locks = requests[-1]
        lock = self.heads[note].lock
        if (lock is not None) != locks or lock != answers[number].lock:
            yield f"{note} is locked as {lock}, and {answers[number].lock} was answered"

    def _row(self, note: NoteId, seq: int) -> Row | None:
        rows = self.rows[note]
        return rows[seq - 1] if seq <= len(rows) else None


def _goes_on(db: Connection, found: _Found) -> Iterator[str]:
    """The store takes the next edit of each note, at the next position."""
    author, connection = PersonId("moderator"), ConnectionId("after")
    for note, head in found.heads.items():
        one = Submission(note, author, connection, AT, b"after", privileged=True)
        if log.append(db, [one]) != [Accepted(head.seq + 1)]:
            yield f"{note} does not go on at {head.seq + 1}"
