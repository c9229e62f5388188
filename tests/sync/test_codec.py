"""Bytes to messages and back, in both framings: the shared vectors, and any bytes at all."""

from __future__ import annotations

import gzip
import json
import subprocess
from pathlib import Path
from typing import Any

import pycrdt
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from server.errors import ProtocolError
from server.sync import hocuspocus, ywebsocket
from server.sync.codec import (
    MAX_INTEGER,
    MAX_STATE_VECTOR_BYTES,
    Reader,
    decode_state_vector,
    encode_state_vector,
    var_bytes,
    var_string,
    var_uint,
)
from server.sync.messages import (
    Authenticate,
    Awareness,
    CloseNote,
    Liveness,
    Message,
    QueryAwareness,
    Stateless,
    SyncStep1,
    SyncStep2,
    Update,
)
from tests.peers.driver import FOLDER
from tests.protocol import plain_client

VECTORS = Path(__file__).parents[1] / "vectors" / "messages.json"
RECORDING = Path(__file__).parents[3] / "shared/data/wire/session-3-clients.jsonl.gz"
LISTED = json.loads(VECTORS.read_text("utf-8"))

Vector = dict[str, Any]


def named(vector: Vector) -> str:
    what = vector.get("why") or vector["message"]["type"]
    return f"{vector['framing']}: {what}"


def decode(framing: str, data: bytes) -> tuple[str | None, Message]:
    """The name it is for, where the framing has names, and the message."""
    if framing == "hocuspocus":
        return hocuspocus.decode(data)
    return None, ywebsocket.decode(data)


# The shared vectors


def message_of(said: dict[str, str]) -> Message:
    data = bytes.fromhex(said.get("data", ""))
    match said["type"]:
        case "SyncStep1":
            return SyncStep1(data)
        case "SyncStep2":
            return SyncStep2(data)
        case "Update":
            return Update(data)
        case "Awareness":
            return Awareness(data)
        case "QueryAwareness":
            return QueryAwareness()
        case "Authenticate":
            return Authenticate(said["token"])
        case "Stateless":
            return Stateless(said["payload"])
        case "CloseNote":
            return CloseNote()
    raise ValueError(f"no message of a client: {said}")


def body_of(framing: str, said: dict[str, str]) -> bytes:
    """What the server writes, without a name."""
    data = bytes.fromhex(said.get("data", ""))
    match said["type"]:
        case "SyncStep1":
            return ywebsocket.step_1(data)
        case "SyncStep2":
            return ywebsocket.step_2(data)
        case "Update":
            return ywebsocket.update(data)
        case "Awareness":
            return ywebsocket.awareness(data)
        case "PermissionDenied" if framing == "y-websocket":
            return ywebsocket.permission_denied(said["reason"])
        case "PermissionDenied":
            return hocuspocus.permission_denied(said["reason"])
        case "Authenticated":
            return hocuspocus.authenticated(readonly=said["scope"] == "readonly")
        case "Stateless":
            return hocuspocus.stateless(said["payload"])
        case "Saved":
            return hocuspocus.SAVED
        case "NotSaved":
            return hocuspocus.NOT_SAVED
    raise ValueError(f"no message of the server: {said}")


@pytest.mark.promise("W4", "W6")
@pytest.mark.parametrize("vector", LISTED["fromClients"], ids=named)
def test_a_client_s_message_is_read(vector: Vector) -> None:
    read = decode(vector["framing"], bytes.fromhex(vector["bytes"]))
    assert read == (vector.get("name"), message_of(vector["message"]))


@pytest.mark.promise("W6")
@pytest.mark.parametrize("vector", LISTED["fromServer"], ids=named)
def test_the_server_s_message_is_written(vector: Vector) -> None:
    name = vector.get("name")
    before = b"" if name is None else hocuspocus.prefix(name)
    written = before + body_of(vector["framing"], vector["message"])
    assert written.hex() == vector["bytes"]


@pytest.mark.promise("W4")
@pytest.mark.parametrize("vector", LISTED["notMessages"], ids=named)
def test_what_is_no_message_is_one_error(vector: Vector) -> None:
    with pytest.raises(ProtocolError):
        decode(vector["framing"], bytes.fromhex(vector["bytes"]))


@pytest.mark.promise("W4")
@pytest.mark.parametrize("vector", LISTED["fromClients"], ids=named)
def test_a_message_that_is_cut_or_goes_on_is_an_error(vector: Vector) -> None:
    """But where what is left is whole: a token without the version that may follow it."""
    data = bytes.fromhex(vector["bytes"])
    for cut in range(len(data)):
        try:
            _, message = decode(vector["framing"], data[:cut])
        except ProtocolError:
            continue
        assert isinstance(message, Authenticate)
        assert "version" in vector["message"]
    with pytest.raises(ProtocolError):
        # A token may be followed by a version: of a length that is beyond the end, here.
        decode(vector["framing"], data + b"\x7f")


@pytest.mark.promise("W6")
def test_lib0_and_y_protocols_write_the_vectors() -> None:
    differing = subprocess.run(
        ["node", FOLDER / "vectors.mjs", VECTORS], stdout=subprocess.PIPE, timeout=30, check=True
    ).stdout
    assert json.loads(differing) == []


