"""The short way of a keystroke says what the full check says, or nothing."""

from __future__ import annotations

import pycrdt
import pytest
from hypothesis import event, given
from hypothesis import strategies as st

from server.sync import updates
from server.sync.codec import var_bytes, var_uint
from server.sync.keystroke import read_keystroke

CLOCKS = {5: 3, 6: 200, 3_456_789_012: 70_000}
CLIENTS = st.sampled_from([*CLOCKS, 9])
NEAR = st.one_of(st.sampled_from([0, 1, 2, 3, 199, 200, 69_999, 70_000]), st.integers(0, 2**53))


@st.composite
def keystrokes(draw: st.DrawFn) -> bytes:
    """Bytes in the form of a keystroke, right or nearly so, with a byte changed now and then."""
    client = draw(CLIENTS)
    clock = draw(st.one_of(st.just(CLOCKS.get(client, 0)), NEAR))
    info = draw(st.sampled_from([0x84, 0xC4, 0x04, 0x44, 0x81, 0x86, 0xA4]))
    references = draw(st.integers(0, 2)) if draw(st.booleans()) else (info >> 6 & 1) + 1
    out = b"\x01\x01" + var_uint(client) + var_uint(clock) + bytes([info])
    for _ in range(references):
        out += var_uint(draw(CLIENTS)) + var_uint(draw(NEAR))
    out += var_bytes(draw(st.text(max_size=50)).encode("utf-8", "surrogatepass"))
    out += draw(st.sampled_from([b"\x00", b"\x00", b"\x00\x00", b"", b"\x01\x05\x01\x00\x01"]))
    if draw(st.booleans()):
        at = draw(st.integers(0, len(out) - 1))
        out = out[:at] + bytes([draw(st.integers(0, 255))]) + out[at + 1 :]
    return out


@pytest.mark.promise("S2")
@given(keystrokes())
def test_it_never_says_what_the_full_check_does_not(update: bytes) -> None:
    state = updates.NoteState(clocks=dict(CLOCKS))
    run = read_keystroke(update, state.clocks)
    event(f"recognised: {run is not None}")
    if run is not None:
        full = updates.check_fully(update, state)
        assert (full.data, list(full.runs), list(full.deletes)) == (update, [run], [])
        assert not full.lows


@given(st.binary(max_size=40))
def test_any_bytes_have_an_answer(update: bytes) -> None:
    assert read_keystroke(update, CLOCKS) is None or update[:2] == b"\x01\x01"


@pytest.mark.parametrize("typed", ["a", "é", "—", "un mot", "x" * 127])
def test_it_knows_what_a_document_makes_of_a_key(typed: str) -> None:
    doc: pycrdt.Doc[pycrdt.Text] = pycrdt.Doc(client_id=7)
    doc["notes"] = text = pycrdt.Text()
    text += "Début, fin"
    for place in (len("Début".encode()), len(text)):
        before = doc.get_state()
        state = updates.NoteState.from_parts(before, b"\x00\x00", doc.get_update())
        text.insert(place, typed)
        run = read_keystroke(doc.get_update(before), state.clocks)
        assert run is not None
        assert (run.client, run.end - run.start) == (7, len(typed))


def test_what_could_be_cut_in_two_goes_the_long_way() -> None:
    update = b"\x01\x01\x05\x03\x84\x05\x02" + var_bytes("😀".encode()) + b"\x00"
    assert read_keystroke(update, CLOCKS) is None
    assert updates.check(update, updates.NoteState(clocks=dict(CLOCKS))).lows == {(5, 4)}
