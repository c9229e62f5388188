"""Addresses of databases, in each way in which people write them."""

from __future__ import annotations

import pytest

from storage import address
from storage.database import Database
from storage.errors import StoreNotSupported

HOSTS = {"host": "one,two", "port": "5432,5433"}


@pytest.mark.parametrize(
    ("where", "query"),
    [
        ("postgresql://u:hush@one:5432,two:5433/db", HOSTS),
        ("postgres://u:hush@one,two:5433/db?sslmode=require", {**HOSTS, "sslmode": "require"}),
        ("postgresql://u:hush@[::1]:5433,two/db", {"host": "::1,two", "port": "5433,5432"}),
        ("postgresql://u:hush@[::1],two/db", {"host": "::1,two", "port": "5432,5432"}),
        ("postgresql://u:hush@/db?host=one:1&host=two:2", {"host": ("one:1", "two:2")}),
    ],
)
def test_several_servers_are_taken_in_each_way_of_writing_them(where, query):
    url = address.parse(where)
    assert (url.drivername, url.username, url.database) == ("postgresql+psycopg", "u", "db")
    assert dict(url.query) == query
    arguments = url.get_dialect()().create_connect_args(url)[1]
    assert len(arguments["host"].split(",")) == len(arguments["port"].split(",")) == 2
    assert "hush" not in address.shown(url)


def test_one_server_stays_as_it_is():
    url = address.parse("postgresql://u:a,b@one:5432/db?password=hush&sslmode=require")
    assert (url.host, url.port, url.password) == ("one", 5432, "a,b")
    assert address.shown(url) == "postgresql://u:***@one:5432/db?sslmode=require"


@pytest.mark.parametrize(
    "where",
    ["postgresql://u:hush@one:5432,two:x/db", "sqlite://", "postgresql+nothing://u:hush@h/d"],
)
def test_what_is_no_address_is_refused_without_its_password(where):
    with pytest.raises(StoreNotSupported) as caught:
        Database.open(where)
    assert "hush" not in str(caught.value)
