"""What an operator can set. Frozen, and the only reader of the environment.

Every setting is an environment variable with the prefix `CALEPIN_` (a `.env` file in the working
folder is read too; the environment wins over it), and a flag of the command line wins over both.
"""

from __future__ import annotations

import os
import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from dotenv import dotenv_values

from server.errors import BadInput

PREFIX = "CALEPIN_"
KEY_NAME = "secret.key"
"""The key's file in the data folder."""


@dataclass(frozen=True, slots=True)
class Settings:
    host: str = "127.0.0.1"
    port: int = 8000
    data: Path = Path("data")
    """The folder of the store, of the key, and of the readable copies."""
    secret_file: Path | None = None
    """Where the key is, when it is not in the data folder: there it is never made."""
    database_url: str | None = None
    """None: SQLite in the data folder."""
    redis_url: str | None = None
    redis_prefix: str = "calepin:"
    """What the names of all channels in Redis begin with."""
    public_url: str | None = None
    """What people type, when it is not the address that the server listens on."""
    workers: int = 1
    """How many processes serve on one address."""
    worker_ports: int | None = None
    """Where each of several workers also listens, for this machine alone: the first one's port."""
    leave_seconds: int = 0
    """How long a server that was told to stop goes on, so that load balancers can turn away."""
    admin_token: str | None = None
    drain_ms: int = 1500
    """How long people in a note are warned before a lock taken on the server falls."""
    copies: str = "on"
    """Whether readable copies of the notes are kept in the data folder: "on" or "off"."""
    webhooks: str = "public"
    """Where webhooks may lead: to "public" machines, or also to "internal" ones."""

    @property
    def address(self) -> str:
        """The beginning of every link, without a slash at the end."""
        if self.public_url:
            return self.public_url.rstrip("/")
        host = f"[{self.host}]" if ":" in self.host else self.host
        return f"http://{host}:{self.port}"

    @property
    def key(self) -> Path:
        """The file of the key that all links and cookies hang on."""
        return self.secret_file or self.data / KEY_NAME

    @property
    def keeps_copies(self) -> bool:
        """Whether the server writes every note that changed as a file."""
        return self.copies == "on"

    @property
    def internal_webhooks(self) -> bool:
        """Whether webhooks may lead to machines that the Internet cannot reach."""
        return self.webhooks == "internal"

    @property
    def is_embedded(self) -> bool:
        """Whether the store is a file that the server opens by itself."""
        return not str(self.database_url or "").startswith("postgresql")

    @property
    def store(self) -> str | Path:
        """What the store is opened with: the database's URL, or the data folder."""
        return self.database_url or self.data


def read_settings(
    *,
    environ: Mapping[str, str] = os.environ,
    dotenv: Path = Path(".env"),
    **flags: str | int | Path | None,
) -> Settings:
    """Settings from flags, then environment, then `.env`, then the defaults.

    A flag that is None, and a variable that is empty, count as not given. Raises BadInput with
    the variable's name when a value cannot be used.
    """
    given = {**_from_file(dotenv), **environ}
    values: dict[str, Any] = {
        name: given[PREFIX + name.upper()].strip()
        for name in Settings.__dataclass_fields__
        if given.get(PREFIX + name.upper(), "").strip()
    }
    values |= {name: value for name, value in flags.items() if value is not None}
    for name, least, most in (
        ("port", 0, 65535),
        ("workers", 1, 64),
        ("worker_ports", 1, 65_535 - 63),
        ("leave_seconds", 0, 600),
        ("drain_ms", 0, 60_000),
    ):
        if name in values:
            values[name] = _number(name, values[name], least, most)
    for name in ("data", "secret_file"):
        if name in values:
            values[name] = Path(values[name])
    if values.get("copies", "on") not in ("on", "off"):
        raise BadInput(f"{PREFIX}COPIES is “{values['copies']}”: it must be on or off.")
    if values.get("webhooks", "public") not in ("public", "internal"):
        raise BadInput(
            f"{PREFIX}WEBHOOKS is “{values['webhooks']}”: it must be public or internal."
        )
    if not str(values.get("public_url", "http://")).startswith(("http://", "https://")):
        raise BadInput(f"{PREFIX}PUBLIC_URL must begin with http:// or https://.")
    if not re.fullmatch(r"[!-~]{1,64}", values.get("redis_prefix", "calepin:")):
        raise BadInput(
            f"{PREFIX}REDIS_PREFIX must be 1 to 64 characters of ASCII without spaces, "
            "such as calepin:."
        )
    if "://" not in str(values.get("database_url", "sqlite://")):
        raise BadInput(
            f"{PREFIX}DATABASE_URL must be an address such as postgresql://user@host/name."
        )
    return Settings(**values)


def _from_file(dotenv: Path) -> dict[str, str]:
    try:
        found = dotenv_values(dotenv, interpolate=False)
    except (OSError, UnicodeDecodeError) as error:
        raise BadInput(f"The settings in {dotenv} cannot be read: {error}.") from error
    return {name: value for name, value in found.items() if value is not None}


def _number(name: str, value: str | int, least: int, most: int) -> int:
    try:
        number = int(value)
    except ValueError:
        number = least - 1
    if not least <= number <= most:
        raise BadInput(
            f"{PREFIX}{name.upper()} is “{value}”: it must be a number from {least} to {most}."
        )
    return number
