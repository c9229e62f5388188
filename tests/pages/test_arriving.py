"""Arriving: the days of a device, a short code, a room that is said, a door, a browser without
cookies."""

from __future__ import annotations

import re
from collections.abc import Awaitable, Callable
from html import unescape

import httpx
import pytest

from server.days.access import Role
from server.days.cookies import cookie_name
from server.days.guesses import BURST_OF_ADDRESS
from server.days.identity import READING
from server.pages.words import WORDS
from tests.pages.conftest import HOSTILE, ORIGIN, Site

pytestmark = pytest.mark.asyncio(loop_scope="module")

SAME = {"origin": ORIGIN}
FR = WORDS["fr"]
CODE = re.compile(r'class="sheet-code">([2-9A-Z]{4} [2-9A-Z]{4})<')
NewSite = Callable[[str], Awaitable[Site]]
ROOMS = """\
title: Une journée
date: 2026-11-01
sections:
  - title: Rencontres
    items:
      - {title: Le garage, room: "201", start: "10:30", end: "11:15"}
      - {title: La cantine, room: "202", start: "10:30"}
      - {title: Réparer, room: "201", start: "14:00"}
"""


def notes_of(site: Site) -> list[str]:
    return [f"{site.day}/n/{item.note.id}" for _, item in site.entrance.day.items()]


async def make_code(site: Site, client: httpx.AsyncClient, role: str = "writer") -> str:
    answer = await client.post(
        f"{site.day}/doors/code", data={"role": role, "do": "on"}, headers=SAME
    )
    assert answer.status_code == 303, answer.text
    (code, *_) = CODE.findall((await client.get(answer.headers["location"])).text)
    return str(code)


async def type_code(client: httpx.AsyncClient, code: str) -> httpx.Response:
    return await client.post("/", data={"code": code}, headers=SAME)


@pytest.mark.promise("A1")
@pytest.mark.parametrize("role", [Role.READER, Role.WRITER])
async def test_a_code_that_is_typed_leads_to_the_question_for_a_name(
    site: Site, role: Role
) -> None:
    code = await make_code(site, await site.enter(Role.ORGANISER), role.value)
    answer = await type_code(site.browser(), code.lower())
    assert (answer.status_code, answer.headers["location"]) == (303, site.join(role))


@pytest.mark.promise("A2")
async def test_a_code_that_was_switched_off_opens_nothing_and_takes_nobody_out(
    site: Site,
) -> None:
    organiser, guest = await site.enter(Role.ORGANISER), site.browser()
    code = await make_code(site, organiser)
    link = (await type_code(guest, code)).headers["location"]
    await guest.post(link, data={"name": "Lou"}, headers=SAME)
    off = {"role": "writer", "do": "off"}
    await organiser.post(f"{site.day}/doors/code", data=off, headers=SAME)
    answer = await type_code(site.browser(), code)
    assert answer.status_code == 400
    assert FR["code.wrong"] in unescape(answer.text)
    assert (await guest.get(site.day)).status_code == 200


async def test_guessing_is_told_to_wait_and_then_learns_nothing(new_site: NewSite) -> None:
    site = await new_site(ROOMS)
    code = await make_code(site, await site.enter(Role.ORGANISER))
    guesser = site.browser()
    answers = [(await type_code(guesser, "22222222")).status_code for _ in range(150)]
    assert set(answers) == {400, 429}
    assert answers.index(429) <= BURST_OF_ADDRESS + 5
    refused = await type_code(guesser, code)
    assert refused.status_code == 429
    assert FR["code.many"] in refused.text


@pytest.mark.promise("A5")
async def test_another_sites_form_changes_nothing(site: Site) -> None:
    organiser = await site.enter(Role.ORGANISER)
    foreign = {"origin": "https://evil.test"}
    for path, form in (
        (f"{site.day}/doors/code", {"role": "writer", "do": "on"}),
        (f"/forget/{site.entrance.day.id}", {}),
        ("/", {"code": "22222222"}),
    ):
        answer = await organiser.post(path, data=form, headers=foreign)
        assert answer.status_code == 403, path
        assert "set-cookie" not in answer.headers
    assert not CODE.findall((await organiser.get(f"{site.day}/doors")).text)


