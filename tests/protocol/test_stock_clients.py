"""Clients of other makers, unmodified, at every supported version, on the real server."""

from __future__ import annotations

import asyncio

import pytest

from tests.peers.driver import HOCUSPOCUS, KINDS, Y_WEBSOCKET, Peer, Peers, until_same
from tests.protocol.days import Day
from tests.running import programme

FRENCH = "« L’été, salarié·e·s : 50 % — où ? » cœur, Noël, 👩🏽‍🚒 et 🇫🇷\n"
UTF_16_UNIT = 2


@pytest.mark.parametrize(
    "kind",
    [
        *(pytest.param(kind, marks=pytest.mark.promise("W1")) for kind in Y_WEBSOCKET),
        *(pytest.param(kind, marks=pytest.mark.promise("W2")) for kind in HOCUSPOCUS),
    ],
)
async def test_reads_and_writes_both_panes(kind: str, day: Day, peers: Peers) -> None:
    ada = await day.open(peers, "ada", kind)
    other = await day.open(peers, "other", "hocuspocus@4.8")

    await ada.type(FRENCH, at=0)
    await ada.type("À retenir : 🗳️\n", at=0, pane="conclusions")
    await other.wait(contains=FRENCH)
    await other.wait(contains="🗳️", pane="conclusions")
    await other.type("Réponse 👍\n", at=len(FRENCH.encode("utf-16-le")) // UTF_16_UNIT)
    await ada.wait(contains="Réponse 👍")
    await ada.delete(0, 2)
    await ada.format(0, 4, {"bold": True})
    await other.wait(contains="\nRéponse")

    await until_same(ada, other)
    assert (await ada.panes())[0].startswith(FRENCH[2:] + "Réponse 👍\n")
    await other.wait(bold="L’ét")
    late = await day.open(peers, "late", kind, role="reader")
    assert await late.delta() == await ada.delta() == await other.delta()
    assert (await late.delta())[0] == {"insert": "L’ét", "attributes": {"bold": True}}


@pytest.mark.promise("L7")
async def test_all_versions_in_one_note_end_with_the_same_text(day: Day, peers: Peers) -> None:
    everybody = [await day.open(peers, kind, kind) for kind in KINDS]
    words = [f"<{peer.id}: très 🎈 bien>" for peer in everybody]
    await asyncio.gather(
        *(
            peer.type(word, at=0, keys_per_second=60)
            for peer, word in zip(everybody, words, strict=True)
        )
    )
    notes, _ = await until_same(*everybody, containing=words)
    assert (await peers.replay([await peer.update() for peer in everybody]))[0] == notes


@pytest.mark.promise("W2")
@pytest.mark.parametrize("kind", HOCUSPOCUS)
async def test_many_notes_on_one_hocuspocus_socket(kind: str, day: Day, peers: Peers) -> None:
    async def open_all(who: str) -> list[Peer]:
        return [
            await day.open(peers, f"{who}-{number}", kind, note=note, socket=who)
            for number, note in enumerate(day.notes)
        ]

    mine, theirs = await open_all("mine"), await open_all("theirs")
    for number, peer in enumerate(mine):
        await peer.type(f"[{number}]", at=0)
    for number, peer in enumerate(theirs):
        await peer.wait(contains=f"[{number}]")
        assert (await peer.panes())[0].count("[") == 1

    # A note that is closed takes nothing from the others on its socket, and can be opened again.
    await theirs[0].close()
    await mine[1].type("encore ", at=0)
    await theirs[1].wait(contains="encore [1]")
    again = await day.open(peers, "again", kind, note=day.notes[0], socket="theirs")
    await again.wait(contains="[0]")


@pytest.mark.promise("W2", "A1")
@pytest.mark.parametrize("kind", HOCUSPOCUS)
async def test_a_refused_token_ends_one_note_of_a_shared_socket(
    kind: str, day: Day, peers: Peers
) -> None:
    good = await day.open(peers, "good", kind, socket="one")
    bad = await day.open(
        peers, "bad", kind, note=day.notes[1], token="clp_wrong", socket="one", synced=False
    )
    assert (await bad.event("authenticationFailed"))["reason"]
    await good.type("toujours là", at=0)
    await good.wait(unsynced=False, connected=True)
    assert not good.events("close")


@pytest.mark.promise("A1")
@pytest.mark.parametrize("kind", KINDS)
async def test_only_a_link_of_this_day_opens_its_notes(kind: str, day: Day, peers: Peers) -> None:
    elsewhere = Day.make(day.server, programme(1, title="Un autre jour"))
    inside = await day.open(peers, "inside", "hocuspocus@4.8")
    await inside.type("entre nous", at=0)
    await inside.wait(unsynced=False)
    for number, token in enumerate(["clp_" + "x" * 32, "", elsewhere.token("organiser")]):
        stranger = await day.open(peers, f"stranger-{number}", kind, token=token, synced=False)
        if kind in Y_WEBSOCKET:
            closed = await stranger.event("close")
            assert closed["code"] in (4401, 4403)
            assert closed["reason"]
        else:
            assert (await stranger.event("authenticationFailed"))["reason"]
        state = await stranger.state()
        assert state.panes == ("", "")
        assert not state.synced
        await stranger.close()


@pytest.mark.promise("A1")
@pytest.mark.parametrize("kind", KINDS)
async def test_a_reader_reads_does_not_write_and_is_told(kind: str, day: Day, peers: Peers) -> None:
    writer = await day.open(peers, "writer", "hocuspocus@4.8")
    reader = await day.open(peers, "reader", kind, role="reader")
    await writer.type("à lire", at=0)
    await reader.wait(contains="à lire")

    await reader.type("INTRUS", at=0)
    if kind in Y_WEBSOCKET:
        await reader.printed("Permission denied", day.note, "read-only")
    else:
        await reader.wait(scope="readonly", unsynced=True)
    await reader.set_presence({"typed": True})
    await writer.wait(person={"typed": True})  # so the server has judged what was sent before

    await writer.type("encore ", at=0)
    await writer.wait(unsynced=False)
    late = await day.open(peers, "late", kind)
    assert (await late.panes())[0].startswith("encore à lire")
    assert "INTRUS" not in (await late.panes())[0]


@pytest.mark.promise("W4")
@pytest.mark.parametrize("kind", KINDS)
async def test_another_root_is_refused_with_a_reason(kind: str, day: Day, peers: Peers) -> None:
    other = await day.open(peers, "other", "hocuspocus@4.8")
    wild = await day.open(peers, "wild", kind)
    await wild.type("ailleurs", pane="elsewhere")
    if kind in Y_WEBSOCKET:
        closed = await wild.event("close")
        assert closed["code"] == 4422
        assert "elsewhere" in closed["reason"]
    else:
        assert "elsewhere" in (await wild.event("authenticationFailed"))["reason"]
    await wild.close()
    await other.type("la suite", at=0)
    await other.wait(unsynced=False, connected=True)
    late = await day.open(peers, "late", kind)
    assert (await late.panes())[0].startswith("la suite")


@pytest.mark.parametrize("kind", KINDS)
async def test_presence_is_shared_and_ends_with_the_connection(
    kind: str, day: Day, peers: Peers
) -> None:
    other = await day.open(peers, "other", "y-websocket@3.1")
    ada = await day.open(peers, "ada", kind)
    state = {"user": {"name": "Ada", "colour": "#224466"}}
    await ada.set_presence(state)
    await other.wait(person=state)
    await ada.disconnect()
    await other.wait(people=1)
