"""Several processes with one folder of copies: one writes, and who did before stays out of it."""

from __future__ import annotations

import fcntl

import pytest

from server.copies import writing
from server.copies.rounds import Copies
from server.service import Service
from tests.copies.conftest import House


def another(house: House) -> Copies:
    """The copies of another process, which has the duty now."""
    service: Service = house.service
    return Copies(
        service.store,
        service.aside,
        house.root,
        monotonic=lambda: 0.0,
        holds=lambda: True,
        writer="b" * 16,
    )


@pytest.mark.promise("X6")
async def test_one_that_goes_on_after_its_time_changes_nothing(house: House) -> None:
    writer = await house.join(house.notes[1])
    await house.step(0)
    successor = another(house)
    await house.type(writer, "Premier. ")
    await successor.step(100)
    assert await house.holds_what_exports_say()
    await house.type(writer, "Second. ")
    before = house.files()
    await house.step(200)
    assert house.files() == before
    await successor.step(300)
    assert await house.holds_what_exports_say()
    assert "Second. " in house.copy(house.notes[1]).read_text("utf-8")
    # Where the duty comes back to it, it takes the folder back, and trusts the disk alone.
    await house.type(writer, "Troisième. ")
    await house.step(400)
    assert await house.holds_what_exports_say()


@pytest.mark.promise("X6")
async def test_who_takes_over_writes_only_what_is_not_there(house: House) -> None:
    await house.step(0)
    before = house.files()
    await another(house).step(0)
    assert house.files() == before
    house.copy(house.notes[0]).unlink()
    await another(house).step(0)
    assert await house.holds_what_exports_say()


async def test_one_that_stands_still_while_it_writes_holds_up_nobody_for_ever(
    house: House,
) -> None:
    await house.step(0)
    before = house.files()
    successor = another(house)
    with (house.root / writing.WRITER).open("r+b") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        await successor.step(0)
        assert house.files() == before
    house.copy(house.notes[0]).unlink()
    await successor.step(100)
    assert await house.holds_what_exports_say()


@pytest.mark.promise("O5")
async def test_a_day_that_another_process_deleted_has_no_copies_here(house: House) -> None:
    kept = await house.service.make_day(b"title: Un autre jour\n")
    await house.step(0)
    folder = house.folder
    await house.service.retention.delete(house.day, by="somebody")
    # What was being written meanwhile in another process comes after.
    folder.mkdir()
    (folder / "01-tard.md").write_text("prunelle")
    await house.service.copies.rest()
    assert [one.name for one in house.root.iterdir() if one.is_dir()] == [
        one.name for one in house.root.glob(f"*-{kept.day.id}")
    ]
