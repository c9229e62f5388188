"""Reading copies: what is on the disk is what an export says, soon, and one by one."""

from __future__ import annotations

import stat
from pathlib import Path

import pytest
from sqlalchemy import Connection, update

from server.copies.folder import folders
from server.copies.rounds import GAP_SECONDS, ROUND_SECONDS
from server.export.panes import initial_update
from server.service import Service
from server.settings import Settings
from storage import held, tables
from storage.values import ConnectionId, HeldState, Milliseconds, PersonId, Submission
from tests.copies.conftest import House, open_house
from tests.running import RunningServer, programme


@pytest.mark.promise("X6")
async def test_every_note_is_a_file_that_says_what_its_export_says(house: House) -> None:
    await house.step(0)
    assert await house.holds_what_exports_say()
    garage, canteen, conclusion = house.notes
    assert [one.name for one in sorted(house.folder.glob("*.md"))] == [
        f"01-le-coeur-du-garage-{garage}.md",
        f"02-la-cantine-{canteen}.md",
        f"03-conclusion-de-la-journee-{conclusion}.md",
        "index.md",
    ]
    assert "un « pont »" in house.copy(garage).read_text("utf-8")
    index = (house.folder / "index.md").read_text("utf-8")
    assert index.startswith("# Une journée d’été\n")
    said = [
        f"[Le cœur du garage](01-le-coeur-du-garage-{garage}.md) – Ouverte",
        f"[La cantine](02-la-cantine-{canteen}.md) – Aucune note",
        "## Vote",
        f"[Conclusion de la journée](03-conclusion-de-la-journee-{conclusion}.md) – Aucune note",
    ]
    assert sorted(index.index(one) for one in said) == [index.index(one) for one in said]


@pytest.mark.promise("X6")
async def test_edits_locks_late_contributions_and_titles_reach_the_copies(house: House) -> None:
    note = house.notes[1]
    writer = await house.join(note)
    await house.step(0)
    await house.type(writer, "Écrit à onze heures.")
    await house.step(100)
    assert "Écrit à onze heures." in house.copy(note).read_text("utf-8")
    assert await house.holds_what_exports_say()

    await house.service.rooms.lock([note], by=PersonId("m"), why="On conclut", drain_seconds=0)
    await house.step(200)
    assert "On conclut" in house.copy(note).read_text("utf-8")
    assert await house.holds_what_exports_say()
    assert "Verrouillée" in (house.folder / "index.md").read_text("utf-8")

    def keep_late(db: Connection) -> None:
        data = initial_update("Dit trop tard.", "", client_id=99)
        at, by = Milliseconds(1), PersonId("late")
        id = held.keep(db, Submission(note, by, ConnectionId("c"), at, data))
        held.decide(db, [id], state=HeldState.LATE, by=by, at=at)

    await house.service.store.write(keep_late)
    await house.step(300)
    assert "Dit trop tard." in house.copy(note).read_text("utf-8")
    assert await house.holds_what_exports_say()

    former = house.folder
    rename = update(tables.item).where(tables.item.c.title == "La cantine")
    await house.service.store.write(lambda db: db.execute(rename.values(title="Le marché")))
    await house.service.store.write(
        lambda db: db.execute(update(tables.day).values(title="Un autre jour"))
    )
    await house.type(await house.join(house.notes[0]), "encore")
    await house.step(400)
    assert (former.exists(), house.folder.name) == (False, f"un-autre-jour-{house.day}")
    assert house.copy(note).name == f"02-le-marche-{note}.md"
    assert await house.holds_what_exports_say()


@pytest.mark.promise("X6")
async def test_a_note_that_changes_all_the_time_is_copied_within_the_minute(house: House) -> None:
    note = house.notes[0]
    writer = await house.join(note)
    await house.step(0)
    await house.type(writer, "un ")
    await house.step(ROUND_SECONDS)
    assert house.copy(note).read_bytes() != await house.exported(note)
    await house.step(GAP_SECONDS)
    assert house.copy(note).read_bytes() == await house.exported(note)
    # The worst there is: a change just behind a copy, and a round just before the gap ends.
    assert ROUND_SECONDS + GAP_SECONDS < 60


