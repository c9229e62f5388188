"""The published day: what was chosen and nothing else, for anybody, cheaply, and gone at once."""

from __future__ import annotations

import asyncio
import json
import re
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Any
from xml.etree.ElementTree import Element

import html5lib
import httpx
import pytest
import pytest_asyncio

from server.days.access import Role
from server.days.publishing import Choice, What, publish
from server.pages.published import is_over
from server.pages.words import WORDS
from storage.values import Milliseconds, NoteId, PersonId
from tests.pages.conftest import HOSTILE, ORIGIN, Site
from tests.pages.test_escaping import Elements

pytestmark = pytest.mark.asyncio(loop_scope="module")

FR = WORDS["fr"]
PROGRAMME = """\
title: Vivre ensemble
subtitle: En débat
organiser: L’association
place: Lyon
date: 2026-11-23
sections:
  - title: Rencontres
    items:
      - title: Le garage
        room: "101"
        start: "10:30"
        end: "11:15"
        people: [{name: Inès Ferrand, organisation: Garage du pont}]
        notes: |
          # Chiffres

          Trois salarié·e·s, « deux ponts »[^1].

          [^1]: Et une grue.
        conclusions: |
          Continuer ensemble.
      - title: La cantine
        notes: |
          Un menu.
      - {title: Se loger}
  - title: Vote
"""
BEFORE = Milliseconds(1_790_000_000_000)
"""In September 2026, before the day."""
AFTER = Milliseconds(1_800_000_000_000)
"""In January 2027."""


@dataclass(frozen=True, slots=True)
class Published:
    """A day, and what somebody without any link gets of it."""

    site: Site
    anybody: httpx.AsyncClient

    @property
    def path(self) -> str:
        return f"{self.site.day}/read"

    @property
    def notes(self) -> list[NoteId]:
        return [note.id for note in self.site.entrance.day.notes()]

    async def choose(self, what: What, *, names: bool = False, **exceptions: What) -> None:
        """`exceptions` by the number of the note: `n0="notes"`."""
        chosen = {self.notes[int(number[1:])]: what for number, what in exceptions.items()}
        choice = Choice(what, names, chosen)
        service, day = self.site.service, self.site.entrance.day.id
        await service.store.write(
            lambda db: publish(db, day, choice, by=PersonId("x"), at=Milliseconds(1))
        )

    async def text(self, path: str = "") -> str:
        answer = await self.anybody.get(self.path + path)
        assert answer.status_code == 200, answer.text
        return answer.text

    async def page(self, path: str = "") -> Element:
        """As a browser reads it; a fault in its HTML is an error."""
        parser = html5lib.HTMLParser(strict=True, namespaceHTMLElements=False)
        return parser.parse(await self.text(path))


@pytest_asyncio.fixture(loop_scope="module")
async def day(new_site: Callable[[str], Awaitable[Site]]) -> Published:
    site = await new_site(PROGRAMME)
    return Published(site, site.browser())


def words(element: Element) -> str:
    return " ".join("".join(element.itertext()).split())


def levels(page: Element) -> list[int]:
    return [int(one.tag[1]) for one in page.iter() if re.fullmatch("h[1-6]", str(one.tag))]


@pytest.mark.promise("A1")
async def test_nothing_can_be_read_until_it_is_published(day: Published) -> None:
    for path in ("", ".md", f"/{day.notes[0]}", f"/{day.notes[0]}.md", "/x", "/x.md", "/%00"):
        assert (await day.anybody.get(day.path + path)).status_code == 404, path
    assert (await day.anybody.get("/d/nothing/read")).status_code == 404


