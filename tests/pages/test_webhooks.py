"""The page of a day's webhooks, as the server makes it."""

from __future__ import annotations

import re

import pytest

from server.days.access import Role
from server.pages.webhook_words import ENGLISH, FRENCH
from server.webhooks.registering import MAX_WEBHOOKS
from tests.pages.conftest import ORIGIN, Site

pytestmark = pytest.mark.asyncio(loop_scope="module")

SAME = {"origin": ORIGIN}
HOSTILE_URL = "https://example.org/%22%3E'<script>alert(1)</script>"


@pytest.mark.promise("A1")
@pytest.mark.parametrize("role", list(Role))
async def test_organisers_find_it_and_others_do_not(site: Site, role: Role) -> None:
    client, path = await site.enter(role), f"{site.day}/webhooks"
    page = await client.get(path)
    assert (f'href="{path}"' in (await client.get(site.day)).text) is role.may_organise
    assert page.status_code == (200 if role.may_organise else 403)
    if not role.may_organise:
        for where in (path, f"{path}/x"):
            answer = await client.post(where, data={"url": "https://a.example/"}, headers=SAME)
            assert answer.status_code == 403


@pytest.mark.promise("A5")
async def test_another_sites_page_can_add_and_remove_nothing(site: Site) -> None:
    client, path = await site.enter(Role.ORGANISER), f"{site.day}/webhooks"
    foreign = {"origin": "https://elsewhere.example"}
    for where, data in ((path, {"url": "https://a.example/"}), (f"{path}/x", {"do": "remove"})):
        assert (await client.post(where, data=data, headers=foreign)).status_code == 403


async def test_an_address_is_shown_as_text_and_its_secret_once(site: Site) -> None:
    client, path = await site.enter(Role.ORGANISER), f"{site.day}/webhooks"
    page = await client.post(path, data={"url": HOSTILE_URL}, headers=SAME)
    assert (page.status_code, page.headers["cache-control"]) == (200, "no-store")
    assert "<script>alert" not in page.text
    assert len(re.findall(r"whsec_[A-Za-z0-9+/=]{44}", page.text)) == 1
    shown = (await client.get(path)).text
    assert "&lt;script&gt;" in shown
    assert "whsec_" not in shown
    (id,) = re.findall(rf'action="{path}/(\w+)"><button', shown)
    assert (await client.post(f"{path}/{id}", data={"do": "sing"}, headers=SAME)).status_code == 400
    for _ in range(2):  # the second one finds that somebody was faster
        answer = await client.post(f"{path}/{id}", data={"do": "remove"}, headers=SAME)
        assert (answer.status_code, answer.headers["location"]) == (303, f"{path}#hooks")
    assert FRENCH["webhooks.none"] in (await client.get(path)).text


async def test_what_is_refused_stands_in_the_field_and_is_said(site: Site) -> None:
    client, path = await site.enter(Role.ORGANISER), f"{site.day}/webhooks?lang=en"
    page = await client.post(path, data={"url": "ftp://example.org"}, headers=SAME)
    assert page.status_code == 400
    assert "The address of a webhook begins with https:// or http:// and a host." in page.text
    assert 'value="ftp://example.org"' in page.text
    for number in range(MAX_WEBHOOKS):
        await client.post(path, data={"url": f"https://example.org/{number}"}, headers=SAME)
    assert ENGLISH["webhooks.full"] in (await client.get(path)).text
    page = await client.post(path, data={"url": "https://example.org/more"}, headers=SAME)
    assert page.status_code == 413
    assert f"at most {MAX_WEBHOOKS} webhooks" in page.text
