"""Where a webhook may lead: what its address must look like, and which machines it may reach. Pure.

Whoever organises a day decides where this server sends requests to. Without a bound they would
reach what only this machine can reach: its own services, its neighbours, its cloud's secrets.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from ipaddress import IPv4Address, IPv6Address, IPv6Network, ip_address
from typing import Final
from urllib.parse import urlsplit

from server.errors import BadInput
from server.sentences import Sentence, sentence

MAX_URL_LENGTH: Final = 2_000

_LABEL = r"[A-Za-z0-9_](?:[A-Za-z0-9_-]{0,61}[A-Za-z0-9_])?"
_NAME = re.compile(rf"(?=.{{1,253}}\Z){_LABEL}(?:\.{_LABEL})*\.?")
_TARGET = re.compile(r"[!-~]*")
_NUMBER = re.compile(r"(0[xX][0-9A-Fa-f]*|[0-9]+)\.?\Z")
_TRANSLATED = IPv6Network("64:ff9b::/96")
"""IPv4 addresses as a network without IPv4 writes them (RFC 6052)."""


@dataclass(frozen=True, slots=True)
class Address:
    """An address taken apart. `target` is its path and query; `host` is without brackets."""

    is_https: bool
    host: str
    port: int
    target: str

    @property
    def authority(self) -> str:
        """The Host header: with the port where that is not the usual one."""
        host = f"[{self.host}]" if ":" in self.host else self.host
        return host if self.port == (443 if self.is_https else 80) else f"{host}:{self.port}"


def parse_address(text: str) -> Address:
    """Take an address apart. Raises BadInput, in whose sentence the address is not: it may hold a
    secret."""
    if len(text) > MAX_URL_LENGTH:
        raise _wrong(
            sentence("The address of a webhook has at most {most} characters.", most=MAX_URL_LENGTH)
        )
    try:
        parts = urlsplit(text)
        port = parts.port
    except ValueError as error:
        raise _wrong(
            sentence("The address of a webhook is one such as https://example.org/hook.")
        ) from error
    if not _TARGET.fullmatch(text):
        raise _wrong(
            sentence(
                "The address of a webhook is ASCII without spaces: write a name of other letters "
                "as xn--…, and %20."
            )
        )
    if parts.scheme not in ("http", "https") or not parts.hostname or port == 0:
        raise _wrong(
            sentence("The address of a webhook begins with https:// or http:// and a host.")
        )
    if parts.username is not None or parts.password is not None:
        raise _wrong(
            sentence(
                "The address of a webhook has no name and password in it; every request is signed "
                "instead."
            )
        )
    if parts.fragment:
        raise _wrong(
            sentence("The address of a webhook has no # in it: what follows is never sent.")
        )
    if not _is_host(parts.hostname):
        raise _wrong(
            sentence(
                "The address of a webhook begins with a host that can be: a name, or an address of "
                "numbers."
            )
        )
    is_https = parts.scheme == "https"
    target = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
    return Address(is_https, parts.hostname, port or (443 if is_https else 80), target)


def authority_of(url: str) -> str:
    """Where a stored address leads, as the journal says it: without the rest, which may hold a
    secret. Raises nothing for one that today's rules would refuse; "" where it says no host."""
    try:
        return parse_address(url).authority
    except BadInput:
        pass
    try:
        return urlsplit(url).netloc.rpartition("@")[2]
    except ValueError:
        return ""


def refuse_internal(address: Address) -> None:
    """Refuse a number that is plainly internal. Raises BadInput. What a name leads to is looked at
    each time, when something is sent there."""
    host = address.host.rstrip(".")
    is_internal = host == "localhost" or host.endswith(".localhost")
    if not is_internal and _is_number(host):
        is_internal = not is_public(host)
    if is_internal:
        raise BadInput(
            sentence(
                "This address leads to this machine or its own network, where webhooks may not go: "
                "give a public one, or have the server set up for internal ones."
            ),
            field="url",
        )


def is_public(number: str) -> bool:
    """Whether an IP address is one of the public Internet, for one machine."""
    address = ip_address(number.partition("%")[0])
    inner = _inner(address)
    if inner is not None:
        return is_public(str(inner))
    # What is reserved or was meant for one site counts as global for some versions of Python.
    is_odd = address.is_multicast or address.is_reserved or address.is_unspecified
    is_of_site = isinstance(address, IPv6Address) and address.is_site_local
    return address.is_global and not is_odd and not is_of_site


def _inner(address: IPv4Address | IPv6Address) -> IPv4Address | None:
    """The IPv4 address that an IPv6 address stands for, where it does."""
    if isinstance(address, IPv4Address):
        return None
    if address.teredo is not None:
        return address.teredo[1]
    if address in _TRANSLATED:
        return IPv4Address(int(address) & 0xFFFF_FFFF)
    return address.ipv4_mapped or address.sixtofour


def _is_host(host: str) -> bool:
    if _NUMBER.search(host.rsplit(".", 1)[-1]) or ":" in host:
        # What ends in a number is one: 127.1 and 2130706433 would be taken for 127.0.0.1.
        return _is_number(host)
    return _NAME.fullmatch(host) is not None


def _is_number(host: str) -> bool:
    try:
        ip_address(host)
    except ValueError:
        return False
    return True


def _wrong(what: Sentence) -> BadInput:
    return BadInput(what, field="url")
