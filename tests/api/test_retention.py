"""The end of a day: nothing of it is left in the files but a line that it was deleted."""

from __future__ import annotations

import sqlite3
from datetime import UTC, datetime
from pathlib import Path

import pytest

from server.app import create_app
from server.days.moments import milliseconds
from server.retention import BY_DATE, forgotten
from server.service import Service
from server.settings import Settings
from storage.held import of_note
from storage.values import Milliseconds, NoteId
from tests.api.conftest import ADDRESS, ADMIN, Api, Made, refused
from tests.api.test_notes import hold

WORDS = ("mirabelle", "Une journée", "Le garage", "Ferrand", "Continuer", "Bruno", "prunelle")
LAST_DATE = "2026-11-30"
BEFORE = milliseconds(datetime(2026, 11, 30, 22, 59, 59, tzinfo=UTC))
"""A second before midnight in Paris."""
AFTER = Milliseconds(BEFORE + 1_000)


class Clock:
    now = Milliseconds(BEFORE - 5 * 86_400_000)

    def __call__(self) -> Milliseconds:
        return self.now


def found_in(data: Path) -> dict[str, set[str]]:
    """Which of the day's words are in which of the data folder's files, byte for byte."""
    return {
        path.name: words
        for path in data.rglob("*")
        if path.is_file()
        and (words := {word for word in WORDS if word.encode() in path.read_bytes()})
    }


async def fill(api: Api, programme: str | None = None) -> Made:
    """A day with texts in every table that can hold one."""
    made = await (api.make_day(programme) if programme else api.make_day())
    path, token = f"/api/notes/{made.notes[0]}", made.tokens["organiser"]
    assert (await api.ask("POST", f"{path}/lock", token, json={"why": "prunelle"})).is_success
    await hold(api, made, "Bruno", "mirabelle " * 2_000)
    assert await api.service.store.read(lambda db: of_note(db, NoteId(made.notes[0])))
    return made


def settings(data: Path) -> Settings:
    return Settings(data=data, public_url=ADDRESS, admin_token=ADMIN, drain_ms=0)


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.mark.promise("O5")
async def test_a_deleted_day_is_gone_from_the_bytes_of_all_files(api: Api) -> None:
    data = api.service.settings.data
    made = await fill(api)
    assert set().union(*found_in(data).values()) == set(WORDS)
    room = await api.service.rooms.open(NoteId(made.notes[0]))
    answer = await api.ask("DELETE", f"/api/days/{made.day}", made.tokens["organiser"])
    assert answer.json() == {"day": made.day, "deleted": True}
    assert found_in(data) == {}
    assert room.failed
    refused(await api.ask("GET", f"/api/days/{made.day}", made.tokens["reader"]), 401, _UNKNOWN)
    refused(await api.ask("GET", f"/api/notes/{made.notes[0]}", ADMIN), 404, "not_found")
    line = await api.service.store.read(lambda db: forgotten(db, made.day))
    assert line is not None
    assert set(line) == {"at", "by"}


@pytest.mark.promise("O5")
async def test_a_day_is_deleted_after_its_date_and_no_other(tmp_path: Path, clock: Clock) -> None:
    async with Service.start(settings(tmp_path), clock=clock) as service:
        await service.ensure_admin_token()
        api = Api(service, create_app(service))
        other = await api.make_day("title: Un autre jour\nsections: []\n")
        made = await fill(api)
        path, token = f"/api/days/{made.day}", made.tokens["organiser"]
        shown = await api.ask("PATCH", path, token, json={"delete_after": LAST_DATE})
        assert shown.json()["day"]["delete_after"] == LAST_DATE
        clock.now = BEFORE
        await service.retention.look()
        assert (await api.ask("GET", path, token)).json()["delete_after"] == LAST_DATE
        clock.now = AFTER
        await service.retention.look()
        assert found_in(tmp_path) == {}
        line = await service.store.read(lambda db: forgotten(db, made.day))
        assert line == {"at": AFTER, "by": BY_DATE}
        kept = await api.ask("GET", f"/api/days/{other.day}", other.tokens["reader"])
        assert kept.json()["title"] == "Un autre jour"


@pytest.mark.promise("O5")
async def test_a_date_that_passed_while_no_server_ran_counts_at_the_start(
    tmp_path: Path, clock: Clock
) -> None:
    async with Service.start(settings(tmp_path), clock=clock) as service:
        await service.ensure_admin_token()
        api = Api(service, create_app(service))
        programme = f"delete_after: {LAST_DATE}\ntitle: Une journée\nsections: []\n"
        made = await api.make_day(programme)
        shown = await api.ask("GET", f"/api/days/{made.day}", made.tokens["reader"])
        assert shown.json()["delete_after"] == LAST_DATE
    with sqlite3.connect(tmp_path / "calepin.sqlite") as db:
        assert db.execute("SELECT title FROM day").fetchall() == [("Une journée",)]
    db.close()
    clock.now = AFTER
    async with Service.start(settings(tmp_path), clock=clock):
        assert found_in(tmp_path) == {}


async def test_a_date_is_taken_back_and_one_that_is_none_is_refused(
    tmp_path: Path, clock: Clock
) -> None:
    async with Service.start(settings(tmp_path), clock=clock) as service:
        await service.ensure_admin_token()
        api = Api(service, create_app(service))
        made = await api.make_day()
        path, token = f"/api/days/{made.day}", made.tokens["organiser"]
        for wrong in ("2026-02-30", "soon", "2020-01-01", "9999-12-31", "2026-11-23T10:00"):
            answer = await api.ask("PATCH", path, token, json={"delete_after": wrong})
            assert refused(answer, 400, "bad_input")["field"] == "delete_after"
        for date in (LAST_DATE, ""):
            shown = await api.ask("PATCH", path, token, json={"delete_after": date})
            assert shown.json()["day"]["delete_after"] == date
        refused(
            await api.ask("PATCH", path, made.tokens["moderator"], json={"delete_after": ""}),
            403,
            "not_allowed",
        )
        clock.now = AFTER
        await service.retention.look()
        assert (await api.ask("GET", path, token)).json()["title"] == "Une journée"
        journal = (await api.ask("GET", f"{path}/journal", token)).json()["journal"]
        assert [line["why"] for line in journal[1:]] == [
            f"delete_after: {LAST_DATE}",
            "delete_after: never",
        ]


async def test_a_programme_that_is_over_makes_no_day(tmp_path: Path, clock: Clock) -> None:
    async with Service.start(settings(tmp_path), clock=clock) as service:
        await service.ensure_admin_token()
        api = Api(service, create_app(service))
        programme = "title: x\ndelete_after: 2020-01-01\nsections: []\n"
        answer = await api.ask("POST", "/api/days", ADMIN, content=programme.encode())
        refused(answer, 400, "bad_input")


_UNKNOWN = "not_authenticated"
