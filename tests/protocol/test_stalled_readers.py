"""Who stops reading costs little, slows nobody, and has the whole note when they read on (S1)."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Iterator
from contextlib import AsyncExitStack, asynccontextmanager
from pathlib import Path

import pytest
import uvicorn
from websockets.frames import Opcode

from server.app import create_app
from server.days.access import Role
from server.listening import listen
from server.service import Service
from server.settings import Settings
from server.sync.codec import Reader, var_bytes, var_string
from server.sync.transport import FrameProtocol
from tests.protocol.days import Day
from tests.protocol.plain_client import new_doc, panes_of, plain_client
from tests.protocol.wire import SECONDS, STEP_1, Target, Wire, masked, wire
from tests.running import programme

MEBIBYTE = 1024 * 1024
PARAGRAPH = 40_000
STALLED = 8


def target(day: Day, framing: str) -> Target:
    return Target(day.server.port, day.note, day.token("writer"), framing)


def updates_in(wire: Wire, body: bytes) -> Iterator[bytes]:
    """The update in a message, where it has one."""
    body = body.removeprefix(wire.target.prefix)
    if body[:1] == b"\x00" and body[1] in (1, 2):
        yield Reader(body[2:]).var_bytes()


async def reads_on(wire: Wire, wanted: str) -> int:
    """Read from the first answer on, until the note is whole; how many updates it took."""
    doc, count = new_doc(), 0
    async with asyncio.timeout(SECONDS):
        while wanted not in panes_of(doc)[0]:
            opcode, body = await wire.frame()
            if opcode == Opcode.BINARY:
                for update in updates_in(wire, body):
                    doc.apply_update(update)
                    count += 1
    return count


@pytest.mark.promise("S1")
@pytest.mark.parametrize("framing", ["sync", "collab"])
async def test_a_stalled_reader_is_passed_over_and_misses_nothing(
    framing: str, own_day: Day
) -> None:
    """Each of them lacks ten times the room that a socket has."""
    async with AsyncExitStack() as open_sockets:
        stalled = [
            await open_sockets.enter_async_context(wire(target(own_day, framing)))
            for _ in range(STALLED)
        ]
        for one in stalled:
            one.say(STEP_1)
        writer = await open_sockets.enter_async_context(plain_client(own_day))
        other = await open_sockets.enter_async_context(plain_client(own_day))
        before = own_day.server.resident_bytes()
        letters = "abcdefghijklmnopqrstuvwxyz" * 4
        for count, letter in enumerate(letters, start=1):
            writer.type(letter * PARAGRAPH)
            # One by one: edits that are under way together are one update for everybody.
            wanted = count * PARAGRAPH
            await other.until(lambda wanted=wanted: len(other.doc["notes"]) > wanted)
        whole = "".join(letter * PARAGRAPH for letter in reversed(letters)) + "\n"
        await other.shows((whole, "\n"))
        grown = own_day.server.resident_bytes() - before
        # Queues would hold the 4 MB of the note 8 times; the note itself costs some of it once.
        assert grown < 28 * MEBIBYTE, f"{grown / MEBIBYTE:.1f} MiB more"
        took = await asyncio.gather(*(reads_on(one, whole) for one in stalled))
        assert max(took) < len(letters) // 2, "passed over, and then one diff for many edits"


@pytest.mark.promise("S1")
@pytest.mark.parametrize("framing", ["sync", "collab"])
async def test_who_asks_and_does_not_read_the_answers_is_not_read(
    framing: str, own_day: Day
) -> None:
    """Each question is a few bytes; each answer is the whole note, or a pong."""
    async with AsyncExitStack() as open_sockets:
        writer = await open_sockets.enter_async_context(plain_client(own_day))
        for _ in range(20):
            writer.type("x" * PARAGRAPH)
        await writer.settled()
        asking = await open_sockets.enter_async_context(wire(target(own_day, framing)))
        pinging = await open_sockets.enter_async_context(wire(target(own_day, framing)))
        before = own_day.server.resident_bytes()
        asking.writer.write(masked(Opcode.BINARY, asking.target.prefix + STEP_1) * 300)
        pinging.writer.write(masked(Opcode.PING, b"?" * 125) * 200_000)
        # In the same note, and on the same loop: what was sent has had its effect after these.
        for _ in range(20):
            writer.type("y")
            await writer.settled()
        grown = own_day.server.resident_bytes() - before
        # Without the bound: 300 times 0.8 MB, and 25 MB of pongs.
        assert grown < 20 * MEBIBYTE, f"{grown / MEBIBYTE:.1f} MiB more"
        assert panes_of(writer.doc)[0].startswith("y" * 20 + "x")


class Impatient(FrameProtocol):
    """Looks after a stalled reader thirty times as often."""

    stalled_seconds = 1.0


@asynccontextmanager
async def impatient_server(folder: Path) -> AsyncIterator[Target]:
    async with Service.start(Settings(data=folder)) as service:
        made = await service.make_day(programme(1).encode())
        config = uvicorn.Config(
            create_app(service), ws=Impatient, lifespan="off", log_config=None, proxy_headers=False
        )
        server = uvicorn.Server(config)
        with listen("127.0.0.1", 0) as listener:
            serving = asyncio.create_task(server.serve(sockets=[listener]))
            note = made.day.sections[0].items[0].note.id
            port = listener.getsockname()[1]
            yield Target(port, note, made.tokens[Role.WRITER], "sync")
            server.should_exit = True
            await serving


@pytest.mark.promise("S1")
async def test_who_takes_nothing_is_dropped_and_comes_back_to_the_whole_note(
    tmp_path: Path,
) -> None:
    async with impatient_server(tmp_path) as here, wire(here) as writer:
        doc = new_doc()
        doc["notes"].insert(0, "z" * 900_000)
        writer.say(STEP_1)
        writer.say(b"\x00\x02" + var_bytes(doc.get_update()))
        await writer.pong()
        async with wire(here) as stalled:
            # Two answers are more than its window and the kernel take.
            stalled.say(b"\x01" + var_bytes(b"\x01\x4d\x01" + var_string("{}")))
            stalled.say(STEP_1)
            stalled.say(STEP_1)
            async with asyncio.timeout(SECONDS):
                while not (await writer.frame())[1].endswith(b"\x04null"):
                    pass
            assert len(await stalled.dropped()) < 2 * 900_000
        async with wire(here) as again:
            again.say(STEP_1)
            await reads_on(again, "z" * 900_000)
