"""Wrong codes: a hall may mistype, a guesser waits, and nobody's map grows without end."""

from __future__ import annotations

import pytest

from server.days.guesses import (
    BURST_OF_ADDRESS,
    BURST_OF_ALL,
    MAX_ADDRESSES,
    PER_SECOND_OF_ADDRESS,
    Guesses,
    network_of,
)
from server.errors import TooMany


class Clock:
    now = 0.0

    def __call__(self) -> float:
        return self.now


def wrong(guesses: Guesses, address: str, times: int) -> None:
    for _ in range(times):
        guesses.admit(address)
        guesses.was_wrong(address)


@pytest.mark.promise("A4")
def test_a_hall_that_types_rightly_is_never_stopped() -> None:
    guesses = Guesses(Clock())
    for _ in range(5_000):
        guesses.admit("192.0.2.1")
    wrong(guesses, "192.0.2.1", BURST_OF_ADDRESS - 1)
    guesses.admit("192.0.2.1")


def test_who_guesses_on_waits_and_others_do_not() -> None:
    clock = Clock()
    guesses = Guesses(clock)
    wrong(guesses, "192.0.2.1", BURST_OF_ADDRESS)
    with pytest.raises(TooMany):
        guesses.admit("192.0.2.1")
    guesses.admit("192.0.2.2")
    clock.now += 1 / PER_SECOND_OF_ADDRESS
    wrong(guesses, "192.0.2.1", 1)
    with pytest.raises(TooMany):
        guesses.admit("192.0.2.1")


def test_many_addresses_together_are_bounded_too() -> None:
    guesses = Guesses(Clock())
    for number in range(BURST_OF_ALL):
        wrong(guesses, f"2001:db8:0:{number:x}::1", 1)
    with pytest.raises(TooMany):
        guesses.admit("2001:db8:ffff::1")


def test_addresses_are_forgotten_and_the_bound_of_all_stays() -> None:
    guesses = Guesses(Clock())
    wrong(guesses, "192.0.2.1", 100)
    for number in range(MAX_ADDRESSES + 10):
        guesses.admit(f"10.{number >> 16}.{number >> 8 & 255}.{number & 255}")
    assert len(guesses._addresses) == MAX_ADDRESSES
    guesses.admit("192.0.2.1")
    assert guesses._all.left == BURST_OF_ALL - 100


@pytest.mark.parametrize(
    ("address", "network"),
    [
        ("192.0.2.1", "192.0.2.1"),
        ("::ffff:192.0.2.1", "192.0.2.1"),
        ("2001:db8:1:2:aaaa::1", "2001:db8:1:2::"),
        ("2001:db8:1:2:bbbb::2", "2001:db8:1:2::"),
        ("", "somewhere"),
        ("unix:", "somewhere"),
    ],
)
def test_one_subscriber_is_one_address(address: str, network: str) -> None:
    assert network_of(address) == network
