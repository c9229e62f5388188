"""A note's content: faithful to its updates, and served as bytes when the library fails on it."""

from __future__ import annotations

import asyncio
import random
import tracemalloc

import pycrdt
import pytest

from server.errors import ProtocolError
from server.sync.codec import encode_state_vector, var_uint
from server.sync.document import (
    EMPTY_UPDATE,
    FAN_IN,
    Choked,
    Document,
    condense,
    covers,
    guarded,
    merge,
    merge_what_can,
)
from server.sync.updates import NoteState
from tests.sync.library import of_state, shown
from tests.sync.poisons import FIRST, ID, LAST
from tests.sync.sessions import session, take
from tests.sync.written import text, update

UNREADABLE = b"\x01\x01\x05\x00\x1f"
"""The library raises."""
PANIC = b"\x01\x01" + ID + b"\x07\x84" + ID + b"\x06\x00\x00"
"""Text of no length: the library panics. Neither could enter; a log may be damaged, or old."""
MORE = [update([(300, 7, [text(" à", LAST)])]), update([(300, 9, [text(" tous", (300, 8))])])]


def words(document: Document) -> str:
    """What somebody who joins now reads."""
    doc: pycrdt.Doc[pycrdt.Text] = pycrdt.Doc()
    doc.apply_update(document.full())
    return str(doc.get("notes", type=pycrdt.Text))


def state_of(document: Document) -> NoteState:
    return NoteState.from_parts(document.state_vector(), document.deletes(), document.full())


@pytest.mark.promise("L6")
@pytest.mark.parametrize("seed", range(6))
def test_it_shows_what_its_updates_say(seed: int) -> None:
    state = NoteState()
    entered = take(session(random.Random(seed), steps=300)[0], state)
    expected = shown(entered)
    half = len(entered) // 2
    document = Document(entered[:half])
    for one in entered[half:]:
        document.apply(one)
    assert document.is_whole
    assert len(entered) > FAN_IN, "too few to be compacted"
    assert shown([document.full()]) == expected, f"seed {seed}"
    assert of_state(state_of(document)) == of_state(state), f"seed {seed}"
    assert state_of(document).lows >= visible_lows(state, expected), f"seed {seed}"
    whole = document.full()
    for one in entered:
        document.apply(one)
    assert document.full() == whole, f"seed {seed}: what is known changes nothing"


def visible_lows(state: NoteState, expected: dict[str, list[list[int]]]) -> set[tuple[int, int]]:
    """The halves of characters that are not deleted: those of deleted text cannot be cut."""
    gone = {(client, clock) for client, start, end in expected["deletes"]
            for clock in range(start, end)}  # fmt: skip
    return state.lows - gone


