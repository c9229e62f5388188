"""Where Redis is: the one URL of the settings, read into a value. Nothing of it is ever quoted.

redis://[[user]:password@]host[:port][/db]             rediss:// for TLS
redis://host:7000,host:7001,host:7002                   nodes of a cluster, or master and replicas
redis+sentinel://[[user]:password@]host:26379,…/name[/db]   rediss+sentinel:// for TLS
unix://[[user]:password@]/path/of/the/socket[?db=1]
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import SplitResult, parse_qsl, unquote, urlsplit

from redis.asyncio.connection import SSLConnection

from server.errors import BadInput

REDIS_PORT = 6379
SENTINEL_PORT = 26379

FORMS = (
    "redis://:password@host:6379/0, rediss://… for TLS, unix:///path, or "
    "redis+sentinel://host1:26379,host2:26379/name"
)
_SCHEMES = ("redis", "rediss", "redis+sentinel", "rediss+sentinel", "unix")
_TLS_OPTIONS = (
    "ssl_ca_certs",
    "ssl_cert_reqs",
    "ssl_check_hostname",
    "ssl_certfile",
    "ssl_keyfile",
)
"""Those that redis-py takes too, so that an address fits both."""
_SENTINEL_OPTIONS = {"sentinel_user": "username", "sentinel_password": "password"}
"""With what redis-py calls them."""


Options = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Place:
    """A host and a port; where the port is 0, `host` is the path of a socket."""

    host: str
    port: int

    def __str__(self) -> str:
        host = f"[{self.host}]" if ":" in self.host else self.host
        return f"{host}:{self.port}" if self.port else self.host


@dataclass(frozen=True, slots=True)
class Address:
    """All that is needed to get to a Redis."""

    places: tuple[Place, ...]
    """Of Redis, to be tried one after the other; of Sentinels, where `group` is given."""
    login: Options = field(default_factory=dict, repr=False)
    """User and password, if any; this and the next two as redis-py takes them."""
    group: str | None = None
    """What the Sentinels call the servers that they watch."""
    sentinel_login: Options = field(default_factory=dict, repr=False)
    tls: Options | None = None
    db: int = 0


def parse_address(url: str) -> Address:
    """Read `CALEPIN_REDIS_URL`. Raises BadInput, without a word of what was given."""
    try:
        parts = urlsplit(url.strip())
    except ValueError:
        raise _refused(f"is not an address such as {FORMS}.") from None
    if parts.scheme not in _SCHEMES:
        raise _refused(f"must be {FORMS}.")
    if parts.fragment:
        raise _refused("has a # in it: in a password, write %23.")
    userinfo, _, hosts = parts.netloc.rpartition("@")
    login = _login(userinfo)
    if parts.scheme == "unix":
        if hosts or len(parts.path) < 2:
            raise _refused("must name a socket with its whole path: unix:///run/redis.sock.")
        path = Place(_decoded(parts.path), 0)
        return Address((path,), login, db=_db(_options(parts).get("db", "0")))
    is_sentinel = parts.scheme.endswith("+sentinel")
    places = tuple(
        _place(host, SENTINEL_PORT if is_sentinel else REDIS_PORT) for host in hosts.split(",")
    )
    options = _options(parts)
    rest = parts.path.removeprefix("/")
    group = None
    if is_sentinel:
        group, _, rest = rest.partition("/")
        if not group:
            raise _refused("must end with the name that the Sentinels know: …:26379/mymaster.")
    return Address(
        places,
        login,
        _decoded(group) if group else None,
        {name: options[option] for option, name in _SENTINEL_OPTIONS.items() if option in options},
        _tls(options) if parts.scheme.startswith("rediss") else None,
        _db(options.get("db") or rest or "0"),
    )


def _login(userinfo: str) -> Options:
    if not userinfo:
        return {}
    user, colon, password = userinfo.partition(":")
    if not colon or not password:
        raise _refused("has a user without a password: write redis://:password@host for one alone.")
    return {"username": _decoded(user) or None, "password": _decoded(password)}


def _place(text: str, port: int) -> Place:
    """One of the hosts, which a comma parts."""
    host, colon, number = text.rpartition(":") if not text.endswith("]") else (text, "", "")
    if not colon:
        host, number = text, str(port)
    host = host.removeprefix("[").removesuffix("]")
    if not host or not number.isascii() or not number.isdigit() or not 0 < int(number) < 65536:
        raise _refused(
            "must have a host and a port, as in redis://host:6379; in a password, / ? # @ and : "
            "are written as %2F %3F %23 %40 and %3A."
        )
    return Place(_decoded(host), int(number))


def _db(text: str) -> int:
    if not text.isascii() or not text.isdigit() or len(text) > 4:
        raise _refused("must end with the number of a database, or with nothing after the port.")
    return int(text)


def _options(parts: SplitResult) -> dict[str, str]:
    known = {"db"} if parts.scheme != "redis+sentinel" else {"db", *_SENTINEL_OPTIONS}
    if parts.scheme.startswith("rediss"):
        known |= {*_TLS_OPTIONS, *(_SENTINEL_OPTIONS if "+" in parts.scheme else ())}
    options = dict(parse_qsl(parts.query, keep_blank_values=True))
    if not options.keys() <= known or bool(parts.query) != bool(options):
        raise _refused(f"has an option that is not known: there are {', '.join(sorted(known))}.")
    return options


def _tls(options: dict[str, str]) -> dict[str, Any]:
    """Certificates are verified, and the host's name too, unless an option says otherwise."""
    must_verify = options.get("ssl_cert_reqs", "required")
    by_name = options.get("ssl_check_hostname", "true").lower()
    if must_verify not in ("required", "none") or by_name not in ("true", "false"):
        raise _refused("takes ssl_cert_reqs=required or none, ssl_check_hostname=true or false.")
    tls: dict[str, Any] = {name: options[name] for name in _TLS_OPTIONS if name in options}
    tls |= {"ssl_cert_reqs": must_verify, "ssl_check_hostname": by_name == "true"}
    try:
        SSLConnection(**tls).ssl_context.get()
    except (OSError, TypeError):  # The latter of a key without its certificate.
        raise _refused("names a file of certificates that cannot be read.") from None
    return tls


def _decoded(text: str) -> str:
    try:
        return unquote(text, errors="strict")
    except UnicodeDecodeError:
        raise _refused("has a % in it that begins no character: write %25.") from None


def _refused(what: str) -> BadInput:
    return BadInput(f"CALEPIN_REDIS_URL {what}")