@pytest.mark.promise("X1")
async def test_the_whole_programme_is_there_in_its_order(day: Published) -> None:
    await day.choose("both", names=True)
    page = await day.page()
    text = words(page[1])
    at = 0
    for part in (
        *("L’association", "Vivre ensemble", "En débat", "lundi 23 novembre 2026 · Lyon"),
        *("Programme", "Rencontres", "Vote"),
        *("Rencontres", "Le garage", "10 h 30 – 11 h 15", "Salle 101"),
        *("Inès Ferrand, Garage du pont", "Notes", "Chiffres", "« deux ponts »1", "Conclusions"),
        *("Continuer ensemble.", "Et une grue.", "La cantine", "Un menu.", "Se loger"),
        *("Vote", FR["day.no_items"], FR["day.conclusion"], FR["read.made_with"]),
    ):
        at = text.index(" ".join(part.split()), at)
    assert levels(page) == [1, 2, 2, 3, 4, 3, 3, 2, 2]
    assert page.get("lang") == "fr"
    ids = [one.get("id") for one in page.iter() if one.get("id")]
    assert len(ids) == len(set(ids))
    links = [str(one.get("href")) for one in page.iter("a")]
    assert [link for link in links if link.startswith("#") and link[1:] not in ids] == []
    for link in links:
        if link.startswith("/"):
            assert (await day.anybody.get(link)).status_code == 200, link


async def test_one_note_has_a_page_of_its_own(day: Published) -> None:
    await day.choose("both")
    page = await day.page(f"/{day.notes[1]}")
    assert [words(one) for one in page.iter("h1")] == ["La cantine"]
    assert "Un menu." in words(page)
    assert "deux ponts" not in words(page)
    links = {str(one.get("rel")): one.get("href") for one in page.iter("a") if one.get("rel")}
    assert links["prev"] == f"{day.path}/{day.notes[0]}"
    assert links["next"] == f"{day.path}/{day.notes[2]}"
    first = await day.page(f"/{day.notes[0]}")
    assert levels(first) == [1, 2]


async def test_what_is_shared_has_a_title_and_a_description(day: Published) -> None:
    await day.choose("both")

    def meta(page: Element) -> dict[str, str]:
        found = (
            (one.get("property") or one.get("name"), one.get("content"))
            for one in page.iter("meta")
        )
        return {str(name): str(content) for name, content in found if name}

    whole, note = meta(await day.page()), meta(await day.page(f"/{day.notes[0]}"))
    assert whole["og:title"] == "Vivre ensemble"
    assert whole["og:description"] == "En débat · lundi 23 novembre 2026 · Lyon"
    assert note["og:title"] == "Le garage"
    assert "« deux ponts »" in note["description"]
    assert note["og:url"].endswith(f"{day.path}/{day.notes[0]}")
    assert "og:image" not in whole


async def test_only_what_was_chosen_is_in_any_of_its_forms(day: Published) -> None:
    notes, conclusions = "deux ponts", "Continuer ensemble"
    for what, shown, hidden in (
        ("notes", notes, conclusions),
        ("conclusions", conclusions, notes),
    ):
        await day.choose(what)  # type: ignore[arg-type]
        for path in ("", ".md", f"/{day.notes[0]}", f"/{day.notes[0]}.md"):
            text = await day.text(path)
            assert shown in text, (what, path)
            assert hidden not in text, (what, path)
            assert "Inès" not in text, (what, path)
            assert "Garage du pont" in text, (what, path)
    await day.choose("both", names=True)
    assert "Inès" in await day.text()
    assert "Inès" in await day.text(".md")


async def test_a_note_may_be_an_exception(day: Published) -> None:
    await day.choose("both", n0="nothing", n1="conclusions")
    for path in ("", ".md"):
        text = await day.text(path)
        assert "Le garage" in text
        for hidden in ("deux ponts", "Continuer ensemble", "Un menu"):
            assert hidden not in text, path
    assert FR["read.withheld"] in await day.text()
    assert "Non publiée" in await day.text(".md")
    assert (await day.anybody.get(f"{day.path}/{day.notes[0]}")).status_code == 404
    assert (await day.anybody.get(f"{day.path}/{day.notes[0]}.md")).status_code == 404
    await day.choose("nothing", n0="conclusions")
    assert "Continuer ensemble" in await day.text()


