"""What a connection may do: every verdict, and what it is owed afterwards. No socket, no clock."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from server.days.access import Role
from server.sync.session import Found, Session, Verdict


def edit(session: Session, *, found: Found = Found.NEW, locked: bool = False) -> Verdict:
    return session.judge(found, fresh=False, locked=locked)


def answer(session: Session, *, found: Found = Found.NEW, locked: bool = False) -> Verdict:
    fresh, _ = session.answered()
    return session.judge(found, fresh=fresh, locked=locked)


def test_a_writer_is_accepted_while_the_note_is_open() -> None:
    assert edit(Session(Role.WRITER)) is Verdict.ACCEPT


@pytest.mark.promise("A1")
def test_a_reader_is_refused_and_what_is_known_already_is_not() -> None:
    session = Session(Role.READER)
    assert edit(session) is Verdict.REFUSE
    assert edit(session, found=Found.NOTHING) is Verdict.NOTHING


@pytest.mark.promise("K4")
def test_a_writer_is_held_by_a_lock_and_a_moderator_is_not() -> None:
    assert edit(Session(Role.WRITER), locked=True) is Verdict.HOLD
    assert edit(Session(Role.MODERATOR), locked=True) is Verdict.ACCEPT


def test_after_the_unlock_nothing_counts_until_a_fresh_question_is_answered() -> None:
    session = Session(Role.WRITER)
    session.asked(counted=True)
    answer(session)
    edit(session, locked=True)
    assert edit(session) is Verdict.HOLD
    session.asked_afresh()
    assert edit(session) is Verdict.HOLD, "sent before the question arrived there"
    assert answer(session) is Verdict.ACCEPT
    assert edit(session) is Verdict.ACCEPT


def test_an_answer_to_an_older_question_is_not_fresh() -> None:
    session = Session(Role.WRITER)
    session.asked(counted=True)
    edit(session, locked=True)
    session.asked_afresh()
    assert answer(session) is Verdict.HOLD, "this answers the first question"
    assert answer(session) is Verdict.ACCEPT


def test_a_lock_during_a_resynchronisation_starts_it_anew() -> None:
    session = Session(Role.WRITER)
    edit(session, locked=True)
    session.asked_afresh()
    assert answer(session, locked=True) is Verdict.HOLD
    session.asked_afresh()
    assert answer(session) is Verdict.ACCEPT


def test_what_comes_too_early_is_held_until_the_rest_is_there() -> None:
    session = Session(Role.WRITER)
    assert edit(session, found=Found.EARLY) is Verdict.HOLD
    assert not session.question_open
    session.asked_afresh()
    assert answer(session) is Verdict.ACCEPT


def test_only_answers_to_the_peers_own_greeting_count_as_changes_of_its() -> None:
    session = Session(Role.WRITER)
    session.asked(counted=True)
    session.asked_afresh()
    assert [session.answered()[1], session.answered()[1], session.answered()[1]] == [1, 0, 0]


@pytest.mark.promise("L5")
@given(
    role=st.sampled_from(Role),
    events=st.lists(
        st.tuples(
            st.sampled_from(["edit", "answer", "ask", "race"]),
            st.sampled_from(Found),
            st.booleans(),
        )
    ),
)
def test_received_is_the_sum_of_the_outcomes(
    role: Role, events: list[tuple[str, Found, bool]]
) -> None:
    session = Session(role)
    for what, found, locked in events:
        if what == "ask":
            session.asked_afresh()
        elif what == "answer":
            answer(session, found=found, locked=locked)
        elif edit(session, found=found, locked=locked) is Verdict.ACCEPT and what == "race":
            session.lost_race()
            assert session.must_resync
    counts = session.counts
    assert counts.received == counts.accepted + counts.nothing + counts.held + counts.refused
    assert role.may_write or counts.accepted + counts.held == 0
