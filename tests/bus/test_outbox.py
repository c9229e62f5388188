"""What waits is bounded in bytes and in time, and goes out in order."""

from __future__ import annotations

from server.bus.outbox import MAX_UNSENT_BYTES, Outbox


def test_all_goes_out_in_order_and_once() -> None:
    box = Outbox()
    assert all(box.put(b"%d" % number, at=0, unsent_bytes=0) for number in range(100))
    assert box.take() == [b"%d" % number for number in range(100)]
    assert box.take() == []


def test_bytes_are_bounded_with_those_that_wait_elsewhere() -> None:
    box = Outbox()
    assert box.put(b"x" * MAX_UNSENT_BYTES, at=0, unsent_bytes=0)
    assert not box.put(b"x", at=0, unsent_bytes=0)
    box.take()
    assert not box.put(b"x", at=0, unsent_bytes=MAX_UNSENT_BYTES)
    assert box.put(b"x", at=0, unsent_bytes=MAX_UNSENT_BYTES - 1)


def test_what_is_old_is_thrown_away_and_makes_room() -> None:
    box = Outbox()
    half = b"x" * (MAX_UNSENT_BYTES // 2)
    assert box.put(half, at=1.0, unsent_bytes=0)
    assert box.put(half, at=2.0, unsent_bytes=0)
    assert box.forget_before(1.0) == 0
    assert box.forget_before(2.0) == 1
    assert box.put(b"new", at=3.0, unsent_bytes=0)
    assert box.take() == [half, b"new"]
