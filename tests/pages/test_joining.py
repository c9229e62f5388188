"""Coming into a day: a link, a name, a cookie; and what a link opens no more."""

from __future__ import annotations

from http.cookies import Morsel, SimpleCookie

import httpx
import pytest

from server.days.access import Role
from server.days.cookies import cookie_name
from server.pages.words import WORDS
from storage import people as stored
from tests.pages.conftest import ORIGIN, PROGRAMME, Site

pytestmark = pytest.mark.asyncio(loop_scope="module")

SAME = {"origin": ORIGIN}
FR, EN = WORDS["fr"], WORDS["en"]


def cookie_of(answer: httpx.Response, site: Site) -> Morsel[str]:
    cookies: SimpleCookie = SimpleCookie(answer.headers["set-cookie"])
    return cookies[cookie_name(site.entrance.day.id)]


@pytest.mark.promise("A1")
@pytest.mark.parametrize("role", list(Role))
async def test_a_link_says_its_role_asks_a_name_and_lets_in(site: Site, role: Role) -> None:
    client = site.browser()
    asked = await client.get(site.join(role))
    assert FR[f"join.role.{role.value}"] in asked.text
    assert (await client.get(site.day)).status_code == 401
    answer = await client.post(site.join(role), data={"name": " Zoé "}, headers=SAME)
    assert (answer.status_code, answer.headers["location"]) == (303, site.day)
    programme = await client.get(site.day)
    assert programme.status_code == 200
    assert f"Zoé · {FR[f'role.{role.value}']}" in programme.text


async def test_the_cookie_is_out_of_reach_of_scripts_and_of_other_sites(site: Site) -> None:
    link = site.join(Role.WRITER)
    plain = cookie_of(await site.browser().post(link, data={"name": "Zoé"}, headers=SAME), site)
    assert plain["httponly"] is True
    assert (plain["samesite"], plain["path"], plain["domain"]) == ("lax", "/", "")
    assert plain["secure"] == ""
    client = site.browser()
    client.base_url = httpx.URL(ORIGIN.replace("http:", "https:"))
    secure = {"origin": str(client.base_url)}
    assert cookie_of(await client.post(link, data={"name": "Zoé"}, headers=secure), site)["secure"]


@pytest.mark.promise("A5")
@pytest.mark.parametrize("origin", ["https://evil.test", "null", "http://calepin.test.evil.test"])
async def test_another_sites_form_lets_nobody_in(site: Site, origin: str) -> None:
    answer = await site.browser().post(
        site.join(Role.WRITER), data={"name": "Zoé"}, headers={"origin": origin}
    )
    assert answer.status_code == 403
    assert "set-cookie" not in answer.headers


@pytest.mark.parametrize(
    ("body", "sentence"),
    [
        ("name=", "name.empty"),
        ("name=%20%20", "name.empty"),
        ("other=1", "name.empty"),
        ("name=" + "a" * 61, "name.long"),
        ("name=a%E2%80%AEb", "name.long"),
        ("name=%ff", None),
        ("&".join(f"a{n}=1" for n in range(50)), None),
    ],
)
async def test_a_form_that_does_not_fit_gets_a_sentence(
    site: Site, body: str, sentence: str | None
) -> None:
    answer = await site.browser().post(site.join(Role.WRITER), content=body, headers=SAME)
    if sentence is None:
        assert answer.status_code in (303, 400)
    else:
        assert answer.status_code == 400
        assert FR[sentence] in answer.text
        assert 'aria-invalid="true"' in answer.text


@pytest.mark.promise("A1")
@pytest.mark.parametrize("token", ["clp_", "clp_" + "A" * 32, "nothing", "%00", "é", "a" * 3000])
async def test_an_unknown_link_says_what_to_do(site: Site, token: str) -> None:
    answer = await site.browser().get(f"/join/{token}")
    assert answer.status_code in (401, 404)
    assert "<h1>" in answer.text


@pytest.mark.promise("A1")
@pytest.mark.promise("A2")
async def test_a_withdrawn_link_lets_nobody_in_and_nobody_stay(site: Site) -> None:
    inside = await site.enter(Role.WRITER)
    day = site.entrance.day.id

    async def withdraw() -> None:
        links = await site.service.store.read(lambda db: stored.links(db, day))
        link = next(link for link in links if link.role == Role.WRITER.value)
        at = site.service.clock()
        await site.service.store.write(lambda db: stored.revoke_link(db, link.id, at=at))

    await withdraw()
    answer = await site.browser().get(site.join(Role.WRITER))
    assert answer.status_code == 401
    assert FR["error.not_authenticated"] in answer.text
    assert (await inside.get(site.day)).status_code == 401
    assert (await inside.get(site.note)).status_code == 401
    assert site.entrance.day.title not in (await inside.get("/")).text


async def test_a_device_that_is_known_can_go_on_or_change_its_role(site: Site) -> None:
    client = await site.enter(Role.WRITER)
    again = (await client.get(site.join(Role.WRITER))).text
    assert FR["join.continue"].format(name="Zoé writer") in again
    other = (await client.get(site.join(Role.MODERATOR))).text
    assert FR["join.continue"].format(name="Zoé writer") not in other
    assert 'value="Zoé writer"' in other
    await client.post(site.join(Role.MODERATOR), data={"name": "Zoé"}, headers=SAME)
    assert f"Zoé · {FR['role.moderator']}" in (await client.get(site.day)).text


@pytest.mark.promise("A1")
async def test_another_days_cookie_opens_nothing(site: Site) -> None:
    other = await site.service.make_day(PROGRAMME.encode())
    client = await site.enter(Role.ORGANISER)
    stolen = client.cookies[cookie_name(site.entrance.day.id)]
    client.cookies.set(cookie_name(other.day.id), stolen)
    assert (await client.get(f"/d/{other.day.id}")).status_code == 401
    _, item = next(other.day.items())
    assert (await client.get(f"{site.day}/n/{item.note.id}")).status_code == 404


async def test_the_first_page_lists_the_days_of_this_device(site: Site) -> None:
    assert FR["home.empty"] in (await site.browser().get("/")).text
    client = await site.enter(Role.READER)
    page = (await client.get("/")).text
    assert f'href="{site.day}"' in page
    assert f"Zoé reader · {FR['role.reader']}" in page