async def test_a_device_forgets_one_day_and_keeps_the_other(new_site: NewSite) -> None:
    site, other = await new_site(ROOMS), await new_site(ROOMS.replace("journée", "autre"))
    client = await site.enter(Role.WRITER)
    await client.post(other.join(Role.READER), data={"name": "Zoé"}, headers=SAME)
    page = (await client.get("/")).text
    assert f'href="{site.day}"' in page
    assert f'href="{other.day}"' in page
    asked = (await client.get(f"/forget/{site.entrance.day.id}")).text
    assert FR["forget.back"] in asked
    assert (await client.get(site.day)).status_code == 200
    answer = await client.post(f"/forget/{site.entrance.day.id}", headers=SAME)
    assert (answer.status_code, answer.headers["location"]) == (303, "/")
    assert (await client.get(site.day)).status_code == 401
    page = (await client.get("/")).text
    assert f'href="{site.day}"' not in page
    assert f'href="{other.day}"' in page
    assert (await client.get("/forget/nowhere")).status_code == 303


@pytest.mark.parametrize(
    ("query", "notes"), [("salle 202", [1]), ("cantnie", [1]), ("garage", [0]), ("3", [2])]
)
async def test_one_that_is_meant_is_gone_to(
    new_site: NewSite, query: str, notes: list[int]
) -> None:
    site = await new_site(ROOMS)
    client = await site.enter(Role.READER)
    answer = await client.get(f"{site.day}/go", params={"q": query})
    assert answer.status_code == 303
    assert [answer.headers["location"]] == [notes_of(site)[n] for n in notes]


async def test_several_are_a_choice_and_none_is_a_sentence_with_the_rooms(
    new_site: NewSite,
) -> None:
    site = await new_site(ROOMS)
    client, notes = await site.enter(Role.READER), notes_of(site)
    several = (await client.get(f"{site.day}/go", params={"q": "Salle 201"})).text
    assert several.index(notes[0]) < several.index(notes[2])
    assert notes[1] not in several
    none = await client.get(f"{site.day}/go", params={"q": HOSTILE})
    assert none.status_code == 200
    assert FR["go.none"].format(query=HOSTILE) in unescape(none.text)
    assert HOSTILE not in none.text
    assert re.findall(r'go\?q=(\d+)"', none.text) == ["201", "202"]
    assert FR["go.empty"] in (await client.get(f"{site.day}/go")).text


@pytest.mark.promise("A1")
async def test_nothing_of_it_is_for_strangers(site: Site) -> None:
    stranger = site.browser()
    for path in ("go?q=101", "wall", "wall.json", "doors"):
        assert (await stranger.get(f"{site.day}/{path}")).status_code == 401
    assert (await stranger.get(f"{site.note}/project")).status_code == 401


@pytest.mark.promise("A1")
async def test_doors_hold_the_link_that_was_chosen_and_only_for_moderators(site: Site) -> None:
    for role in (Role.READER, Role.WRITER):
        client = await site.enter(role)
        assert (await client.get(f"{site.day}/doors")).status_code == 403
    moderator = await site.enter(Role.MODERATOR)
    page = (await moderator.get(f"{site.day}/doors")).text
    assert page.count('class="sheet-qr"') == 2
    assert FR["doors.together"] in page
    assert "Salle 101" in page
    for role in ("moderator", "organiser", "x"):
        assert (await moderator.get(f"{site.day}/doors?role={role}")).status_code == 400
    answer = await moderator.post(
        f"{site.day}/doors/code", data={"role": "writer", "do": "on"}, headers=SAME
    )
    assert answer.status_code == 403
    organiser = await site.enter(Role.ORGANISER)
    for form in ({"role": "moderator", "do": "on"}, {"role": "writer"}, {}):
        answer = await organiser.post(f"{site.day}/doors/code", data=form, headers=SAME)
        assert answer.status_code == 400


