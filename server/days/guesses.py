"""How many wrong codes are borne, from one address and from all. Pure: time comes in.

Only what is wrong counts. A whole venue is one address (A4), so an address may be wrong as often
as a full hall that types from a slide; what guesses on is told to wait, and learns nothing
meanwhile. docs/security.md has the arithmetic.
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass
from ipaddress import IPv6Address, ip_address

from server.errors import TooMany

BURST_OF_ADDRESS = 100
"""Four hundred people in one hall, of whom every fourth mistypes."""
PER_SECOND_OF_ADDRESS = 0.5
BURST_OF_ALL = 500
PER_SECOND_OF_ALL = 5.0
MAX_ADDRESSES = 10_000
"""Remembered; who is forgotten for another begins afresh, within what all together may."""


@dataclass(slots=True)
class _Purse:
    left: float
    at: float


class Guesses:
    """Of one process. `monotonic` is in seconds."""

    def __init__(self, monotonic: Callable[[], float]) -> None:
        self._monotonic = monotonic
        self._all = _Purse(BURST_OF_ALL, monotonic())
        self._addresses: OrderedDict[str, _Purse] = OrderedDict()

    def admit(self, address: str) -> None:
        """Raises TooMany where too much was wrong: then not even a right code is looked at."""
        for purse in self._purses(address):
            if purse.left < 1:
                raise TooMany("Too many wrong codes were typed: wait a minute, or scan the code.")

    def was_wrong(self, address: str) -> None:
        for purse in self._purses(address):
            purse.left -= 1

    def _purses(self, address: str) -> tuple[_Purse, _Purse]:
        now, key = self._monotonic(), network_of(address)
        purse = self._addresses.pop(key, None) or _Purse(BURST_OF_ADDRESS, now)
        self._addresses[key] = purse
        if len(self._addresses) > MAX_ADDRESSES:
            self._addresses.popitem(last=False)
        _refill(purse, now, PER_SECOND_OF_ADDRESS, BURST_OF_ADDRESS)
        _refill(self._all, now, PER_SECOND_OF_ALL, BURST_OF_ALL)
        return purse, self._all


def network_of(address: str) -> str:
    """What one subscriber has: an IPv4 address, or the /64 of an IPv6 address (RFC 6177)."""
    try:
        found = ip_address(address)
    except ValueError:
        return "somewhere"
    if isinstance(found, IPv6Address):
        if found.ipv4_mapped is not None:
            return str(found.ipv4_mapped)
        return str(IPv6Address(int(found) >> 64 << 64))
    return str(found)


def _refill(purse: _Purse, now: float, per_second: float, most: int) -> None:
    purse.left = min(float(most), purse.left + (now - purse.at) * per_second)
    purse.at = now
