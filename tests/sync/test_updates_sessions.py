"""Honest editing passes the structural check whole, whatever library and network it comes from."""

from __future__ import annotations

import random

import pycrdt
import pytest

from server.sync.updates import NoteState, check_shape, covered
from tests.sync.library import (
    PANES,
    clocks_of,
    deletes_of,
    in_another_process,
    in_javascript,
    joined,
    of_state,
)
from tests.sync.sessions import session, take

SHOWN = ("clocks", "deletes", *PANES)


@pytest.mark.promise("L6", "L7")
def test_sessions_of_the_document_library() -> None:
    """Concurrent, out of order, twice, merged, as differences: all replicas show the same."""
    cases, expected = [], []
    for seed in range(24):
        sent, doc = session(random.Random(seed))
        state = NoteState()
        entered = take(sent, state)
        end = {"clocks": clocks_of(doc), "deletes": deletes_of(doc)}
        assert of_state(state) == end, f"seed {seed}"
        assert all(covered(check_shape(update), state) for update in sent), f"seed {seed}"
        assert not take(sent, state), f"seed {seed}: what is known entered twice"
        for pane in PANES:
            end[pane] = joined(doc.get(pane, type=pycrdt.Text).diff())
        cases.append(entered)
        expected.append(end)
    compare(cases, expected)


@pytest.mark.promise("L6", "L7")
def test_sessions_of_yjs() -> None:
    """All that stock Yjs writes in a text passes: formats, embeds, undo, collection, gaps."""
    cases, expected = [], []
    for seed, answer in enumerate(in_javascript({"session": seed} for seed in range(50))):
        sent = [bytes.fromhex(update) for update in answer["sent"]]
        end = {what: answer["ends"][0][what] for what in SHOWN}
        for replica in answer["ends"]:
            assert {what: replica[what] for what in SHOWN} == end, f"seed {seed}"
        state = NoteState()
        cases.append(take(sent, state))
        expected.append(end)
        believed = of_state(state)
        assert {what: end[what] for what in believed} == believed, f"seed {seed}"
        assert not take(sent, state), f"seed {seed}: what is known entered twice"
    compare(cases, expected)


def compare(cases: list[list[bytes]], expected: list[dict[str, object]]) -> None:
    """What entered shows the same in the library: live, after a reload, and merged.

    And in Yjs: replayed in the log's order, and with the rows shuffled and doubled.
    """
    answers = in_another_process(cases, seconds=60)
    for seed, (answer, end) in enumerate(zip(answers, expected, strict=True)):
        for one in (answer, answer["reloaded"], answer["merged"]):
            assert {what: one[what] for what in SHOWN} == end, f"seed {seed}"
    shuffled = [
        random.Random(seed).sample(case * 2, len(case) * 2) for seed, case in enumerate(cases)
    ]
    for rows in (cases, shuffled):
        in_yjs = in_javascript({"show": [update.hex() for update in case]} for case in rows)
        for seed, (answer, end) in enumerate(zip(in_yjs, expected, strict=True)):
            assert {what: answer[what] for what in SHOWN} == end, f"seed {seed}"