async def test_what_is_taken_back_is_gone_at_once(day: Published) -> None:
    await day.choose("both")
    had = await day.anybody.get(day.path)
    await day.choose("nothing")
    for headers in ({}, {"if-none-match": had.headers["etag"]}):
        assert (await day.anybody.get(day.path, headers=headers)).status_code == 404
    await day.choose("conclusions")
    again = await day.anybody.get(day.path, headers={"if-none-match": had.headers["etag"]})
    assert again.status_code == 200
    assert "deux ponts" not in again.text


async def test_whoever_has_the_page_is_told_so(day: Published) -> None:
    await day.choose("both")
    for path in ("", f"/{day.notes[0]}", ".md"):
        first = await day.anybody.get(day.path + path, headers={"accept-encoding": "gzip"})
        assert first.headers["content-encoding"] == "gzip"
        assert first.headers["cache-control"] == "public, no-cache"
        plain = await day.anybody.get(day.path + path, headers={"accept-encoding": "identity"})
        assert plain.text == first.text
        assert plain.headers["etag"] == first.headers["etag"]
        for known in (first.headers["etag"], f'"x", {first.headers["etag"]}', "*"):
            answer = await day.anybody.get(day.path + path, headers={"if-none-match": known})
            assert (answer.status_code, answer.content) == (304, b""), known
        other = await day.anybody.get(day.path + path, headers={"if-none-match": '"x"'})
        assert other.status_code == 200


async def test_three_hundred_readers_at_once_get_the_same_page(day: Published) -> None:
    await day.choose("both")
    answers = await asyncio.gather(*(day.anybody.get(day.path) for _ in range(300)))
    assert {answer.status_code for answer in answers} == {200}
    assert len({answer.text for answer in answers}) == 1


async def test_it_says_how_final_it_is(new_site: Callable[[str], Awaitable[Site]]) -> None:
    for date, standing in (("", "live"), ("date: 2001-11-23\n", "draft")):
        site = await new_site(PROGRAMME.replace("date: 2026-11-23\n", date))
        day = Published(site, site.browser())
        await day.choose("both")
        page = await day.page()
        assert FR[f"read.day_{standing}"] in "".join(page.itertext())
        assert bool(list(page.iter("script"))) == (standing == "live")

        client, headers = await site.enter(Role.MODERATOR), {"origin": ORIGIN}
        locked = await client.post(f"/api/notes/{day.notes[0]}/lock", json={}, headers=headers)
        assert locked.is_success
        shown = {note: words(await day.page(f"/{note}")) for note in day.notes[:2]}
        assert FR["read.locked"] in shown[day.notes[0]]
        assert FR[f"read.{standing}"] in shown[day.notes[1]]

        all_of_it = f"/api/days/{site.entrance.day.id}/lock"
        assert (await client.post(all_of_it, json={}, headers=headers)).is_success
        await day.choose("both", names=True)
        final = await day.page()
        assert FR["read.day_final"] in words(final)
        assert not list(final.iter("script"))


@pytest.mark.parametrize(
    ("date", "now", "over"),
    [
        ("2026-11-23", BEFORE, False),
        ("2026-11-23", AFTER, True),
        ("", AFTER, False),
        # Midnight in Paris is 23 h of the day before in UTC.
        ("2026-11-23", Milliseconds(1_795_474_800_000 - 1), False),
        ("2026-11-23", Milliseconds(1_795_474_800_000), True),
    ],
)
async def test_a_day_is_over_when_its_date_is_past_there(
    date: str, now: Milliseconds, over: bool
) -> None:
    assert is_over(date, "Europe/Paris", now) is over


