"""Events reach the addresses of a day: signed, again where it failed, and given up in the end."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import Any

import pytest
from sqlalchemy import Connection
from structlog.testing import capture_logs

from server.webhooks.waits import WAITS_SECONDS
from storage import log, webhooks
from storage.values import ConnectionId, DayId, NoteId, PersonId, WebhookId
from storage.webhooks import Webhook
from tests.api.conftest import ADMIN, refused
from tests.webhooks.conftest import BEGIN, Hall
from tests.webhooks.receiver import Behaviour, receiver

DAY_MS = 24 * 3_600_000


async def until(
    hall: Hall, true: Callable[[dict[str, Any]], bool], *, url: str = ""
) -> dict[str, Any]:
    """Wait until an address of the day, by default its only one, is shown so."""

    async def shown() -> dict[str, Any]:
        return next(one for one in await hall.hooks() if one["url"].startswith(url))

    async with asyncio.timeout(60):
        while not true(found := await shown()):  # noqa: ASYNC110 - it sets no event
            await asyncio.sleep(0.02)
    return found


def lock_and_unlock(db: Connection, hall: Hall, *, times: int) -> None:
    note, by, at = NoteId(hall.made.notes[0]), PersonId("ana"), hall.clock()
    for _ in range(times):
        log.lock(db, note, by=by, why="", at=at, connection=ConnectionId("c"))
        log.unlock(db, note, by=by, at=at, connection=ConnectionId("c"))


async def test_what_happens_is_told_signed(hall: Hall) -> None:
    async with receiver() as there:
        secret = await hall.register(there.url)
        await hall.lock()
        await hall.unlock()
        await hall.ask("POST", f"/api/notes/{hall.made.notes[-1]}/lock")
        path = f"/api/days/{hall.made.day}/publication"
        await hall.ask("PUT", path, json={"what": "conclusions"})
        await hall.ask("PUT", path, json={"what": "nothing"})
        came = await there.until_count(5)
        shown = await until(hall, lambda one: one["delivered"] == 5)
    assert all(one.is_signed_with(secret) for one in came)
    assert {one.line for one in came} == {"POST /hook?from=calepin HTTP/1.1"}
    assert {one.headers["content-type"] for one in came} == {"application/json"}
    assert len({one.event for one in came}) == 5
    first, last = hall.made.notes[0], hall.made.notes[-1]
    day, title = hall.made.day, "Une journée"
    assert sorted(
        (said["type"], said["data"]["note"] or "", said["data"]["title"], said["data"]["state"])
        for said in (one.said for one in came)
    ) == sorted(
        [
            ("note.locked", first, "Le garage", "locked"),
            ("note.unlocked", first, "Le garage", "open"),
            ("note.locked", last, "La voiture", "locked"),
            ("day.published", "", title, "conclusions"),
            ("day.unpublished", "", title, "nothing"),
        ]
    )
    assert {one.said["data"]["day"] for one in came} == {day}
    assert {one.said["timestamp"] for one in came} == {"2026-11-23T10:15:00.000Z"}
    assert (shown["state"], shown["waiting"], shown["next_at"]) == ("working", 0, None)
    assert shown["last"] == {"at": BEGIN, "status": 204, "failure": None}


async def test_the_address_in_it_leads_to_the_conclusions(hall: Hall) -> None:
    async with receiver() as there:
        await hall.register(there.url)
        await hall.lock()
        (came,) = await there.until_count(1)
    answer = await hall.api.ask("GET", came.said["data"]["address"], hall.made.tokens["reader"])
    assert "Continuer." in answer.text
    assert "Continuer" not in came.body.decode()
    assert "clp_" not in came.body.decode()


async def test_nothing_is_told_of_what_changed_nothing(hall: Hall) -> None:
    async with receiver() as there:
        await hall.unlock()  # before it is registered, and open already
        await hall.register(there.url)
        await hall.unlock()
        await hall.lock()
        await hall.lock()
        await hall.lock(1)
        await there.until_count(2)
        shown = await until(hall, lambda one: one["waiting"] == 0)
    assert shown["delivered"] == 2
    assert [one.said["type"] for one in there.requests] == ["note.locked"] * 2


@pytest.mark.parametrize(
    ("behaviour", "last"),
    [
        (500, {"status": 500, "failure": "status"}),
        (404, {"status": 404, "failure": "status"}),
        (302, {"status": 302, "failure": "status"}),
        ("reset", {"status": None, "failure": "no_answer"}),
        ("noise", {"status": None, "failure": "no_answer"}),
    ],
)
async def test_what_failed_is_told_again(
    hall: Hall, behaviour: Behaviour, last: dict[str, Any]
) -> None:
    async with receiver(behaviour) as there:
        secret = await hall.register(there.url)
        await hall.lock()
        shown = await until(hall, lambda one: one["state"] == "failing")
        assert shown["last"] == {"at": BEGIN, **last}
        assert (shown["waiting"], shown["delivered"]) == (1, 0)
        assert 4_000 <= shown["next_at"] - BEGIN <= 6_000
        hall.clock.at += 6_000
        first, again = await there.until_count(2)
        await until(hall, lambda one: one["state"] == "working")
    assert (first.event, first.body) == (again.event, again.body)
    moments = [int(one.headers["webhook-timestamp"]) for one in (first, again)]
    assert moments == [BEGIN // 1000, BEGIN // 1000 + 6]
    assert first.is_signed_with(secret)
    assert again.is_signed_with(secret)


async def test_an_answer_without_an_end_is_a_success_and_no_more(hall: Hall) -> None:
    async with receiver("endless") as there:
        await hall.register(there.url)
        await hall.lock()
        shown = await until(hall, lambda one: one["last"] is not None)
    assert (shown["state"], shown["last"]["status"]) == ("working", 200)


async def test_after_a_day_it_is_given_up_and_the_journal_says_so(hall: Hall) -> None:
    with capture_logs() as logs:
        async with receiver(otherwise=503) as there:
            await hall.register(there.url)
            await hall.lock()
            for attempt in range(1, len(WAITS_SECONDS) + 2):
                await there.until_count(attempt)
                shown = await until(
                    hall, lambda one: one["last"]["at"] == hall.clock.at if one["last"] else False
                )
                hall.clock.at = shown["next_at"] or hall.clock.at
    assert DAY_MS * 0.7 < hall.clock.at - BEGIN < DAY_MS * 1.3
    assert len(there.requests) == len(WAITS_SECONDS) + 1
    assert len({one.event for one in there.requests}) == 1
    assert (shown["given_up"], shown["waiting"], shown["state"]) == (1, 0, "failing")
    lines = (await hall.ask("GET", f"/api/days/{hall.made.day}/journal"))["journal"]
    assert [(one["what"], one["who"], one["note"]) for one in lines[-1:]] == [
        ("give_up_webhook", "webhooks", hall.made.notes[0])
    ]
    (told,) = [line for line in logs if line["event"] == "webhook_given_up"]
    assert (told["status"], told["attempts"]) == (503, len(WAITS_SECONDS) + 1)
    assert there.url not in str(logs)


async def test_an_address_that_is_refused_by_now_is_given_up_and_forgotten(hall: Hall) -> None:
    day, by = DayId(hall.made.day), PersonId("ana")
    old = Webhook(WebhookId("old"), day, "https://ana:secret@exämple.org/k", BEGIN, by)
    await hall.api.service.store.write(lambda db: webhooks.add(db, old))
    await hall.lock()
    for _ in range(len(WAITS_SECONDS) + 1):
        shown = await until(
            hall, lambda one: one["last"]["at"] == hall.clock.at if one["last"] else False
        )
        hall.clock.at = shown["next_at"] or hall.clock.at
    assert (shown["given_up"], shown["waiting"]) == (1, 0)
    assert shown["last"]["failure"] == "refused_address"
    await hall.ask("DELETE", f"{hall.path}/old")
    lines = (await hall.ask("GET", f"/api/days/{day}/journal"))["journal"]
    assert [(one["what"], one["why"]) for one in lines[-2:]] == [
        ("give_up_webhook", "exämple.org: note.locked"),
        ("remove_webhook", "exämple.org"),
    ]


async def test_a_test_is_sent_at_once_and_once(hall: Hall) -> None:
    async with receiver(500, 500) as there:
        secret = await hall.register(there.url)
        (hook,) = await hall.hooks()
        path = f"{hall.path}/{hook['webhook']}/test"
        asked = await hall.ask("POST", path)
        assert (asked["waiting"], asked["next_at"], asked["attempts"]) == (1, BEGIN, 0)
        shown = await until(hall, lambda one: one["last"] is not None)
        assert shown["last"] == {"at": BEGIN, "status": 500, "failure": "status"}
        assert (shown["waiting"], shown["given_up"], shown["state"]) == (0, 0, "failing")
        # Another one waits for nothing, however long the waits of what failed have become.
        await hall.lock()
        await there.until_count(2)
        waits = await until(hall, lambda one: one["attempts"] == 1 and one["next_at"] > BEGIN)
        assert (waits["waiting"], waits["state"]) == (1, "failing")
        hall.clock.at += 1
        await hall.ask("POST", path)
        shown = await until(hall, lambda one: one["state"] == "working")
        assert (shown["waiting"], shown["delivered"]) == (1, 1)
        *_, came = await there.until_count(3)
    assert came.is_signed_with(secret)
    said = came.said["data"]
    assert (came.said["type"], said["state"], said["note"]) == ("webhook.test", "test", None)
    assert said["title"] == "Une journée"
    outcomes = hall.api.service.deliveries.attempts
    assert outcomes == {"delivered": 1, "failed": 2, "given_up": 0}
    lines = (await hall.ask("GET", f"/api/days/{hall.made.day}/journal"))["journal"]
    assert [one["what"] for one in lines if "webhook" in one["what"]] == [
        "add_webhook",
        "test_webhook",
        "test_webhook",
    ]


async def test_what_is_given_up_is_counted(hall: Hall) -> None:
    async with receiver(410) as there:
        await hall.register(there.url)
        (hook,) = await hall.hooks()
        await hall.ask("POST", f"{hall.path}/{hook['webhook']}/test")
        await until(hall, lambda one: one["state"] == "gone")
        path, token = f"{hall.path}/{hook['webhook']}/test", hall.made.tokens["organiser"]
        refused(await hall.api.ask("POST", path, token), 409, "conflict")
        async with hall.api.http(ADMIN) as api:
            told = (await api.get("/metrics")).text
    assert 'calepin_webhook_attempts_total{outcome="given_up"} 1.0' in told
    assert "\ncalepin_webhook_events_waiting 0.0" in told


async def test_who_wants_nothing_more_is_told_nothing_more(hall: Hall) -> None:
    async with receiver(410) as there:
        await hall.register(there.url)
        await hall.lock()
        shown = await until(hall, lambda one: one["state"] == "gone")
        await hall.unlock()
        await hall.lock()
        assert (await hall.hooks())[0] == shown
    assert (shown["waiting"], shown["given_up"]) == (0, 1)
    assert len(there.requests) == 1


async def test_one_that_never_answers_holds_up_no_other(hall: Hall) -> None:
    async with receiver(otherwise="hang") as hanging, receiver(otherwise="drip") as dripping:
        async with receiver() as well:
            for one in (hanging, dripping, well):
                await hall.register(one.url)
            for _ in range(10):
                await hall.lock()
                await hall.unlock()
            began = asyncio.get_running_loop().time()
            await well.until_count(20)
            seconds = asyncio.get_running_loop().time() - began
        print(f"20 deliveries beside two that hang in {seconds:.2f} s")
        await until(hall, lambda one: one["delivered"] == 20, url=well.url)
        shown = {one["url"]: one for one in await hall.hooks()}
    assert shown[hanging.url]["delivered"] == shown[dripping.url]["delivered"] == 0
    assert len(hanging.requests) <= 4


async def test_a_thousand_that_wait_are_delivered_each_once(hall: Hall) -> None:
    async with receiver(otherwise=503) as down:
        await hall.register(down.url)
        await hall.api.service.store.write(lambda db: lock_and_unlock(db, hall, times=500))
        await until(hall, lambda one: one["waiting"] == 1_000)
        port = down.port
    hall.clock.at += 3_600_000
    async with receiver(port=port) as up:
        began = asyncio.get_running_loop().time()
        await up.until(lambda came: len({one.event for one in came}) == 1_000, seconds=120)
        seconds = asyncio.get_running_loop().time() - began
        await until(hall, lambda one: one["waiting"] == 0)
        print(f"1,000 deliveries in {seconds:.1f} s")
    (shown,) = await hall.hooks()
    assert (shown["delivered"], shown["given_up"]) == (1_000, 0)
    assert len(up.requests) == 1_000


async def test_a_forgotten_address_is_told_nothing_of_what_waits(hall: Hall) -> None:
    async with receiver(otherwise=500) as there:
        await hall.register(there.url)
        await hall.lock()
        shown = await until(hall, lambda one: one["state"] == "failing")
        await hall.ask("DELETE", f"{hall.path}/{shown['webhook']}")
        assert await hall.hooks() == []
        hall.clock.at += DAY_MS
        await hall.register(there.url + "&again")
        await hall.unlock()
        came = await there.until_count(2)
    assert [one.said["type"] for one in came] == ["note.locked", "note.unlocked"]


async def test_a_deleted_day_takes_its_webhooks_and_what_waits_along(hall: Hall) -> None:
    async with receiver(otherwise=500) as there:
        await hall.register(there.url)
        await hall.lock()
        await until(hall, lambda one: one["state"] == "failing")
        other = Hall(hall.api, await hall.api.make_day(), hall.clock)
        await other.register(there.url + "&other")
        await hall.ask("DELETE", f"/api/days/{hall.made.day}")
        hall.clock.at += DAY_MS
        await other.lock()
        came = await there.until_count(2)
    assert [one.said["data"]["day"] for one in came] == [hall.made.day, other.made.day]
