"""Presence: owned, bounded, and the last state wins."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from server.errors import ProtocolError
from server.sync.awareness import MAX_ABSENT, MAX_ENTRIES_OWNED, MAX_STATE_BYTES, Presence
from server.sync.codec import MAX_INTEGER, Reader, var_bytes, var_uint
from storage.values import ConnectionId, PersonId

ANNE, BRUNO = ConnectionId("c-anne"), ConnectionId("c-bruno")
P_ANNE, P_BRUNO = PersonId("anne"), PersonId("bruno")


def update(*entries: tuple[int, int, str]) -> bytes:
    return var_uint(len(entries)) + b"".join(
        var_uint(client) + var_uint(clock) + var_bytes(state.encode())
        for client, clock, state in entries
    )


def read(data: bytes | None) -> dict[int, tuple[int, str]]:
    if data is None:
        return {}
    reader = Reader(data)
    entries = {}
    for _ in range(reader.var_uint()):
        client = reader.var_uint()
        entries[client] = (reader.var_uint(), reader.var_bytes().decode())
    reader.end()
    return entries


def test_a_change_goes_out_once_and_the_last_state_wins() -> None:
    presence = Presence()
    presence.receive(update((1, 1, '{"x":1}')), ANNE, P_ANNE)
    presence.receive(update((1, 2, '{"x":2}')), ANNE, P_ANNE)
    assert read(presence.take(10_000, renewals=False)) == {1: (2, '{"x":2}')}
    assert presence.take(10_000, renewals=False) is None


@pytest.mark.promise("A3")
def test_nobody_speaks_for_another_or_silences_them() -> None:
    presence = Presence()
    presence.receive(update((1, 1, '{"n":"Anne"}')), ANNE, P_ANNE)
    presence.receive(update((1, 9, '{"n":"not Anne"}')), BRUNO, P_BRUNO)
    presence.receive(update((1, 2**53 - 1, "null")), BRUNO, P_BRUNO)
    assert read(presence.everybody()) == {1: (1, '{"n":"Anne"}')}


@pytest.mark.promise("A3")
def test_nobody_takes_the_place_of_somebody_who_is_away() -> None:
    """With a clock at the end of integers, they would hide them when they are back."""
    presence = Presence()
    presence.receive(update((1, 1, '{"n":"Anne"}')), ANNE, P_ANNE)
    presence.leave(ANNE)
    presence.receive(update((1, 2**53 - 2, '{"n":"not Anne"}')), BRUNO, P_BRUNO)
    assert read(presence.everybody()) == {}
    presence.receive(update((1, 3, '{"n":"Anne"}')), ConnectionId("c-anne-2"), P_ANNE)
    assert read(presence.everybody()) == {1: (3, '{"n":"Anne"}')}


def test_who_is_away_is_remembered_within_bounds() -> None:
    presence = Presence()
    for client in range(MAX_ABSENT + 5):
        presence.receive(update((client, 1, "{}")), ANNE, P_ANNE)
        presence.receive(update((client, 2, "null")), ANNE, P_ANNE)
    presence.receive(update((MAX_ABSENT + 4, 3, "{}")), BRUNO, P_BRUNO)
    assert presence.everybody() is None
    presence.receive(update((0, 3, "{}")), BRUNO, P_BRUNO)
    assert list(read(presence.everybody())) == [0], "so long ago that anybody may have it"


def test_echoes_of_plain_clients_go_nowhere() -> None:
    presence = Presence()
    presence.receive(update((1, 1, "{}")), ANNE, P_ANNE)
    heard = presence.take(10_000, renewals=False)
    assert heard is not None
    presence.receive(heard, BRUNO, P_BRUNO)
    assert not presence.has_changes()


def test_who_leaves_is_gone_for_everybody() -> None:
    presence = Presence()
    presence.receive(update((1, 4, "{}")), ANNE, P_ANNE)
    presence.take(10_000, renewals=False)
    presence.leave(ANNE)
    assert read(presence.take(0, renewals=False)) == {1: (5, "null")}
    assert presence.everybody() is None


def test_a_clock_at_the_end_of_integers_can_be_read_when_its_owner_leaves() -> None:
    table = Presence()
    table.receive(update((1, MAX_INTEGER, "{}")), ANNE, P_ANNE)
    table.take(1_000, renewals=False)
    table.receive(update((1, 5, '{"a":1}')), ANNE, P_ANNE)
    assert not table.has_changes()
    table.leave(ANNE)
    assert read(table.take(1_000, renewals=False)) == {1: (MAX_INTEGER, "null")}
    assert table.everybody() is None


def test_a_person_who_comes_back_takes_the_entry_from_a_dead_socket() -> None:
    presence = Presence()
    again = ConnectionId("c-anne-2")
    presence.receive(update((1, 1, '{"a":1}')), ANNE, P_ANNE)
    presence.receive(update((1, 2, '{"a":2}')), again, P_ANNE)
    presence.leave(ANNE)
    assert read(presence.everybody()) == {1: (2, '{"a":2}')}


def test_a_renewal_waits_for_the_slow_tick() -> None:
    presence = Presence()
    presence.receive(update((1, 1, "{}")), ANNE, P_ANNE)
    presence.take(10_000, renewals=False)
    presence.receive(update((1, 2, "{}")), ANNE, P_ANNE)
    assert not presence.has_changes()
    assert read(presence.take(10_000, renewals=True)) == {1: (2, "{}")}


def test_a_budget_of_bytes_spreads_a_crowd_over_ticks() -> None:
    presence = Presence()
    for client in range(10):
        owner = ConnectionId(f"c{client}")
        presence.receive(update((client, 1, '{"name":"somebody"}')), owner, P_ANNE)
    seen: dict[int, tuple[int, str]] = {}
    ticks = 0
    while presence.has_changes():
        seen |= read(presence.take(50, renewals=False))
        ticks += 1
    assert len(seen) == 10
    assert ticks > 2


@pytest.mark.parametrize(
    "state",
    ["", "[]", "1", '"text"', "{", '{"a":}', "{}x", "[" * 4000, '{"a":"\udcff"}'],
)
def test_what_is_no_json_object_is_refused_whole(state: str) -> None:
    presence = Presence()
    body = state.encode("utf-8", "surrogateescape")
    data = var_uint(2) + var_uint(1) + var_uint(1) + var_bytes(b"{}")
    data += var_uint(2) + var_uint(1) + var_bytes(body)
    with pytest.raises(ProtocolError):
        presence.receive(data, ANNE, P_ANNE)
    assert presence.everybody() is None


def test_too_long_and_too_many_are_bounded() -> None:
    presence = Presence()
    with pytest.raises(ProtocolError):
        presence.receive(update((1, 1, '{"a":"' + "x" * MAX_STATE_BYTES + '"}')), ANNE, P_ANNE)
    with pytest.raises(ProtocolError):
        presence.receive(var_uint(2**28), ANNE, P_ANNE)
    presence.receive(update(*((client, 1, "{}") for client in range(50_0))), ANNE, P_ANNE)
    assert len(read(presence.everybody())) == MAX_ENTRIES_OWNED


@pytest.mark.promise("W4")
@given(st.binary(max_size=200))
def test_any_bytes_are_presence_or_one_error(data: bytes) -> None:
    presence = Presence()
    try:
        presence.receive(data, ANNE, P_ANNE)
    except ProtocolError:
        assert presence.everybody() is None