async def test_a_door_leads_through_the_name_to_the_room(site: Site) -> None:
    client, door = site.browser(), f"{site.join(Role.WRITER)}?q=101"
    await client.get(door)
    answer = await client.post(door, data={"name": "Lou", "asked": "1"}, headers=SAME)
    assert (answer.status_code, answer.headers["location"]) == (303, f"{site.day}/go?q=101")
    assert (await client.get(answer.headers["location"])).headers["location"] == site.note
    # Who is in already goes on at once, and keeps a role that is more.
    moderator = await site.enter(Role.MODERATOR)
    for known in (client, moderator):
        assert (await known.get(door)).headers["location"] == f"{site.day}/go?q=101"
    assert FR["role.moderator"] in (await moderator.get(site.day)).text
    reader = await site.enter(Role.READER)
    assert FR["join.role.writer"] in (await reader.get(door)).text


async def test_a_browser_without_cookies_is_told_so_and_joins_nothing(site: Site) -> None:
    client, link = site.browser(), site.join(Role.WRITER)
    organiser = await site.enter(Role.ORGANISER)
    people = f"/api/days/{site.entrance.day.id}/people"
    await client.get(link)
    client.cookies.clear()
    answer = await client.post(link, data={"name": "Lou", "asked": "1"}, headers=SAME)
    assert answer.status_code == 400
    assert FR["join.no_cookies"] in unescape(answer.text)
    assert 'value="Lou"' in answer.text
    assert cookie_name(site.entrance.day.id) not in answer.headers["set-cookie"]
    names = [one["name"] for one in (await organiser.get(people)).json()["people"]]
    assert "Lou" not in names


@pytest.mark.promise("A1")
@pytest.mark.parametrize("role", list(Role))
async def test_a_page_that_only_reads_may_do_no_more(site: Site, role: Role) -> None:
    client = await site.enter(role)
    day = site.entrance.day.id
    reading = await site.service.identity.in_day(day, READING, dict(client.cookies))
    assert reading.role is Role.READER
    assert (await site.service.identity.in_day(day, "", dict(client.cookies))).role is role


@pytest.mark.promise("A1")
async def test_a_screen_shows_nobody_a_right_that_they_do_not_have(site: Site) -> None:
    import segno

    def code(role: Role) -> str:
        """The drawing of the code that has this role's link."""
        note = site.note.rpartition("/")[2]
        drawn = segno.make(f"{ORIGIN}{site.join(role)}?q={note}", error="m", micro=False)
        return drawn.svg_inline(border=4, dark="#000").partition(' d="')[2].partition('"')[0]

    shown = {
        Role.READER: Role.READER,
        Role.WRITER: Role.WRITER,
        Role.MODERATOR: Role.WRITER,
        Role.ORGANISER: Role.WRITER,
    }
    for role, link in shown.items():
        page = (await (await site.enter(role)).get(f"{site.note}/project")).text
        assert code(link) in page, role
    assert code(Role.READER) != code(Role.WRITER)


async def test_a_screen_says_what_its_code_leads_to(site: Site) -> None:
    for role, words in ((Role.READER, "project.qr_reader"), (Role.MODERATOR, "project.qr")):
        page = (await (await site.enter(role)).get(f"{site.note}/project")).text
        assert f"<p>{FR[words]}</p>" in page


async def test_every_note_of_the_day_can_be_projected_and_no_other(
    site: Site, new_site: NewSite
) -> None:
    reader, other = await site.enter(Role.READER), await new_site(ROOMS)
    for note in site.entrance.day.notes():
        page = await reader.get(f"{site.day}/n/{note.id}/project")
        assert page.status_code == 200
    for id in ("nowhere", next(iter(other.entrance.day.notes())).id, "%00"):
        assert (await reader.get(f"{site.day}/n/{id}/project")).status_code == 404
