"""What is said is heard: by those who listen, in order, and by nobody else."""

from __future__ import annotations

import asyncio

import pytest
from structlog.testing import capture_logs

from server.bus.bus import Heard, ProcessId
from server.bus.messages import (
    Alive,
    Announcement,
    Asking,
    Changed,
    Committed,
    Leaving,
    Locking,
    Message,
    Moved,
    People,
    Presence,
)
from server.bus.wire import MAX_DATA_BYTES, MAX_MESSAGE_BYTES, Wire
from storage.values import DayId, Milliseconds, NoteId, PersonId
from tests.bus.sides import NOTE, OTHER, edit, pair, running
from tests.redis_server import RedisServer, needs_redis

pytestmark = needs_redis

EVERY_KIND: list[Message] = [
    Committed(4, 9, b"\x00\xff", [(2**53, PersonId("p"))]),
    Moved(),
    Presence([(1, 2, b'{"name":"Zo\xc3\xab"}', PersonId("p"))], [(3, 4)], True),
    People(NOTE, [(PersonId("p"), "Zoë", "#123456")]),
    Locking(1500, "Zoë", "La séance est levée."),
    Announcement("1", DayId("day"), NOTE, "Zoé", Milliseconds(9), "Dix minutes."),
    Announcement("2", DayId("day"), None, "Zoé", Milliseconds(9), "Dix minutes."),
    Asking(),
    Changed(),
    Alive(),
    Leaving(),
]


async def test_every_kind_of_message_arrives_as_it_was_said(standing_redis: RedisServer) -> None:
    async with pair(standing_redis.url) as (one, two):
        for message in EVERY_KIND:
            one.bus.say(NOTE, message)
            one.bus.say_to_all(message)
        await two.until(lambda: len(two.heard) == 2 * len(EVERY_KIND))
        assert two.heard == [
            Heard(ProcessId("one"), note, message)
            for message in EVERY_KIND
            for note in (NOTE, None)
        ]


async def test_ten_thousand_messages_of_one_moment_arrive_in_order(
    standing_redis: RedisServer,
) -> None:
    async with pair(standing_redis.url) as (one, two):
        for seq in range(1, 10_001):
            one.bus.say(NOTE, edit(seq, b"x" * 100))
        await two.until(lambda: len(two.heard) == 10_000)
        assert two.seqs == list(range(1, 10_001))
        assert one.bus.figures.said == 10_000
        assert one.bus.figures.dropped == 0
        assert two.bus.figures.heard == 10_000


async def test_what_is_said_in_one_turn_goes_out_together(standing_redis: RedisServer) -> None:
    """Nothing is written before the turn ends, and then all of it."""
    async with pair(standing_redis.url) as (one, two):
        for seq in range(1, 51):
            one.bus.say(NOTE, edit(seq))
        assert one.bus.figures.said == 0
        await asyncio.sleep(0)
        assert one.bus.figures.said == 50
        await two.until(lambda: two.seqs == list(range(1, 51)))


async def test_a_process_does_not_hear_itself(standing_redis: RedisServer) -> None:
    async with pair(standing_redis.url) as (one, two):
        await one.listens(NOTE)
        one.bus.say(NOTE, edit(1))
        one.bus.say_to_all(Alive())
        await two.until(lambda: len(two.heard) == 2)
        two.bus.say(NOTE, edit(2))
        await one.until(lambda: bool(one.heard))
        assert one.messages == [edit(2)]


async def test_what_is_said_of_other_notes_is_not_heard(standing_redis: RedisServer) -> None:
    async with pair(standing_redis.url) as (one, two):
        one.bus.say(OTHER, edit(1))
        one.bus.say(NOTE, edit(2))
        await two.until(lambda: bool(two.heard))
        two.bus.forget(NOTE)
        await two.listens(OTHER)
        one.bus.say(NOTE, edit(3))
        one.bus.say(OTHER, edit(4))
        await two.until(lambda: 4 in two.seqs)
        assert [(heard.note, heard.message) for heard in two.heard] == [
            (NOTE, edit(2)),
            (OTHER, edit(4)),
        ]


async def test_a_question_that_follows_listening_is_answered_into_open_ears(
    standing_redis: RedisServer,
) -> None:
    async with running(standing_redis.url, "one") as one, running(standing_redis.url, "two") as two:
        await one.is_up()
        await two.listens(NOTE)
        one.bus.listen(NOTE)
        one.bus.say(NOTE, Asking())
        await two.until(lambda: bool(two.heard))
        two.bus.say(NOTE, edit(1))
        await one.until(lambda: bool(one.heard))
        assert one.messages == [edit(1)]
        assert one.listening == [NOTE]


async def test_a_question_goes_behind_its_channel_also_while_much_waits(
    standing_redis: RedisServer,
) -> None:
    """More than the network takes at once, so that Redis is asked and told from a queue."""
    full = b"x" * MAX_DATA_BYTES
    async with running(standing_redis.url, "one") as one, running(standing_redis.url, "two") as two:
        await one.is_up()
        await two.listens(NOTE)
        two.bus.listen(OTHER)
        for seq in range(1, 101):
            one.bus.say(OTHER, edit(seq, full))
        await asyncio.sleep(0)
        one.bus.listen(NOTE)
        one.bus.say(NOTE, Asking())
        for seq in range(101, 121):
            one.bus.say(OTHER, edit(seq, full))
        await two.until(lambda: Asking() in two.messages)
        two.bus.say(NOTE, edit(1))
        await one.until(lambda: bool(one.heard))
        assert one.messages == [edit(1)]
        assert one.bus.figures.dropped == 0


