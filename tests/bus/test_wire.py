"""Any bytes are a message or Unreadable; every message comes back as it was."""

from __future__ import annotations

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from server.bus.bus import ProcessId
from server.bus.messages import Alive, Asking, Committed, Message, Moved
from server.bus.wire import MAX_MESSAGE_BYTES, Unreadable, Wire

ONE, TWO = Wire(ProcessId("one")), Wire(ProcessId("two"))

SEQS = st.integers(1, 2**62)


EDITS = st.builds(
    lambda seq, more, data: Committed(seq, seq + more, data, []), SEQS, SEQS, st.binary()
)


@given(EDITS)
def test_a_message_comes_back_as_it_was(message: Message) -> None:
    packed = ONE.pack(message)
    assert packed is not None
    assert TWO.unpack(packed) == ("one", message)
    assert ONE.is_own(packed)
    assert not TWO.is_own(packed)


@given(st.binary(max_size=200))
def test_bytes_that_are_anything_are_a_message_or_unreadable(data: bytes) -> None:
    try:
        _, message = ONE.unpack(data)
    except Unreadable:
        return
    assert isinstance(message, Message)


@given(st.data())
def test_a_message_that_was_damaged_is_a_message_or_unreadable(data: st.DataObject) -> None:
    packed = bytearray(ONE.pack(Committed(1, 3, b"abc", [])) or b"")
    place = data.draw(st.integers(0, len(packed) - 1))
    packed[place] = data.draw(st.integers(0, 255))
    cut = data.draw(st.integers(0, len(packed)))
    try:
        _, message = TWO.unpack(bytes(packed[:cut]))
    except Unreadable:
        return
    assert isinstance(message, Message)


def test_a_newer_message_with_more_fields_is_still_understood() -> None:
    """So that a field may be added at the end while two versions run side by side."""
    encode = msgspec.msgpack.encode
    assert TWO.unpack(encode([1, "one", ["c", 1, 2, b"", [], "new"]])) == (
        "one",
        Committed(1, 2, b"", []),
    )
    with pytest.raises(Unreadable):
        TWO.unpack(encode([1, "one", ["new", 1]]))


@pytest.mark.parametrize(("first", "last"), [(0, 1), (2, 1), (-1, 4)])
def test_rows_that_cannot_be_are_unreadable(first: int, last: int) -> None:
    packed = ONE.pack(Committed(first, last, b"", []))
    assert packed is not None
    with pytest.raises(Unreadable):
        TWO.unpack(packed)


def test_processes_whose_names_begin_alike_are_told_apart() -> None:
    longer = Wire(ProcessId("one-more"))
    for message in (Alive(), Asking(), Moved()):
        packed = longer.pack(message)
        assert packed is not None
        assert not ONE.is_own(packed)
        assert ONE.unpack(packed) == ("one-more", message)


def test_what_is_too_large_is_not_packed_and_not_unpacked() -> None:
    assert ONE.pack(Committed(1, 1, b"", [(1, "x" * MAX_MESSAGE_BYTES)])) is None  # type: ignore[list-item]
    packed = msgspec.msgpack.encode([1, "one", ["c", 1, 1, b"x" * MAX_MESSAGE_BYTES, []]])
    with pytest.raises(Unreadable):
        TWO.unpack(packed)
