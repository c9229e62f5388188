"""The pages of a day whose programme was edited."""

from __future__ import annotations

from collections.abc import Awaitable, Callable

import pytest

from server.days.access import Role
from server.days.publishing import Choice, publish
from storage.values import Milliseconds, PersonId
from tests.pages.conftest import ORIGIN, Site

pytestmark = pytest.mark.asyncio(loop_scope="module")

PROGRAMME = """\
title: Vivre ensemble
sections:
  - title: Rencontres
    items:
      - title: Le garage
        notes: |
          Trois ponts.
      - {title: La cantine}
"""


async def test_what_is_read_follows_and_shows_nothing_that_was_removed(
    new_site: Callable[[str], Awaitable[Site]],
) -> None:
    site = await new_site(PROGRAMME)
    day = site.entrance.day
    (_, garage), (_, canteen) = day.items()
    await site.service.store.write(
        lambda db: publish(
            db, day.id, Choice("both", names=True), by=PersonId("o"), at=Milliseconds(9)
        )
    )
    odile = await site.enter(Role.ORGANISER)
    api, origin = f"/api/days/{day.id}/items", {"origin": ORIGIN}
    answer = await odile.patch(
        f"{api}/{canteen.id}", json={"title": "Le <b>midi</b>", "room": "7"}, headers=origin
    )
    assert answer.is_success, answer.text
    answer = await odile.delete(f"{api}/{garage.id}?text=keep", headers=origin)
    assert answer.is_success, answer.text

    public = (await site.browser().get(f"{site.day}/read")).text
    assert "Le &lt;b&gt;midi&lt;/b&gt;" in public
    for gone in ("Le garage", "Trois", "Retiré du programme"):
        assert gone not in public
    assert (await site.browser().get(f"{site.day}/read/{garage.note.id}")).status_code == 404

    # Inside the day it is there, as removed, with its text and its address.
    inside = (await odile.get(site.day)).text
    assert inside.index("Retiré du programme") < inside.index("Le garage")
    note = await odile.get(f"{site.day}/n/{garage.note.id}")
    assert note.status_code == 200
    assert "Retiré du programme" in note.text
    reader = await site.enter(Role.READER)
    assert "edit-programme" not in (await reader.get(site.day)).text
