"""Every answer carries the policy under which nothing in a page can run, and pages follow it."""

from __future__ import annotations

import re

import pytest

from server.days.access import Role
from tests.pages.conftest import Site

pytestmark = pytest.mark.asyncio(loop_scope="module")

INLINE = re.compile(r"\s(on\w+|style)\s*=|<style|javascript:", re.IGNORECASE)
SCRIPT = re.compile(r"<script(?P<attributes>[^>]*)>")


def policy_of(header: str) -> dict[str, list[str]]:
    return {
        name: sources for name, *sources in (part.split() for part in header.split(";") if part)
    }


@pytest.mark.promise("A5")
async def test_every_answer_has_a_strict_policy(site: Site) -> None:
    client = await site.enter(Role.ORGANISER)
    stranger = site.browser()
    answers = [
        await stranger.get("/"),
        await client.get("/"),
        await stranger.get(site.join(Role.WRITER)),
        await stranger.post(site.join(Role.WRITER), data={"name": ""}),
        await client.get(site.day),
        await client.get(site.note),
        await stranger.get(site.day),
        await stranger.get("/nowhere"),
        await stranger.get("/static/nothing.js"),
        await stranger.get("/api/days/nothing"),
    ]
    assert [answer.status_code for answer in answers] == [
        *(200, 200, 200, 400, 200, 200, 401, 404, 404, 401)
    ]
    for answer in answers:
        policy = policy_of(answer.headers["content-security-policy"])
        assert policy["default-src"] == ["'none'"]
        assert policy["script-src"] == ["'self'"]
        assert policy["style-src"] == ["'self'"]
        assert policy["frame-ancestors"] == ["'none'"]
        assert "unsafe" not in answer.headers["content-security-policy"]
        assert answer.headers["x-content-type-options"] == "nosniff"
        assert answer.headers["referrer-policy"] in ("same-origin", "no-referrer")


@pytest.mark.promise("A5")
async def test_no_page_needs_what_the_policy_forbids(site: Site) -> None:
    client = await site.enter(Role.ORGANISER)
    for path in ("/", site.join(Role.WRITER), site.day, site.note, "/nowhere"):
        html = (await client.get(path)).text
        assert not INLINE.search(html), path
        for script in SCRIPT.finditer(html):
            attributes = script["attributes"]
            assert 'src="/static/' in attributes or 'type="application/json"' in attributes


async def test_pages_are_kept_by_nobody_on_the_way(site: Site) -> None:
    client = await site.enter(Role.WRITER)
    for path in ("/", site.join(Role.WRITER), site.day, site.note):
        assert (await client.get(path)).headers["cache-control"] == "no-store"
