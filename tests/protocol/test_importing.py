"""What is brought into a note, by HTTP or by the command line, reaches stock clients in it."""

from __future__ import annotations

import asyncio
from pathlib import Path

import pytest

from tests.peers.driver import Peers
from tests.protocol.days import Day

TEXT = "## Salle 2\n\n" + "\n\n".join(f"Point {number} : « l’été »" for number in range(400))


@pytest.mark.parametrize("kind", ["y-websocket@3.1", "hocuspocus@4.8"])
async def test_a_text_reaches_who_is_in_the_note_while_they_type(
    kind: str, day: Day, peers: Peers
) -> None:
    ada = await day.open(peers, "ada", kind)
    await ada.type("Début\n", at=0)
    typing = asyncio.create_task(ada.type("je tape pendant ce temps", at=0, keys_per_second=60))

    async with day.server.http(day.token("writer")) as http:
        path = f"/api/notes/{day.note}/import?name=salle.md"
        answer = await http.post(path, content=TEXT.encode(), timeout=60)
    assert answer.status_code == 200, answer.text
    await typing
    assert answer.json()["lines"] == 401
    await ada.wait(contains="Point 399 : « l’été »")
    late = await day.open(peers, "late", "hocuspocus@4.8", role="reader")
    await late.wait(contains="je tape pendant ce tempsDébut")
    assert await late.delta() == await ada.delta()
    notes, _ = await ada.panes()
    assert notes.startswith("je tape pendant ce tempsDébut\n")
    places = [notes.index(f"Point {number} ") for number in range(400)]
    assert places == sorted(places)
    heading = {"insert": "\n", "attributes": {"kind": "h2"}}
    assert heading in await ada.delta()


async def test_the_command_line_reaches_who_is_in_the_note(
    day: Day, peers: Peers, tmp_path: Path
) -> None:
    ada = await day.open(peers, "ada", "y-websocket@3.1")
    file = tmp_path / "salle.html"
    file.write_text("<h2>Salle 2</h2><p>Venu d’ailleurs</p>")
    await asyncio.to_thread(day.server.calepin, "import", day.note, str(file))
    await ada.wait(contains="Venu d’ailleurs")
    await ada.type("Réponse\n", at=0)
    late = await day.open(peers, "late", "hocuspocus@4.8", role="reader")
    await late.wait(contains="Réponse")
    assert await late.delta() == await ada.delta()
