"""Stock clients write; what their note was at each position is shown, and brought back (H1, H3)."""

from __future__ import annotations

import asyncio
from random import Random

import pytest

from tests.peers.driver import Peers
from tests.protocol.days import Day


async def head_of(day: Day) -> int:
    async with day.server.http(day.token("writer")) as api:
        return int((await api.get(f"/api/notes/{day.note}")).json()["seq"])


async def then(day: Day, seq: int) -> str:
    async with day.server.http(day.token("writer")) as api:
        answer = await api.get(f"/api/notes/{day.note}/moments/{seq}")
        assert answer.is_success, answer.text
        return str(answer.json()["notes"])


@pytest.mark.promise("H1")
@pytest.mark.parametrize("seed", [1])
async def test_a_note_is_shown_as_it_was_at_every_position(
    seed: int, day: Day, peers: Peers
) -> None:
    rng = Random(seed)
    ada = await day.open(peers, "ada", "y-websocket@3.1")
    bob = await day.open(peers, "bob", "hocuspocus@4.8")
    began = await head_of(day)
    seen: dict[int, str] = {}
    for number in range(12):
        who = rng.choice((ada, bob))
        await who.type(f"mot{number} ", at=0, keys_per_second=1000)
        for peer in (ada, bob):
            await peer.wait(contains=f"mot{number} ")
        await day.settled(peers, (ada, bob))
        seen[await head_of(day)] = (await ada.panes())[0].split("\n")[0].strip()
    assert list(seen) == sorted(seen)
    assert min(seen) > began
    for seq, text in seen.items():
        assert (await then(day, seq)).split("\n")[0].strip() == text, f"seed {seed}, at {seq}"
    assert "mot" not in await then(day, began)


@pytest.mark.promise("H3")
async def test_a_moderator_brings_a_note_back_while_others_type(day: Day, peers: Peers) -> None:
    ada = await day.open(peers, "ada", "y-websocket@3.1")
    bob = await day.open(peers, "bob", "hocuspocus@4.8")
    await ada.type("Ce qui était dit. ", at=0)
    await bob.wait(contains="Ce qui était dit. ")
    await day.settled(peers, (ada, bob))
    good = await head_of(day)
    await bob.type("UN GROS DÉGÂT ", at=0)
    await ada.wait(contains="UN GROS DÉGÂT ")
    await day.settled(peers, (ada, bob))
    typed = "et pendant tout ce temps, quelqu’un écrit. "
    typing = asyncio.create_task(ada.type(typed, at=0, keys_per_second=30))
    async with day.server.http(day.token("moderator")) as api:
        answer = await api.post(f"/api/notes/{day.note}/moments/{good}/restore")
        assert answer.status_code == 200, answer.text
        back = int(answer.json()["seq"])
    await typing
    await day.settled(peers, (ada, bob))
    late = await day.open(peers, "late", "hocuspocus@4.8", role="reader")
    for peer in (ada, bob, late):
        await peer.wait(contains="écrit. Ce qui était dit. ")
    texts = [(await peer.panes())[0] for peer in (ada, bob, late)]
    assert texts[0] == texts[1] == texts[2]
    # Of what was typed until then nothing stays, and of what was typed from then on everything.
    line = texts[0].split("\n")[0]
    assert line.endswith("Ce qui était dit. ")
    assert typed.endswith(line.removesuffix("Ce qui était dit. "))
    # What was there before it was brought back is not lost either.
    assert "UN GROS DÉGÂT" in await then(day, back - 1)
    async with day.server.http(day.token("moderator")) as api:
        answer = await api.post(f"/api/notes/{day.note}/moments/{back - 1}/restore")
        assert answer.status_code == 200, answer.text
    await ada.wait(contains="UN GROS DÉGÂT ")


@pytest.mark.promise("H3")
async def test_a_locked_note_is_brought_back_by_moderators_alone(day: Day, peers: Peers) -> None:
    ada = await day.open(peers, "ada", "hocuspocus@4.8")
    await ada.type("De trop. ", at=0)
    await day.settled(peers, (ada,))
    good = 1
    await day.lock()
    path = f"/api/notes/{day.note}/moments/{good}/restore"
    async with day.server.http(day.token("writer")) as api:
        refused = await api.post(path)
        assert refused.status_code == 403
    async with day.server.http(day.token("moderator")) as api:
        assert (await api.post(path)).status_code == 200
        again = await api.post(path)
        assert again.status_code == 409
        assert "as it was then" in again.json()["error"]["message"]
        for seq in (0, await head_of(day), 10**15):
            assert (
                await api.post(f"/api/notes/{day.note}/moments/{seq}/restore")
            ).status_code == 409
    async with day.server.http(day.token("reader")) as api:
        assert (await api.get(f"/api/notes/{day.note}/moments")).status_code == 403
        assert (await api.get(f"/api/notes/{day.note}/moments/1")).status_code == 403
    async with day.server.http(day.token("writer")) as api:
        for seq in (0, 10**15):
            assert (await api.get(f"/api/notes/{day.note}/moments/{seq}")).status_code == 404
        assert (await api.get(f"/api/notes/{day.note}/moments/x")).status_code == 404
        made = (await api.get(f"/api/notes/{day.note}/moments")).json()["moments"]
    assert [one["seq"] for one in made] == sorted(one["seq"] for one in made)
    assert "De trop" not in await then(day, await head_of(day))


@pytest.mark.promise("H3")
async def test_two_who_bring_back_at_once_bring_back_once(day: Day, peers: Peers) -> None:
    ada = await day.open(peers, "ada", "y-websocket@3.1")
    await ada.type("Ce qui était dit. ", at=0)
    await day.settled(peers, (ada,))
    good = await head_of(day)
    await ada.delete(0, len("Ce qui était dit. "))
    await day.settled(peers, (ada,))
    async with day.server.http(day.token("moderator")) as api:
        path = f"/api/notes/{day.note}/moments/{good}/restore"
        answers = await asyncio.gather(*(api.post(path) for _ in range(3)))
    assert sorted(answer.status_code for answer in answers) == [200, 409, 409]
    await ada.wait(contains="Ce qui était dit. ")
    await day.settled(peers, (ada,))
    assert (await ada.panes())[0].count("Ce qui était dit.") == 1
