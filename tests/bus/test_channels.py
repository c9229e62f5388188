"""Redis is asked for what changed, once, and a note is heard when the last answer says so."""

from __future__ import annotations

from server.bus.channels import ASKED_AT_ONCE, Channels
from storage.values import NoteId
from tests.bus.sides import NOTE, OTHER

SUBSCRIBE = (b"SUBSCRIBE", b"p:note:note-1")
UNSUBSCRIBE = (b"UNSUBSCRIBE", b"p:note:note-1")


def test_a_new_connection_is_asked_for_everything() -> None:
    channels = Channels("p:", 0)
    channels.listen(NOTE)
    for _ in range(2):
        channels.begin()
        assert list(channels.asks()) == [(b"SUBSCRIBE", b"p:all"), SUBSCRIBE]
        assert list(channels.asks()) == []
    channels.forget(NOTE)
    assert list(channels.asks()) == [UNSUBSCRIBE]
    channels.begin()
    assert list(channels.asks()) == [(b"SUBSCRIBE", b"p:all")]


def test_many_notes_are_asked_for_in_several_commands() -> None:
    channels = Channels("p:", 3)
    notes = [NoteId(f"note-{number}") for number in range(ASKED_AT_ONCE + 1)]
    for note in notes:
        channels.listen(note)
    first, second = channels.asks()
    assert (len(first), len(second)) == (ASKED_AT_ONCE + 1, 2)
    assert [*first[1:], *second[1:]] == [b"p:3:note:" + note.encode() for note in notes]


def test_a_note_is_heard_after_the_last_answer() -> None:
    channels = Channels("p:", 0)
    channel = channels.of(NOTE)
    asked = []
    for change in (channels.listen, channels.forget, channels.listen):
        change(NOTE)
        asked += channels.asks()
    assert asked == [SUBSCRIBE, UNSUBSCRIBE, SUBSCRIBE]
    assert channels.confirmed(channel) is None
    assert channels.confirmed(channel) == NOTE
    assert channels.confirmed(channel) is None
    assert channels.confirmed(channels.of(OTHER)) is None


def test_an_answer_from_before_a_change_that_waits_says_nothing() -> None:
    """What was asked last is not what Redis will be asked next."""
    channels = Channels("p:", 0)
    channels.listen(NOTE)
    assert list(channels.asks()) == [SUBSCRIBE]
    channels.forget(NOTE)
    assert list(channels.asks()) == [UNSUBSCRIBE]
    channels.listen(NOTE)
    assert channels.confirmed(channels.of(NOTE)) is None
    assert list(channels.asks()) == [SUBSCRIBE]
    assert channels.confirmed(channels.of(NOTE)) == NOTE
