"""Where a webhook may lead."""

from __future__ import annotations

import pytest

from server.errors import BadInput
from server.webhooks.addresses import Address, is_public, parse_address, refuse_internal

INTERNAL = [
    "127.0.0.1",
    "127.8.8.8",
    "0.0.0.0",  # noqa: S104 - looked at, and never listened on
    "10.1.2.3",
    "172.16.0.1",
    "192.168.1.1",
    "169.254.169.254",  # where clouds tell their secrets
    "100.64.0.1",
    "192.0.2.1",
    "224.0.0.1",
    "255.255.255.255",
    "240.0.0.1",
    "::",
    "::1",
    "::7f00:1",
    "::ffff:127.0.0.1",
    "::ffff:10.0.0.1",
    "fc00::1",
    "fd12::1",
    "fe80::1",
    "fe80::1%eth0",
    "fec0::1",
    "ff02::1",
    "2001:db8::1",
    "2002:7f00:1::",
    "2002:a00:1::1",
    "64:ff9b::7f00:1",
    "64:ff9b::a9fe:a9fe",
    "64:ff9b:1::1",
]
PUBLIC = ["9.9.9.9", "93.184.216.34", "2620:fe::fe", "::ffff:9.9.9.9", "64:ff9b::909:909"]


@pytest.mark.parametrize("number", INTERNAL)
def test_an_internal_number_is_told_from_a_public_one(number: str) -> None:
    assert not is_public(number)


@pytest.mark.parametrize("number", PUBLIC)
def test_a_public_number_is_one(number: str) -> None:
    assert is_public(number)


@pytest.mark.parametrize(
    "url",
    [
        "http://localhost/x",
        "http://LOCALHOST:8000/",
        "http://a.localhost./",
        "https://127.0.0.1/",
        "http://[::1]:80/",
        "http://[::ffff:169.254.169.254]/latest/meta-data",
        "http://169.254.169.254/latest/meta-data",
    ],
)
def test_what_is_plainly_internal_is_refused_at_once(url: str) -> None:
    with pytest.raises(BadInput) as refused:
        refuse_internal(parse_address(url))
    assert refused.value.fields == {"field": "url"}


@pytest.mark.parametrize(
    ("url", "address", "authority"),
    [
        ("https://example.org", Address(True, "example.org", 443, "/"), "example.org"),
        ("http://example.org:443/a?b=c", Address(False, "example.org", 443, "/a?b=c"), None),
        ("HTTPS://Example.ORG:8443/A", Address(True, "example.org", 8443, "/A"), None),
        ("http://[2620:fe::fe]:81/", Address(False, "2620:fe::fe", 81, "/"), "[2620:fe::fe]:81"),
        (
            "https://xn--caf-dma.example/",
            Address(True, "xn--caf-dma.example", 443, "/"),
            "xn--caf-dma.example",
        ),
        (
            "https://a_b.example.org./",
            Address(True, "a_b.example.org.", 443, "/"),
            "a_b.example.org.",
        ),
    ],
)
def test_an_address_is_taken_apart(url: str, address: Address, authority: str | None) -> None:
    assert parse_address(url) == address
    refuse_internal(address)
    assert address.authority == (authority or f"{address.host}:{address.port}")


@pytest.mark.parametrize(
    "url",
    [
        "",
        "example.org",
        "//example.org/",
        "ftp://example.org/",
        "file:///etc/passwd",
        "javascript:alert(1)",
        "https://",
        "https:///x",
        "https://exa mple.org/",
        "https://example.org/\r\nhost: other",
        "https://example.org/\x00",
        "https://café.example/",
        "https://example.org/é",
        "https://user:password@example.org/",
        "https://user@example.org/",
        "https://example.org/#part",
        "https://example.org:0/",
        "https://example.org:99999/",
        "https://example.org:x/",
        "https://[::1/",
        "https://[fe80::1%25eth0/",
        "https://127.1/",
        "https://2130706433/",
        "https://0x7f000001/",
        "https://0x7f.1/",
        "https://010.0.0.1/",
        "https://256.0.0.1/",
        "https://-example.org/",
        "https://a..b/",
        "https://" + "a" * 300 + "/",
        "https://example.org/" + "a" * 2_000,
    ],
)
def test_what_is_no_address_is_refused_in_a_sentence_without_it(url: str) -> None:
    with pytest.raises(BadInput) as refused:
        parse_address(url)
    said = str(refused.value)
    assert said.endswith(".")
    assert url == "https://" or not url or url not in said
    assert refused.value.fields == {"field": "url"}