@pytest.mark.promise("W6")
def test_the_client_written_here_and_pycrdt_write_the_vectors() -> None:
    """Both know the messages of sync, with which a note is read and written."""
    steps = {"SyncStep1": plain_client.STEP_1, "SyncStep2": plain_client.STEP_2,
             "Update": plain_client.UPDATE}  # fmt: skip
    written = 0
    for vector in LISTED["fromClients"]:
        said = vector["message"]
        if vector["framing"] != "y-websocket" or said["type"] not in steps:
            continue
        data, step = bytes.fromhex(said["data"]), steps[said["type"]]
        assert plain_client.sync_message(step, data).hex() == vector["bytes"]
        content = bytes.fromhex(vector["bytes"])[2:]
        assert pycrdt.read_message(content) == data
        if step == plain_client.UPDATE:
            assert pycrdt.create_update_message(data).hex() == vector["bytes"]
        written += 1
    assert written == 6
    for vector in LISTED["numbers"]:
        assert plain_client.number(vector["value"]).hex() == vector["bytes"]
        assert pycrdt.write_var_uint(vector["value"]).hex() == vector["bytes"]


@pytest.mark.promise("W6")
@pytest.mark.parametrize("vector", LISTED["numbers"], ids=lambda vector: str(vector["value"]))
def test_a_number(vector: Vector) -> None:
    data = bytes.fromhex(vector["bytes"])
    assert var_uint(vector["value"]) == data
    reader = Reader(data)
    assert (reader.var_uint(), reader.remaining) == (vector["value"], 0)


@pytest.mark.promise("W4")
@pytest.mark.parametrize("vector", LISTED["notNumbers"], ids=lambda vector: vector["why"])
def test_what_is_no_number(vector: Vector) -> None:
    with pytest.raises(ProtocolError):
        Reader(bytes.fromhex(vector["bytes"])).var_uint()


@pytest.mark.promise("W6")
@pytest.mark.parametrize("vector", LISTED["stateVectors"], ids=lambda vector: vector["bytes"])
def test_a_state_vector(vector: Vector) -> None:
    data, clocks = bytes.fromhex(vector["bytes"]), dict(vector["clocks"])
    assert decode_state_vector(data) == clocks
    assert encode_state_vector(clocks) == data


@pytest.mark.promise("W4")
@pytest.mark.parametrize("vector", LISTED["notStateVectors"], ids=lambda vector: vector["why"])
def test_what_is_no_state_vector(vector: Vector) -> None:
    with pytest.raises(ProtocolError):
        decode_state_vector(bytes.fromhex(vector["bytes"]))


# Any values, any bytes


@given(st.integers(0, MAX_INTEGER), st.binary(max_size=300), st.text(max_size=60))
def test_what_is_written_is_read(value: int, data: bytes, text: str) -> None:
    reader = Reader(var_uint(value) + var_bytes(data) + var_string(text))
    assert (reader.var_uint(), reader.var_bytes(), reader.var_string()) == (value, data, text)
    reader.end()


@pytest.mark.promise("W4")
@given(st.binary(max_size=60))
def test_any_bytes_are_messages_or_one_error(data: bytes) -> None:
    name = hocuspocus.prefix("discours")
    for framing, sent in (("y-websocket", data), ("hocuspocus", data), ("hocuspocus", name + data)):
        try:
            _, message = decode(framing, sent)
        except ProtocolError:
            continue
        assert isinstance(message, Message)


@pytest.mark.promise("W4")
@given(st.binary(max_size=40))
def test_any_bytes_are_a_state_vector_or_one_error(data: bytes) -> None:
    try:
        clocks = decode_state_vector(data)
    except ProtocolError:
        return
    assert encode_state_vector(clocks) == data


@pytest.mark.promise("W4")
@settings(max_examples=500)
@given(st.sampled_from(LISTED["fromClients"]), st.data())
def test_a_mangled_message_is_a_message_or_one_error(vector: Vector, data: st.DataObject) -> None:
    sent = bytearray.fromhex(vector["bytes"])
    place = data.draw(st.integers(0, len(sent) - 1))
    end = data.draw(st.integers(place, min(len(sent), place + 4)))
    sent[place:end] = data.draw(st.binary(max_size=9))
    try:
        _, message = decode(vector["framing"], bytes(sent))
    except ProtocolError:
        return
    assert isinstance(message, Message)


def test_a_number_is_not_read_beyond_its_eighth_byte() -> None:
    """200,000 bytes of one number took 5 s in another decoder."""
    reader = Reader(b"\xff" * 200_000)
    with pytest.raises(ProtocolError, match="more than 53 bits at byte 0"):
        reader.var_uint()
    assert reader.remaining == 200_000


def test_a_state_vector_has_a_largest_size() -> None:
    entry = len(encode_state_vector({2**52: 2**30})) - 1
    most = (MAX_STATE_VECTOR_BYTES - 3) // entry
    clocks = {2**52 + client: 2**30 for client in range(most)}
    assert decode_state_vector(encode_state_vector(clocks)) == clocks
    clocks[2**53 - 1] = clocks[2**53 - 2] = 2**30
    with pytest.raises(ProtocolError, match="more than"):
        decode_state_vector(encode_state_vector(clocks))


def test_a_heartbeat_is_the_byte_alone() -> None:
    for beat in (b"\x09", b"\x0a"):
        assert hocuspocus.decode(beat) == ("", Liveness())
    assert ywebsocket.decode(ywebsocket.HEARTBEAT) == Awareness(b"\x00")


def test_every_frame_of_a_recorded_session_is_a_message() -> None:
    """Of both sides: the reference server speaks as clients do."""
    if not RECORDING.exists():
        pytest.skip("needs the folder of other people's updates, which is not part of the project")
    with gzip.open(RECORDING, "rt", encoding="utf-8") as lines:
        _, *events = map(json.loads, lines)
    frames = [bytes.fromhex(event["hex"]) for event in events if "hex" in event]
    assert len(frames) > 1000
    for data in frames:
        message = ywebsocket.decode(data)
        if isinstance(message, SyncStep1):
            assert encode_state_vector(decode_state_vector(message.state_vector)) in data
