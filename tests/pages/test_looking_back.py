"""The page of a note as it was earlier, as the server makes it (H1)."""

from __future__ import annotations

import re

import pycrdt
import pytest

from server.days.access import Role
from server.pages.past_telling import MOST_NAMES
from storage import log, people
from storage.checkpoints import parts_at
from storage.moments import MINUTE_MS
from storage.values import ConnectionId, Milliseconds, NoteId, PersonId, Submission
from tests.pages.conftest import HOSTILE, ORIGIN, Site

pytestmark = [pytest.mark.asyncio(loop_scope="module"), pytest.mark.promise("H1")]

SAME = {"origin": ORIGIN}
NOON = Milliseconds(1_793_530_800_000)  # 1 November 2026, 12:00 in Paris


async def write(site: Site, note: NoteId, *, by: PersonId, minute: int, text: str) -> int:
    """A line at the start of the notes, as somebody's edit in a minute of that day; where it is."""

    def work(db):
        head = log.head(db, note).seq
        doc: pycrdt.Doc[pycrdt.Text] = pycrdt.Doc(client_id=100 + head)
        for part in parts_at(db, note, head).parts:
            doc.apply_update(part)
        before = doc.get_state()
        doc.get("notes", type=pycrdt.Text).insert(0, f"{text}\n", {})
        at = Milliseconds(NOON + minute * MINUTE_MS)
        row = Submission(note, by, ConnectionId("c1"), at, doc.get_update(before))
        log.append(db, [row])
        return head + 1

    return await site.service.store.write(work)


async def ids(site: Site) -> dict[str, PersonId]:
    """The people of the day, by name."""
    found = await site.service.store.read(lambda db: people.people(db, site.entrance.day.id))
    return {one.name: one.id for one in found}


async def test_each_minute_is_a_page_with_what_it_changed(site: Site) -> None:
    writer = await site.enter(Role.WRITER)
    zoé, note = (await ids(site))["Zoé writer"], NoteId(site.note.rsplit("/", 1)[1])
    first = await write(site, note, by=zoé, minute=0, text="Le pain")
    second = await write(site, note, by=zoé, minute=1, text=HOSTILE)
    path = f"{site.note}/past"
    last = (await writer.get(path, headers={"accept-language": "fr"})).text
    assert "<img" not in last
    assert "&lt;img" in last
    assert re.search(r'<ins class="change change--line"><span class="visually-hidden">Ajouté', last)
    assert "dimanche 1ᵉʳ novembre 2026 · 12:01 · Zoé writer" in last
    assert f'href="?at={first}"' in last
    then = (await writer.get(path, params={"at": first})).text
    assert "Le pain" in then
    assert "&lt;img" not in then.split('<div class="past">')[1]
    assert f'href="?at={second}"' in then
    assert "<ins" not in (await writer.get(path, params={"at": first, "changes": "off"})).text
    # Any position leads to the minute that it is in, or to the one before.
    assert "Le pain" in (await writer.get(path, params={"at": 10**15})).text
    for wanted in ("0", "x", "-1", "1" * 30):
        assert (await writer.get(path, params={"at": wanted})).status_code == 404


async def test_many_people_are_counted(site: Site) -> None:
    writer = await site.enter(Role.WRITER)
    note = NoteId(site.note.rsplit("/", 1)[1])
    for name in range(MOST_NAMES + 2):
        client = site.browser()
        link = site.join(Role.WRITER)
        await client.post(link, data={"name": f"Personne {name}"}, headers=SAME)
    known = await ids(site)
    for name in range(MOST_NAMES + 2):
        await write(site, note, by=known[f"Personne {name}"], minute=5, text="Oui")
    page = (await writer.get(f"{site.note}/past", headers={"accept-language": "fr"})).text
    assert "12:05 · Personne 0, Personne 1, Personne 2, Personne 3, et 2 de plus" in page


