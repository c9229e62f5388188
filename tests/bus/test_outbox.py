"""What waits is bounded in bytes and in time, and goes out in order."""

from __future__ import annotations

from server.bus.outbox import AT_ONCE_BYTES, MAX_UNSENT_BYTES, Outbox, Said


def said(packed: bytes, at: float = 0.0) -> Said:
    return Said(at, b"channel", packed)


def test_all_goes_out_in_order_and_once() -> None:
    box = Outbox()
    all_of_it = [said(b"%d" % number) for number in range(100)]
    assert all(map(box.put, all_of_it))
    assert box.take() == all_of_it
    assert box.take() == []


def test_much_goes_out_piece_by_piece() -> None:
    box = Outbox()
    half = said(b"x" * (AT_ONCE_BYTES // 2))
    large = said(b"x" * (AT_ONCE_BYTES * 2))
    for each in (half, large, half, half, half):
        assert box.put(each)
    assert [box.take(), box.take(), box.take()] == [[half, large], [half, half], [half]]


def test_bytes_are_bounded_and_going_out_makes_room() -> None:
    box = Outbox()
    assert box.put(said(b"x" * (MAX_UNSENT_BYTES - 1)))
    assert not box.put(said(b"xx"))
    assert box.put(said(b"x"))
    assert not box.put(said(b"x"))
    assert len(box.take()) == 1
    assert box.put(said(b"x" * (MAX_UNSENT_BYTES - 1)))
    assert not box.put(said(b"x"))


def test_what_is_old_is_thrown_away_and_makes_room() -> None:
    box = Outbox()
    half = b"x" * (MAX_UNSENT_BYTES // 2)
    assert box.put(said(half, 1.0))
    assert box.put(said(half, 2.0))
    assert box.forget_before(1.0) == 0
    assert box.forget_before(2.0) == 1
    assert box.put(said(b"new", 3.0))
    assert box.take() == [said(half, 2.0)]
    assert box.take() == [said(b"new", 3.0)]
