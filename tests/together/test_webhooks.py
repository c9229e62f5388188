"""Webhooks of servers that share a store: told once, also when one of them is killed."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest

from tests.running import RunningServer, programme
from tests.together.conftest import Together
from tests.webhooks.receiver import receiver


async def asked(server: RunningServer, token: str, method: str, path: str, **more: Any) -> Any:
    async with server.http(token) as http:
        answer = await http.request(method, path, **more)
        assert answer.is_success, answer.text
        return answer.json()


async def test_two_processes_tell_each_event_once(together: Together) -> None:
    servers = [together.add(webhooks="internal"), together.add(webhooks="internal")]
    made = servers[0].new_day(programme(10))
    token = made.tokens["organiser"]
    path = f"/api/days/{made.day}"
    async with receiver() as there:
        hook = await asked(servers[1], token, "POST", f"{path}/webhooks", json={"url": there.url})
        for server in servers:
            await asked(server, token, "POST", f"{path}/lock")
            await asked(server, token, "POST", f"{path}/unlock")
        # By the command line, which tells nobody, and by a server.
        await asyncio.to_thread(servers[0].calepin, "lock", made.day)
        await asyncio.to_thread(servers[0].calepin, "publish", made.day, "--what", "notes")
        count = 11 * 5 + 1
        await there.until(lambda came: len({one.event for one in came}) == count)
        assert len(there.requests) == count
        assert all(one.is_signed_with(hook["secret"]) for one in there.requests)
    said = "".join(server.said() for server in servers)
    assert "duty_taken" in said
    assert hook["secret"] not in said
    assert there.url not in said


@pytest.mark.parametrize(
    "url", ["sqlite", pytest.param("postgresql", marks=pytest.mark.slow)], indirect=True
)
async def test_what_was_committed_is_told_though_every_server_is_killed(
    together: Together,
) -> None:
    servers = [together.add(webhooks="internal"), together.add(webhooks="internal")]
    made = servers[0].new_day(programme(1))
    path, token = f"/api/notes/{made.notes[0]}", made.tokens["organiser"]
    async with receiver("hang") as there:
        await asked(
            servers[0], token, "POST", f"/api/days/{made.day}/webhooks", json={"url": there.url}
        )
        await asked(servers[0], token, "POST", f"{path}/lock")
        (first,) = await there.until_count(1)  # on its way, and never answered
        for server in servers:
            server.kill()
        # Committed while no server runs.
        await asyncio.to_thread(servers[0].calepin, "unlock", made.notes[0])
        await asyncio.to_thread(servers[1].start)
        await there.until(lambda came: len({one.event for one in came}) == 2)
        await there.until_count(3)
    told = [(one.event, one.said["type"]) for one in there.requests]
    assert told.count((first.event, "note.locked")) == 2
    assert {kind for _, kind in told} == {"note.locked", "note.unlocked"}
