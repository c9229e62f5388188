"""A whole venue, which is one address, joins at once: everybody is let in (A4)."""

from __future__ import annotations

import asyncio

import httpx
import pytest

from tests.running import RunningServer, programme

PEOPLE = 300


@pytest.mark.promise("A4")
async def test_three_hundred_join_at_once_from_one_address(
    standing_server: RunningServer,
) -> None:
    made = standing_server.new_day(programme(1))
    link = f"{standing_server.base_url}/join/{made.tokens['writer']}"
    limits = httpx.Limits(max_connections=PEOPLE)

    async def join(http: httpx.AsyncClient, number: int) -> str:
        answer = await http.post(link, data={"name": f"Personne {number}"})
        assert answer.status_code == 303, answer.text
        return answer.headers["set-cookie"].partition(";")[0]

    async with httpx.AsyncClient(timeout=60, limits=limits, trust_env=False) as http:
        cookies = await asyncio.gather(*(join(http, number) for number in range(PEOPLE)))
        assert len(set(cookies)) == PEOPLE
        day = f"{standing_server.base_url}/d/{made.day}"
        http.cookies.clear()
        page = await http.get(day, headers={"cookie": cookies[-1]})
        assert page.status_code == 200
        assert f"Personne {PEOPLE - 1}" in page.text