async def test_only_what_moved_is_written(house: House) -> None:
    await house.step(0)
    before = house.files()
    await house.step(100)
    assert house.files() == before
    note = house.notes[0]
    await house.type(await house.join(note), "un ")
    await house.step(200)
    after = house.files()
    changed = {name for name in after if after[name] != before[name]}
    assert changed == {house.copy(note).name, ".written.json"}


async def test_copies_are_their_owners_alone(house: House) -> None:
    await house.step(0)
    modes = {stat.S_IMODE(one.stat().st_mode) for one in house.folder.iterdir()}
    folders = {stat.S_IMODE(one.stat().st_mode) for one in (house.root, house.folder)}
    assert (modes, folders) == ({0o600}, {0o700})


async def test_after_a_restart_what_moved_meanwhile_is_written_and_no_more(tmp_path: Path) -> None:
    async with open_house(tmp_path / "data") as house:
        await house.step(0)
    before = house.files()
    cut, moved, whole = (house.copy(note) for note in house.notes)
    async with Service.start(Settings(data=tmp_path / "data", copies="off")) as service:
        again = House(service, house.entrance)
        cut.write_bytes(cut.read_bytes()[:20])
        await again.type(await again.join(again.notes[1]), "un ")
        await again.step(0)
        assert await again.holds_what_exports_say()
    assert again.files()[whole.name] == before[whole.name]
    assert moved.read_bytes() != before[moved.name][1]


@pytest.mark.promise("X6")
def test_a_server_that_was_killed_and_then_stopped_leaves_every_copy(
    own_server: RunningServer,
) -> None:
    entrance = own_server.new_day(programme(2))
    note = entrance.notes[1]
    (own_server.folder / "n.md").write_text("Écrit juste avant.\n")
    own_server.calepin("import", note, own_server.folder / "n.md")
    own_server.restart()
    assert own_server.stop() == 0
    (copy,) = (own_server.data / "copies").glob(f"*-{entrance.day}/*-{note}.md")
    assert "Écrit juste avant." in copy.read_text("utf-8")
    assert copy.read_text("utf-8") == own_server.calepin("export", note)


@pytest.mark.promise("X6")
async def test_a_day_that_is_deleted_leaves_no_copy(house: House) -> None:
    other = House(house.service, await house.service.make_day(b"title: Un autre jour\n"))
    await house.step(0)
    assert house.folder.is_dir()
    assert other.folder.is_dir()
    async with house.service.copies.leaving(house.day):
        assert not list(house.root.glob(f"*-{house.day}"))
        await house.step(100)  # a round meanwhile writes nothing of it
        await house.service.store.delete_day(house.day)
    await house.step(200)
    assert [other.folder] == folders(house.root)
    # By another process, which knows nothing of copies:
    await house.service.store.delete_day(other.day)
    await house.step(300)
    assert not folders(house.root)


async def test_a_folder_of_no_day_stays(house: House) -> None:
    """What is left of a store that was lost must not go with the next start."""
    stranger = house.root / "une-journee-abcdefghjkmn"
    stranger.mkdir(parents=True)
    (stranger / "01-note-x.md").write_text("tout ce qui reste")
    await house.step(0)
    await house.step(100)
    assert (stranger / "01-note-x.md").read_text() == "tout ce qui reste"


async def test_a_day_that_could_not_be_deleted_has_its_copies_again(house: House) -> None:
    await house.step(0)
    with pytest.raises(OSError, match="no"):
        async with house.service.copies.leaving(house.day):
            raise OSError("no")
    await house.step(100)
    assert await house.holds_what_exports_say()
