"""An export of a real server whose asker goes away: its process ends, and the others go on."""

from __future__ import annotations

import os
import select
from pathlib import Path

from tests.running import RunningServer

LINE = "          Une phrase, **des mots** [et un lien](https://exemple.fr/), « ici ».\n"
PROGRAMME = "title: Longue\nsections:\n  - title: A\n    items:\n" + "".join(
    f"      - title: Point {number}\n        notes: |\n{LINE * 100}" for number in range(100)
)
LONGEST_MS = 10_000


def processes_aside(server: int) -> set[int]:
    """The processes that the server has started for work."""
    found = set()
    for task in Path(f"/proc/{server}/task").iterdir():
        for child in map(int, (task / "children").read_text().split()):
            if b"spawn_main" in Path(f"/proc/{child}/cmdline").read_bytes():
                found.add(child)
    return found


async def test_whoever_closes_the_connection_ends_the_process(tmp_path: Path) -> None:
    # Without copies, which have a process as well.
    with RunningServer(tmp_path, {"copies": "off"}) as server:
        day = server.new_day(PROGRAMME)
        path = f"/api/days/{day.day}/export"
        async with server.http(day.tokens["reader"]) as api:
            async with api.stream("GET", f"{path}?format=docx&progress=lines") as answer:
                async for line in answer.aiter_lines():
                    if '"reading"' in line:
                        break
                (process,) = processes_aside(server.pid)
                ended = os.pidfd_open(process)
            # A process that finishes its work stays, for the next; this one is ended.
            poll = select.poll()
            poll.register(ended, select.POLLIN)
            assert poll.poll(LONGEST_MS), "it goes on, and nobody will read what it makes"
            os.close(ended)
            assert (await api.get(f"{path}?format=text")).text.count("Une phrase") == 100 * 100
            assert process not in processes_aside(server.pid)