@pytest.mark.promise("A6")
async def test_a_hostile_day_is_text(new_site: Callable[[str], Awaitable[Site]]) -> None:
    field = json.dumps(HOSTILE)
    note = json.dumps(f"{HOSTILE}\n\n- {HOSTILE}\n")
    site = await new_site(
        f"title: {field}\nsubtitle: {field}\norganiser: {field}\nplace: {field}\nsections:\n"
        f"  - title: {field}\n    items:\n      - title: {field}\n        room: {field}\n"
        f"        people: [{{name: {field}}}]\n        questions: [{field}]\n"
        f"        notes: {note}\n"
    )
    day = Published(site, site.browser())
    await day.choose("both", names=True)
    for path in ("", f"/{day.notes[0]}"):
        page = Elements(await day.text(path))
        assert "img" not in page.names
        assert page.names.count("script") == 1
        assert HOSTILE in page.said


async def test_choosing_is_for_organisers(day: Published) -> None:
    path = f"{day.site.day}/publish"
    assert (await day.anybody.get(path)).status_code == 401
    for role in (Role.READER, Role.WRITER, Role.MODERATOR):
        client = await day.site.enter(role)
        assert (await client.get(path)).status_code == 403
        for to in (path, f"{path}/preview"):
            sent = await client.post(to, data={"what": "both"}, headers={"origin": ORIGIN})
            assert sent.status_code == 403
        assert path not in (await client.get(day.site.day)).text
    client = await day.site.enter(Role.ORGANISER)
    assert path in (await client.get(day.site.day)).text
    foreign = await client.post(
        path, data={"what": "both"}, headers={"origin": "https://x.example"}
    )
    assert foreign.status_code == 403
    for wrong in ({}, {"what": "all"}, {"what": "both", "of-x": "both"}):
        answer = await client.post(path, data=wrong, headers={"origin": ORIGIN})
        assert answer.status_code == 400, wrong
    assert (await day.anybody.get(day.path)).status_code == 404


async def test_an_organiser_looks_first_and_then_publishes(day: Published) -> None:
    client, path = await day.site.enter(Role.ORGANISER), f"{day.site.day}/publish"
    form: dict[str, Any] = {"what": "both", "names": "yes", f"of-{day.notes[0]}": "conclusions"}
    form[f"of-{day.notes[1]}"] = ""

    async def send(to: str, data: dict[str, Any]) -> httpx.Response:
        return await client.post(to, data=data, headers={"origin": ORIGIN})

    preview = await send(f"{path}/preview", form)
    assert preview.headers["cache-control"] == "no-store"
    for shown in (FR["publish.is_preview"], "Continuer ensemble", "Un menu", "Inès"):
        assert shown in preview.text
    assert "deux ponts" not in preview.text
    assert (await day.anybody.get(day.path)).status_code == 404

    done = await send(path, form)
    assert (done.status_code, done.headers["location"]) == (303, path)
    text = await day.text()
    assert "Continuer ensemble" in text
    assert "deux ponts" not in text
    shown = (await client.get(path)).text
    assert FR["publish.is_public"] in shown
    assert f"{day.path}</a>" in shown

    assert (await send(path, {"what": "nothing"})).status_code == 303
    assert (await day.anybody.get(day.path)).status_code == 404


async def test_an_organiser_is_told_of_addresses_and_numbers(
    new_site: Callable[[str], Awaitable[Site]],
) -> None:
    site = await new_site(PROGRAMME.replace("Un menu.", "Voir zoé@exemple.fr, 06 12 34 56 78."))
    client = await site.enter(Role.ORGANISER)
    path, note = f"{site.day}/publish", list(site.entrance.day.notes())[1].id
    page = (await client.get(path)).text
    for found in ("zoé@exemple.fr", "06 12 34 56 78"):
        [line] = [line for line in page.splitlines() if found in line]
        assert f'href="{site.day}/n/{note}"' in line
        assert "La cantine" in line
    headers = {"origin": ORIGIN}
    await client.post(path, data={"what": "conclusions"}, headers=headers)
    assert FR["publish.no_warnings"] in (await client.get(path)).text