@pytest.mark.parametrize("seed", range(6))
def test_since_is_what_somebody_lacks(seed: int) -> None:
    dice = random.Random(seed)
    entered = take(session(dice)[0], NoteState())
    document = Document(entered)
    for known in (0, 1, len(entered) // 2, len(entered)):
        doc: pycrdt.Doc[pycrdt.Text] = pycrdt.Doc()
        for one in entered[:known]:
            doc.apply_update(one)
        doc.apply_update(document.since(doc.get_state()))
        assert shown([doc.get_update()]) == shown(entered), f"seed {seed}"


def test_a_long_day_of_keystrokes_is_kept_short() -> None:
    """In memory stands the note, not each of its 5,000 rows (which would be 290 KB)."""
    document = Document([FIRST])
    tracemalloc.start()
    try:
        for clock in range(7, 5007):
            document.apply(update([(300, clock, [text("!", (300, clock - 1))])]))
        kept, _most = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert kept < 64 * 1024
    assert words(document) == "bonjour" + "!" * 5000


def test_an_empty_note() -> None:
    for document in (Document([]), Document([EMPTY_UPDATE])):
        assert document.full() == document.deletes() == EMPTY_UPDATE
        assert document.state_vector() == b"\x00"
        assert document.since(b"\x00") == EMPTY_UPDATE


@pytest.mark.promise("W4")
@pytest.mark.parametrize("vector", [b"", var_uint(2**28), b"\x01\x05", b"\x02\x05\x01\x05\x01"])
def test_a_state_vector_is_not_believed(vector: bytes) -> None:
    with pytest.raises(ProtocolError):
        Document([FIRST]).since(vector)


@pytest.mark.parametrize("clock", [2**31, 2**32 - 1, 2**32, 2**53 - 1])
def test_a_peer_that_claims_more_than_there_is_gets_what_it_lacks(clock: int) -> None:
    other = update([(5, 0, [text("x")])])
    lacked = Document([FIRST, other]).since(encode_state_vector({300: clock}))
    assert shown([FIRST, lacked]) == shown([FIRST, other])


# What the library fails on


@pytest.mark.promise("S3")
@pytest.mark.parametrize("bad", [UNREADABLE, PANIC], ids=["unreadable", "panic"])
@pytest.mark.parametrize("place", range(4))
def test_what_the_library_fails_on_takes_nothing_else_with_it(bad: bytes, place: int) -> None:
    rows = [FIRST, *MORE]
    rows.insert(place, bad)
    document = Document(rows[:2])
    for row in rows[2:]:
        document.apply(row)
    # A text of no length vanishes in a merge; what cannot be read stays and costs the Doc.
    assert not document.is_whole or bad is PANIC
    assert words(document) == "bonjour à tous"
    assert state_of(document).clocks == {300: 14}
    document.apply(update([(300, 14, [text("!", (300, 13))])]))
    assert words(document) == "bonjour à tous!"
    assert words(Document(rows)) == "bonjour à tous"


@pytest.mark.promise("S3")
def test_bytes_mode_goes_on_for_any_number_of_edits() -> None:
    document = Document([FIRST, UNREADABLE])
    for clock in range(7, 7 + 3 * FAN_IN):
        document.apply(update([(300, clock, [text("!", (300, clock - 1))])]))
    assert not document.is_whole
    assert words(document) == "bonjour" + "!" * 3 * FAN_IN
    assert shown([document.since(document.state_vector())]) == shown([document.full()])


@pytest.mark.parametrize("count", [1, 2, FAN_IN, FAN_IN + 1, FAN_IN * FAN_IN + 1])
def test_a_merge_has_all(count: int) -> None:
    letters = [text("x"), *(text("x", (5, clock)) for clock in range(count - 1))]
    parts = [update([(5, clock, [letter])]) for clock, letter in enumerate(letters)]
    assert shown([merge(parts)])["notes"] == [["x" * count, {}]]
    assert covers(merge(parts), parts)
    assert not covers(merge(parts[:-1]) if count > 1 else EMPTY_UPDATE, parts)


def test_what_can_be_merged_is() -> None:
    assert merge_what_can([UNREADABLE]) == EMPTY_UPDATE
    assert merge_what_can([FIRST]) == FIRST
    parts = [UNREADABLE, FIRST, UNREADABLE, *MORE, UNREADABLE]
    assert shown([merge_what_can(parts)]) == shown([FIRST, *MORE])
    with pytest.raises(Choked):
        merge(parts)


@pytest.mark.promise("L3")
def test_what_is_condensed_has_all_in_fewer_bytes() -> None:
    letters = [text("x"), *(text("x", (5, clock)) for clock in range(99))]
    parts = [update([(5, clock, [letter])]) for clock, letter in enumerate(letters)]
    parts.append(update([], [(5, [(10, 20)])]))
    condensed = condense(parts)
    assert shown([condensed]) == shown(parts) == shown([merge(parts)])
    assert covers(condensed, parts)
    assert not covers(condense(parts[:-1]), parts), "a deletion is missing"
    assert not covers(condense(parts[:-2]), parts)
    assert len(condensed) < len(merge(parts)) / 4
    with pytest.raises(Choked):
        condense([*parts, UNREADABLE])


def test_covers_reads_for_itself() -> None:
    assert covers(merge([FIRST, *MORE]), [FIRST, *MORE])
    assert not covers(FIRST, [FIRST, *MORE])
    assert not covers(UNREADABLE, [FIRST])
    assert not covers(FIRST, [FIRST, UNREADABLE])


def test_the_guard_lets_through_what_ends_a_task_or_the_process() -> None:
    for error in (asyncio.CancelledError, KeyboardInterrupt, SystemExit, MemoryError):
        with pytest.raises(error):
            guarded(raiser(error))
    for other in (ValueError, RuntimeError, GeneratorExit):
        with pytest.raises(Choked):
            guarded(raiser(other))


def raiser(error: type[BaseException]):
    def call() -> None:
        raise error

    return call
