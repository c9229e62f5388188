"""An address is read whole or refused with a sentence, in which nothing of it stands."""

from __future__ import annotations

import ssl
from pathlib import Path

import pytest
from redis.asyncio.connection import SSLConnection

from server.bus.addresses import Address, Options, Place, parse_address
from server.errors import BadInput
from tests.redis_server import Certificate


def login(user: str | None, password: str) -> Options:
    return {"username": user, "password": password}


@pytest.mark.parametrize(
    ("url", "address"),
    [
        ("redis://localhost", Address((Place("localhost", 6379),))),
        ("redis://10.0.0.7:7000/3", Address((Place("10.0.0.7", 7000),), db=3)),
        ("redis://[::1]:7000/", Address((Place("::1", 7000),))),
        ("redis://[::1]", Address((Place("::1", 6379),))),
        ("redis://:pw@h?db=2", Address((Place("h", 6379),), login(None, "pw"), db=2)),
        (
            "redis://an%3Aa:p%40%2F%23%3A%C3%A9@h:1",
            Address((Place("h", 1),), login("an:a", "p@/#:é")),
        ),
        (
            "redis://:pw@h1:7000,h2,[::1]:7002",
            Address((Place("h1", 7000), Place("h2", 6379), Place("::1", 7002)), login(None, "pw")),
        ),
        (
            "redis+sentinel://:pw@h1,h2:26380/my%20master/4?sentinel_password=s",
            Address(
                (Place("h1", 26379), Place("h2", 26380)),
                login(None, "pw"),
                "my master",
                {"password": "s"},
                db=4,
            ),
        ),
        ("unix:///run/redis.sock", Address((Place("/run/redis.sock", 0),))),
        (
            "unix://ana:pw@/run/re%20dis.sock?db=1",
            Address((Place("/run/re dis.sock", 0),), login("ana", "pw"), db=1),
        ),
    ],
)
def test_an_address_is_read(url: str, address: Address) -> None:
    assert parse_address(url) == address


@pytest.mark.parametrize(
    ("url", "part"),
    [
        ("s3cret", "must be redis://"),
        ("http://s3cret:6379", "must be redis://"),
        ("redis://", "a host and a port"),
        ("redis://s3cret:port", "a host and a port"),
        ("redis://h:0", "a host and a port"),
        ("redis://h:65536", "a host and a port"),
        ("redis://h:٣", "a host and a port"),
        ("redis://h1:7000,", "a host and a port"),
        ("redis://:s3/cret@h", "%2F"),
        ("redis://:s3#cret@h", "%23"),
        ("redis://:s3?cret@h", "a host and a port"),
        ("redis://[s3cret", "is not an address"),
        ("redis://s3cret@h", "a user without a password"),
        ("redis://:s3%ffcret@h", "%25"),
        ("redis://h/s3cret", "number of a database"),
        ("redis://h/-1", "number of a database"),
        ("redis://h?s3cret=1", "an option that is not known"),
        ("redis://h?s3cret", "an option that is not known"),
        ("redis://h?ssl_cert_reqs=none", "an option that is not known"),
        ("rediss://h?ssl_cert_reqs=s3cret", "ssl_cert_reqs=required or none"),
        ("rediss://h?ssl_ca_certs=/none/s3cret.pem", "file of certificates"),
        (f"rediss://h?ssl_keyfile={__file__}", "file of certificates"),
        ("redis+sentinel://h:26379", "the name that the Sentinels know"),
        ("unix://s3cret", "with its whole path"),
        ("unix://", "with its whole path"),
    ],
)
def test_what_is_no_address_is_refused_and_not_quoted(url: str, part: str) -> None:
    with pytest.raises(BadInput) as refused:
        parse_address(url)
    sentence = str(refused.value)
    assert sentence.startswith("CALEPIN_REDIS_URL ")
    assert part in sentence
    assert "s3" not in sentence
    assert "s3" not in repr(refused.value)


def test_a_secret_is_in_no_form_of_an_address() -> None:
    address = parse_address("redis+sentinel://u:s3cret@h/m?sentinel_password=s3cret2")
    assert address.login["password"] == "s3cret"
    assert address.sentinel_login["password"] == "s3cret2"
    assert "s3cret" not in f"{address} {address!r} {address.places[0]}"


def tls_of(url: str) -> ssl.SSLContext:
    """What redis-py makes of the options."""
    options = parse_address(url).tls
    assert options is not None
    return SSLConnection(**options).ssl_context.get()


def test_tls_is_verified_unless_told_otherwise(tmp_path: Path) -> None:
    made = Certificate.make(tmp_path)
    assert parse_address("redis://h").tls is None
    strict = tls_of("rediss://h")
    assert (strict.verify_mode, strict.check_hostname) == (ssl.CERT_REQUIRED, True)
    nameless = tls_of("rediss://h?ssl_check_hostname=false")
    assert (nameless.verify_mode, nameless.check_hostname) == (ssl.CERT_REQUIRED, False)
    open_ = tls_of("rediss+sentinel://h/m?ssl_cert_reqs=none")
    assert (open_.verify_mode, open_.check_hostname) == (ssl.CERT_NONE, False)
    assert tls_of(f"rediss://h?ssl_certfile={made.certificate}&ssl_keyfile={made.key}")
    named = tls_of(f"rediss://h?ssl_ca_certs={made.certificate}")
    assert ((("commonName", "localhost"),),) in [one["subject"] for one in named.get_ca_certs()]


def test_a_place_is_written_as_people_write_it() -> None:
    assert [str(Place("h", 1)), str(Place("::1", 2)), str(Place("/run/r", 0))] == [
        "h:1",
        "[::1]:2",
        "/run/r",
    ]