async def test_listening_begins_once_however_often_one_changes_ones_mind(
    standing_redis: RedisServer,
) -> None:
    """Told after the last confirmation: between two of them nothing would be heard."""
    async with running(standing_redis.url, "one") as one, running(standing_redis.url, "two") as two:
        await one.is_up()
        for _ in range(3):
            one.bus.listen(NOTE)
            one.bus.listen(NOTE)
            one.bus.forget(NOTE)
        one.bus.listen(NOTE)
        await one.listens(OTHER)
        assert one.listening == [NOTE, OTHER]
        await two.is_up()
        two.bus.say(NOTE, edit(1))
        await one.until(lambda: bool(one.heard))
        one.bus.listen(OTHER)
        one.bus.forget(OTHER)
        await one.listens(NoteId("note-3"))
        assert one.listening == [NOTE, OTHER, "note-3"]


async def test_thousands_of_notes_are_listened_to(standing_redis: RedisServer) -> None:
    notes = [NoteId(f"note-{number}") for number in range(2_000)]
    async with pair(standing_redis.url) as (one, two):
        for note in notes:
            two.bus.listen(note)
        await two.until(lambda: set(two.listening) == set(notes))
        one.bus.say(notes[-1], edit(1))
        await two.until(lambda: bool(two.heard))
        assert [heard.note for heard in two.heard] == [notes[-1]]


@pytest.mark.parametrize("difference", ["prefix", "database"])
async def test_two_installations_on_one_redis_do_not_hear_each_other(
    standing_redis: RedisServer, difference: str
) -> None:
    other = {"prefix": "autre:"} if difference == "prefix" else {}
    url = f"{standing_redis.url}/1" if difference == "database" else standing_redis.url
    async with (
        pair(standing_redis.url) as (one, two),
        running(url, "three", **other) as three,
    ):
        await three.is_up()
        await three.listens(NOTE)
        three.bus.say(NOTE, edit(1))
        three.bus.say_to_all(Alive())
        three.bus.forget(NOTE)
        await three.listens(NOTE)
        one.bus.say(NOTE, edit(2))
        await two.until(lambda: bool(two.heard))
        assert two.messages == [edit(2)]
        assert three.heard == []


async def test_data_that_is_large_is_left_out(standing_redis: RedisServer) -> None:
    async with pair(standing_redis.url) as (one, two):
        one.bus.say(NOTE, edit(1, b"x" * MAX_DATA_BYTES))
        one.bus.say(NOTE, edit(2, b"x" * (MAX_DATA_BYTES + 1)))
        await two.until(lambda: len(two.heard) == 2)
        assert two.messages == [edit(1, b"x" * MAX_DATA_BYTES), edit(2)]


async def test_a_message_that_is_too_large_is_dropped_and_counted(
    standing_redis: RedisServer,
) -> None:
    async with pair(standing_redis.url) as (one, two):
        one.bus.say(NOTE, Locking(1, "", "x" * MAX_MESSAGE_BYTES))
        one.bus.say(NOTE, edit(1))
        await two.until(lambda: bool(two.heard))
        assert two.messages == [edit(1)]
        assert (one.bus.figures.dropped, one.bus.figures.said) == (1, 1)


async def test_what_is_no_message_is_passed_over_and_counted(standing_redis: RedisServer) -> None:
    """Promised of a hostile Redis as of a newer version: nothing of it ends the bus."""
    good = Wire(ProcessId("three")).pack(edit(7))
    assert good is not None
    of_next_version = good.replace(b"\x93\x01", b"\x93\x02", 1)
    bad = [b"", b"\xc1", b"{}", good[:-1], good + b"\x00", of_next_version, b"\x91" * 100_000]
    bad += [b"\x93\x01\xa5three\x91\xa1?", b"\x93\x01\xa0\x91\xa1h", b"x" * (MAX_MESSAGE_BYTES + 1)]
    async with pair(standing_redis.url) as (_, two):
        for payload in bad:
            standing_redis.command("PUBLISH", b"calepin:note:note-1", payload)
            standing_redis.command("PUBLISH", b"calepin:all", payload)
        standing_redis.command("PUBLISH", b"calepin:note:note-1", good)
        await two.until(lambda: bool(two.heard))
        assert two.messages == [edit(7)]
        assert two.bus.figures.passed_over == 2 * len(bad)
        assert two.ups == [True]


async def test_an_answer_without_an_end_does_not_fill_the_memory(
    standing_redis: RedisServer,
) -> None:
    async with pair(standing_redis.url) as (_, two):
        standing_redis.command("PUBLISH", b"calepin:all", b"x" * (16 * 1024 * 1024))
        await two.until(lambda: two.ups == [True, False, True])
        assert two.bus.figures.bytes_heard == 0


async def test_a_listener_that_raises_is_logged_and_the_bus_goes_on(
    standing_redis: RedisServer,
) -> None:
    async with pair(standing_redis.url) as (one, two):
        two.heard = Raising()
        with capture_logs() as logs:
            one.bus.say(NOTE, edit(1))
            one.bus.say(NOTE, edit(2))
            two.bus.say(NOTE, edit(3))
            await one.listens(OTHER)
            one.bus.say_to_all(Alive())
            await two.until(lambda: len(two.heard) == 3)
            assert two.ups == [True]
    assert [entry["event"] for entry in logs] == ["bus_listener_failed"] * 3


class Raising(list[Heard]):
    def append(self, item: Heard, /) -> None:
        super().append(item)
        raise ValueError("texte d'une note")


async def test_the_last_words_are_heard(standing_redis: RedisServer) -> None:
    async with running(standing_redis.url, "two") as two:
        await two.is_up()
        async with running(standing_redis.url, "one") as one:
            await one.is_up()
            one.bus.say_to_all(Leaving())
        assert one.ups == [True, False]
        await two.until(lambda: bool(two.heard))
        assert two.heard == [Heard(ProcessId("one"), None, Leaving())]