async def test_it_says_what_was_done_besides_typing(site: Site) -> None:
    moderator = await site.enter(Role.MODERATOR)
    note = NoteId(site.note.rsplit("/", 1)[1])
    for path in ("lock", "unlock"):
        answer = await moderator.post(f"/api/notes/{note}/{path}", json={}, headers=SAME)
        assert answer.is_success, answer.text
    page = (await moderator.get(f"{site.note}/past", headers={"accept-language": "fr"})).text
    said = f"{Role.MODERATOR.value} a verrouillé la note · Zoé {Role.MODERATOR.value} a déver"
    assert said in page
    made = (await moderator.get(f"/api/notes/{note}/moments")).json()["moments"]
    name = f"Zoé {Role.MODERATOR.value}"
    acts = [{"what": "lock", "by": name}, {"what": "unlock", "by": name}]
    assert made[-1]["acts"] == acts


@pytest.mark.promise("H3")
async def test_why_a_note_is_not_brought_back_is_said_on_the_page(site: Site) -> None:
    moderator, note = await site.enter(Role.MODERATOR), NoteId(site.note.rsplit("/", 1)[1])
    zoé = next(iter((await ids(site)).values()))
    good = await write(site, note, by=zoé, minute=0, text="À garder")
    last = await write(site, note, by=zoé, minute=1, text="La fin")
    path = f"{site.note}/past"
    french = {"accept-language": "fr", **SAME}
    answer = await moderator.post(path, data={"at": f"{last}"}, headers=french)
    assert answer.status_code == 409
    assert "rien à quoi revenir" in answer.text
    assert "La fin" in answer.text
    assert (await moderator.post(path, data={"at": f"{good}"}, headers=SAME)).status_code == 303
    answer = await moderator.post(path, data={"at": f"{good}"}, headers=french)
    assert answer.status_code == 409
    assert "déjà comme elle était" in answer.text
    for wanted in ("", "0x1", "1" * 30):
        answer = await moderator.post(path, data={"at": wanted}, headers=SAME)
        assert answer.status_code == 404


@pytest.mark.promise("A1", "H3")
@pytest.mark.parametrize("role", list(Role))
async def test_writers_look_and_moderators_bring_back(site: Site, role: Role) -> None:
    client, path = await site.enter(role), f"{site.note}/past"
    zoé = next(iter((await ids(site)).values()))
    note = NoteId(site.note.rsplit("/", 1)[1])
    good = await write(site, note, by=zoé, minute=0, text="À garder")
    await write(site, note, by=zoé, minute=1, text="À oublier")
    page = await client.get(path, params={"at": good})
    assert page.status_code == (200 if role.may_write else 403)
    assert ('<form class="stack" method="post">' in page.text) is role.may_lock
    foreign = {"origin": "https://elsewhere.example"}
    assert (await client.post(path, data={"at": f"{good}"}, headers=foreign)).status_code == 403
    answer = await client.post(path, data={"at": f"{good}"}, headers=SAME)
    assert answer.status_code == (303 if role.may_lock else 403)
    now = (await client.get(f"/api/notes/{note}/export")).text
    assert "À garder" in now
    assert ("À oublier" not in now) is role.may_lock


async def test_a_note_of_another_day_is_not_found(site: Site, new_site) -> None:
    other = await new_site("title: Autre\nsections: [{title: A, items: [{title: B}]}]\n")
    writer = await site.enter(Role.WRITER)
    theirs = other.note.rsplit("/", 1)[1]
    assert (await writer.get(f"{site.day}/n/{theirs}/past")).status_code == 404
    assert (await writer.get(f"{other.note}/past")).status_code in (401, 403)
    moderator = await site.enter(Role.MODERATOR)
    answer = await moderator.post(f"{site.day}/n/{theirs}/past", data={"at": "1"}, headers=SAME)
    assert answer.status_code in (401, 403, 404)
    for path in ("", "/1"):
        answer = await moderator.get(f"/api/notes/{theirs}/moments{path}")
        assert answer.status_code in (401, 403)
    answer = await moderator.post(f"/api/notes/{theirs}/moments/1/restore", headers=SAME)
    assert answer.status_code in (401, 403)
