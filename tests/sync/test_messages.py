"""Messages of both framings: any bytes are one message or one ProtocolError (W4)."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from server.errors import ProtocolError
from server.sync import hocuspocus, ywebsocket
from server.sync.codec import Reader, last_bytes, var_bytes
from server.sync.messages import Message


def read_step_by_step(data: bytes) -> Message | None:
    """A message read without the short way for keys and carets; None for none."""
    reader = Reader(data)
    try:
        message = ywebsocket.read_body(reader, reader.var_uint())
        reader.end()
    except ProtocolError:
        return None
    return message


def read(data: bytes) -> Message | None:
    try:
        return ywebsocket.decode(data)
    except ProtocolError:
        return None


HEADS = st.sampled_from([b"\x00\x00", b"\x00\x01", b"\x00\x02", b"\x01", b"\x03", b"\x80", b""])


@st.composite
def messages(draw: st.DrawFn) -> bytes:
    """A message, right or nearly so."""
    content = draw(st.binary(max_size=300))
    length = draw(st.sampled_from([var_bytes(content), bytes([len(content) % 256]) + content]))
    return draw(HEADS) + length + draw(st.sampled_from([b"", b"", b"\x00"]))


@pytest.mark.promise("W4")
@given(st.one_of(messages(), st.binary(max_size=20)))
def test_the_short_way_reads_what_the_long_way_reads(data: bytes) -> None:
    assert read(data) == read_step_by_step(data)


@pytest.mark.promise("W4")
@given(st.one_of(messages().map(lambda body: var_bytes(b"note") + body), st.binary(max_size=40)))
def test_any_bytes_have_an_answer_in_the_framing_with_names(data: bytes) -> None:
    try:
        name, message = hocuspocus.decode(data)
    except ProtocolError:
        return
    prefix = hocuspocus.prefix(name)
    if data.startswith(prefix) and data[len(prefix) :][:1] in (b"\x00", b"\x01"):
        assert ywebsocket.decode(data[len(prefix) :]) == message


@given(st.binary(max_size=400))
def test_the_last_byte_string(content: bytes) -> None:
    data = b"\x07" + var_bytes(content)
    assert last_bytes(data, 1) == content
    assert last_bytes(data + b"\x00", 1) is None
    assert last_bytes(data[:-1], 1) is None
