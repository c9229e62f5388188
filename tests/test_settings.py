"""Flags win over the environment, the environment over `.env`, and `.env` over the defaults."""

from __future__ import annotations

from pathlib import Path

import pytest

from server.errors import BadInput
from server.settings import Settings, read_settings


def test_nothing_set_gives_the_defaults(tmp_path: Path) -> None:
    settings = read_settings(environ={}, dotenv=tmp_path / ".env")
    assert settings == Settings()
    assert settings.address == "http://127.0.0.1:8000"
    assert settings.store == Path("data")


def test_flags_environment_file_defaults_in_this_order(tmp_path: Path) -> None:
    dotenv = tmp_path / ".env"
    dotenv.write_text("CALEPIN_PORT=1\nCALEPIN_HOST=file\nCALEPIN_DATA=a/b\nCALEPIN_REDIS_URL=\n")
    environ = {"CALEPIN_PORT": "2", "CALEPIN_HOST": "environment", "CALEPIN_WORKERS": " "}
    settings = read_settings(environ=environ, dotenv=dotenv, port=3, host=None)
    assert (settings.port, settings.host) == (3, "environment")
    assert settings.data == Path("a/b")
    assert settings.workers == 1
    assert settings.redis_url is None


@pytest.mark.parametrize(
    ("name", "value"),
    [("PORT", "http"), ("PORT", "70000"), ("WORKERS", "0"), ("DRAIN_MS", "-1")],
)
def test_a_number_that_cannot_be_used_names_its_variable(name: str, value: str) -> None:
    with pytest.raises(BadInput, match=f"CALEPIN_{name} is “{value}”"):
        read_settings(environ={f"CALEPIN_{name}": value}, dotenv=Path("/nonexistent/.env"))


def test_copies_are_on_or_off_and_nothing_else() -> None:
    none = Path("/nonexistent/.env")
    assert read_settings(environ={}, dotenv=none).keeps_copies
    assert not read_settings(environ={"CALEPIN_COPIES": "off"}, dotenv=none).keeps_copies
    with pytest.raises(BadInput, match="CALEPIN_COPIES is “no”"):
        read_settings(environ={"CALEPIN_COPIES": "no"}, dotenv=none)


def test_links_begin_with_the_public_address() -> None:
    assert Settings(public_url="https://notes.example/").address == "https://notes.example"
    assert Settings(host="::1", port=80).address == "http://[::1]:80"
    with pytest.raises(BadInput, match="CALEPIN_PUBLIC_URL"):
        read_settings(environ={"CALEPIN_PUBLIC_URL": "notes.example"}, dotenv=Path("/none/.env"))


def test_a_database_of_its_own_wins_over_the_data_folder() -> None:
    assert Settings(database_url="postgresql://db/calepin").store == "postgresql://db/calepin"
    with pytest.raises(BadInput, match="CALEPIN_DATABASE_URL"):
        read_settings(environ={"CALEPIN_DATABASE_URL": "calepin"}, dotenv=Path("/none/.env"))


def test_a_prefix_for_redis_is_short_and_plain() -> None:
    none = Path("/nonexistent/.env")
    given = read_settings(environ={"CALEPIN_REDIS_PREFIX": "notes/"}, dotenv=none)
    assert (given.redis_prefix, Settings().redis_prefix) == ("notes/", "calepin:")
    for bad in ("a b", "é", "x" * 65):
        with pytest.raises(BadInput, match="CALEPIN_REDIS_PREFIX must be"):
            read_settings(environ={"CALEPIN_REDIS_PREFIX": bad}, dotenv=none)
