"""The key of a server is made once, for its owner's eyes."""

from __future__ import annotations

import stat
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from server.days.secrets import load_secret
from server.errors import Unavailable
from server.settings import KEY_NAME


def test_the_secret_is_made_once_and_only_its_owner_reads_it(tmp_path: Path) -> None:
    key = tmp_path / "new" / "data" / KEY_NAME
    secret = load_secret(key)
    assert len(secret) == 32
    assert load_secret(key) == secret
    assert stat.S_IMODE(key.stat().st_mode) == 0o600
    assert list(key.parent.iterdir()) == [key]


def test_whoever_comes_first_makes_the_secret_of_all(tmp_path: Path) -> None:
    with ThreadPoolExecutor(16) as pool:
        secrets = list(pool.map(load_secret, [tmp_path / KEY_NAME] * 64))
    assert set(secrets) == {(tmp_path / KEY_NAME).read_bytes()}


@pytest.mark.parametrize("damaged", [b"", b"short", bytes(33)])
def test_a_damaged_secret_is_said_and_never_replaced(tmp_path: Path, damaged: bytes) -> None:
    (tmp_path / KEY_NAME).write_bytes(damaged)
    with pytest.raises(Unavailable, match="damaged"):
        load_secret(tmp_path / KEY_NAME)
    assert (tmp_path / KEY_NAME).read_bytes() == damaged


def test_a_secret_that_cannot_be_read_is_said(tmp_path: Path) -> None:
    (tmp_path / KEY_NAME).mkdir()
    with pytest.raises(Unavailable, match="cannot be used"):
        load_secret(tmp_path / KEY_NAME)


def test_a_missing_secret_is_not_made_where_there_must_be_one(tmp_path: Path) -> None:
    with pytest.raises(Unavailable, match="is missing"):
        load_secret(tmp_path / KEY_NAME, make=False)
    assert list(tmp_path.iterdir()) == []
    secret = load_secret(tmp_path / KEY_NAME)
    assert load_secret(tmp_path / KEY_NAME, make=False) == secret
