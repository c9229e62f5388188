"""The address of a database, as people and libpq write it, as SQLAlchemy takes it."""

from __future__ import annotations

from sqlalchemy import make_url
from sqlalchemy.engine import URL
from sqlalchemy.exc import ArgumentError

from storage.errors import StoreNotSupported

_SECRETS = ("password", "passfile", "sslpassword", "sslkey")
"""What a query may hold and must not be shown."""


def parse(where: str) -> URL:
    """The address, of SQLite or of PostgreSQL with the driver that Calepin uses.

    Several servers may be named, in libpq's way (`postgresql://u@one:5432,two:5433/name`) or in
    SQLAlchemy's (`…/name?host=one:5432&host=two:5433`). Raises StoreNotSupported.
    """
    try:
        url = make_url(_one_host(where))
        _ = url.port
    except (ArgumentError, ValueError):
        # What cannot be parsed may hold a password anywhere: only its beginning is repeated.
        kind = where.partition("://")[0]
        raise StoreNotSupported(f"{kind}://…", "its address is not one of a database") from None
    if url.drivername in {"postgres", "postgresql"}:
        return url.set(drivername="postgresql+psycopg")
    if url.get_backend_name() == "postgresql" or (url.drivername == "sqlite" and url.database):
        return url
    raise StoreNotSupported(shown(url), f"{url.drivername} is not a kind of store")


def shown(url: URL) -> str:
    """The address for people, without its passwords."""
    if url.get_backend_name() == "postgresql":
        url = url.set(drivername="postgresql")
    return url.difference_update_query(_SECRETS).render_as_string(hide_password=True)


def _one_host(where: str) -> str:
    """An address with several servers, written with all of them in its query."""
    kind, _, rest = where.partition("://")
    end = min((rest.find(mark) for mark in "/?" if mark in rest), default=len(rest))
    authority, tail = rest[:end], rest[end:]
    user, at, servers = authority.rpartition("@")
    if "," not in servers:
        return where
    hosts, ports = [], []
    for server in servers.split(","):
        host, colon, port = server.rpartition(":")
        if not colon or server.endswith("]"):  # an IPv6 address without a port
            host, port = server, ""
        if port and not port.isdecimal():
            raise ValueError("a port is a number")
        hosts.append(host.strip("[]"))
        ports.append(port or "5432")
    query = f"host={','.join(hosts)}&port={','.join(ports)}"
    joint = "&" if "?" in tail else "?"
    return f"{kind}://{user}{at}{tail}{joint}{query}"
