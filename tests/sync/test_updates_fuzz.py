"""The structural check against chance: any bytes, honest sessions of two libraries, and lies.

What it lets pass goes to the document library in another process, so that a hang or a death of the
library is a failed test. Every failure names its seed.
"""

from __future__ import annotations

import random
from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from server.errors import UpdateRefused
from server.sync.codec import var_uint
from server.sync.updates import Checked, NoteState, UpdateEarly, check, check_fully
from tests.sync.library import disagreements, in_another_process, in_javascript
from tests.sync.poisons import FOREIGN, POISONS
from tests.sync.sessions import session, take
from tests.sync.written import Liar


def outcome(data: bytes, state: NoteState) -> Checked | None:
    """What the check says, by its short way as by its long one; None for its two errors.

    Any other error goes through to the test.
    """
    short, full = said(check, data, state), said(check_fully, data, state)
    if isinstance(short, type) or isinstance(full, type):
        assert short is full, data.hex()
        return None
    assert (short.data, [*short.runs], [*short.deletes], short.lows) == (
        full.data,
        [*full.runs],
        [*full.deletes],
        full.lows,
    ), data.hex()
    return short


def said(
    way: Callable[[bytes, NoteState], Checked], data: bytes, state: NoteState
) -> Checked | type[Exception]:
    try:
        return way(data, state)
    except (UpdateRefused, UpdateEarly) as error:
        return type(error)


# Any bytes


Honest = list[tuple[list[bytes], NoteState]]
"""What was sent in a session, and a note that has all of it."""

WRONG = [data for _, data in POISONS.values() if len(data) < 200] + list(FOREIGN.values())


@pytest.fixture(scope="module")
def honest() -> Honest:
    sessions = []
    for seed in range(6):
        sent, _ = session(random.Random(seed), steps=30)
        state = NoteState()
        take(sent, state)
        sessions.append((sent, state))
    return sessions


def mangled(data: bytes, other: bytes, dice: random.Random) -> bytes:
    """Some bytes flipped, cut, put in from another update, said twice, or made a huge integer."""
    out = bytearray(data)
    for _ in range(dice.choice([1, 1, 2, 4])):
        place = dice.randrange(len(out) + 1)
        end = min(len(out), place + dice.randint(1, 8))
        match dice.randrange(7):
            case 0 if place < len(out):
                out[place] ^= 1 << dice.randrange(8)
            case 1:
                del out[place:end]
            case 2:
                del out[place:]
            case 3:
                start = dice.randrange(len(other) + 1)
                out[place:end] = other[start : start + dice.randint(1, 40)]
            case 4:
                out[place:place] = out[place:end]
            case 5:
                huge = dice.choice([2**31 - 1, 2**31, 2**32 - 1, 2**53 - 1, 2**53, 2**64])
                out[place:end] = var_uint(huge)
            case _ if place < len(out):
                out[place] = dice.choice([0, 1, 0x7F, 0x80, 0xFF, dice.randrange(256)])
    return bytes(out)


@pytest.mark.promise("W4")
@given(st.binary(max_size=200))
def test_any_bytes_have_an_outcome(data: bytes) -> None:
    checked = outcome(data, NoteState())
    if checked is not None:
        assert check(checked.data, NoteState()).data == checked.data


@pytest.mark.promise("W4")
@pytest.mark.parametrize("seed", range(8))
def test_mangled_updates_have_an_outcome(seed: int, honest: Honest) -> None:
    dice = random.Random(seed)
    passed: list[list[bytes]] = []
    for _ in range(800):
        sent, state = dice.choice(honest)
        data = mangled(dice.choice(dice.choice([sent, sent, WRONG])), dice.choice(sent), dice)
        outcome(data, state)
        checked = outcome(data, NoteState())
        if checked is not None and not checked.noop:
            # What passes is a fixed point: it is read again from the log as it was written.
            again = check(checked.data, NoteState())
            assert (again.data, [*again.runs], [*again.deletes]) == (
                checked.data,
                [*checked.runs],
                [*checked.deletes],
            ), f"seed {seed}: {data.hex()}"
            passed.append([checked.data])
    for case, shown in zip(passed, in_another_process(passed, seconds=60), strict=True):
        state = NoteState()
        state.advance(check(case[0], state))
        assert not disagreements(shown, state), f"seed {seed}: {case[0].hex()}"


# Lies


def test_nothing_that_enters_harms_a_library() -> None:
    """Well-formed nonsense: what passes is shown, merged and read again by pycrdt and by Yjs.

    Text is not compared: where a left neighbour stands behind the right one, an order that no
    honest client writes, each library may end with an order of its own.
    """
    notes: list[tuple[NoteState, list[bytes]]] = []
    for seed in range(600):
        state = NoteState()
        entered = []
        for data in Liar(random.Random(seed), state.clocks).updates(30):
            checked = outcome(data, state)
            if checked is not None and not checked.noop:
                state.advance(checked)
                entered.append(checked.data)
        notes.append((state, entered))
    assert sum(len(entered) for _, entered in notes) > 600, "hardly anything passed"
    cases = [entered for _, entered in notes]
    in_library = in_another_process(cases, seconds=60)
    in_yjs = in_javascript({"show": [data.hex() for data in case]} for case in cases)
    for seed, (state, _) in enumerate(notes):
        shown = in_library[seed]
        for one in (shown, shown["reloaded"], shown["merged"], in_yjs[seed]):
            assert not disagreements(one, state), f"seed {seed}"
        assert not in_yjs[seed]["pending"], f"seed {seed}"
