"""Every failure is one sentence, and none repeats what Redis said."""

from __future__ import annotations

from itertools import product
from string import ascii_uppercase

import pytest
from redis.exceptions import ResponseError
from structlog.testing import capture_logs

from server.bus.failures import (
    MOST_SENTENCES,
    SAME_SENTENCE_SECONDS,
    Silent,
    Troubles,
    sentence_of,
)
from server.bus.finding import Parser


@pytest.mark.parametrize(
    ("said", "sentence"),
    [
        ("LOADING Redis is loading the dataset in memory", "Redis is still loading its data."),
        ("OOM command not allowed", "Redis is full: raise its maxmemory."),
        ("READONLY You can't write", "Redis is a replica, which only reads."),
        (
            "ERR max number of clients reached",
            "Redis has as many connections as it takes: raise its maxclients.",
        ),
        (
            "ERR unknown command 'AUTH', with args beginning with: 's3cret'",
            "It is older than Redis 6, which is needed.",
        ),
        ("ERR wrong number of arguments for s3cret", "Redis refuses (ERR)."),
        ("s3cret", "Redis refuses (no code)."),
        ("", "Redis refuses (no code)."),
    ],
)
def test_a_refusal_is_a_sentence_of_ours(said: str, sentence: str) -> None:
    assert sentence_of(Parser.parse_error(said)) == sentence


def test_a_failure_that_nobody_foresaw_is_told_by_its_kind_alone() -> None:
    assert sentence_of(ValueError("s3cret")) == "Redis cannot be used (ValueError)."
    assert sentence_of(OSError("Multiple exceptions: s3cret")) == (
        "Redis cannot be reached: none of its addresses answers."
    )


def test_the_log_says_the_same_once_a_minute() -> None:
    now = 100.0
    troubles = Troubles(lambda: now)
    with capture_logs() as logs:
        for _ in range(5):
            troubles.down(Silent(), "h:1")
            troubles.up("h:1")
            troubles.down(TimeoutError(), "h:1")
            troubles.up("h:1")
        now += SAME_SENTENCE_SECONDS
        troubles.down(Silent(), "h:1")
        troubles.up("h:1")
    assert [entry["event"] for entry in logs] == ["bus_down", "bus_up"] * 3
    for one, two in product(ascii_uppercase, repeat=2):
        troubles.down(ResponseError(f"X{one}{two} s3cret"), "h:1")
    assert len(troubles._told) <= MOST_SENTENCES
